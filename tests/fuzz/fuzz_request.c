/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: what a web server hands over.  The input is split at NULs into parameters.  Either there is a reply that says
 * what is wrong, or every part of the path is a name that could stand in a policy.
 */
#include <errno.h>
#include <string.h>

#include "base/scalar.h"
#include "fastcgi/request.h"
#include "fuzz.h"

#define MAX_PARAMS 16

static void check_reply(const struct reply *reply)
{
	CLEANUP_TEXT struct text out = TEXT_INIT;

	fuzz_require(reply->status >= 400 && reply->body.length > 1 && !strchr(reply->body.bytes, '\r'));
	fuzz_require(strchr(reply->body.bytes, '\n') == reply->body.bytes + reply->body.length - 1);
	fuzz_require(!reply_write(reply, false, &out) && !strncmp(out.bytes, "Status: ", 8));
}

static void ask(const struct request *request, struct reply *reply)
{
	struct pxeboot_client *client = NULL;
	const char *text;
	int r;

	fuzz_require(request->n_parts > 0 && request->n_parts <= PATH_PARTS_MAX);
	for (size_t i = 0; i < request->n_parts; i++)
		fuzz_require(scalar_is_file_path(request->parts[i]));
	r = request_client(request, reply, &client);
	if (r == -EBADMSG)
		check_reply(reply);
	for (int fact = 0; !r && fact < PXEBOOT_FACT_COUNT; fact++)
		fuzz_require(pxeboot_client_get(client, fact, &text) != -EBADMSG);
	pxeboot_client_unref(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *params[MAX_PARAMS + 1] = { NULL };
	struct reply reply = { .body = TEXT_INIT };
	char *copy = calloc(1, length + 1);
	struct request request;
	size_t n = 0;

	if (!copy)
		return 0;
	if (length)
		memcpy(copy, bytes, length);
	for (size_t at = 0; at <= length && n < MAX_PARAMS; at += strlen(copy + at) + 1)
		params[n++] = copy + at;
	if (request_read(params, &request, &reply)) {
		check_reply(&reply);
	} else {
		ask(&request, &reply);
		request_free(&request);
	}
	reply_free(&reply);
	free(copy);
	return 0;
}
