/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the user sees (see lines.h).
 */
#include "lines.h"

#include <string.h>

#define COLOUR_END "\033[0m"
#define COLOUR_TIME "\033[2m"
#define COLOUR_GOOD "\033[1;32m"
#define COLOUR_BAD "\033[1;31m"

static const struct {
	const char *tag, *colour;
} tag_colours[] = {
	{ "DHCP", "\033[33m" },	 { "LOADER", "\033[35m" }, { "SCRIPT", "\033[36m" }, { "MENU", "\033[36m" },
	{ "KERNEL", "\033[34m" }, { "INITRD", "\033[34m" }, { "DISK", "\033[34m" },
	{ "SERIAL", "\033[32m" }, { "REFUSED", "\033[31m" },
};

void lines_begin(struct lines *lines, FILE *out, bool colours)
{
	*lines = (struct lines){ .out = out, .colours = colours };
}

void lines_free(struct lines *lines)
{
	for (size_t i = 0; i < LINES_MAX; i++) {
		free(lines->list[i].key);
		free(lines->list[i].shown);
	}
	*lines = (struct lines){ 0 };
}

static const char *colour_of(const char *tag)
{
	for (size_t i = 0; i < ARRAY_SIZE(tag_colours); i++)
		if (strcmp(tag_colours[i].tag, tag) == 0)
			return tag_colours[i].colour;
	return "\033[1m";
}

static void show(const struct lines *lines, const char *indent, const struct line *line, const char *tag)
{
	const char *dim = lines->colours ? COLOUR_TIME : "", *end = lines->colours ? COLOUR_END : "";

	fprintf(lines->out, "%s%s%6.1f%s  %s%-8s%s %s\n", indent, dim, (double)line->at / 1000, end,
		lines->colours ? colour_of(tag) : "", tag, end, line->shown);
	fflush(lines->out);
}

static bool is_known(const struct lines *lines, const char *key)
{
	for (size_t i = 0; i < LINES_MAX; i++)
		if (lines->list[i].key && strcmp(lines->list[i].key, key) == 0)
			return true;
	return false;
}

/* The key is "TAG text": the tag can be had back from it. */
static char *make_key(const char *tag, const char *text)
{
	struct text CLEANUP_TEXT key = TEXT_INIT;
	char *bytes = NULL;

	text_addf(&key, "%s %s", tag, text);
	return text_take(&key, &bytes, NULL) < 0 ? NULL : bytes;
}

bool lines_add(struct lines *lines, int64_t at, const char *tag, const char *text, const char *detail)
{
	struct line *line = &lines->list[lines->count % LINES_MAX];
	struct text CLEANUP_TEXT shown = TEXT_INIT;
	struct line next = { .at = at, .key = make_key(tag, text) };
	bool is_new;

	text_addf(&shown, "%s%s", text, detail ? detail : "");
	if (!next.key || text_take(&shown, &next.shown, NULL) < 0) {
		free(next.key);
		return true;
	}
	is_new = !is_known(lines, next.key);
	free(line->key);
	free(line->shown);
	*line = next;
	lines->count++;
	show(lines, "", line, tag);
	return is_new;
}

void lines_repeat(const struct lines *lines, size_t first)
{
	if (lines->count - first > LINES_MAX)
		first = lines->count - LINES_MAX;
	for (size_t i = first; i < lines->count; i++) {
		const struct line *line = &lines->list[i % LINES_MAX];
		char tag[16] = "";

		sscanf(line->key, "%15s", tag);
		show(lines, "    ", line, tag);
	}
}

void lines_remark(struct lines *lines, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(lines->out, format, arguments);
	va_end(arguments);
	fputc('\n', lines->out);
	fflush(lines->out);
}

void lines_verdict(struct lines *lines, bool good, const char *format, ...)
{
	va_list arguments;

	if (lines->colours)
		fputs(good ? COLOUR_GOOD : COLOUR_BAD, lines->out);
	va_start(arguments, format);
	vfprintf(lines->out, format, arguments);
	va_end(arguments);
	fputs(lines->colours ? COLOUR_END "\n" : "\n", lines->out);
	fflush(lines->out);
}
