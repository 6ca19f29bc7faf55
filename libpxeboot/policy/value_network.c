/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values that speak of networks: web servers, interfaces, ranges of addresses.
 */
#include <errno.h>
#include <string.h>

#include "base/scalar.h"
#include "policy/value.h"

#define DIGITS "0123456789"
#define HEXADECIMAL DIGITS "abcdefABCDEF:"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* The rest behind "[:PORT]"; NULL when that is no port. */
static const char *after_port(const char *at)
{
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

/* The rest of "HOST[:PORT]" after its host and port; NULL when there is none. */
static const char *after_authority(const char *at)
{
	size_t host = strspn(at, LETTERS DIGITS ".-");

	return !host || host > 253 ? NULL : after_port(at + host);
}

/* Behind "[ADDRESS][:PORT]". */
static const char *after_authority6(const char *at)
{
	size_t length = strcspn(at, "]");
	char address[48];

	if (*at != '[' || at[length] != ']' || length > sizeof(address))
		return NULL;
	memcpy(address, at + 1, length - 1);
	address[length - 1] = '\0';
	return value_is_address6(address) ? after_port(at + length + 1) : NULL;
}

/* What stands behind "http://" or "https://"; NULL without. */
static const char *after_scheme(const char *string)
{
	if (!strncmp(string, "http://", 7))
		return string + 7;
	return strncmp(string, "https://", 8) ? NULL : string + 8;
}

static bool is_path_or_nothing(const char *at)
{
	return at && (!*at || (*at == '/' && scalar_is_file_path(at + 1)));
}

bool value_is_http(const char *string)
{
	const char *at = after_scheme(string);

	return at && is_path_or_nothing(after_authority(at));
}

bool value_is_http6(const char *string)
{
	const char *at = after_scheme(string);
	bool digits = at && strspn(at, DIGITS ".") == strcspn(at, ":/");

	return at && !digits && is_path_or_nothing(*at == '[' ? after_authority6(at) : after_authority(at));
}

bool value_is_address6(const char *string)
{
	uint8_t address[IP6_LENGTH];
	static const uint8_t zeros[IP6_LENGTH - 1];

	if (strchr(string, '.') || scalar_ip6(string, address))
		return false;
	/* fe80::/10 is of one link, ff00::/8 is of many machines; :: and ::1 are nobody's and one's own. */
	return address[0] != 0xff && !(address[0] == 0xfe && (address[1] & 0xc0) == 0x80) &&
	       memcmp(address, zeros, sizeof(zeros)) != 0;
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

#define CONSTRUCTOR "constructor:"
#define RANGE6_PARTS 5

/* "64" to "127", where @string is that; 0 for anything else. */
static unsigned prefix_bits(const char *string)
{
	uint32_t bits;

	return strlen(string) <= 3 && strspn(string, DIGITS) == strlen(string) && !scalar_u32(string, 64, 127, &bits) ? bits : 0;
}

bool value_is_range6(const char *string)
{
	char copy[160], *parts[RANGE6_PARTS];
	static const uint8_t nowhere[IP6_LENGTH / 2];
	uint8_t first[IP6_LENGTH], last[IP6_LENGTH];
	unsigned bits = 64;
	size_t i = 2;

	if (strlen(string) >= sizeof(copy))
		return false;
	strcpy(copy, string);
	size_t n = split(copy, ',', parts, RANGE6_PARTS);

	if (n < 2 || strspn(parts[0], HEXADECIMAL) != strlen(parts[0]) || strspn(parts[1], HEXADECIMAL) != strlen(parts[1]) ||
	    scalar_ip6(parts[0], first) || scalar_ip6(parts[1], last) || memcmp(first, last, IP6_LENGTH) > 0)
		return false;
	if (i < n && !strncmp(parts[i], CONSTRUCTOR, strlen(CONSTRUCTOR)))
		i += value_is_interface(parts[i] + strlen(CONSTRUCTOR));
	else if (!memcmp(first, nowhere, sizeof(nowhere)))	/* half an address, and nothing that completes it */
		return false;
	if (i < n && prefix_bits(parts[i]))
		bits = prefix_bits(parts[i++]);
	/* dnsmasq would take a bare number for the bits. */
	if (i < n && is_lease(parts[i]) && strspn(parts[i], DIGITS) != strlen(parts[i]))
		i++;
	return i == n && ip6_same_prefix(first, last, bits);
}
