/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Quoting for GRUB (see quote_grub.h).
 */
#include "render/quote_grub.h"

#include <errno.h>
#include <string.h>

#include "render/quote.h"

#define BARE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+=@"

/* What GRUB takes for its grammar's own wherever it stands. */
static const char *const reserved[] = {
	"case", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "menuentry", "select", "then",
	"time", "until", "while",
};

static bool is_bare(const char *text)
{
	const char *at = text;

	while (*at && strchr(BARE, *at))
		at++;
	for (size_t i = 0; !*at && i < ARRAY_SIZE(reserved); i++)
		if (!strcmp(text, reserved[i]))
			return false;
	return *text && !*at;
}

struct word {
	struct text *out;
	char quote;			/* that is open: 0, '\'' or '"' */
};

static void change_quote(struct word *word, char quote)
{
	if (word->quote == quote)
		return;
	if (word->quote)
		text_add_char(word->out, word->quote);
	if (quote)
		text_add_char(word->out, quote);
	word->quote = quote;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* In single quotes only the single quote itself means anything.  Returns what stands behind all that goes in at once. */
static const char *add_literal(struct word *word, const char *text)
{
	size_t length = 0;

	if (*text == '\'') {
		change_quote(word, 0);
		text_add(word->out, "\\'");
		return text + 1;
	}
	while (text[length] && text[length] != '\'' && !is_control(text[length]))
		length++;
	change_quote(word, '\'');
	text_add_bytes(word->out, text, length);
	return text + length;
}

/* In double quotes, so that its value is neither split nor taken for a pattern.  Returns what stands behind it. */
static const char *add_variable(struct word *word, const char *name)
{
	size_t length = strcspn(name, (const char[]){ FENCE_CLOSE, '\0' });

	change_quote(word, '"');
	text_add(word->out, "${");
	text_add_bytes(word->out, name, length);
	text_add_char(word->out, '}');
	return name + length + (name[length] != '\0');
}

int quote_grub_word(struct text *out, const char *text)
{
	struct word word = { .out = out };

	if (is_bare(text)) {
		text_add(out, text);
		return 0;
	}
	if (!*text)
		text_add(out, "''");
	while (*text) {
		if (*text == FENCE_OPEN) {
			text = add_variable(&word, text + 1);
		} else if (is_control(*text)) {
			return -EBADMSG;
		} else {
			text = add_literal(&word, text);
		}
	}
	change_quote(&word, 0);
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* One argument, without the double quotes that hold its blanks together; what stands behind it is returned. */
static const char *take_argument(struct text *argument, const char *at, bool *changed)
{
	bool quoted = false, fenced = false;

	for (; *at && (quoted || fenced || !is_blank(*at)); at++) {
		if (*at == FENCE_OPEN || *at == FENCE_CLOSE)
			fenced = *at == FENCE_OPEN;
		if (*at == '"' && (quoted || strchr(at + 1, '"'))) {
			quoted = !quoted;
			continue;
		}
		*changed |= *at == '"' || *at == '\'' || *at == '\\';
		text_add_char(argument, *at == '\t' ? ' ' : *at);
	}
	return at;
}

int quote_grub_arguments(struct text *out, const char *text, bool *ret_changed)
{
	bool changed = false;
	int r = 0;

	while (r == 0 && *(text += strspn(text, " \t"))) {
		CLEANUP_TEXT struct text argument = TEXT_INIT;

		text = take_argument(&argument, text, &changed);
		text_add_char(out, ' ');
		r = argument.error ? argument.error : quote_grub_word(out, argument.bytes ? argument.bytes : "");
	}
	if (r == 0)
		*ret_changed = changed;
	return r;
}
