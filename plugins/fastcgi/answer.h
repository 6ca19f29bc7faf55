/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What each request is answered.
 *
 *	GET /boot.ipxe?FACTS			the script of one machine
 *	GET /answers/MACHINE/FILE[?token=…]	an answer file
 *	POST /done/TOKEN			an installer is done
 */
#ifndef FASTCGI_ANSWER_H
#define FASTCGI_ANSWER_H

#include "current.h"
#include "machines.h"
#include "reply.h"

struct service {
	struct current *current;
	struct machines *machines;
	struct log *log;
};

/* Reads the parameters of a request and adds the bytes of the answer to @out; any thread.  0 or -ENOMEM. */
int answer(const struct service *service, const char *const *params, int64_t now, struct text *out) MUST_USE;

#endif
