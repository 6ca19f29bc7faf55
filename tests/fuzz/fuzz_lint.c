/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as an iPXE script: the answer fits the findings, and every finding points into the script.  The first byte
 * picks the target, the platform and what an own build can do.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "pxeboot.h"

/* The length of a line of the file, from 1; -1 past the last. */
static long line_length(const uint8_t *bytes, size_t length, unsigned line)
{
	const uint8_t *end;

	for (; line > 1; line--) {
		end = length ? memchr(bytes, '\n', length) : NULL;
		if (!end)
			return -1;
		length -= (size_t)(end + 1 - bytes);
		bytes = end + 1;
	}
	end = length ? memchr(bytes, '\n', length) : NULL;
	return end ? end - bytes : (long)length;
}

static void require_finding(const struct pxeboot_diagnostic *diagnostic, const uint8_t *bytes, size_t length)
{
	long columns = line_length(bytes, length, diagnostic->line);

	fuzz_require(strcmp(diagnostic->file, "fuzz.ipxe") == 0);
	fuzz_require(diagnostic->line > 0 && diagnostic->column > 0);
	fuzz_require(columns >= 0 && diagnostic->column <= (unsigned long)columns + 1);
	for (const char *at = diagnostic->text; *at; at++)
		fuzz_require((unsigned char)*at >= 0x20 && *at != 0x7f);
}

static void require_findings(const struct pxeboot_diagnostics *diagnostics, int r, const uint8_t *bytes, size_t length)
{
	const struct pxeboot_diagnostic *diagnostic;
	size_t i, errors = 0;

	for (i = 0; (diagnostic = pxeboot_diagnostics_get(diagnostics, i)); i++) {
		require_finding(diagnostic, bytes, length);
		errors += diagnostic->severity == PXEBOOT_ERROR;
	}
	fuzz_require(r == 0 || r == -EBADMSG);
	fuzz_require(errors == 0 || r == -EBADMSG);
	fuzz_require(errors > 0 || r == 0 || i > 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pxeboot_lint_options options = { .target = PXEBOOT_LINT_HEAD };
	struct pxeboot_build build = { .user_class = "iPXE-fuzz", .features_known = true };
	struct pxeboot_diagnostics *diagnostics;
	int r;

	if (length == 0 || pxeboot_diagnostics_new(&diagnostics) < 0)
		return 0;
	options.target = (enum pxeboot_lint_target)(bytes[0] % PXEBOOT_LINT_TARGET_COUNT);
	options.platform =
		(enum pxeboot_lint_platform)(bytes[0] / PXEBOOT_LINT_TARGET_COUNT % PXEBOOT_LINT_PLATFORM_COUNT);
	build.features = bytes[0] / (PXEBOOT_LINT_TARGET_COUNT * PXEBOOT_LINT_PLATFORM_COUNT) * 0x5a3d2u;
	options.build = build.features ? &build : NULL;
	r = pxeboot_lint("fuzz.ipxe", bytes + 1, length - 1, &options, diagnostics);
	if (length - 1 <= 1 << 20)
		require_findings(diagnostics, r, bytes + 1, length - 1);
	pxeboot_diagnostics_free(diagnostics);
	return 0;
}
