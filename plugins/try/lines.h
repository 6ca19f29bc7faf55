/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the user sees: one line for each thing that happens, with its time.  The lines are remembered, so that a chain
 * loop can be shown and a repeated line be told from a new one.
 */
#ifndef TRY_LINES_H
#define TRY_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"

#define LINES_MAX 128			/* remembered; older ones are forgotten */

struct line {
	int64_t at;			/* milliseconds since power-on */
	char *key;			/* equal for lines that say the same thing again */
	char *shown;
};

struct lines {
	FILE *out;
	bool colours;
	struct line list[LINES_MAX];	/* a ring */
	size_t count;			/* ever added */
};

void lines_begin(struct lines *lines, FILE *out, bool colours);
void lines_free(struct lines *lines);

/* Shows a line.  @detail is not part of the key: sizes and durations.  User text must have been escaped.  Returns true
 * when nothing among what is remembered says the same. */
bool lines_add(struct lines *lines, int64_t at, const char *tag, const char *text, const char *detail);
/* Shows a remark under the lines; nothing of it is remembered. */
void lines_remark(struct lines *lines, const char *format, ...) PRINTF_LIKE(2, 3);
/* Shows again the lines from @first to the last, indented. */
void lines_repeat(const struct lines *lines, size_t first);
/* Ends the report: "@verdict" in the colour of success or failure. */
void lines_verdict(struct lines *lines, bool good, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
