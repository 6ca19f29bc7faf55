/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What libconfig makes of a text, and where each line of the text comes from.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"

/* Where libconfig gave up: the line that it names, or, when that is the end of the text, the last one with something
 * on it.  @ret_shown gets what stands there, without blanks around it. */
static int error_line(const struct tree *tree, unsigned *ret_line, char **ret_shown)
{
	unsigned line = tree->line - 1 + (unsigned)config_error_line(&tree->config), at_line = 1, last_line = 1;
	const char *last = tree->source->text.bytes;

	for (const char *at = last; *at && at_line <= line; at_line++) {
		size_t blanks = strspn(at, " \t\r");

		if (at[blanks] && at[blanks] != '\n') {
			last = at + blanks;
			last_line = at_line;
		}
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	size_t length = strcspn(last, "\r\n");
	char *shown = strndup(last, length < 60 ? length : 60);

	if (!shown)
		return -ENOMEM;
	*ret_line = last_line;
	*ret_shown = shown;
	return 0;
}

static int tell_error(const struct tree *tree)
{
	struct source *source = tree->source;
	CLEANUP_FREE char *got = NULL;
	unsigned line;
	bool twice = !strcmp(config_error_text(&tree->config), "duplicate setting name");

	if (error_line(tree, &line, &got))
		return -ENOMEM;
	load_fault(source->load, &(struct fault) {
		.id = twice ? "policy.duplicate" : "policy.syntax", .where = source_location(source, line),
		.problem = twice ? "key set twice in one group" : config_error_text(&tree->config),
		.expected = twice ? "each key once" : "NAME = VALUE;", .got = got });
	source->broken = true;
	return 0;
}

/* As a stream, because libconfig would copy a string. */
static int parse(struct tree *tree, char *bytes, size_t length)
{
	FILE *stream = fmemopen(bytes, length, "r");

	if (!stream)
		return -ENOMEM;
	int good = config_read(&tree->config, stream);

	fclose(stream);
	return good ? 0 : tell_error(tree);
}

static void add_newlines(struct text *text, size_t n)
{
	static const char newlines[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";

	for (size_t length; n; n -= length) {
		length = n < sizeof(newlines) - 1 ? n : sizeof(newlines) - 1;
		text_add_bytes(text, newlines, length);
	}
}

/* The text with an empty list of hosts, on as many lines. */
static void add_around(struct text *text, const struct source *source)
{
	const struct source_list *hosts = &source->hosts;

	text_add_bytes(text, source->text.bytes, hosts->begin);
	add_newlines(text, hosts->end_line - hosts->line);
	text_add_bytes(text, source->text.bytes + hosts->end, source->text.length - hosts->end);
}

int source_parse(struct source *source)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (source->broken)
		return 0;
	if (source->hosts.state == LIST_CLOSED) {
		add_around(&text, source);
	} else {
		source->n_parts = source->hosts.n = 0;
		text_add_bytes(&text, source->text.bytes, source->text.length);
	}
	/* A comment without a newline behind it would be a syntax error. */
	text_add_char(&text, '\n');
	return text.error ? text.error : parse(&source->tree, text.bytes, text.length);
}

void tree_init(struct tree *tree, struct source *source, unsigned line)
{
	*tree = (struct tree) { .source = source, .line = line };
	config_init(&tree->config);
}

int source_parse_part(struct source *source, size_t number, struct tree *ret_tree)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	const struct source_part *part = &source->parts[number];

	tree_init(ret_tree, source, part->line);
	text_add(&text, "hosts:(");
	text_add_bytes(&text, source->text.bytes + part->begin, part->end - part->begin);
	text_add(&text, ");\n");
	return text.error ? text.error : parse(ret_tree, text.bytes, text.length);
}

void tree_free(struct tree *tree)
{
	config_destroy(&tree->config);
}

void source_free(struct source *source)
{
	tree_free(&source->tree);
	text_free(&source->text);
	free(source->segments);
	free(source->tails);
	free(source->parts);
}

struct location source_location(const struct source *source, unsigned line)
{
	size_t low = 0, high = source->n_segments;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (source->segments[middle].line <= line)
			low = middle;
		else
			high = middle;
	}
	const struct source_segment *segment = &source->segments[low];

	return (struct location) { segment->where.file, segment->where.line + (line - segment->line) };
}

unsigned source_string_line(const struct source *source, unsigned line)
{
	size_t low = 0, high = source->n_tails;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (source->tails[middle].line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low < source->n_tails && source->tails[low].line == line ? source->tails[low].string_line : line;
}
