/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A TFTP client (RFC 1350) that sends exactly the bytes that a test wants as a name.
 */
#ifndef SERVERS_TFTP_CLIENT_H
#define SERVERS_TFTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tftp_answer {
	int error;		/* -1: none, the file came; -2: nothing came; else the server's code */
	char bytes[512];	/* the file's first bytes, or the error's text; NUL-terminated */
	size_t length;		/* of the whole file */
};

/* Fetches @name, in octet mode, from the server (host byte order), from the local address @from. */
void tftp_get(uint32_t server, uint32_t from, const char *name, struct tftp_answer *ret_answer);

#endif
