/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random maps and names for them: the same ones for the same seed.
 */
#ifndef SERVERS_MAP_RANDOM_H
#define SERVERS_MAP_RANDOM_H

#include <stdint.h>

#include "base/text.h"

struct random {
	uint64_t state;
};

/* Below @limit. */
unsigned random_below(struct random *random, unsigned limit);

/* Text of a map, well-formed more often than not. */
void random_map(struct random *random, struct text *out);
/* What a client could ask for: one to some dozen bytes, no NUL. */
void random_name(struct random *random, struct text *out);

#endif
