/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Settings by hand ("server.root=/srv/other"): each becomes a small policy text of its own, which goes through the same
 * schema as every file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"

#define MAX_PATH 128

static int refuse(struct load *load, const char *override, const char *problem)
{
	load_fault(load, &(struct fault) { .id = "policy.override", .where = { "--set", 0 }, .problem = problem,
		   .expected = "NAME.NAME=VALUE", .got = override });
	return -EINVAL;
}

/* The schema's key of a dotted path; NULL when it is no string, number or truth value that stands once. */
static const struct schema_key *key_of(const char *path)
{
	const struct schema_key *key = &schema_root;
	char copy[MAX_PATH], *save = NULL;

	if (strlen(path) >= sizeof(copy))
		return NULL;
	strcpy(copy, path);
	for (char *name = strtok_r(copy, ".", &save); name && key; name = strtok_r(NULL, ".", &save))
		key = key->nodes ? NULL : schema_find(key, name);
	return key && (key->type == SCHEMA_STRING || key->type == SCHEMA_STRINGS || key->type == SCHEMA_INTEGER ||
		       key->type == SCHEMA_BOOLEAN) ? key : NULL;
}

static void add_string(struct text *text, const char *value)
{
	text_add_char(text, '"');
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			text_add_char(text, '\\');
		text_add_char(text, *value);
	}
	text_add_char(text, '"');
}

/* server: { root = "/srv/other"; }; */
static void add_policy(struct text *text, const struct schema_key *key, const char *path, const char *value)
{
	unsigned depth = 0;

	for (const char *dot; (dot = strchr(path, '.')); path = dot + 1, depth++)
		text_addf(text, "%.*s: { ", (int)(dot - path), path);
	text_addf(text, "%s = ", path);
	if (key->type == SCHEMA_INTEGER || key->type == SCHEMA_BOOLEAN)
		text_add(text, value);
	else
		add_string(text, value);
	while (depth--)
		text_add(text, "; }");
	text_add(text, ";\n");
}

static int add_source(struct load *load, const char *text)
{
	struct source *source = malloc(sizeof(*source));

	if (!source)
		return -ENOMEM;
	int r = source_read_text(source, load, "--set", text);

	if (!r)
		return load_add_source(load, source);
	source_free(source);
	free(source);
	return r;
}

static int add_override(struct load *load, const char *override)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	const char *equals = strchr(override, '=');
	CLEANUP_FREE char *path = equals ? strndup(override, (size_t)(equals - override)) : NULL;

	if (!path)
		return equals ? -ENOMEM : refuse(load, override, "no value");
	const struct schema_key *key = key_of(path);

	if (!key)
		return refuse(load, override, "no such setting");
	add_policy(&text, key, path, equals + 1);
	return text.error ? text.error : add_source(load, text.bytes);
}

int load_overrides(struct load *load, const char *const *overrides)
{
	int r = 0;

	for (; overrides && *overrides && !r; overrides++)
		r = add_override(load, *overrides);
	return r;
}
