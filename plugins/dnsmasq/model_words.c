/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model_words.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Each of the characters with the control character that stands for it. */
static const char plain[] = "0123456789abcdefABCDEF:,. ";
static const char disguise[] = "\001\002\003\004\005\006\007\013\014\016\017\020\021\022\023\024\025\026\027\030\031\032"
			       "\034\035\036\037";

_Static_assert(sizeof(plain) == sizeof(disguise), "one for each");

static char disguised(char c)
{
	const char *at = c != '\0' ? strchr(plain, c) : NULL;

	return at != NULL ? disguise[at - plain] : c;
}

void words_reveal(char *text)
{
	const char *at;

	for (; *text != '\0'; text++)
		if ((at = strchr(disguise, *text)) != NULL)
			*text = plain[at - disguise];
}

static char escaped(char c)
{
	static const char letters[] = "\"tnebr\\", values[] = "\"\t\n\033\b\r\\";
	const char *at = c != '\0' ? strchr(letters, c) : NULL;

	return at != NULL ? values[at - letters] : '\0';
}

/* Copies what stands between quotes, from after the first.  Returns what follows the second; NULL when there is none. */
static const char *take_quoted(const char *from, char **to)
{
	for (; *from != '\0' && *from != '"'; from++) {
		char value = *from == '\\' ? escaped(from[1]) : '\0';

		if (value != '\0')
			from++;
		*(*to)++ = disguised(value != '\0' ? value : *from);
	}
	return *from == '"' ? from + 1 : NULL;
}

const char *words_prepare(char *line, char **ret_text)
{
	const char *from = line;
	char *to = line, *start = line;
	bool blank = true;

	for (; *from != '\0'; from++) {
		/* What stands right behind a closing quote is never an opening one. */
		if (*from == '"' && (from = take_quoted(from + 1, &to)) == NULL)
			return "a quotation mark is missing";
		if (*from == '\0')
			break;
		if (blank && *from == '#')
			break;
		blank = isspace((unsigned char)*from) != 0;
		*to++ = blank ? ' ' : *from;
	}
	while (to > line && to[-1] == ' ')
		to--;
	*to = '\0';
	while (*start == ' ')
		start++;
	*ret_text = start;
	return NULL;
}

char *words_split_at(char *text, char mark)
{
	char *at = text != NULL ? strchr(text, mark) : NULL, *end = at;

	if (at == NULL)
		return NULL;
	for (at++; *at == ' '; at++)
		;
	while (end > text && end[-1] == ' ')
		end--;
	*end = '\0';
	return at;
}

char *words_split(char *text)
{
	return words_split_at(text, ',');
}

bool words_begin(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool words_is_tag(const char *text)
{
	return words_begin(text, "tag:") || words_begin(text, "net:");
}

bool words_all_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

bool words_number(char *text, int *ret)
{
	words_reveal(text);
	if (!words_all_digits(text))
		return false;
	*ret = atoi(text);
	return true;
}

/* One byte of one or two digits. */
static uint8_t byte_of(const char *digits, size_t n)
{
	char pair[3] = { digits[0], n > 1 ? digits[1] : '\0', '\0' };

	return (uint8_t)strtoul(pair, NULL, 16);
}

struct hex {
	uint8_t *bytes;
	int count, max;
	uint32_t wild;
};

static bool take_bytes(struct hex *hex, const char *word, size_t length)
{
	if (length == 1 && word[0] == '*') {
		hex->wild = hex->wild << 1 | 1;
		hex->count++;
		return true;
	}
	for (size_t at = 0; at < length && hex->count < hex->max; at += 2) {
		size_t n = length - at < 2 ? 1 : 2;

		if (memchr(word + at, '*', n) != NULL)
			return false;
		hex->bytes[hex->count++] = byte_of(word + at, n);
		hex->wild <<= 1;
	}
	return true;
}

int words_hex(const char *text, uint8_t *ret_bytes, int max, uint32_t *ret_wild, long *ret_type)
{
	struct hex hex = { .bytes = ret_bytes, .max = max };
	bool first = true;

	if (ret_type != NULL)
		*ret_type = 0;
	for (;; text++) {
		size_t length = strspn(text, "0123456789abcdefABCDEF*");

		if (hex.count >= max)
			break;
		if (text[length] != '\0' && strchr(":- ", text[length]) == NULL)
			return -1;
		if (length > 0 && text[length] == '-' && hex.count == 0 && ret_type != NULL && first) {
			*ret_type = strtol(text, NULL, 16);
			first = false;
		} else if (!take_bytes(&hex, text, length))
			return -1;
		text += length;
		if (*text == '\0')
			break;
	}
	if (ret_wild != NULL)
		*ret_wild = hex.wild;
	return hex.count;
}

bool words_address(const char *text, uint32_t *ret)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		return false;
	*ret = ntohl(address.s_addr);
	return true;
}

bool words_address6(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET6, text, &address) == 1;
}
