/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dhcpd's own opinion of a candidate, which is a whole configuration to it: one without subnets.  Where dhcpd is not
 * installed, or may not read the candidate (AppArmor), there is nobody to ask.
 */
#include <errno.h>
#include <string.h>

#include "isc.h"
#include "program.h"

/* The line that says what is wrong names the file; what stands before is about dhcpd itself. */
static const char *find_fault(char *said, const char *candidate)
{
	char *line = strstr(said, candidate);

	for (; line != NULL; line = strstr(line + 1, candidate))
		if (strncmp(line + strlen(candidate), " line ", 6) == 0)
			break;
	if (line == NULL)
		line = said;
	line[strcspn(line, "\n")] = '\0';
	return line;
}

int isc_verify(const char *candidate, struct pxeboot_diagnostics *findings)
{
	static const char *const places[] = { "/usr/sbin/dhcpd", "/usr/local/sbin/dhcpd", NULL };
	const char *program = program_find(places);
	CLEANUP_TEXT struct text said = TEXT_INIT;
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	int r;

	if (program == NULL)
		return 0;
	r = program_ask((const char *const[]){ program, "-4", "-t", "-cf", candidate, NULL }, NULL, &said);
	if (r <= 0 || said.bytes == NULL || strstr(said.bytes, ": Permission denied") != NULL)
		return r < 0 ? r : 0;
	text_add_escaped(&shown, find_fault(said.bytes, candidate));
	diagnostics_add(findings, PXEBOOT_ERROR, "isc.test", (struct location){ candidate, 0 },
			"dhcpd refuses the configuration: '%s'", text_string(&shown));
	return -EBADMSG;
}
