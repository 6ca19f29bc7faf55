/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules on a command by itself: does iPXE have it, does the target, and are its options and arguments what it takes?
 * Options are told apart as iPXE's getopt does: they end at the first word without '-' or after "--", are never
 * abbreviated, and a value of its own word may not begin with '-'.
 */
#include <string.h>

#include "proof/lint.h"

enum step {
	STEP_OPTION,		/* one that the command has */
	STEP_END,		/* no more */
	STEP_UNSURE,		/* a ${setting} or --help: nothing can be said of the rest */
	STEP_UNKNOWN, STEP_NO_VALUE, STEP_STRAY_VALUE,
};

struct walk {
	const struct lint *lint;
	const struct command *command;
	size_t at;			/* word */
	size_t letter;			/* in a word of single letters: which; 0: not in one */
	struct word word;		/* that it looked at last */
	const struct lint_option *option;
	struct word value;
	bool glued;			/* the value stands behind a single letter */
};

static struct walk walk_over(const struct lint *lint, const struct command *command)
{
	return (struct walk){ .lint = lint, .command = command, .at = 1 };
}

/* ---- Telling options apart ----------------------------------------------------------------------------------- */

static enum step take_value(struct walk *walk)
{
	walk->value = command_word(walk->lint, walk->command, walk->at);
	if (!walk->value.at || walk->value.at[0] == '-')
		return STEP_NO_VALUE;
	walk->at++;
	return STEP_OPTION;
}

static enum step next_long(struct walk *walk)
{
	struct word name = { walk->word.at + 2, walk->word.length - 2 };
	const char *equals = name.length ? memchr(name.at, '=', name.length) : NULL;

	walk->at++;
	if (equals)
		name.length = (size_t)(equals - name.at);
	if (name.length == 0 && !equals)
		return STEP_END;
	if (word_has_setting(name) || word_is(name, "help"))
		return STEP_UNSURE;
	for (walk->option = walk->command->known->options; walk->option->name; walk->option++)
		if (word_is(name, walk->option->name))
			break;
	if (!walk->option->name)
		return STEP_UNKNOWN;
	if (walk->option->value == VALUE_NONE)
		return equals ? STEP_STRAY_VALUE : STEP_OPTION;
	if (!equals)
		return take_value(walk);
	walk->value = (struct word){ equals + 1, walk->word.length - (size_t)(equals + 1 - walk->word.at) };
	return STEP_OPTION;
}

static enum step next_letter(struct walk *walk)
{
	char letter = walk->letter < walk->word.length ? walk->word.at[walk->letter] : '\0';
	bool last = walk->letter + 1 >= walk->word.length;

	if (letter == '$' || letter == 'h')
		return STEP_UNSURE;
	for (walk->option = walk->command->known->options; walk->option->name; walk->option++)
		if (walk->option->letter == letter)
			break;
	if (!walk->option->name)
		return STEP_UNKNOWN;
	walk->letter++;
	if (walk->option->value != VALUE_NONE && !last) {
		walk->value = (struct word){ walk->word.at + walk->letter, walk->word.length - walk->letter };
		walk->glued = true;
	}
	if (walk->option->value != VALUE_NONE || last) {
		walk->letter = 0;
		walk->at++;
	}
	return walk->option->value != VALUE_NONE && last ? take_value(walk) : STEP_OPTION;
}

static enum step next_option(struct walk *walk)
{
	walk->value = (struct word){ NULL, 0 };
	walk->glued = false;
	if (walk->letter > 0)
		return next_letter(walk);
	walk->word = command_word(walk->lint, walk->command, walk->at);
	if (!walk->word.at || walk->word.at[0] != '-')
		return STEP_END;
	if (walk->word.length > 1 && walk->word.at[1] == '-')
		return next_long(walk);
	walk->letter = 1;
	return next_letter(walk);
}

bool command_option(const struct lint *lint, const struct command *command, const char *name, struct word *ret_value)
{
	struct walk walk = walk_over(lint, command);
	bool found = false;

	while (command->known && next_option(&walk) == STEP_OPTION)
		if (strcmp(walk.option->name, name) == 0) {
			*ret_value = walk.value;
			found = true;
		}
	return found;
}

