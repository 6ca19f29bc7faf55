/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files of one-shot boots in the boot root: what a machine is served is a file, and one rename or unlink ends it.
 *
 *	once/52-54-00-12-34-56.ipxe	what the host's script goes to, while it is there
 *	once/52-54-00-12-34-56.then	what becomes of it when the one-shot boot is over; without one it goes away
 *	once/52-54-00-12-34-56.over	that it is over, where nothing follows and the record could not be told
 *	done/TOKEN			whose fetch by TFTP says done
 *	answers/TOKEN/			answer files with the token in them, written by whoever arms
 *
 * @key is a machine's MAC address, which parts of names are made of after it was parsed.  All: 0 or a negative errno, unless
 * they say otherwise.
 */
#ifndef ONCE_FILE_H
#define ONCE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

enum once_file {
	ONCE_FILE_NONE,		/* the host's script goes on */
	ONCE_FILE_ON,		/* the one-shot boot is served */
	ONCE_FILE_OVER,		/* what follows it is */
};

/* An enum once_file, or a negative errno; -EBADMSG when somebody else wrote the file. */
int once_file_look(const char *root, const char *key, uint32_t *ret_round) MUST_USE;

/* Is who fetches the file given @profile, for that round?  Where live answers alone may give it, it leads past it.
 * 1, 0, or a negative errno when the file is there and can't be read: then nobody knows. */
int once_file_gives(const char *root, const char *key, uint32_t round, const char *profile) MUST_USE;

/* Puts both files in place, what follows before what it follows.  @then may be NULL.  1 when one was not there so, else 0. */
int once_file_begin(const char *root, const char *key, const char *script, const char *then) MUST_USE;
/* Ends the one-shot boot that is served, for good even if the power fails.  1 when none is. */
int once_file_end(const char *root, const char *key) MUST_USE;
/* The same where the record can't be told: what is left says so to whoever can, later. */
int once_file_end_unrecorded(const char *root, const char *key) MUST_USE;
/* Takes all of them away: the host's script goes on. */
int once_file_remove(const char *root, const char *key) MUST_USE;

/* Is there nothing in once/ at all?  False where nobody can tell. */
bool once_file_is_none(const char *root) MUST_USE;
/* Calls @visit with the key of every file in once/; anything but 0 ends the round and is returned.  0 without once/. */
int once_file_each(const char *root, int (*visit)(void *context, const char *key), void *context) MUST_USE;

int once_file_add_token(const char *root, const char *token) MUST_USE;
/* The answer files that have the token in them. */
int once_file_remove_answers(const char *root, const char *token) MUST_USE;
/* With its answer files. */
int once_file_remove_token(const char *root, const char *token) MUST_USE;

#endif
