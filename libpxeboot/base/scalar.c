/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Strict scalars.  No strtoul() and friends: they take blanks, signs and whatever comes after the number.
 */
#include "base/scalar.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/* One more than what the digit is worth.  A table, because the digits of MAC addresses follow no pattern: a processor
 * guesses branches on them wrong. */
static const uint8_t hex_digits[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* -1: not a digit. */
static int digit_value(char c)
{
	return hex_digits[(unsigned char)c] - 1;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int scalar_u32(const char *string, uint32_t min, uint32_t max, uint32_t *ret)
{
	bool hex = string[0] == '0' && (string[1] == 'x' || string[1] == 'X');
	const char *at = hex ? string + 2 : string;
	uint64_t value = 0;
	int digit;

	if (!*at)
		return -EINVAL;
	for (; *at; at++) {
		digit = digit_value(*at);
		if (digit < 0 || (!hex && digit > 9))
			return -EINVAL;
		/* Past the range it stays past the range, and the rest must still be digits. */
		if (value <= UINT32_MAX)
			value = value * (hex ? 16 : 10) + (unsigned)digit;
	}
	if (value < min || value > max)
		return -ERANGE;
	*ret = (uint32_t)value;
	return 0;
}

size_t scalar_format_u64(uint64_t number, char ret[SCALAR_U64_SIZE])
{
	char digits[SCALAR_U64_SIZE];
	char *at = digits + sizeof(digits);
	size_t length;

	*--at = '\0';
	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	length = (size_t)(digits + sizeof(digits) - 1 - at);
	memcpy(ret, at, length + 1);
	return length;
}

/* Reads one pair of digits and moves past it. */
static int take_pair(const char **at, uint8_t *ret)
{
	int high = digit_value((*at)[0]), low;

	if (high < 0)
		return -EINVAL;
	low = digit_value((*at)[1]);
	if (low < 0)
		return -EINVAL;
	*ret = (uint8_t)(high << 4 | low);
	*at += 2;
	return 0;
}

int scalar_mac_prefix(const char *string, uint8_t ret[MAC_LENGTH], size_t *ret_length)
{
	uint8_t mac[MAC_LENGTH] = { 0 };
	const char *at = string;
	char separator = 0;
	size_t n = 0;

	for (;;) {
		if (n == MAC_LENGTH || take_pair(&at, &mac[n]))
			return -EINVAL;
		n++;
		if (!*at)
			break;
		if (n == 1)
			separator = *at == ':' || *at == '-' ? *at : 0;
		if (!separator)
			continue;
		if (*at != separator)
			return -EINVAL;
		at++;
	}
	memcpy(ret, mac, sizeof(mac));
	*ret_length = n;
	return 0;
}

int scalar_mac(const char *string, uint8_t ret[MAC_LENGTH])
{
	uint8_t mac[MAC_LENGTH];
	size_t length;
	int error = scalar_mac_prefix(string, mac, &length);

	if (error)
		return error;
	if (length != MAC_LENGTH)
		return -EINVAL;
	memcpy(ret, mac, sizeof(mac));
	return 0;
}

void scalar_format_mac(const uint8_t mac[MAC_LENGTH], char separator, char ret[3 * MAC_LENGTH])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < MAC_LENGTH; i++) {
		ret[3 * i] = digits[mac[i] >> 4];
		ret[3 * i + 1] = digits[mac[i] & 15];
		ret[3 * i + 2] = separator;
	}
	ret[3 * MAC_LENGTH - 1] = '\0';
}

/* Is a '-' due before this byte of a UUID? */
static bool uuid_dash_before(size_t byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

int scalar_uuid(const char *string, uint8_t ret[UUID_LENGTH])
{
	uint8_t uuid[UUID_LENGTH];
	const char *at = string;
	size_t i;

	for (i = 0; i < UUID_LENGTH; i++) {
		if (uuid_dash_before(i) && *at++ != '-')
			return -EINVAL;
		if (take_pair(&at, &uuid[i]))
			return -EINVAL;
	}
	if (*at)
		return -EINVAL;
	memcpy(ret, uuid, sizeof(uuid));
	return 0;
}

void scalar_format_uuid(const uint8_t uuid[UUID_LENGTH], char ret[37])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < UUID_LENGTH; i++) {
		if (uuid_dash_before(i))
			*ret++ = '-';
		*ret++ = digits[uuid[i] >> 4];
		*ret++ = digits[uuid[i] & 15];
	}
	*ret = '\0';
}

