/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Quoting for iPXE; the rules are those of its tokeniser (src/core/exec.c), the same from 2019 to now.
 */
#include "render/quote.h"

#include <errno.h>
#include <string.h>

#define MAX_WORDS 240		/* iPXE takes 255 arguments a command; the command itself has some */

enum symbol { SYMBOL_SPACE, SYMBOL_HASH, SYMBOL_SEMICOLON, SYMBOL_BAR, SYMBOL_AMPERSAND, SYMBOL_BACKSLASH };

/* What a word must not be, and what is written instead. */
static const struct {
	const char *name, *hex, *word;
} symbols_table[] = {
	[SYMBOL_SPACE] = { "sp", "20", NULL },
	[SYMBOL_HASH] = { "hash", "23", NULL },
	[SYMBOL_SEMICOLON] = { "semi", "3b", ";" },
	[SYMBOL_BAR] = { "bar", "7c:7c", "||" },
	[SYMBOL_AMPERSAND] = { "amp", "26:26", "&&" },
	[SYMBOL_BACKSLASH] = { "bsl", "5c", NULL },
};

struct quoting {
	struct text *out;
	unsigned *symbols;
	unsigned words;
};

static void add_symbol(struct quoting *quoting, enum symbol symbol)
{
	*quoting->symbols |= 1u << symbol;
	text_addf(quoting->out, "${%s:string}", symbols_table[symbol].name);
}

/* A run of blanks: the first of the run parts two words, unless there is no word on one of its sides. */
static void add_blanks(struct quoting *quoting, size_t count, bool between_words)
{
	if (between_words && count > 0) {
		text_add_char(quoting->out, ' ');
		quoting->words++;
		count--;
	}
	while (count-- > 0)
		add_symbol(quoting, SYMBOL_SPACE);
}

static size_t word_length(const char *at)
{
	size_t length = 0;
	bool fenced = false;

	for (; at[length] && (fenced || (at[length] != ' ' && at[length] != '\t')); length++)
		if (at[length] == FENCE_OPEN || at[length] == FENCE_CLOSE)
			fenced = at[length] == FENCE_OPEN;
	return length;
}

/* Words that iPXE would take for an operator. */
static bool add_operator(struct quoting *quoting, const char *word, size_t length)
{
	for (unsigned i = 0; i < ARRAY_SIZE(symbols_table); i++) {
		const char *operator = symbols_table[i].word;

		if (operator && strlen(operator) == length && memcmp(operator, word, length) == 0) {
			add_symbol(quoting, (enum symbol)i);
			return true;
		}
	}
	return false;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static int add_plain(struct quoting *quoting, const char *at, bool first, bool last)
{
	if (is_control(*at) || (*at == '$' && !last && at[1] == '{'))
		return -EBADMSG;
	if (first && *at == '#')
		add_symbol(quoting, SYMBOL_HASH);
	else if (last && *at == '\\')
		add_symbol(quoting, SYMBOL_BACKSLASH);
	else
		text_add_char(quoting->out, *at);
	return 0;
}

static int add_word(struct quoting *quoting, const char *word, size_t length)
{
	bool fenced = false;
	int r = 0;

	if (add_operator(quoting, word, length))
		return 0;
	for (size_t i = 0; i < length && r == 0; i++) {
		if (word[i] == FENCE_OPEN || word[i] == FENCE_CLOSE)
			fenced = word[i] == FENCE_OPEN;
		else if (fenced)
			text_add_char(quoting->out, word[i]);
		else
			r = add_plain(quoting, word + i, i == 0, i == length - 1);
	}
	return r;
}

/* Bytes that have a meaning somewhere in a text; fences are among the controls. */
static const bool is_special[256] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	[' '] = 1, ['#'] = 1, ['$'] = 1, ['&'] = 1, [';'] = 1, ['\\'] = 1, ['|'] = 1, [0x7f] = 1,
};

static const char *end_of_plain(const char *at)
{
	while (!is_special[(unsigned char)*at])
		at++;
	return at;
}

bool quote_add_plain(struct text *out, const char *text, bool one_word)
{
	const char *at = end_of_plain(text);
	unsigned blanks = 0;

	while (*at == ' ' && !one_word && at > text && !is_special[(unsigned char)at[1]] && blanks++ < MAX_WORDS)
		at = end_of_plain(at + 1);
	if (*at)
		return false;
	text_add_bytes(out, text, (size_t)(at - text));
	return true;
}

int quote_add(struct text *out, const char *text, bool one_word, unsigned *symbols)
{
	struct quoting quoting = { .out = out, .symbols = symbols };
	bool started = false;
	int r;

	if (quote_add_plain(out, text, one_word))
		return 0;
	while (*text) {
		size_t blanks = strspn(text, " \t");
		size_t length = word_length(text + blanks);

		add_blanks(&quoting, blanks, started && length > 0 && !one_word);
		r = add_word(&quoting, text + blanks, length);
		if (r < 0)
			return r;
		if (quoting.words > MAX_WORDS)
			return -E2BIG;
		text += blanks + length;
		started = true;
	}
	return 0;
}

void quote_add_symbols(struct text *out, unsigned symbols)
{
	for (unsigned i = 0; i < ARRAY_SIZE(symbols_table); i++)
		if (symbols & 1u << i)
			text_addf(out, "set %s:hex %s\n", symbols_table[i].name, symbols_table[i].hex);
}
