/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a request is answered, as CGI has it: a status, a few headers, a text.
 */
#ifndef FASTCGI_REPLY_H
#define FASTCGI_REPLY_H

#include <stdbool.h>

#include "base/text.h"

struct reply {
	int status;			/* HTTP's; 0: not yet said */
	const char *allow;		/* with 405: the methods, constant; else NULL */
	struct text body;
};

/* Says that it failed, and why, in one line; a text that was there is dropped.  User text in it must have been
 * escaped. */
void reply_fail(struct reply *reply, int status, const char *format, ...) PRINTF_LIKE(3, 4);

/* The bytes for the web server: headers, and the text unless @head_only.  0 or -ENOMEM. */
int reply_write(const struct reply *reply, bool head_only, struct text *out) MUST_USE;

void reply_free(struct reply *reply);

#endif
