/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Memory that comes to an end when a test says so: the allocator of the C library, which counts what it gives out, and fails
 * where it is told to.
 *
 * Allocations that other libraries make for themselves are counted and never fail where such a library is known to end the
 * program, or to crash, for want of memory (starve.c lists them).
 */
#ifndef STARVE_H
#define STARVE_H

#include <stdbool.h>
#include <stddef.h>

enum starve_length {
	STARVE_ONCE,			/* that allocation alone: does one that comes after it hide the failure? */
	STARVE_ON,			/* and all after it: can the failure itself be told without memory? */
};

/* Counts from 0 again.  The @nth allocation fails, 1 being the next one; 0: none does. */
void starve(size_t nth, enum starve_length length);
/* Ends it, and says how many allocations there were. */
size_t starve_end(void);
/* How many of them failed. */
size_t starve_failures(void);
/* Blocks that were given out and not taken back, since the program began. */
size_t starve_blocks(void);

#endif
