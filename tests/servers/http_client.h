/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An HTTP client that keeps its connection, one a thread, and can be as slow as it likes.
 */
#ifndef SERVERS_HTTP_CLIENT_H
#define SERVERS_HTTP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

#define HTTP_PORT 8080
#define HTTP_SECONDS 10			/* how long it waits for an answer */

struct http_reply {
	int status;
	char *head, *body;		/* the caller frees the head, which holds both */
};

struct http {
	int fd;				/* -1: not connected */
};

/* Sends these bytes, connecting when it must. */
bool http_send(struct http *http, const char *bytes);
/* Reads one reply; @has_body is false after HEAD. */
bool http_receive(struct http *http, bool has_body, struct http_reply *ret_reply) MUST_USE;
/* Both, for METHOD and what stands between the host and the end of the line; tries once more where the server has
 * closed the connection meanwhile. */
bool http_ask(struct http *http, const char *method, const char *target, struct http_reply *ret_reply) MUST_USE;
void http_close(struct http *http);

#endif
