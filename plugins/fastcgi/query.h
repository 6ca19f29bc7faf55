/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The query string of a request: "mac=52:54:00:12:34:56&serial=A%20B".  Strict: who sends what this does not take
 * made a mistake, and guessing what was meant could boot the wrong thing.
 *
 * '+' is a plus sign, as iPXE sends it, and not a blank.
 */
#ifndef FASTCGI_QUERY_H
#define FASTCGI_QUERY_H

#include <stddef.h>

#include "base/macro.h"

#define QUERY_MAX 8192			/* bytes of the whole */
#define QUERY_PAIRS_MAX 64
#define QUERY_KEY_MAX 64		/* bytes, decoded */
#define QUERY_VALUE_MAX 4096

struct query_pair {
	const char *key, *value;	/* decoded; the value may be "" */
};

struct query {
	char *bytes;			/* where the pairs' text is */
	struct query_pair pairs[QUERY_PAIRS_MAX];
	size_t n_pairs;
};

/* Takes it apart; the caller frees @ret_query.  "" has no pairs.  -EBADMSG with a constant text in @ret_why, and
 * nothing to free, when it is malformed; -ENOMEM. */
int query_parse(const char *text, struct query *ret_query, const char **ret_why) MUST_USE;
void query_free(struct query *query);

/* Lends the value; NULL when nobody gave one, or an empty one: so comes what iPXE does not know of a machine. */
const char *query_get(const struct query *query, const char *key);

#endif
