/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: any bytes as a DHCPv6 packet.  Whatever comes, a client or one error diagnostic; each fact that it has is a
 * canonical text.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "pxeboot.h"

/* Every text is canonical: given back as text it gives itself. */
static void set_again(const struct pxeboot_client *client)
{
	struct pxeboot_client *again;
	const char *text, *text_again;

	if (pxeboot_client_new(&again))
		return;
	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++) {
		if (pxeboot_client_get(client, fact, &text))
			continue;
		fuzz_require(!pxeboot_client_set(again, fact, text, NULL));
		fuzz_require(!pxeboot_client_get(again, fact, &text_again) && !strcmp(text, text_again));
	}
	pxeboot_client_unref(again);
}

static void ask(const struct pxeboot_client *client)
{
	const char *family = NULL;
	int arch = pxeboot_client_arch(client);

	fuzz_require(!pxeboot_client_get(client, PXEBOOT_FACT_FAMILY, &family) && !strcmp(family, "ipv6"));
	fuzz_require(arch == PXEBOOT_ARCH_NONE || pxeboot_arch_get(arch));
	fuzz_require(pxeboot_client_equal(client, client));
	set_again(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_client *client = NULL;
	int error, type;

	if (pxeboot_diagnostics_new(&diagnostics))
		return 0;
	error = pxeboot_client_from_packet6(bytes, length, diagnostics, &client);
	type = pxeboot_packet6_message_type(bytes, length);
	if (error) {
		fuzz_require(error == -EBADMSG && type == -EBADMSG && !client);
		fuzz_require(pxeboot_diagnostics_count(diagnostics) == 1);
	} else {
		fuzz_require(type > 0 && type < 12);
		ask(client);
	}
	pxeboot_client_unref(client);
	pxeboot_diagnostics_free(diagnostics);
	return 0;
}
