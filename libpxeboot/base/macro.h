/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Small compiler helpers that every folder uses.  Nothing here allocates or fails.
 */
#ifndef BASE_MACRO_H
#define BASE_MACRO_H

#include <stdlib.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define MUST_USE __attribute__((warn_unused_result))

static inline void cleanup_free_pointer(void *pointer)
{
	free(*(void **)pointer);
}

/* A variable of pointer type that is freed when it goes out of scope. */
#define CLEANUP_FREE __attribute__((cleanup(cleanup_free_pointer)))

#endif
