/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A menu in a terminal: with its colours, or as plain text with a '>' where the bar is.
 */
#ifndef PREVIEW_TERMINAL_H
#define PREVIEW_TERMINAL_H

#include <stdio.h>

#include "layout.h"

void terminal_show(const struct layout *layout, bool colours, FILE *stream);

#endif