/* One decimal number of an address, 0-255, and moves past it.  A leading zero is refused: some read it as octal. */
static int take_octet(const char **at, uint32_t *ret)
{
	const char *first = *at;
	uint32_t value = 0;

	while (is_digit(**at) && *at - first < 3)
		value = value * 10 + (uint32_t)(*(*at)++ - '0');
	if (*at == first || value > 255 || (*first == '0' && *at - first > 1))
		return -EINVAL;
	*ret = value;
	return 0;
}

/* Reads an address and moves past it. */
static int take_ip4(const char **at, uint32_t *ret)
{
	uint32_t address = 0, octet;
	int i;

	for (i = 0; i < 4; i++) {
		if (i && *(*at)++ != '.')
			return -EINVAL;
		if (take_octet(at, &octet))
			return -EINVAL;
		address = address << 8 | octet;
	}
	*ret = address;
	return 0;
}

int scalar_ip4(const char *string, uint32_t *ret)
{
	uint32_t address;

	if (take_ip4(&string, &address) || *string)
		return -EINVAL;
	*ret = address;
	return 0;
}

void scalar_format_ip4(uint32_t address, char ret[16])
{
	char octet[SCALAR_U64_SIZE];

	for (int shift = 24; shift >= 0; shift -= 8) {
		size_t length = scalar_format_u64(address >> shift & 255, octet);

		memcpy(ret, octet, length);
		ret += length;
		*ret++ = shift ? '.' : '\0';
	}
}

int scalar_ip6(const char *string, uint8_t ret[IP6_LENGTH])
{
	struct in6_addr address;

	if (inet_pton(AF_INET6, string, &address) != 1)
		return -EINVAL;
	memcpy(ret, &address, IP6_LENGTH);
	return 0;
}

bool ip6_same_prefix(const uint8_t a[IP6_LENGTH], const uint8_t b[IP6_LENGTH], unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return !memcmp(a, b, whole) && (!rest || !((a[whole] ^ b[whole]) >> (8 - rest)));
}

/* A shift by 32 bits is not defined, so a prefix of no bits stands apart. */
static uint32_t prefix_mask(unsigned length)
{
	return length ? UINT32_MAX << (32 - length) : 0;
}

int scalar_ip4_prefix(const char *string, struct ip4_prefix *ret)
{
	uint32_t address, length;
	int error;

	if (take_ip4(&string, &address) || *string++ != '/')
		return -EINVAL;
	if (!is_digit(string[0]) || strlen(string) > 2)
		return -EINVAL;
	error = scalar_u32(string, 0, 32, &length);
	if (error)
		return error;
	if (address & ~prefix_mask(length))
		return -EINVAL;
	*ret = (struct ip4_prefix){ .address = address, .length = length };
	return 0;
}

bool ip4_prefix_has(const struct ip4_prefix *prefix, uint32_t address)
{
	return (address & prefix_mask(prefix->length)) == prefix->address;
}

bool scalar_is_name(const char *string)
{
	size_t length = strnlen(string, 65), i;

	if (length > 64 || !is_letter(string[0]))
		return false;
	for (i = 1; i < length; i++)
		if (!is_letter(string[i]) && !is_digit(string[i]) && string[i] != '-' && string[i] != '_')
			return false;
	return true;
}

bool scalar_is_file_component(const char *string, size_t length)
{
	size_t i;

	if (length == 0 || length > 255)
		return false;
	if (string[0] == '.' && (length == 1 || (length == 2 && string[1] == '.')))
		return false;
	for (i = 0; i < length; i++)
		if (!is_letter(string[i]) && !is_digit(string[i]) && (!string[i] || !strchr("._-+,", string[i])))
			return false;
	return true;
}

bool scalar_is_file_path(const char *string)
{
	size_t length;

	if (strnlen(string, 1024) > 1023)
		return false;
	for (;; string += length + 1) {
		length = strcspn(string, "/");
		if (!scalar_is_file_component(string, length))
			return false;
		if (!string[length])
			return true;
	}
}
