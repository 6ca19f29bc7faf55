/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Going through a text line by line, without changing it.
 */
#ifndef DOCTOR_LINES_H
#define DOCTOR_LINES_H

#include <string.h>

/* The line after this one; NULL: it was the last. */
static inline const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end != NULL ? end + 1 : NULL;
}

#endif
