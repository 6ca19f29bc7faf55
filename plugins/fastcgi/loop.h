/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One thread's connections, none of which can hold up another: bytes are taken as they come, answers that wait for the
 * clerk are written when he is done, or when that takes too long.
 *
 * A web server may keep its connections.  Where there are too many, one that idles makes room; where all are busy, who comes
 * waits in the socket's queue.  One that is in the middle of a request for LOOP_SECONDS is closed.
 */
#ifndef FASTCGI_LOOP_H
#define FASTCGI_LOOP_H

#include "answer.h"

#define LOOP_SECONDS 5

struct loop;

/* @socket listens and does not block; @end can be read from when it is time.  Both are lent.  @room: connections, at least 1. */
int loop_new(int socket, int end, unsigned room, const struct service *service, struct loop **ret_loop) MUST_USE;
/* Answers until it is time, and then whoever has been accepted; the thread's function.  NULL. */
void *loop_run(void *loop);
void loop_free(struct loop *loop);		/* NULL is fine */

#endif
