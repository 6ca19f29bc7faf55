/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random policies that load: every part of the language that matters to who gets what, with rules that overlap.
 */
#ifndef RANDOM_POLICY_H
#define RANDOM_POLICY_H

#include <stdint.h>

enum random_policy_size {
	RANDOM_POLICY_ANY,		/* up to eight architectures, six hosts, six groups, four menus */
	RANDOM_POLICY_SMALL,		/* two of each at most: small enough to look at every client that can exist */
};

/* The text of one policy; the same for the same seed and index.  It loads without errors, warnings may come.  The
 * caller frees it. */
char *random_policy(uint64_t seed, uint64_t index, enum random_policy_size size);

#endif
