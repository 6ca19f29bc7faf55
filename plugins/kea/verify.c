/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kea's own opinion of a candidate, in the smallest configuration that has it.  Where Kea is not installed there is nobody to
 * ask, and nothing to break.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/macro.h"
#include "kea.h"
#include "program.h"

#define CANDIDATE_MAX (16u << 20)

static int wrap(const char *candidate, struct text *whole)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length;
	int r = file_read(candidate, CANDIDATE_MAX, &bytes, &length);

	if (r < 0)
		return r;
	text_add(whole, "{ \"Dhcp4\": { \"interfaces-config\": { \"interfaces\": [ ] },\n"
		 "\"lease-database\": { \"type\": \"memfile\", \"persist\": false },\n\"client-classes\": [\n");
	text_add_bytes(whole, bytes, length);
	text_add(whole, "] } }\n");
	return whole->error;
}

/* The line that says what is wrong. */
static const char *complaint(struct text *said)
{
	char *line = said->bytes != NULL ? strstr(said->bytes, "Error encountered: ") : NULL;

	if (line == NULL)
		line = said->bytes;
	if (line != NULL)
		line[strcspn(line, "\n")] = '\0';
	return line != NULL ? line : "";
}

/* It reads from a pipe: where a profile keeps it to its own folders it could read no file of ours. */
int kea_verify(const char *candidate, struct pxeboot_diagnostics *findings)
{
	static const char *const places[] = { "/usr/sbin/kea-dhcp4", "/usr/local/sbin/kea-dhcp4", NULL };
	const char *program = program_find(places);
	CLEANUP_TEXT struct text whole = TEXT_INIT;
	CLEANUP_TEXT struct text said = TEXT_INIT;
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	int r;

	if (program == NULL)
		return 0;
	r = wrap(candidate, &whole);
	if (r == 0)
		r = program_ask((const char *const[]){ program, "-t", "/dev/stdin", NULL }, &whole, &said);
	if (r <= 0)
		return r;
	text_add_escaped(&shown, complaint(&said));
	diagnostics_add(findings, PXEBOOT_ERROR, "kea.test", (struct location){ candidate, 0 },
			"kea-dhcp4 refuses the classes: '%s'", text_string(&shown));
	return -EBADMSG;
}
