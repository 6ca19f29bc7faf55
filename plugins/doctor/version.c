/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * "Dnsmasq version 2.90  Copyright …", then "Compile time options: IPv6 … DHCP … no-Lua TFTP …".
 */
#include "version.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* "2.90", followed by no more digits; what comes then is the builder's own. */
static int parse_numbers(const char *at, struct dnsmasq_version *version)
{
	unsigned numbers[2];

	for (int i = 0; i < 2; i++) {
		size_t digits = strspn(at, "0123456789");

		if (digits == 0 || digits > 4 || (i == 0 && at[digits] != '.'))
			return -EBADMSG;
		numbers[i] = (unsigned)strtoul(at, NULL, 10);
		at += digits + 1;
	}
	version->major = numbers[0];
	version->minor = numbers[1];
	return 0;
}

static bool is_word(const char *words, const char *at, size_t length)
{
	return (at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\n' || at[length] == '\0');
}

/* Is the word among the options, is "no-" before it, or neither? */
static enum dnsmasq_feature find(const char *words, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = words; (at = strstr(at, name)) != NULL; at++) {
		if (at - words >= 3 && strncmp(at - 3, "no-", 3) == 0 && is_word(words, at - 3, length + 3))
			return DNSMASQ_HAS_NOT;
		if (is_word(words, at, length))
			return DNSMASQ_HAS;
	}
	return DNSMASQ_UNKNOWN;
}

int dnsmasq_version_parse(const char *said, struct dnsmasq_version *ret_version)
{
	static const char head[] = "Dnsmasq version ", options[] = "Compile time options: ";
	struct dnsmasq_version version = { .dhcp = DNSMASQ_UNKNOWN };
	const char *words = strstr(said, options);

	if (strncmp(said, head, strlen(head)) != 0 || parse_numbers(said + strlen(head), &version) < 0)
		return -EBADMSG;
	if (words != NULL) {
		words += strlen(options);
		version.dhcp = find(words, "DHCP");
		version.tftp = find(words, "TFTP");
		version.lua = find(words, "Lua");
	}
	*ret_version = version;
	return 0;
}

int dnsmasq_version_of_package(const char *package, struct dnsmasq_version *ret_version)
{
	struct dnsmasq_version version = { .dhcp = DNSMASQ_UNKNOWN };
	const char *epoch = strchr(package, ':');

	if (parse_numbers(epoch != NULL ? epoch + 1 : package, &version) < 0)
		return -EBADMSG;
	*ret_version = version;
	return 0;
}
