/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts from their text form: one row for each fact with its name, its parser and what the parser expects.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "client/fact.h"

#define MAX_SHOWN 200			/* bytes of a refused text that a message repeats */

/* Parsers get a text that is not empty; -EBADMSG when it does not parse, -ENOMEM. */

static int parse_mac(struct pxeboot_client *client, int fact, const char *text)
{
	uint8_t mac[MAC_LENGTH];

	return scalar_mac(text, mac) ? -EBADMSG : fact_put_mac(client, mac);
}

/* The first number in the table that means this architecture. */
static int first_code(int arch, uint16_t *ret_code)
{
	uint16_t code;

	for (code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++) {
		if (arch != PXEBOOT_ARCH_NONE && pxeboot_arch_code_get(code)->arch == arch) {
			*ret_code = code;
			return 0;
		}
	}
	return -EBADMSG;
}

/* One number or name, @length bytes of a longer text. */
static int parse_arch(const char *text, size_t length, uint16_t *ret_code)
{
	char word[32];
	uint32_t number;

	if (length >= sizeof(word))
		return -EBADMSG;
	memcpy(word, text, length);
	word[length] = '\0';
	if (!scalar_u32(word, 0, UINT16_MAX, &number)) {
		*ret_code = (uint16_t)number;
		return 0;
	}
	return first_code(pxeboot_arch_by_name(word), ret_code);
}

static int parse_archs(struct pxeboot_client *client, int fact, const char *text)
{
	uint16_t archs[CLIENT_MAX_ARCHS];
	size_t n = 0, length;

	for (;; text += length + 1) {
		length = strcspn(text, ",");
		if (n == CLIENT_MAX_ARCHS || parse_arch(text, length, &archs[n]))
			return -EBADMSG;
		n++;
		if (!text[length])
			return fact_put_archs(client, archs, n, FACT_THERE);
	}
}

static int parse_bytes(struct pxeboot_client *client, int fact, const char *text)
{
	size_t length = strlen(text);

	return length > FACT_MAX_TEXT ? -EBADMSG : fact_put(client, fact, text, length);
}

static int parse_user_class(struct pxeboot_client *client, int fact, const char *text)
{
	return fact_put_user_classes(client, text, 1, text, strcspn(text, ","));
}

static int parse_features(struct pxeboot_client *client, int fact, const char *text)
{
	uint32_t bits = 0;
	size_t length;
	int feature;

	for (;; text += length + 1) {
		length = strcspn(text, ",");
		feature = feature_by_name(text, length);
		if (feature < 0)
			return -EBADMSG;
		bits |= UINT32_C(1) << feature;
		if (!text[length])
			return fact_put_features(client, bits);
	}
}

/* @n decimal numbers of one byte each, '.' between them. */
static int parse_dotted(struct pxeboot_client *client, int fact, const char *text, size_t n)
{
	uint8_t numbers[3] = { 0 };
	char word[4];
	uint32_t number;
	size_t i, length;

	for (i = 0; i < n; i++, text += length + 1) {
		length = strspn(text, "0123456789");
		if (length >= sizeof(word) || text[length] != (i + 1 < n ? '.' : '\0'))
			return -EBADMSG;
		memcpy(word, text, length);
		word[length] = '\0';
		if (scalar_u32(word, 0, UINT8_MAX, &number))
			return -EBADMSG;
		numbers[i] = (uint8_t)number;
	}
	return fact_put_dotted(client, fact, numbers, n);
}

static int parse_version(struct pxeboot_client *client, int fact, const char *text)
{
	return parse_dotted(client, fact, text, 3);
}

static int parse_undi(struct pxeboot_client *client, int fact, const char *text)
{
	return parse_dotted(client, fact, text, 2);
}

static int parse_uuid(struct pxeboot_client *client, int fact, const char *text)
{
	uint8_t uuid[UUID_LENGTH];

	return scalar_uuid(text, uuid) ? -EBADMSG : fact_put_uuid(client, uuid);
}

static int parse_address(struct pxeboot_client *client, int fact, const char *text)
{
	uint32_t address;

	return scalar_ip4(text, &address) ? -EBADMSG : fact_put_address(client, fact, address);
}

/* Pairs with ':' between them, up to as many bytes as an option holds. */
static int parse_hex(struct pxeboot_client *client, int fact, const char *text)
{
	uint8_t bytes[FACT_MAX_TEXT], pair[MAC_LENGTH];
	char word[3] = "";
	size_t n, length;

	for (n = 0;; text += 3) {
		if (n == sizeof(bytes) || strcspn(text, ":") != 2)
			return -EBADMSG;
		memcpy(word, text, 2);
		if (scalar_mac_prefix(word, pair, &length))
			return -EBADMSG;
		bytes[n++] = pair[0];
		if (!text[2])
			return fact_put_hex(client, fact, bytes, n);
	}
}

