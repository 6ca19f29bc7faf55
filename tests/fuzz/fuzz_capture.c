/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as what `pxeboot explain` reads packets from: a capture file, or, behind a first byte 'x', a hex dump.  Every
 * message that is found lies in the file's bytes, and can be asked who sent it.
 */
#include <stdarg.h>
#include <string.h>

#include "cli/capture.h"
#include "given.h"

#define MESSAGES_MAX 1000

/* The command's words, which nobody reads here. */
int session_failure(const struct session *session, const char *format, ...)
{
	return EXIT_SYSTEM;
}

int session_usage(const struct session *session, const char *format, ...)
{
	return EXIT_USAGE;
}

static int take(void *context, const struct dhcp_message *message)
{
	struct pxeboot_client *client = NULL;
	unsigned *count = context;
	uint8_t sender = 0;

	fuzz_require(message->bytes != NULL || message->length == 0);
	for (size_t i = 0; message->sender && i < 6; i++)
		sender |= message->sender[i];
	(void)!sender;
	(void)(message->ipv6 ? pxeboot_client_from_packet6(message->bytes, message->length, NULL, &client)
			     : pxeboot_client_from_packet(message->bytes, message->length, NULL, &client));
	pxeboot_client_unref(client);
	return ++*count == MESSAGES_MAX ? EXIT_FINDINGS : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct session session = { .command = NULL };
	bool is_hex = length > 0 && bytes[0] == 'x';
	char path[GIVEN_PATH];
	unsigned count = 0;
	int fd = given_file(bytes + is_hex, length - is_hex, path);
	int r = (is_hex ? hex_read : capture_read)(&session, path, take, &count);

	fuzz_require(r == 0 || r == EXIT_SYSTEM || r == EXIT_USAGE || (r == EXIT_FINDINGS && count == MESSAGES_MAX));
	fuzz_require(!is_hex || count == (r == 0));
	close(fd);
	return 0;
}
