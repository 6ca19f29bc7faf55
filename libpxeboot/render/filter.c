/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The filters and the kinds of files (see filter.h).
 */
#include "render/filter.h"

#include <errno.h>
#include <string.h>

const char filter_names[] = "json, yaml, xml, sh, uri or raw";

static void add_raw(struct text *out, const char *value)
{
	text_add(out, value);
}

/* Between double quotes, in JSON and in YAML alike.  YAML takes the line and paragraph separators for line breaks. */
static void add_json(struct text *out, const char *value)
{
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			text_add_char(out, '\\');
		if (strncmp(value, "\xe2\x80\xa8", 3) == 0 || strncmp(value, "\xe2\x80\xa9", 3) == 0) {
			text_addf(out, "\\u202%c", value[2] == '\xa8' ? '8' : '9');
			value += 2;
		} else {
			text_add_char(out, *value);
		}
	}
}

/* Between tags, and in an attribute with either quote. */
static void add_xml(struct text *out, const char *value)
{
	static const struct {
		char character;
		const char *entity;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" } };

	for (; *value; value++) {
		size_t i = 0;

		while (i < ARRAY_SIZE(entities) && entities[i].character != *value)
			i++;
		if (i < ARRAY_SIZE(entities))
			text_add(out, entities[i].entity);
		else
			text_add_char(out, *value);
	}
}

/* A word with its quotes; Python's shlex, which reads kickstarts, has the same ones. */
static void add_sh(struct text *out, const char *value)
{
	text_add_char(out, '\'');
	for (; *value; value++) {
		if (*value == '\'')
			text_add(out, "'\\''");
		else
			text_add_char(out, *value);
	}
	text_add_char(out, '\'');
}

/* RFC 3986, section 2.3: all but the unreserved characters. */
static void add_uri(struct text *out, const char *value)
{
	for (; *value; value++) {
		char c = *value;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);

		if (plain)
			text_add_char(out, c);
		else
			text_addf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

static const struct {
	const char *name;
	void (*add)(struct text *out, const char *value);
} filters[] = {
	{ "json", add_json }, { "yaml", add_json }, { "xml", add_xml }, { "sh", add_sh }, { "uri", add_uri }, { "raw", add_raw },
};

static int add_one(struct text *out, struct slice name, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		if (!slice_is(name, filters[i].name))
			continue;
		filters[i].add(out, value);
		return 0;
	}
	return -ENOENT;
}

int filter_add(struct text *out, struct slice filter, const char *value)
{
	const char *bar = memchr(filter.at, '|', filter.length);
	CLEANUP_TEXT struct text between = TEXT_INIT;
	int r;

	if (!bar)
		return add_one(out, filter, value);
	r = add_one(&between, (struct slice){ filter.at, (size_t)(bar - filter.at) }, value);
	text_add(&between, "");
	if (r < 0 || between.error)
		return r < 0 ? r : between.error;
	return filter_add(out, (struct slice){ bar + 1, filter.length - (size_t)(bar + 1 - filter.at) }, between.bytes);
}

/* ---- Kinds of files ------------------------------------------------------------------------------------------------- */

#define SHELL_CHARACTERS " \"'\\#$`;&|<>()*?[]~!{}"

/* The first that fits: "ks.cfg" is a kickstart, other files that end in .cfg are not known. */
static const struct filter_kind kinds[] = {
	{ "ks.cfg", "a kickstart", "sh", SHELL_CHARACTERS, false },
	{ ".ks", "a kickstart", "sh", SHELL_CHARACTERS, false },
	{ ".sh", "a shell script", "sh", SHELL_CHARACTERS, false },
	{ ".json", "a JSON file", "json", "\"\\", false },
	{ ".ign", "a JSON file", "json", "\"\\", false },
	{ ".xml", "an XML file", "xml", "&<>\"'", false },
	{ ".yaml", "a YAML file", "yaml", "\"'\\#", true },
	{ ".yml", "a YAML file", "yaml", "\"'\\#", true },
	{ "user-data", "a YAML file", "yaml", "\"'\\#", true },
	{ "meta-data", "a YAML file", "yaml", "\"'\\#", true },
	{ "vendor-data", "a YAML file", "yaml", "\"'\\#", true },
	{ "network-config", "a YAML file", "yaml", "\"'\\#", true },
};

const struct filter_kind *filter_kind_of(const char *file_name)
{
	size_t length = strlen(file_name);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t ending = strlen(kinds[i].ending);

		if (length >= ending && strcmp(file_name + length - ending, kinds[i].ending) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* Where no quotes are around it: a key, a comment, or the start of something else than text (YAML 1.2, section 5.3). */
static bool is_yaml_syntax(const char *value)
{
	size_t length = strlen(value);

	return length && (strstr(value, ": ") || value[length - 1] == ':' || value[0] == ' ' || value[length - 1] == ' ' ||
			  strchr("-?:,[]{}&*!|>%@`", value[0]));
}

bool filter_is_needed(const struct filter_kind *kind, const char *value)
{
	return strpbrk(value, kind->anywhere) || (kind->yaml && is_yaml_syntax(value));
}
