/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From bytes to lines: what dnsmasq takes for a line, and what becomes of one that is wrong or not modelled.
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "model_read.h"

void model_refuse(struct model_reader *reader, const char *why)
{
	if (reader->bank) {
		diagnostics_add(reader->diagnostics, PXEBOOT_WARNING, "dnsmasq.left-out", reader->where,
				"%s: %s; dnsmasq logs it and goes on without the line", reader->keyword, why);
		return;
	}
	diagnostics_add(reader->diagnostics, PXEBOOT_ERROR, "dnsmasq.syntax", reader->where,
			"%s: %s; dnsmasq does not start with it", reader->keyword, why);
	reader->error = -EBADMSG;
}

void model_skip(struct model_reader *reader, const char *why)
{
	diagnostics_add(reader->diagnostics, PXEBOOT_WARNING, "dnsmasq.unknown", reader->where,
			"%s: not modelled, and it could set a tag or a file: %s", reader->keyword, why);
	if (reader->model->unknown.file == NULL)
		reader->model->unknown = reader->where;
}

/* Control characters that a file really holds would be taken for disguised ones: in dnsmasq, too. */
static bool has_controls(const char *line)
{
	for (; *line != '\0'; line++)
		if ((unsigned char)*line < 0x20 && strchr("\t\n\v\f\r\b\033", *line) == NULL)
			return true;
	return false;
}

static void read_line(struct model_reader *reader, char *line,
		      const char *(*parse)(struct model_reader *reader, char *line))
{
	const char *wrong;
	char *text;

	reader->keyword = "this line";
	if (has_controls(line)) {
		model_skip(reader, "it holds control characters");
		return;
	}
	wrong = words_prepare(line, &text);
	if (wrong == NULL && *text != '\0')
		wrong = parse(reader, text);
	if (wrong != NULL)
		model_refuse(reader, wrong);
}

void model_read_lines(struct model_reader *reader, const char *bytes, size_t length,
		      const char *(*line)(struct model_reader *reader, char *line))
{
	char piece[MODEL_LINE_MAX + 1];

	for (size_t at = 0; at < length;) {
		const char *end = memchr(bytes + at, '\n', length - at);
		size_t whole = end != NULL ? (size_t)(end - bytes) + 1 - at : length - at;
		size_t n = whole < MODEL_LINE_MAX ? whole : MODEL_LINE_MAX;

		if (at == 0 || bytes[at - 1] == '\n')
			reader->where.line++;
		memcpy(piece, bytes + at, n);
		piece[n] = '\0';
		if (n < whole)
			diagnostics_add(reader->diagnostics, PXEBOOT_WARNING, "dnsmasq.long-line", reader->where,
					"a line of more than %d characters: dnsmasq takes the rest for another line",
					MODEL_LINE_MAX);
		read_line(reader, piece, line);
		at += n;
	}
}

/* ---- Words that many lines have ---- */

const char *model_word(struct model_reader *reader, const char *word)
{
	char *copy;

	if (word == NULL || *word == '\0')
		return NULL;
	copy = model_copy(reader->model, word, strlen(word));
	if (copy != NULL)
		words_reveal(copy);
	return copy;
}

struct model_tag *model_new_tag(struct model_reader *reader, const char *name, struct model_tag *next)
{
	struct model_tag *tag = *name != '\0' ? MODEL_NEW(reader->model, model_tag) : NULL;

	if (tag == NULL)
		return NULL;
	tag->name = model_word(reader, name);
	tag->next = next;
	return tag->name != NULL ? tag : NULL;
}

/* Lists of tags are the wrong way round. */
static void add_condition(struct text *text, const struct model_tag *tag)
{
	if (tag->next != NULL) {
		add_condition(text, tag->next);
		text_add_char(text, ',');
	}
	text_add(text, "tag:");
	text_add_escaped(text, tag->name);
}

const char *model_condition(struct model_reader *reader, const struct model_tag *tags)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (tags == NULL)
		return "everybody";
	add_condition(&text, tags);
	if (text.error < 0) {
		reader->model->error = text.error;
		return NULL;
	}
	return model_copy(reader->model, text.bytes, text.length);
}

int model_take_tags(struct model_reader *reader, char **argument, struct model_tag **ret_tags)
{
	struct model_tag *tags = NULL;

	while (*argument != NULL && words_is_tag(*argument)) {
		char *rest = words_split(*argument);
		struct model_tag *tag = model_new_tag(reader, *argument + 4, tags);

		if (tag == NULL)
			return -EINVAL;
		tags = tag;
		*argument = rest;
	}
	*ret_tags = tags;
	return 0;
}

const char *model_set_name(struct model_reader *reader, const char *word)
{
	return model_word(reader, words_begin(word, "set:") ? word + 4 : word);
}
