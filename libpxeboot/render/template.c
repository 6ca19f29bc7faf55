/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Splits policy text into literal text and variables.
 */
#include "render/template.h"

#include <errno.h>
#include <string.h>

static bool name_char(char c, bool first)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

	return letter || (!first && ((c >= '0' && c <= '9') || c == '-' || c == '_'));
}

struct template template_over(const char *text)
{
	return (struct template){ .at = text, .line_start = text };
}

struct template template_of(const struct profile *profile, const char *text)
{
	return (struct template){ .at = text, .line_start = text, .profile = profile };
}

struct template template_of_answers(const struct profile *profile, const char *text)
{
	return (struct template){ .at = text, .line_start = text, .profile = profile, .filters = true };
}

static size_t name_length(const char *at)
{
	size_t length = 0;

	while (name_char(at[length], length == 0))
		length++;
	return length;
}

/* What the profile says of a variable goes before what its text says at this one place. */
static void fall_back(const struct profile *profile, struct chunk *chunk)
{
	for (size_t i = 0; profile && i < profile->n_vars; i++) {
		if (!slice_is(chunk->text, profile->vars[i].name))
			continue;
		chunk->has_default = true;
		chunk->fallback = (struct slice){ profile->vars[i].value, strlen(profile->vars[i].value) };
	}
}

/* "|sh|json": each has a name. */
static int read_filters(const char **at, struct chunk *chunk)
{
	const char *start = *at + 1;

	while (**at == '|') {
		size_t length = name_length(*at + 1);

		if (length == 0)
			return -EBADMSG;
		*at += 1 + length;
	}
	chunk->filter = (struct slice){ start, (size_t)(*at - start) };
	return 0;
}

/* @at stands behind "${". */
static int read_variable(struct template *template, const char *at, struct chunk *chunk)
{
	const char *close;

	chunk->kind = CHUNK_VARIABLE;
	chunk->text = (struct slice){ at, name_length(at) };
	at += chunk->text.length;
	if (chunk->text.length == 0)
		return -EBADMSG;
	if (template->filters && *at == '|' && read_filters(&at, chunk) < 0)
		return -EBADMSG;
	if (at[0] == ':' && at[1] == '-') {
		at += 2;
		close = at + strcspn(at, "}\n");
		chunk->has_default = true;
		chunk->fallback = (struct slice){ at, (size_t)(close - at) };
		at = close;
	}
	if (*at != '}')
		return -EBADMSG;
	template->at = at + 1;
	fall_back(template->profile, chunk);
	return 1;
}

static bool begins_chunk(const char *dollar)
{
	return strncmp(dollar, "${", 2) == 0 || strncmp(dollar, "$${", 3) == 0;
}

static int read_literal(struct template *template, struct chunk *chunk)
{
	const char *at = template->at;

	for (; *at && !(*at == '$' && begins_chunk(at)); at++) {
		if (*at != '\n')
			continue;
		template->line++;
		template->line_start = at + 1;
	}
	chunk->kind = CHUNK_LITERAL;
	chunk->text = (struct slice){ template->at, (size_t)(at - template->at) };
	template->at = at;
	return 1;
}

int template_next(struct template *template, struct chunk *ret_chunk)
{
	struct chunk chunk = { .line = template->line, .column = (unsigned)(template->at - template->line_start) };
	int r;

	if (!*template->at)
		return 0;
	if (strncmp(template->at, "$${", 3) == 0) {
		chunk.kind = CHUNK_PASS;
		template->at += 3;
		r = 1;
	} else if (strncmp(template->at, "${", 2) == 0) {
		r = read_variable(template, template->at + 2, &chunk);
	} else {
		r = read_literal(template, &chunk);
	}
	if (r > 0)
		*ret_chunk = chunk;
	return r;
}
