/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Policy text on its way into an iPXE script: variables become settings, the rest is quoted.
 */
#include <errno.h>
#include <string.h>

#include "render/quote.h"
#include "render/script.h"
#include "render/template.h"
#include "render/variables.h"

/* iPXE expands again what it has expanded: a value that ends in "$" would make a setting of a "{" behind it. */
static int add_value(struct script *script, struct text *out, const char *value)
{
	size_t length = strlen(value);

	if (length && value[length - 1] == '$')
		return -EBADMSG;
	return quote_add(out, value, false, &script->symbols);
}

/* ${name:-default}: iPXE knows no defaults, so a setting of the script's own holds the one or the other.  A value may
 * begin with a '-', which is no option of isset's. */
static int add_default(struct script *script, struct text *fenced, const struct chunk *chunk, const char *reference)
{
	CLEANUP_FREE char *fallback = strndup(chunk->fallback.at, chunk->fallback.length);
	unsigned number = ++script->n_defaults;
	int r;

	if (!fallback)
		return -ENOMEM;
	text_addf(&script->setup, "set arg%u %s\nisset -- ${arg%u} || set arg%u ", number, reference, number, number);
	r = add_value(script, &script->setup, fallback);
	text_add_char(&script->setup, '\n');
	text_addf(fenced, "${arg%u}", number);
	return r;
}

static int add_variable(struct script *script, struct text *fenced, const struct chunk *chunk)
{
	CLEANUP_TEXT struct text reference = TEXT_INIT;
	int r = variable_for_ipxe(script->policy, chunk->text, script->profile, &reference);

	if (r == 0)
		r = reference.error;
	if (r < 0)
		return r;
	script->needs_arch |= slice_is(chunk->text, "arch");
	script->needs_folder |= slice_is(chunk->text, "answers") || slice_is(chunk->text, "answers-dir");
	text_add_char(fenced, FENCE_OPEN);
	if (chunk->has_default)
		r = add_default(script, fenced, chunk, reference.bytes);
	else
		text_add_bytes(fenced, reference.bytes, reference.length);
	text_add_char(fenced, FENCE_CLOSE);
	return r;
}

static int add_chunk(struct script *script, struct text *fenced, const struct chunk *chunk)
{
	switch (chunk->kind) {
	case CHUNK_LITERAL:
		text_add_bytes(fenced, chunk->text.at, chunk->text.length);
		return 0;
	case CHUNK_PASS:
		text_addf(fenced, "%c${%c", FENCE_OPEN, FENCE_CLOSE);
		return 0;
	case CHUNK_VARIABLE:
		return add_variable(script, fenced, chunk);
	}
	return -EINVAL;
}

static void refuse(struct script *script, struct location where, const char *subject, const char *problem,
		   const char *got, size_t length)
{
	CLEANUP_TEXT struct text escaped = TEXT_INIT;
	CLEANUP_FREE char *copy = strndup(got, length);

	if (copy)
		text_add_escaped(&escaped, copy);
	else
		escaped.error = -ENOMEM;
	diagnostics_add(script->diagnostics, PXEBOOT_ERROR, "render.text", where, "%s: %s, got '%s'", subject, problem,
			text_string(&escaped));
	script->failed = true;
}

static const char *problem_of(int error, bool variable)
{
	if (error == -E2BIG)
		return "more words than one iPXE command takes (240)";
	if (variable)
		return "no such variable here";
	return "iPXE can't express this text";
}

static void add_template(struct script *script, const char *string, bool one_word, struct location where,
			 const char *subject)
{
	struct template template = template_of(script->profile, string);
	CLEANUP_TEXT struct text fenced = TEXT_INIT;
	struct chunk chunk;
	int r;

	while ((r = template_next(&template, &chunk)) > 0) {
		r = add_chunk(script, &fenced, &chunk);
		if (r == -ENOMEM)
			script->body.error = r;
		else if (r < 0)
			refuse(script, where, subject, problem_of(r, true), chunk.text.at, chunk.text.length);
		if (r < 0)
			return;
	}
	if (r < 0) {
		refuse(script, where, subject, "'${' without a name and '}'; '$${' passes it on to iPXE", string,
		       strlen(string));
		return;
	}
	r = fenced.error;
	if (r == 0 && fenced.bytes)
		r = quote_add(&script->body, fenced.bytes, one_word, &script->symbols);
	if (r == -ENOMEM)
		script->body.error = r;
	else if (r < 0)
		refuse(script, where, subject, problem_of(r, false), string, strlen(string));
}

void script_add_words(struct script *script, const char *text, struct location where, const char *subject)
{
	if (!quote_add_plain(&script->body, text, false))
		add_template(script, text, false, where, subject);
}

void script_add_word(struct script *script, const char *text, struct location where, const char *subject)
{
	if (!quote_add_plain(&script->body, text, true))
		add_template(script, text, true, where, subject);
}

void script_add_value(struct script *script, const char *value, struct location where, const char *subject)
{
	int r = add_value(script, &script->body, value);

	if (r < 0)
		refuse(script, where, subject, problem_of(r, false), value, strlen(value));
}
