/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The growing text buffer.  It doubles, so that a long text costs a handful of allocations; after the first failure
 * every writer is a no-op.
 */
#include "base/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/scalar.h"

#define FIRST_CAPACITY 256

bool text_grow(struct text *text, size_t more)
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

/* ---- Formats ------------------------------------------------------------------------------------------------------ */

/* Whatever the C library knows. */
static PRINTF_LIKE(2, 0) void add_by_library(struct text *text, const char *format, va_list arguments)
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
	if (!text_grow(text, (size_t)length))
		return;
	vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
	text->length += (size_t)length;
}

static void add_number(struct text *text, uint64_t number)
{
	char digits[SCALAR_U64_SIZE];

	text_add_bytes(text, digits, scalar_format_u64(number, digits));
}

static void add_signed(struct text *text, int number)
{
	text_add_bytes(text, "-", number < 0);
	add_number(text, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

/* At most so many bytes of it; of none nothing is asked. */
static void add_string(struct text *text, const char *string, size_t most)
{
	if (!most)
		return;
	if (string)
		text_add_bytes(text, string, strnlen(string, most));
	else if (!text->error)
		text->error = -ENOMEM;
}

/* So that it can be handed on and is moved along. */
struct arguments {
	va_list list;
};

/* The conversion at @at, where it is one of those that most of our text is made of: its length.  0: it is none, and no
 * argument has been taken. */
static size_t add_conversion(struct text *text, const char *at, struct arguments *arguments)
{
	int most;

	switch (at[1]) {
	case 's':
		add_string(text, va_arg(arguments->list, const char *), PTRDIFF_MAX);
		return 2;
	case 'u':
		add_number(text, va_arg(arguments->list, unsigned));
		return 2;
	case 'd':
		add_signed(text, va_arg(arguments->list, int));
		return 2;
	case 'c':
		text_add_char(text, (char)va_arg(arguments->list, int));
		return 2;
	}
	if (!strncmp(at, "%zu", 3)) {
		add_number(text, va_arg(arguments->list, size_t));
		return 3;
	}
	if (strncmp(at, "%.*s", 4))
		return 0;
	most = va_arg(arguments->list, int);
	add_string(text, va_arg(arguments->list, const char *), most < 0 ? PTRDIFF_MAX : (size_t)most);
	return 4;
}

void text_addv(struct text *text, const char *format, va_list arguments)
{
	struct arguments left;
	size_t length;

	va_copy(left.list, arguments);
	for (;;) {
		length = (size_t)(strchrnul(format, '%') - format);
		text_add_bytes(text, format, length);
		format += length;
		length = *format ? add_conversion(text, format, &left) : 0;
		if (!length)
			break;
		format += length;
	}
	if (*format)
		add_by_library(text, format, left.list);
	va_end(left.list);
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_addv(text, format, arguments);
	va_end(arguments);
}

/* ---- Escapes ------------------------------------------------------------------------------------------------------ */

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

/* Characters that end a line or turn the writing around: what a reader sees would be something else than what is there
 * (Unicode, properties Bidi_Control and line break class BK). */
static bool is_deceiving(const uint8_t *at, size_t length)
{
	if (length == 2)
		return at[0] == 0xd8 && at[1] == 0x9c;
	if (length != 3 || at[0] != 0xe2)
		return false;
	if (at[1] == 0x81)
		return at[2] >= 0xa6 && at[2] <= 0xa9;
	return at[1] == 0x80 && (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xa8 && at[2] <= 0xae));
}

size_t text_shown_length(const char *string)
{
	size_t length = text_printable_length(string);

	return is_deceiving((const uint8_t *)string, length) ? 0 : length;
}

/* Most bytes: printable ASCII that means nothing to anybody. */
static bool is_harmless(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '\\' && byte != '\'' && byte != '"';
}

/* The letter after the backslash for bytes that have one, else 0. */
static char short_escape(uint8_t byte)
{
	static const char from[] = "\n\t\r\\'\"";
	static const char to[] = "ntr\\'\"";
	const char *at = byte ? strchr(from, byte) : NULL;

	return at ? to[at - from] : 0;
}

/* One character that is not harmless, or a byte that is none: how many bytes that were. */
static size_t add_escape(struct text *text, const uint8_t *at)
{
	size_t length = text_shown_length((const char *)at);
	char letter = short_escape(*at);

	if (letter) {
		text_add_char(text, '\\');
		text_add_char(text, letter);
	} else if (length) {
		text_add_bytes(text, at, length);
		return length;
	} else {
		text_addf(text, "\\x%02x", *at);
	}
	return 1;
}

void text_add_escaped(struct text *text, const char *string)
{
	const uint8_t *at = (const uint8_t *)string;

	while (*at) {
		size_t length = 0;

		while (is_harmless(at[length]))
			length++;
		text_add_bytes(text, at, length);
		at += length;
		if (*at)
			at += add_escape(text, at);
	}
}

const char *text_string(const struct text *text)
{
	return text->error ? NULL : text->bytes ? text->bytes : "";
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

void text_clear(struct text *text)
{
	text->length = 0;
	text->error = 0;
	if (text->bytes)
		text->bytes[0] = '\0';
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text)TEXT_INIT;
}
