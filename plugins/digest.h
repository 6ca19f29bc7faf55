/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * SHA-256 as manifests write it.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>

#include "base/macro.h"

#define DIGEST_SIZE 65			/* 64 hexadecimal digits, lower case, and the NUL */

/* -ENOTSUP: built without nettle. */
int digest_of_bytes(const void *bytes, size_t length, char ret[DIGEST_SIZE]) MUST_USE;
/* Of a file, from its beginning, wherever it was read before; or the error of reading. */
int digest_of_file(int fd, char ret[DIGEST_SIZE]) MUST_USE;

#endif
