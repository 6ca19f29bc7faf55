/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values that speak of networks: web servers, interfaces, ranges of addresses.
 */
#include <errno.h>
#include <string.h>

#include "base/scalar.h"
#include "policy/value.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The rest of "HOST[:PORT]" after its host and port; NULL when there is none. */
static const char *after_authority(const char *at)
{
	size_t host = strspn(at, LETTERS DIGITS ".-");

	if (!host || host > 253)
		return NULL;
	at += host;
	if (*at != ':')
		return at;
	char port[6];
	size_t length = strspn(++at, DIGITS);
	uint32_t number;

	if (length >= sizeof(port))
		return NULL;
	memcpy(port, at, length);
	port[length] = '\0';
	return scalar_u32(port, 1, 65535, &number) ? NULL : at + length;
}

bool value_is_http(const char *string)
{
	const char *at = NULL;

	if (!strncmp(string, "http://", 7))
		at = after_authority(string + 7);
	else if (!strncmp(string, "https://", 8))
		at = after_authority(string + 8);
	return at && (!*at || (*at == '/' && scalar_is_file_path(at + 1)));
}

bool value_is_interface(const char *string)
{
	size_t length = strlen(string);

	return length && length <= 15 && strspn(string, LETTERS DIGITS "._-@:") == length;
}

/* Netmask or lease at the end of a range. */
static bool is_netmask(const char *string)
{
	uint32_t mask;

	return !scalar_ip4(string, &mask) && mask && !((~mask + 1) & ~mask);
}

static bool is_lease(const char *string)
{
	size_t digits = strspn(string, DIGITS);

	if (!strcmp(string, "infinite"))
		return true;
	return digits && digits <= 9 && (!string[digits] || (strchr("smhdw", string[digits]) && !string[digits + 1]));
}

static size_t split(char *string, char separator, char *ret_parts[], size_t limit)
{
	size_t n = 0;

	for (char *at = string; at && n < limit; n++) {
		ret_parts[n] = at;
		at = strchr(at, separator);
		if (at)
			*at++ = '\0';
		if (at && n + 1 == limit)
			return 0;
	}
	return n;
}

int value_range(const char *string, uint32_t *ret_first, uint32_t *ret_last)
{
	char copy[80], *parts[4];
	uint32_t first, last;

	if (strlen(string) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, string);
	size_t n = split(copy, ',', parts, ARRAY_SIZE(parts));

	if (n < 2 || scalar_ip4(parts[0], &first) || scalar_ip4(parts[1], &last) || first > last)
		return -EINVAL;
	if (n == 3 && !is_netmask(parts[2]) && !is_lease(parts[2]))
		return -EINVAL;
	if (n == 4 && (!is_netmask(parts[2]) || !is_lease(parts[3])))
		return -EINVAL;
	*ret_first = first;
	*ret_last = last;
	return 0;
}
