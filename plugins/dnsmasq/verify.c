/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dnsmasq's own opinion of a candidate.  Where dnsmasq is not installed there is nobody to ask, and nothing to break.
 */
#include <errno.h>
#include <string.h>

#include "dnsmasq.h"
#include "program.h"

int dnsmasq_verify(const char *candidate, struct pxeboot_diagnostics *findings)
{
	static const char *const places[] = {
		"/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq", "/usr/bin/dnsmasq", NULL,
	};
	const char *program = program_find(places);
	CLEANUP_TEXT struct text said = TEXT_INIT;
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	int r;

	if (program == NULL)
		return 0;
	r = program_ask((const char *const[]){ program, "--test", "-C", candidate, NULL }, NULL, &said);
	if (r <= 0)
		return r;
	if (said.bytes != NULL)
		said.bytes[strcspn(said.bytes, "\n")] = '\0';
	text_add_escaped(&shown, said.bytes != NULL ? said.bytes : "");
	diagnostics_add(findings, PXEBOOT_ERROR, "dnsmasq.test", (struct location){ candidate, 0 },
			"dnsmasq refuses the configuration: '%s'", text_string(&shown));
	return -EBADMSG;
}
