/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules on what happens after: failures that nothing catches, loops without a pause, lines that are never reached and
 * lines that are reached by falling.
 */
#include <errno.h>
#include <string.h>

#include "proof/lint.h"

static const struct word nothing = { NULL, 0 };

static const struct command *line_command(const struct lint *lint, const struct script_line *line)
{
	return line->n_commands > 0 ? &lint->script.commands[line->first] : NULL;
}

static bool has_option(const struct lint *lint, const struct command *command, const char *name)
{
	struct word value;

	return command_option(lint, command, name, &value);
}

/* ---- Failures ------------------------------------------------------------------------------------------------ */

static bool can_fail(const struct lint *lint, const struct command *command)
{
	if (!command->known)
		return false;
	/* The end of its wait is a failure, and so is another key. */
	if (command_is(command, "prompt"))
		return has_option(lint, command, "timeout") || has_option(lint, command, "key");
	return command->known->flags & COMMAND_CAN_FAIL;
}

/* The script ends with its last line anyway. */
static bool is_last(const struct lint *lint, const struct command *command)
{
	const struct command *last = &lint->script.commands[lint->script.n_commands - 1];

	return command->line == last->line;
}

static void look_for_guard(struct lint *lint, const struct command *command)
{
	struct word name = command_word(lint, command, 0);

	if (!can_fail(lint, command) || command_guarded(command) || is_last(lint, command))
		return;
	lint_tell(lint, RULE_UNGUARDED, name.at, name, "%s, which ends the script without a '||' behind it",
		  command->known->flags & COMMAND_TEST ? "to say no is a failure" : "can fail");
}

/* ---- Loops --------------------------------------------------------------------------------------------------- */

/* A line that waits for something, counts, or asks whether to go on. */
static bool slows_down(const struct lint *lint, const struct script_line *line)
{
	for (size_t i = 0; i < line->n_commands; i++) {
		const struct command *command = &lint->script.commands[line->first + i];

		if (command_is(command, "inc") ||
		    (command->known ? command->known->flags & (COMMAND_WAITS | COMMAND_TEST) : command->n_words > 0))
			return true;
	}
	return false;
}

int lint_count_pauses(struct lint *lint)
{
	lint->pauses = calloc(lint->script.n_lines + 1, sizeof(*lint->pauses));
	if (!lint->pauses)
		return -ENOMEM;
	for (size_t i = 0; i < lint->script.n_lines; i++)
		lint->pauses[i + 1] = lint->pauses[i] + slows_down(lint, &lint->script.lines[i]);
	return 0;
}

/* "dhcp || goto again", with nothing between the label and here that waits. */
static void look_for_retry(struct lint *lint, const struct command *command)
{
	const struct command *handler = command_handler(command);
	struct word label;
	size_t line;

	if (!handler || !command_is(handler, "goto") || handler->broken || !can_fail(lint, command) ||
	    command->known->flags & (COMMAND_TEST | COMMAND_WAITS))
		return;
	label = command_word(lint, handler, handler->rest);
	line = label.at ? lint_label_line(lint, label) : SIZE_MAX;
	if (line <= command->line && lint->pauses[command->line + 1] == lint->pauses[line])
		lint_tell(lint, RULE_RETRY_LOOP, command_word(lint, handler, 0).at, command_word(lint, command, 0),
			  "is tried again at once and for ever; a sleep or a prompt is missing");
}

/* ---- Lines --------------------------------------------------------------------------------------------------- */

/* The next line that has a command or a label; SIZE_MAX past the last. */
static size_t next_line(const struct lint *lint, size_t line)
{
	for (line++; line < lint->script.n_lines; line++)
		if (lint->script.lines[line].n_commands > 0 || lint->script.lines[line].label.at)
			return line;
	return SIZE_MAX;
}

static bool is_boot(const struct command *command)
{
	return command_is(command, "boot") || command_is(command, "imgexec");
}

/* A boot whose end is not looked after: alone, or with an empty '||'. */
static const struct command *loose_boot(const struct lint *lint, const struct script_line *line)
{
	for (size_t i = 0; i < line->n_commands; i++) {
		const struct command *command = &lint->script.commands[line->first + i];
		const struct command *handler = command_handler(command);

		if (is_boot(command) && (!handler || handler->n_words == 0) && command->joint != JOINT_THEN)
			return command;
	}
	return NULL;
}

/* What runs after this line without a jump can only have been meant to be jumped to. */
static void look_for_unreachable(struct lint *lint, size_t line)
{
	size_t next = next_line(lint, line);
	const struct command *boot = loose_boot(lint, &lint->script.lines[line]);
	const struct command *command;

	if (next == SIZE_MAX || lint->script.lines[next].label.at)
		return;
	command = line_command(lint, &lint->script.lines[next]);
	if (!command)
		return;
	if (!lint->falls[line])
		lint_tell(lint, RULE_UNREACHABLE, command_word(lint, command, 0).at, nothing,
			  "no way leads here: the line before it goes elsewhere, and there is no label");
	else if (boot && boot->certain && boot->joint == JOINT_END)
		lint_tell(lint, RULE_UNREACHABLE, command_word(lint, command, 0).at, nothing,
			  "a failure of %s ends the script before it comes here, and a kernel does not return",
			  boot->known->name);
}

/* Is the label where the lines before it go after a failure? */
static bool is_their_handler(const struct lint *lint, size_t line, struct word label)
{
	do {
		const struct script_line *commands = &lint->script.lines[line];

		for (size_t i = 0; i < commands->n_commands; i++) {
			const struct command *command = &lint->script.commands[commands->first + i];

			if (command_is(command, "goto") &&
			    word_compare(command_word(lint, command, command->rest), label) == 0)
				return true;
		}
	} while (!lint->script.lines[line].label.at && line-- > 0);
	return false;
}

static void look_for_fall(struct lint *lint, size_t line)
{
	const struct command *boot = loose_boot(lint, &lint->script.lines[line]);
	size_t next = next_line(lint, line);
	struct word label;

	if (!boot || next == SIZE_MAX)
		return;
	label = lint->script.lines[next].label;
	if (label.length > 0 && !is_their_handler(lint, line, label))
		lint_tell(lint, RULE_FALLTHROUGH, command_word(lint, boot, 0).at, label, "the script goes on here %s",
			  boot->joint == JOINT_END ? "when what was booted returns" : "when the boot fails");
}

/* ":a" and "goto a": @next is the first command behind the label, or NULL. */
static void look_for_endless(struct lint *lint, struct word label, const struct command *next)
{
	if (label.length > 0 && next && command_is(next, "goto") &&
	    word_compare(command_word(lint, next, next->rest), label) == 0)
		lint_tell(lint, RULE_ENDLESS_GOTO, command_word(lint, next, 0).at, label, "goes to itself for ever");
}

void lint_guards(struct lint *lint)
{
	const struct command *next = NULL;

	for (size_t i = 0; i < lint->script.n_commands; i++) {
		look_for_guard(lint, &lint->script.commands[i]);
		look_for_retry(lint, &lint->script.commands[i]);
	}
	for (size_t line = 0; line < lint->script.n_lines; line++)
		if (lint->script.lines[line].n_commands > 0) {
			look_for_unreachable(lint, line);
			look_for_fall(lint, line);
		}
	for (size_t line = lint->script.n_lines; line-- > 0;) {
		if (lint->script.lines[line].n_commands > 0)
			next = line_command(lint, &lint->script.lines[line]);
		look_for_endless(lint, lint->script.lines[line].label, next);
	}
}