/* ---- Options ------------------------------------------------------------------------------------------------- */

/* Nothing else can be meant by a handler that does the same without the option, or nothing. */
static bool is_handled(const struct command *command)
{
	const struct command *handler = command_handler(command);

	if (!handler)
		return command_guarded(command);
	return handler->n_words == 0 || handler->known == command->known;
}

static void look_at_number(struct lint *lint, struct word word, const char *what)
{
	long long number;

	if (!word_has_setting(word) && !word_number(word, &number))
		lint_tell(lint, RULE_NUMBER, word.at, word, "%s is no number", what);
}

static void look_at_key(struct lint *lint, struct word word)
{
	long long number;

	if (!word_has_setting(word) && word.length != 1 && !word_number(word, &number))
		lint_tell(lint, RULE_KEY, word.at, word, "a key is one character of ASCII, or its number");
}

static void look_at_value(struct lint *lint, const struct walk *walk)
{
	const struct lint_option *option = walk->option;

	if (option->value == VALUE_NUMBER)
		look_at_number(lint, walk->value, option->name);
	else if (option->value == VALUE_KEY)
		look_at_key(lint, walk->value);
	if (option->since > lint->target && !is_handled(walk->command))
		lint_tell(lint, RULE_UNSUPPORTED_OPTION, walk->word.at, walk->word, "%s has no --%s for %s",
			  lint_whose(lint), option->name, walk->command->known->name);
	/* "-name" for "--name", or text. */
	if (walk->glued && walk->command->known->flags & COMMAND_TEXT && option->value == VALUE_TEXT &&
	    walk->value.length > 1)
		lint_tell(lint, RULE_DASH_TEXT, walk->word.at, walk->word,
			  "is read as --%s with a value; text that begins with '-' needs '--' before it", option->name);
}

/* The one option that the word could be short for. */
static const char *meant_by(const struct lint_command *command, struct word word)
{
	const char *meant = NULL;

	if (!word_begins(word, "--") || word.length < 3)
		return NULL;
	for (const struct lint_option *option = command->options; option->name; option++)
		if (strncmp(option->name, word.at + 2, word.length - 2) == 0) {
			if (meant)
				return NULL;
			meant = option->name;
		}
	return meant;
}

static void tell_fault(struct lint *lint, const struct walk *walk, enum step fault)
{
	const struct lint_command *known = walk->command->known;
	const char *meant = meant_by(known, walk->word);

	if (fault == STEP_NO_VALUE)
		lint_tell(lint, RULE_OPTION_VALUE, walk->word.at, walk->word,
			  "--%s needs a value that does not begin with '-'", walk->option->name);
	else if (fault == STEP_STRAY_VALUE)
		lint_tell(lint, RULE_OPTION_VALUE, walk->word.at, walk->word, "--%s takes no value",
			  walk->option->name);
	else if (meant)
		lint_tell(lint, RULE_UNKNOWN_OPTION, walk->word.at, walk->word,
			  "iPXE takes no abbreviations, expected --%s", meant);
	else if (known->flags & COMMAND_TEXT)
		lint_tell(lint, RULE_UNKNOWN_OPTION, walk->word.at, walk->word,
			  "%s has no such option; text that begins with '-' needs '--' before it", known->name);
	else
		lint_tell(lint, RULE_UNKNOWN_OPTION, walk->word.at, walk->word, "%s has no such option", known->name);
}

static void look_at_options(struct lint *lint, struct command *command)
{
	struct walk walk = walk_over(lint, command);
	enum step step;

	while ((step = next_option(&walk)) == STEP_OPTION)
		look_at_value(lint, &walk);
	command->rest = walk.at;
	command->broken = step != STEP_END;
	command->vague = step == STEP_END && !word_is(walk.word, "--") &&
			 word_begins(command_word(lint, command, walk.at), "${") && command->known->options->name;
	if (step != STEP_END && step != STEP_UNSURE)
		tell_fault(lint, &walk, step);
}

/* ---- Arguments ----------------------------------------------------------------------------------------------- */

