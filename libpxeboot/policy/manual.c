/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Run when the project is built: puts the table of settings into pxeboot.conf(5), where its text says @SETTINGS@.
 */
#include <stdio.h>
#include <string.h>

#include "policy/schema.h"

/* To scdoc these mean bold, underlined, and "take the next as it is". */
static void put_text(const char *text)
{
	for (; *text; text++) {
		if (strchr("*_\\", *text))
			putchar('\\');
		putchar(*text);
	}
}

static void put_kind(const struct schema_key *key)
{
	bool string = key->type == SCHEMA_STRING || key->type == SCHEMA_STRINGS;

	printf(": ");
	put_text(string ? value_expected(key->value) : schema_type_name(key->type));
	if (key->type == SCHEMA_STRINGS)
		printf(", or a list of such");
	if (key->type == SCHEMA_INTEGER || key->type == SCHEMA_INTEGERS)
		printf(", %lld to %lld", key->min, key->max);
}

static void add_setting(void *context, const char *path, const struct schema_key *key)
{
	bool leaf = key->type != SCHEMA_GROUP && key->type != SCHEMA_MAP && key->type != SCHEMA_LIST;

	putchar('_');
	put_text(path);
	printf("_\n\t");
	put_text(key->doc);
	if (leaf)
		put_kind(key);
	printf(".\n");
	if (key->required)
		printf("\tRequired.\n");
	if (key->fallback) {
		printf("\tDefault: ");
		put_text(key->fallback);
		printf(".\n");
	}
	putchar('\n');
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
	bool failed = ferror(in);

	return fclose(in) || failed || fflush(stdout) ? 3 : 0;
}
