/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See secret.h.  A plain password has no look of its own, and is not found. */
#include "render/secret.h"

#include <stdbool.h>
#include <string.h>

#include "base/macro.h"

#define HASH_MIN 22		/* letters of the shortest hash, MD5's */
#define KEY "PRIVATE KEY-----"

/* Of crypt(5). */
static const char *const prefixes[] = { "$y$", "$gy$", "$7$", "$2a$", "$2b$", "$2y$", "$6$", "$5$", "$1$" };

static bool is_hash_letter(char letter)
{
	return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') ||
	       letter == '.' || letter == '/';
}

static size_t prefix_length(const char *at, size_t left)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t length = strlen(prefixes[i]);

		if (length <= left && memcmp(at, prefixes[i], length) == 0)
			return length;
	}
	return 0;
}

/* Behind the prefix stand salt and the like, and after the last dollar a word as long as hashes are. */
static bool is_hash(const char *at, size_t left)
{
	size_t i = prefix_length(at, left), run = 0;
	bool after_dollar = false;

	if (i == 0)
		return false;
	for (; i < left && (is_hash_letter(at[i]) || strchr("$=,", at[i]) != NULL) && at[i] != '\0'; i++) {
		run = is_hash_letter(at[i]) ? run + 1 : 0;
		after_dollar |= at[i] == '$';
		if (after_dollar && run >= HASH_MIN)
			return true;
	}
	return false;
}

/* Whole: "-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----", … */
static bool is_key(const char *at, size_t left)
{
	return left >= strlen(KEY) && memcmp(at, KEY, strlen(KEY)) == 0;
}

const char *secret_find(const char *text, size_t length, unsigned *ret_line)
{
	unsigned line = 1;

	for (size_t i = 0; i < length; i++) {
		const char *what = NULL;

		if (text[i] == '$' && is_hash(text + i, length - i))
			what = "a password's hash";
		else if (text[i] == 'P' && is_key(text + i, length - i))
			what = "a private key";
		if (what != NULL) {
			*ret_line = line;
			return what;
		}
		line += text[i] == '\n';
	}
	return NULL;
}