static bool is_option(const struct lint_command *known, struct word word)
{
	const char *equals = word.length ? memchr(word.at, '=', word.length) : NULL;
	struct word name = word;

	if (!word_begins(word, "--"))
		return false;
	name.at += 2;
	name.length = equals ? (size_t)(equals - name.at) : name.length - 2;
	for (const struct lint_option *option = known->options; option->name; option++)
		if (option->name[1] && word_is(name, option->name))
			return true;
	return false;
}

static void look_for_late_options(struct lint *lint, const struct command *command)
{
	for (size_t i = command->rest + 1; i < command->n_words; i++) {
		struct word word = command_word(lint, command, i);

		if (is_option(command->known, word))
			lint_tell(lint, RULE_LATE_OPTION, word.at, word,
				  "options of %s end at its first argument; here it is text", command->known->name);
	}
}

static void look_at_count(struct lint *lint, const struct command *command)
{
	const struct lint_command *known = command->known;
	size_t count = command->n_words - command->rest;
	struct word name = command_word(lint, command, 0);

	if (count < known->min)
		lint_tell(lint, RULE_ARGUMENT_COUNT, name.at, name, "expected at least %u argument%s, got %zu",
			  known->min, known->min == 1 ? "" : "s", count);
	else if (count > known->max && (!command->vague || known->max == LINT_WORDS_LIMIT))
		lint_tell(lint, RULE_ARGUMENT_COUNT, command_word(lint, command, command->rest + known->max).at, name,
			  "expected at most %u argument%s, got %zu", known->max, known->max == 1 ? "" : "s", count);
}

static void look_at_arguments(struct lint *lint, const struct command *command)
{
	look_at_count(lint, command);
	for (size_t i = 0; !command->vague && i < 8 && command->known->numbers >> i; i++) {
		struct word word = command_word(lint, command, command->rest + i);

		if (command->known->numbers >> i & 1 && word.at)
			look_at_number(lint, word, "the argument");
	}
	if (command->known->max == LINT_WORDS_LIMIT)
		look_for_late_options(lint, command);
}

/* ---- The command --------------------------------------------------------------------------------------------- */

void lint_command_options(struct lint *lint, struct command *command)
{
	struct word name = command_word(lint, command, 0);

	command->rest = command->n_words;
	command->broken = !command->known;
	if (command->known) {
		look_at_options(lint, command);
		if (!command->broken)
			look_at_arguments(lint, command);
	} else if (name.at && !word_has_setting(name)) {
		lint_tell(lint, RULE_UNKNOWN_COMMAND, name.at, name, "iPXE has no such command");
	}
}

/* What switches the command on in the build that runs it; -1: no feature does, or no build is known. */
static int feature_of(const struct lint *lint, const struct command *command)
{
	return lint->build ? lint_command_feature(command->known) : -1;
}

/* Does the target have the command at all?  Then its build may lack it. */
static bool is_built(const struct lint *lint, const struct command *command)
{
	int feature = feature_of(lint, command);

	return feature >= 0 ? lint->build->features >> feature & 1
			    : lint_command_in(command->known, lint->target, lint->platform);
}

void lint_command_support(struct lint *lint, const struct command *command)
{
	static const char *const machines[] = {
		[PXEBOOT_LINT_ANY] = "", [PXEBOOT_LINT_BIOS] = " for BIOS", [PXEBOOT_LINT_UEFI] = " for UEFI",
	};
	struct word name = command_word(lint, command, 0);
	bool old = command->known && command->known->since > lint->target;

	if (!command->known || command_guarded(command) || (!old && is_built(lint, command)))
		return;
	if (!old && feature_of(lint, command) >= 0)
		lint_tell(lint, RULE_UNSUPPORTED_COMMAND, name.at, name, "the own build has no such command, as it is without '%s'",
			  pxeboot_build_feature_name((unsigned)feature_of(lint, command)));
	else if (old || (!lint->build && lint_target_is_package(lint->target)))
		lint_tell(lint, RULE_UNSUPPORTED_COMMAND, name.at, name, "%s%s has no such command",
			  lint_whose(lint), machines[lint->platform]);
	else
		lint_tell(lint, RULE_OFF_BY_DEFAULT, name.at, name,
			  "%s%s has this command only when it is switched on in its build",
			  lint_whose(lint), machines[lint->platform]);
}
