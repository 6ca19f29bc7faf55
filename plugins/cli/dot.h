/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Graphviz: its language's quoting, and its program.
 */
#ifndef CLI_DOT_H
#define CLI_DOT_H

#include "base/text.h"

/* Adds @string as a quoted label: a newline starts another line of it; other control characters and bytes that are not
 * valid UTF-8 show as \xHH; nothing in it is an escape, an HTML entity or the end of the label. */
void dot_add_quoted(struct text *out, const char *string);

/* Makes an SVG picture of @dot by dot(1); the caller frees it.  -ENOENT when there is no such program, -EIO when it
 * fails. */
int dot_draw(const char *dot, size_t length, char **ret_svg, size_t *ret_length) MUST_USE;

#endif
