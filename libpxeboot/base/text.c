/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The growing text buffer.  It doubles, so that a long text costs a handful of allocations; after the first failure
 * every writer is a no-op.
 */
#include "base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CAPACITY 256

/* Makes room for @more bytes and the NUL after them; false when the buffer has failed. */
static bool reserve(struct text *text, size_t more)
{
	size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;
	char *bytes;

	if (text->error)
		return false;
	if (text->bytes && more < text->capacity - text->length)
		return true;
	if (more >= SIZE_MAX / 4 - text->length) {
		text->error = -ENOMEM;
		return false;
	}
	while (capacity - text->length <= more)
		capacity *= 2;
	bytes = realloc(text->bytes, capacity);
	if (!bytes) {
		text->error = -ENOMEM;
		return false;
	}
	text->bytes = bytes;
	text->capacity = capacity;
	return true;
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	if (!reserve(text, length))
		return;
	if (length)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

void text_addv(struct text *text, const char *format, va_list arguments)
{
	va_list again;
	int length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0) {
		if (!text->error)
			text->error = -EINVAL;
		return;
	}
	if (!reserve(text, (size_t)length))
		return;
	vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
	text->length += (size_t)length;
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_addv(text, format, arguments);
	va_end(arguments);
}

/* What a UTF-8 sequence looks like by its first byte (Unicode, table 3-7): its length and the range of its second
 * byte, which is what excludes overlong forms, surrogates and anything above U+10FFFF. */
static const struct {
	uint8_t first, last, length, low, high;
} sequences[] = {
	{ 0x20, 0x7e, 1, 0, 0 },
	{ 0xc2, 0xc2, 2, 0xa0, 0xbf },	/* U+0080 to U+009F are control characters */
	{ 0xc3, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f },
	{ 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};

/* The string's NUL ends every loop here. */
size_t text_printable_length(const char *string)
{
	const uint8_t *at = (const uint8_t *)string;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(sequences); i++)
		if (at[0] >= sequences[i].first && at[0] <= sequences[i].last)
			break;
	if (i == ARRAY_SIZE(sequences))
		return 0;
	if (sequences[i].length > 1 && (at[1] < sequences[i].low || at[1] > sequences[i].high))
		return 0;
	for (n = 2; n < sequences[i].length; n++)
		if (at[n] < 0x80 || at[n] > 0xbf)
			return 0;
	return sequences[i].length;
}

/* The letter after the backslash for bytes that have one, else 0. */
static char short_escape(uint8_t byte)
{
	static const char from[] = "\n\t\r\\'\"";
	static const char to[] = "ntr\\'\"";
	const char *at = byte ? strchr(from, byte) : NULL;

	return at ? to[at - from] : 0;
}

void text_add_escaped(struct text *text, const char *string)
{
	const uint8_t *at = (const uint8_t *)string;
	size_t length;
	char letter;

	for (; *at; at += length) {
		length = 1;
		letter = short_escape(*at);
		if (letter) {
			text_add_char(text, '\\');
			text_add_char(text, letter);
			continue;
		}
		length = text_printable_length((const char *)at);
		if (length) {
			text_add_bytes(text, at, length);
			continue;
		}
		length = 1;
		text_addf(text, "\\x%02x", *at);
	}
}

int text_take(struct text *text, char **ret_bytes, size_t *ret_length)
{
	if (!text->bytes && !text->error)
		text_add(text, "");
	if (text->error)
		return text->error;
	*ret_bytes = text->bytes;
	if (ret_length)
		*ret_length = text->length;
	*text = (struct text)TEXT_INIT;
	return 0;
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text)TEXT_INIT;
}