static int parse_family(struct pxeboot_client *client, int fact, const char *text)
{
	bool ipv6 = !strcmp(text, "ipv6");

	return ipv6 || !strcmp(text, "ipv4") ? fact_put_family(client, ipv6) : -EBADMSG;
}

static const struct {
	const char *name;
	int (*parse)(struct pxeboot_client *client, int fact, const char *text);
	const char *expected;
} rows[] = {
	[PXEBOOT_FACT_MAC] = { "mac", parse_mac, "six hexadecimal pairs" },
	[PXEBOOT_FACT_ARCH] = { "arch", parse_archs, "up to 16 numbers or architecture names, ',' between them" },
	[PXEBOOT_FACT_VENDOR_CLASS] = { "vendor_class", parse_bytes, "at most 255 bytes" },
	[PXEBOOT_FACT_USER_CLASS] = { "user_class", parse_user_class, "at most 4096 bytes" },
	[PXEBOOT_FACT_FEATURES] = { "features", parse_features, "names of iPXE features, ',' between them" },
	[PXEBOOT_FACT_IPXE_VERSION] = { "ipxe_version", parse_version, "three numbers 0-255, '.' between them" },
	[PXEBOOT_FACT_UUID] = { "uuid", parse_uuid, "8-4-4-4-12 hexadecimal digits" },
	[PXEBOOT_FACT_SERIAL] = { "serial", parse_bytes, "at most 255 bytes" },
	[PXEBOOT_FACT_MANUFACTURER] = { "manufacturer", parse_bytes, "at most 255 bytes" },
	[PXEBOOT_FACT_PRODUCT] = { "product", parse_bytes, "at most 255 bytes" },
	[PXEBOOT_FACT_ADDRESS] = { "ip", parse_address, "an IPv4 address" },
	[PXEBOOT_FACT_RELAY] = { "relay", parse_address, "an IPv4 address" },
	[PXEBOOT_FACT_CLIENT_ID] = { "client_id", parse_hex, "up to 255 hexadecimal pairs, ':' between them" },
	[PXEBOOT_FACT_CIRCUIT_ID] = { "circuit_id", parse_hex, "up to 255 hexadecimal pairs, ':' between them" },
	[PXEBOOT_FACT_REMOTE_ID] = { "remote_id", parse_hex, "up to 255 hexadecimal pairs, ':' between them" },
	[PXEBOOT_FACT_UNDI] = { "undi", parse_undi, "two numbers 0-255, '.' between them" },
	[PXEBOOT_FACT_FAMILY] = { "family", parse_family, "ipv4 or ipv6" },
};

_Static_assert(ARRAY_SIZE(rows) == PXEBOOT_FACT_COUNT, "one row for each fact");

const char *pxeboot_fact_name(int fact)
{
	return fact >= 0 && fact < PXEBOOT_FACT_COUNT ? rows[fact].name : NULL;
}

int pxeboot_fact_by_name(const char *name)
{
	int fact;

	for (fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (!strcmp(rows[fact].name, name))
			return fact;
	return -ENOENT;
}

static void tell_malformed(struct pxeboot_diagnostics *diagnostics, enum pxeboot_severity severity, int fact,
			   const char *text)
{
	CLEANUP_TEXT struct text escaped = TEXT_INIT;
	char shown[MAX_SHOWN + 1];

	snprintf(shown, sizeof(shown), "%s", text);
	text_add_escaped(&escaped, shown);
	diagnostics_add(diagnostics, severity, "client.fact", (struct location){ NULL, 0 },
			"%s: malformed, expected %s, got '%s'", rows[fact].name, rows[fact].expected,
			text_string(&escaped));
}

int fact_set(struct pxeboot_client *client, int fact, const char *text, enum pxeboot_severity severity,
	     struct pxeboot_diagnostics *diagnostics)
{
	int error = 0, derive_error = 0;

	if (fact < 0 || fact >= PXEBOOT_FACT_COUNT || !text)
		return -EINVAL;
	if (*text)
		error = rows[fact].parse(client, fact, text);
	else
		fact_clear(client, fact, FACT_EMPTY);
	if (error == -EBADMSG) {
		/* fact_put_user_classes() has done that itself, and kept the bytes for prefixes. */
		if (fact != PXEBOOT_FACT_USER_CLASS)
			fact_clear(client, fact, FACT_MALFORMED);
		tell_malformed(diagnostics, severity, fact, text);
	}
	if (fact == PXEBOOT_FACT_VENDOR_CLASS || fact == PXEBOOT_FACT_ARCH || fact == PXEBOOT_FACT_FAMILY)
		derive_error = fact_derive_archs(client);
	return error ? error : derive_error;
}

int pxeboot_client_set(struct pxeboot_client *client, int fact, const char *text,
		       struct pxeboot_diagnostics *diagnostics)
{
	return fact_set(client, fact, text, PXEBOOT_ERROR, diagnostics);
}
