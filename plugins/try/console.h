/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The serial console: bytes in, lines out, without the escape sequences that move a cursor about.
 */
#ifndef TRY_CONSOLE_H
#define TRY_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_LINE 512

struct console {
	char line[CONSOLE_LINE];		/* what stands on the unfinished line; NUL-terminated */
	size_t length;
	enum { CONSOLE_TEXT, CONSOLE_ESCAPE, CONSOLE_SEQUENCE } state;
	void (*tell)(void *context, const char *line, bool whole);
	void *context;
};

/* Calls tell() for each line that ends, and once for an unfinished one at the end of the bytes. */
void console_see(struct console *console, const char *bytes, size_t length);

#endif
