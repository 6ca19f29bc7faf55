/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a theme's picture is; the only user of libpng in the library.
 */
#ifndef POLICY_PICTURE_H
#define POLICY_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"

struct picture {
	unsigned width, height;		/* pixels */
	bool alpha, deep;		/* transparent parts; more than 8 bits a channel */
};

/* Decodes a PNG to its end.  -EBADMSG: it is none, or damaged; -E2BIG: more than 4096 pixels wide or high; -ENOTSUP:
 * built without libpng. */
int picture_read(const void *bytes, size_t length, struct picture *ret_picture) MUST_USE;

#endif
