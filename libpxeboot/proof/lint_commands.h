/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iPXE's commands: since when, in which builds, with which options, and how many arguments each takes.
 */
#ifndef PROOF_LINT_COMMANDS_H
#define PROOF_LINT_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pxeboot.h"

enum option_value { VALUE_NONE, VALUE_TEXT, VALUE_NUMBER, VALUE_KEY };

struct lint_option {
	const char *name;		/* NULL ends a list */
	char letter;
	enum option_value value;
	enum pxeboot_lint_target since;
};

enum {
	COMMAND_TEXT = 1 << 0,		/* its words are for people */
	COMMAND_CAN_FAIL = 1 << 1,	/* for reasons that no script can know: the network, the machine, the user */
	COMMAND_TEST = 1 << 2,		/* fails to say no */
	COMMAND_WAITS = 1 << 3,		/* for the user or the clock */
	COMMAND_UNSEEN = 1 << 4,	/* runs what is not in the script */
	COMMAND_DHCP = 1 << 5,
	COMMAND_SETTING = 1 << 6,	/* its first argument is a setting's name */
};

struct lint_command {
	const char *name;
	enum pxeboot_lint_target since;
	uint16_t builds;		/* that have it as they come: a bit for each target and platform */
	uint8_t min, max;		/* arguments */
	uint8_t numbers;		/* which of the arguments must be numbers: a bit each */
	uint8_t flags;
	const struct lint_option *options;
};

extern const struct lint_command lint_commands[];
extern const size_t lint_n_commands;

/* Lends the row of a command; NULL when no iPXE has it. */
const struct lint_command *lint_command_find(const char *name, size_t length);
/* Is it in such a build as it comes? */
bool lint_command_in(const struct lint_command *command, enum pxeboot_lint_target target,
		     enum pxeboot_lint_platform platform);
/* Which feature of an own build switches it on (lint_build.c); -1: none, it is as it comes. */
int lint_command_feature(const struct lint_command *command);
/* Are the target's builds one distribution's, so that what they lack can't be switched on? */
bool lint_target_is_package(enum pxeboot_lint_target target);
/* For people: "Debian 12's iPXE". */
const char *lint_target_label(enum pxeboot_lint_target target);

#endif
