/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The serial console (see console.h).
 */
#include "console.h"

#include <string.h>

/* A line of blanks is how a screen is cleared. */
static void end_line(struct console *console)
{
	if (strspn(console->line, " ") < console->length)
		console->tell(console->context, console->line, true);
	console->length = 0;
	console->line[0] = '\0';
}

static void see_text(struct console *console, char c)
{
	if (c == '\033') {
		console->state = CONSOLE_ESCAPE;
	} else if (c == '\n' || c == '\r') {
		end_line(console);
	} else if (c == '\b') {
		console->length -= console->length > 0;
		console->line[console->length] = '\0';
	} else if ((unsigned char)c >= ' ' && c != '\177') {
		if (console->length == CONSOLE_LINE - 1)
			end_line(console);
		console->line[console->length++] = c;
		console->line[console->length] = '\0';
	}
}

/* A control sequence ends with a byte from '@' to '~'.  One that moves the cursor ends a line. */
static void see_sequence(struct console *console, char c)
{
	if (c < '@' || c > '~')
		return;
	console->state = CONSOLE_TEXT;
	if (c == 'H' || c == 'f' || c == 'J')
		end_line(console);
}

void console_see(struct console *console, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		switch (console->state) {
		case CONSOLE_TEXT:
			see_text(console, bytes[i]);
			break;
		case CONSOLE_ESCAPE:
			console->state = bytes[i] == '[' ? CONSOLE_SEQUENCE : CONSOLE_TEXT;
			break;
		case CONSOLE_SEQUENCE:
			see_sequence(console, bytes[i]);
			break;
		}
	}
	if (console->length)
		console->tell(console->context, console->line, false);
}
