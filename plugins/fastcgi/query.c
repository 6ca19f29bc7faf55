/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decoding in place: what is decoded is never longer. */
#include "query.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* 0-15, or -1. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes in place, which makes the text no longer.  NULL, or what is wrong. */
static const char *decode(char *text, size_t limit)
{
	char *to = text;

	for (const char *at = text; *at; at++) {
		char c = *at;

		if (c == '%') {
			int high = hex_digit(at[1]), low = high < 0 ? -1 : hex_digit(at[2]);

			if (low < 0)
				return "'%' without two hexadecimal digits";
			c = (char)(high << 4 | low);
			at += 2;
			if (!c)
				return "a NUL byte";
		} else if (c <= ' ' || c == 0x7f) {	/* bytes above 0x7f are negative where char is signed */
			return "a byte that must be written as %XX";
		}
		*to++ = c;
	}
	*to = '\0';
	return (size_t)(to - text) > limit ? "a name or value that is too long" : NULL;
}

/* Each name is compared with each: most differ in the first letter. */
static bool is_named(const struct query_pair *pair, const char *key)
{
	return *pair->key == *key && !strcmp(pair->key, key);
}

static bool has_key(const struct query *query, const char *key)
{
	for (size_t i = 0; i < query->n_pairs; i++)
		if (is_named(&query->pairs[i], key))
			return true;
	return false;
}

/* NULL, or what is wrong. */
static const char *add_pair(struct query *query, char *pair)
{
	char *value = strchr(pair, '=');
	const char *why;

	if (!value)
		return "a part without '='";
	*value++ = '\0';
	why = decode(pair, QUERY_KEY_MAX);
	if (!why)
		why = decode(value, QUERY_VALUE_MAX);
	if (why)
		return why;
	if (!*pair)
		return "a value without a name";
	if (has_key(query, pair))
		return "a name that comes twice";
	if (query->n_pairs == QUERY_PAIRS_MAX)
		return "too many parts";
	query->pairs[query->n_pairs++] = (struct query_pair){ pair, value };
	return NULL;
}

int query_parse(const char *text, struct query *ret_query, const char **ret_why)
{
	struct query query = { .bytes = NULL, .n_pairs = 0 };
	const char *why = strlen(text) > QUERY_MAX ? "too many bytes" : NULL;

	query.bytes = why ? NULL : strdup(text);
	if (!why && !query.bytes)
		return -ENOMEM;
	for (char *pair = query.bytes, *next; !why && pair && *text; pair = next) {
		next = strchr(pair, '&');
		if (next)
			*next++ = '\0';
		why = add_pair(&query, pair);
	}
	if (why) {
		query_free(&query);
		*ret_why = why;
		return -EBADMSG;
	}
	*ret_query = query;
	return 0;
}

void query_free(struct query *query)
{
	free(query->bytes);
	query->bytes = NULL;
	query->n_pairs = 0;
}

const char *query_get(const struct query *query, const char *key)
{
	for (size_t i = 0; i < query->n_pairs; i++)
		if (is_named(&query->pairs[i], key))
			return *query->pairs[i].value ? query->pairs[i].value : NULL;
	return NULL;
}
