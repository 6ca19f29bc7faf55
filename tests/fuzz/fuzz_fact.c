/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any text as any fact of a client, as command lines, queries and stores tell them.  The first byte picks the fact.  What is
 * taken is canonical: given back as text it gives itself; what is refused says why, once, in words that can be shown.
 */
#include <errno.h>
#include <string.h>

#include "given.h"

static void require_canonical(const struct pxeboot_client *client, int fact)
{
	struct pxeboot_client *again = NULL;
	const char *text = NULL, *text_again = NULL;
	bool says_nothing = fact == PXEBOOT_FACT_ADDRESS || fact == PXEBOOT_FACT_RELAY || fact == PXEBOOT_FACT_UUID;
	int r = pxeboot_client_get(client, fact, &text);

	/* Of 0.0.0.0, and of a UUID of zeros. */
	if (r == -ENODATA && says_nothing)
		return;
	fuzz_require(r == 0 && text);
	fuzz_require(pxeboot_client_new(&again) == 0 && pxeboot_client_set(again, fact, text, NULL) == 0);
	fuzz_require(pxeboot_client_get(again, fact, &text_again) == 0 && strcmp(text, text_again) == 0);
	pxeboot_client_unref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *text = length ? strndup((const char *)bytes + 1, length - 1) : NULL;
	struct pxeboot_diagnostics *findings = NULL;
	struct pxeboot_client *client = NULL;
	const char *got = NULL;
	int fact, r;

	if (!text)
		return 0;
	fact = bytes[0] % PXEBOOT_FACT_COUNT;
	fuzz_require(pxeboot_diagnostics_new(&findings) == 0 && pxeboot_client_new(&client) == 0);
	r = pxeboot_client_set(client, fact, text, findings);
	fuzz_require(r == 0 || r == -EBADMSG);
	given_errors(findings);
	fuzz_require(pxeboot_diagnostics_count(findings) == (r < 0));
	if (r == 0)
		require_canonical(client, fact);
	else
		fuzz_require(pxeboot_client_get(client, fact, &got) == -EBADMSG && !got);
	pxeboot_client_arch(client);
	pxeboot_client_is_ipxe(client);
	pxeboot_client_is_rpi_rom(client);
	pxeboot_client_unref(client);
	pxeboot_diagnostics_free(findings);
	free(text);
	return 0;
}
