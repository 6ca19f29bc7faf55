/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Run when the project is built: puts the table of settings into pxeboot.conf(5), where its text says @SETTINGS@.
 */
#include <stdio.h>
#include <string.h>

#include "policy/schema.h"

/* mdoc reads a dot or a quote at the start of a line as its own; our texts begin with letters. */
static void add_setting(void *context, const char *path, const struct schema_key *key)
{
	bool leaf = key->type != SCHEMA_GROUP && key->type != SCHEMA_MAP && key->type != SCHEMA_LIST;

	printf(".It Va %s\n", path);
	printf("%c%s", key->doc[0], key->doc + 1);
	if (leaf)
		printf(": %s", key->type == SCHEMA_STRING || key->type == SCHEMA_STRINGS ? value_expected(key->value)
			: schema_type_name(key->type));
	if (key->type == SCHEMA_STRINGS)
		printf(", or a list of such");
	if (key->type == SCHEMA_INTEGER || key->type == SCHEMA_INTEGERS)
		printf(", %lld to %lld", key->min, key->max);
	printf(".\n");
	if (key->required)
		printf("Required.\n");
	if (key->fallback)
		printf("Default: %s.\n", key->fallback);
}

int main(int argc, char **argv)
{
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;
	char line[1024];

	if (!in)
		return 2;
	while (fgets(line, sizeof(line), in)) {
		if (strcmp(line, "@SETTINGS@\n") == 0)
			schema_visit(&schema_root, add_setting, NULL);
		else
			fputs(line, stdout);
	}
	return ferror(in) || fflush(stdout) ? 3 : 0;
}
