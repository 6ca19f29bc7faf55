/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: any bytes as a DHCP packet.  Whatever comes, a client or one error diagnostic; everything that can be
 * asked about the client is asked, and each fact that it has is a canonical text.
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
	int fact;

	if (pxeboot_client_new(&again))
		return;
	for (fact = 0; fact < PXEBOOT_FACT_COUNT; fact++) {
		if (pxeboot_client_get(client, fact, &text))
			continue;
		fuzz_require(!pxeboot_client_set(again, fact, text, NULL));
		fuzz_require(!pxeboot_client_get(again, fact, &text_again) && !strcmp(text, text_again));
	}
	pxeboot_client_unref(again);
}

static void ask(const struct pxeboot_client *client)
{
	int arch = pxeboot_client_arch(client);

	fuzz_require(arch == PXEBOOT_ARCH_NONE || pxeboot_arch_get(arch));
	fuzz_require(!pxeboot_client_is_rpi_rom(client) || !pxeboot_client_is_ipxe(client));
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
	error = pxeboot_client_from_packet(bytes, length, diagnostics, &client);
	type = pxeboot_packet_message_type(bytes, length);
	if (error) {
		fuzz_require(error == -EBADMSG && type == -EBADMSG && !client);
		fuzz_require(pxeboot_diagnostics_count(diagnostics) == 1);
	} else {
		fuzz_require(type > 0 || type == -ENODATA || type == -EBADMSG);
		ask(client);
	}
	pxeboot_client_unref(client);
	pxeboot_diagnostics_free(diagnostics);
	return 0;
}
