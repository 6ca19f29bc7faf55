/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text that looks as if it were nobody else's business, in files that everybody on the network reads.
 */
#ifndef RENDER_SECRET_H
#define RENDER_SECRET_H

#include <stddef.h>

/* What there is of that in @length bytes, as words, and at which line, from 1: a hash of crypt(5) or a private key in PEM.
 * NULL: nothing. */
const char *secret_find(const char *text, size_t length, unsigned *ret_line);

#endif
