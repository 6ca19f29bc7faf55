/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: what dnsmasq hands to its dhcp-script.  The input is split at NULs: the MAC, the address, then the
 * variables.  Nothing that a client can send makes it fail.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "pxeboot.h"

#define MAX_STRINGS 64

/* Splits @copy, which ends in a NUL, at its NULs. */
static void split(const char *copy, size_t length, const char *strings[MAX_STRINGS + 1])
{
	size_t at = 0, n = 0;

	while (n < MAX_STRINGS && at <= length) {
		strings[n++] = copy + at;
		at += strlen(copy + at) + 1;
	}
	strings[n] = NULL;
}

static void ask(const struct pxeboot_client *client)
{
	const char *text;
	int fact;

	/* The longest text is a joined user class of 4,096 bytes. */
	for (fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (!pxeboot_client_get(client, fact, &text))
			fuzz_require(strlen(text) <= 4096);
	pxeboot_client_arch(client);
	pxeboot_client_is_ipxe(client);
	pxeboot_client_is_rpi_rom(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *strings[MAX_STRINGS + 2] = { NULL };
	struct pxeboot_client *client = NULL;
	char *copy = calloc(1, length + 1);
	int error;

	if (!copy)
		return 0;
	if (length)
		memcpy(copy, bytes, length);
	split(copy, length, strings);
	error = pxeboot_client_from_dnsmasq(strings[0], strings[1], strings[1] ? strings + 2 : strings + 1, NULL,
					    &client);
	fuzz_require(error == -ENODATA || (!error && client));
	if (!error)
		ask(client);
	pxeboot_client_unref(client);
	free(copy);
	return 0;
}
