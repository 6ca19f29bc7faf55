/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a query string that asks for a live script, through a whole policy: whatever a machine says of itself, the
 * script is one that every iPXE can read, and goes to one thing.
 */
#include <errno.h>
#include <string.h>

#include "fastcgi/request.h"
#include "given.h"

static void require_script(const char *text, size_t length)
{
	struct pxeboot_lint_options options = { .target = PXEBOOT_LINT_D12 };
	struct pxeboot_diagnostics *findings = NULL;
	unsigned chains = 0;

	fuzz_require(strlen(text) == length && strncmp(text, "#!ipxe\n", 7) == 0);
	fuzz_require(pxeboot_diagnostics_new(&findings) == 0);
	(void)pxeboot_lint("live", text, length, &options, findings);
	fuzz_require(given_errors(findings) == 0);
	for (const char *at = text; (at = strstr(at, "\nchain --replace --autofree ")); at++)
		chains += strncmp(at + 28, "${base}/boot.ipxe ", 18) != 0;
	fuzz_require(chains == 1);
	pxeboot_diagnostics_free(findings);
}

static void ask(const struct pxeboot_client *client)
{
	static const struct pxeboot_progress progress = { "install", "52540000000100112233445566778899" };
	size_t length = 0;
	char *text = NULL;

	for (unsigned i = 0; i < 2; i++) {
		fuzz_require(pxeboot_live_script(given_policy(), client, i ? &progress : NULL, NULL, &text, &length) == 0);
		require_script(text, length);
		free(text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char begin[] = "QUERY_STRING=";
	char *copy = calloc(1, sizeof(begin) + length);
	const char *params[] = { "PATH_INFO=/boot.ipxe", "REQUEST_METHOD=GET", "REMOTE_ADDR=10.77.4.9", copy, NULL };
	struct reply reply = { .body = TEXT_INIT };
	struct pxeboot_client *client = NULL;
	struct request request;

	if (!copy)
		return 0;
	memcpy(copy, begin, sizeof(begin) - 1);
	if (length)
		memcpy(copy + sizeof(begin) - 1, bytes, length);
	if (request_read(params, &request, &reply) == 0) {
		if (request_client(&request, &reply, &client) == 0)
			ask(client);
		request_free(&request);
	}
	pxeboot_client_unref(client);
	reply_free(&reply);
	free(copy);
	return 0;
}
