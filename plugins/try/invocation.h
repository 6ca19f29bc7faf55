/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The command line of pxeboot try.
 */
#ifndef TRY_INVOCATION_H
#define TRY_INVOCATION_H

#include "base/scalar.h"
#include "lab.h"
#include "session.h"

#define LAB_DEFAULT_MAC "52:54:00:77:00:01"
#define INVOCATION_KEYS 32
#define INVOCATION_SETTING 64

/* What the command line says, with the room that its pieces need. */
struct invocation {
	struct session session;
	struct lab_options options;
	char mac[3 * MAC_LENGTH], uuid[37], memory[16], keys[512];
	char tftp[INVOCATION_SETTING], dhcp[INVOCATION_SETTING];
	const char *key_list[INVOCATION_KEYS + 1];
};

/* Reads the words into @invocation, whose session.command is set, and fills in what they don't say.  -1 to go on, else
 * the exit code to leave with.  What it keeps points into @argv and @invocation, which must stay where they are. */
int invocation_read(struct invocation *invocation, int argc, char **argv);

#endif
