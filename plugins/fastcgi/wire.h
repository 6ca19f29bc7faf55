/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One connection of a web server, as the FastCGI specification 1.0 has it: records in, records out, and pure over bytes.
 *
 * A connection carries one request after another, never two at a time: who tries is refused, as the specification allows.
 * We are a responder and read no body: what comes of one is dropped.
 */
#ifndef FASTCGI_WIRE_H
#define FASTCGI_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define WIRE_PARAMS_MAX ((size_t)1 << 18)	/* bytes of a request's parameters: a web server's limit is below */
#define WIRE_HEAD_LENGTH 8
#define WIRE_NAMES_MAX 8			/* that wire_params() looks for at once */

enum wire_stage {
	WIRE_IDLE,			/* between two requests */
	WIRE_PARAMS,
	WIRE_BODY,
	WIRE_WHOLE,			/* a request is to be answered */
};

struct wire {
	enum wire_stage stage;
	bool keeps;			/* the connection outlives the request */
	uint16_t id;			/* of the request */
	struct text params;		/* as they come: lengths, names, values */
	uint8_t head[WIRE_HEAD_LENGTH], begin[WIRE_HEAD_LENGTH];	/* of the record at hand; the start of its content */
	size_t head_length;		/* of which so much has come */
	size_t content, padding;	/* bytes that are still to come */
};

/* Takes bytes as they come, however they are cut.  What must be said at once, about a request that is refused, is added to
 * @out.  0; 1: the request is whole now; -EBADMSG: that is not FastCGI; -E2BIG; -ENOMEM.  After an error the connection
 * can only be closed. */
int wire_take(struct wire *wire, const void *bytes, size_t length, struct text *out) MUST_USE;

/* The parameters of these names as NAME=value in a list that ends in NULL, which has room for @n names, WIRE_NAMES_MAX at most,
 * and that; each once, the first that comes.  Their bytes are in @room, which is empty before and stays as it is while they are used.  One with
 * a NUL byte in it is left out.  -EBADMSG; -ENOMEM. */
int wire_params(const struct wire *wire, const char *const *names, size_t n, struct text *room, const char **list) MUST_USE;

/* Adds the whole reply to @out, and waits for the next request.  0 or -ENOMEM. */
int wire_reply(struct wire *wire, const char *bytes, size_t length, struct text *out) MUST_USE;

void wire_free(struct wire *wire);

#endif
