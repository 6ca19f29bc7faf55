/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a web server hands over of one request: parameters as CGI names them (RFC 3875).
 *
 *	REQUEST_METHOD	GET, HEAD or POST
 *	PATH_INFO	what follows the place where the program is mounted: /boot.ipxe; decoded
 *	QUERY_STRING	as it came
 *	REMOTE_ADDR	who asks
 */
#ifndef FASTCGI_REQUEST_H
#define FASTCGI_REQUEST_H

#include "pxeboot.h"
#include "query.h"
#include "reply.h"

enum method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OTHER };

#define PATH_PARTS_MAX 3			/* the third is all the rest */

struct request {
	enum method method;
	char *path;			/* where the parts' text is */
	const char *parts[PATH_PARTS_MAX];	/* "answers", "default", "debian/preseed": letters, digits, some signs */
	size_t n_parts;
	const char *address;		/* lent by the parameters, IPv4; or NULL */
	struct query query;
};

/* Reads a NULL-terminated list of NAME=value.  0, and the caller frees @ret_request; or -EBADMSG with the @reply that
 * it deserves; -ENOMEM. */
int request_read(const char *const *params, struct request *ret_request, struct reply *reply) MUST_USE;
void request_free(struct request *request);
/* Who asks, as struct request has it. */
const char *request_address(const char *const *params);

/* The facts that the query tells; without ip, the address is the request's.  Names that are no facts mean nothing here.
 * The caller unrefs @ret_client.  -EBADMSG with the @reply; -ENOMEM. */
int request_client(const struct request *request, struct reply *reply, struct pxeboot_client **ret_client) MUST_USE;

#endif
