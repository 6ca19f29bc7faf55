/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a fuzz target has: the entry point that libFuzzer and replay.c call, and a check that holds in every build.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static inline void fuzz_require(int holds)
{
	if (!holds)
		abort();
}

#endif
