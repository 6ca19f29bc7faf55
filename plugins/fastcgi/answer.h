/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What each request is answered.
 *
 *	GET /boot.ipxe?FACTS			the script of one machine
 *	GET /answers/MACHINE/FILE[?token=…]	an answer file
 *	POST /done/TOKEN			an installer is done
 *
 * Where an answer hangs on what is remembered of the machine, it waits for a question to be answered in between.
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

struct answer;

/* Reads the parameters of a request; any thread.  0: the bytes of the answer were added to @out.  1: @ret_question waits
 * for the clerk, and the parameters must stay until answer_end().  -ENOMEM. */
int answer_begin(const struct service *service, const char *const *params, int64_t now, struct answer **ret_answer,
		 struct question **ret_question, struct text *out) MUST_USE;

/* The question was answered, and is freed; or NULL: it was abandoned, and nobody can tell.  Adds the bytes of the answer to @out,
 * and frees @answer.  0 or -ENOMEM. */
int answer_end(struct answer *answer, struct question *question, struct text *out) MUST_USE;

#endif
