/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The text of a file that hosts are added to.  Every byte that stands there stays.
 */
#ifndef CLI_DROP_IN_H
#define CLI_DROP_IN_H

#include "base/text.h"

/* One host to add; names and addresses have been checked, the comment is one line of printable ASCII or NULL. */
struct drop_in_host {
	const char *name, *mac, *boot, *comment;
};

/* Writes to @out what @text becomes with these hosts at the end of its list of hosts, which is made where there is none.
 * 0, or -EBADMSG when the text is not understood well enough to add to it: the caller is told why and where. */
int drop_in_add(const char *text, const struct drop_in_host *hosts, size_t count, struct text *out,
		const char **ret_problem, unsigned *ret_line) MUST_USE;

#endif
