/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a list of machines for `pxeboot adopt --from`: it is taken if and only if nothing is said against it, and then
 * every word in it may stand in a policy.
 */
#include <errno.h>
#include <string.h>

#include "base/scalar.h"
#include "cli/adoption.h"
#include "given.h"

static void require_words(const struct adoptions *adoptions)
{
	uint8_t mac[MAC_LENGTH];

	for (size_t i = 0; i < adoptions->count; i++) {
		const struct adoption *one = &adoptions->list[i];

		fuzz_require(scalar_mac(one->mac, mac) == 0 && strlen(one->mac) == 17);
		fuzz_require(scalar_is_name(one->name) && scalar_is_name(one->boot) && one->where.line > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pxeboot_diagnostics *findings = NULL;
	struct adoptions adoptions = { NULL, 0 };
	char path[GIVEN_PATH];
	int fd = given_file(bytes, length, path), r, s;

	fuzz_require(pxeboot_diagnostics_new(&findings) == 0);
	r = adoptions_read(&adoptions, path, findings);
	fuzz_require((r == 0 || r == -EBADMSG) && (r < 0) == (given_errors(findings) > 0));
	require_words(&adoptions);
	s = adoptions_check(&adoptions, given_policy(), findings);
	fuzz_require(s == 0 || s == -EBADMSG);
	fuzz_require((r < 0 || s < 0) == (given_errors(findings) > 0));
	adoptions_free(&adoptions);
	pxeboot_diagnostics_free(findings);
	close(fd);
	return 0;
}
