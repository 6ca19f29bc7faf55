/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A growing text buffer.  Writers add without looking; the first failure sticks and text_take() reports it,
 * so that a renderer reads like the text it writes.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/macro.h"

struct text {
	char *bytes;		/* NUL-terminated when not NULL; the NUL is not counted */
	size_t length;
	size_t capacity;
	int error;		/* 0 or the first failure, a negative errno */
};

#define TEXT_INIT { NULL, 0, 0, 0 }
#define CLEANUP_TEXT __attribute__((cleanup(text_free)))

/* Makes room for @more bytes and the NUL after them; false when the buffer has failed. */
bool text_grow(struct text *text, size_t more);

static inline void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	char *end;

	if (text->error || !text->bytes || length >= text->capacity - text->length)
		if (!text_grow(text, length))
			return;
	end = text->bytes + text->length;
	text->length += length;
	if (length)
		memcpy(end, bytes, length);
	end[length] = '\0';
}

static inline void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

static inline void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

/* As printf() does, but for a string that is NULL: it could not be made (text_string()), and so this text can't. */
void text_addf(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_addv(struct text *text, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* Adds @string with every byte that could disturb a terminal or a log (controls, quotes, backslash, bytes that are
 * not valid UTF-8) written as \n, \t, \r, \', \", \\ or \xHH. */
void text_add_escaped(struct text *text, const char *string);

/* How many bytes the character at @string takes; 0 for controls, for what is not valid UTF-8, and at the end. */
size_t text_printable_length(const char *string);

/* The same for what a reader may be shown as it is: 0 as well for characters that turn the writing around or end a line. */
size_t text_shown_length(const char *string);

/* Lends the bytes, "" of an empty buffer, for a format of another buffer or of a finding; NULL when this one has failed, which
 * then fails that, too. */
const char *text_string(const struct text *text);

/* Hands the bytes over (the caller frees them) and empties the buffer.  An empty buffer gives "".
 * Returns 0, or the error that stuck; @ret_bytes and @ret_length (may be NULL) are then untouched. */
int text_take(struct text *text, char **ret_bytes, size_t *ret_length) MUST_USE;

/* Empties the buffer, its error too, and keeps its memory for what comes next. */
void text_clear(struct text *text);

void text_free(struct text *text);

#endif
