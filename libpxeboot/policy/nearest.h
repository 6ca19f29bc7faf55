/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which of our names somebody meant who mistyped one. */
#ifndef POLICY_NEAREST_H
#define POLICY_NEAREST_H

#include <stdbool.h>

#define NEAREST_LIMIT 3		/* letters that differ: what @best begins with */

/* Is @name near what was given, and nearer than the best so far, which it then is?  Near: two letters differ at most,
 * and no more than half of them. */
bool nearest_is_nearer(const char *given, const char *name, unsigned *best);

#endif
