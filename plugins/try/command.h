/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Other programs: found before they are needed, their words put together, started with their output in a file.
 */
#ifndef TRY_COMMAND_H
#define TRY_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/macro.h"

#define COMMAND_WORDS 80
#define COMMAND_PASSED 3

struct command {
	char *words[COMMAND_WORDS + 1];		/* NULL-terminated */
	size_t count;
	int pass;				/* a descriptor that it gets, as number COMMAND_PASSED; 0: none */
	int error;				/* the first failure sticks */
};

#define CLEANUP_COMMAND __attribute__((cleanup(command_free)))

void command_add(struct command *command, const char *word);
void command_addf(struct command *command, const char *format, ...) PRINTF_LIKE(2, 3);
void command_add_all(struct command *command, const char *const *words);	/* NULL-terminated */
void command_free(struct command *command);

/* Starts it in a session of its own, without input, its output appended to @log (NULL: to ours); no signal is blocked
 * or ignored in it.  A program that is not there ends with status 127. */
int command_start(const struct command *command, const char *log, pid_t *ret_pid) MUST_USE;
/* Starts it and waits.  0, or -EIO when it failed. */
int command_run(const struct command *command, const char *log) MUST_USE;

/* Is the program on the PATH or where system programs live?  All that the command starts are looked for there. */
bool command_is_there(const char *program);

#endif
