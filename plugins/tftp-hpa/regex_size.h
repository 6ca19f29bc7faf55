/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How big a POSIX extended regular expression becomes when the C library compiles it: repetitions are written out, and
 * nested ones multiply, so that a short line can take all memory.
 */
#ifndef TFTP_HPA_REGEX_SIZE_H
#define TFTP_HPA_REGEX_SIZE_H

#include <stdbool.h>

/* Does it stay within some thousand places beyond its own length?  Any text will do. */
bool regex_is_bounded(const char *expression);

#endif
