/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Labels, jumps, and what may be true where.  Facts are carried along every way through the script until nothing new
 * comes up; a goto to a ${setting} goes to every label.  So "may not be" is certain, and a rule that needs "must be"
 * keeps silent.
 */
#include <errno.h>
#include <string.h>

#include "proof/lint.h"

/* ---- Labels -------------------------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct label *left = a, *right = b;
	int order = word_compare(left->name, right->name);

	return order ? order : (left->line > right->line) - (left->line < right->line);
}

static void tell_duplicates(struct lint *lint)
{
	unsigned line, column;

	for (size_t i = 1, first = 0; i < lint->n_labels; i++) {
		struct word name = lint->labels[i].name;

		if (word_compare(name, lint->labels[first].name) != 0) {
			first = i;
			continue;
		}
		lint_script_place(&lint->script, lint->labels[first].name.at, &line, &column);
		if (name.length > 0)
			lint_tell(lint, RULE_DUPLICATE_LABEL, name.at, name,
				  "line %u has this label, too, and a goto goes there", line);
	}
}

static int collect_labels(struct lint *lint)
{
	const struct lint_script *script = &lint->script;

	lint->labels = calloc(script->n_lines + 1, sizeof(*lint->labels));
	if (!lint->labels)
		return -ENOMEM;
	for (size_t i = 0; i < script->n_lines; i++)
		if (script->lines[i].label.at)
			lint->labels[lint->n_labels++] = (struct label){ script->lines[i].label, i };
	qsort(lint->labels, lint->n_labels, sizeof(*lint->labels), by_name);
	tell_duplicates(lint);
	return 0;
}

size_t lint_label_line(const struct lint *lint, struct word name)
{
	size_t low = 0, high = lint->n_labels;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (word_compare(lint->labels[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == lint->n_labels || word_compare(lint->labels[low].name, name) != 0)
		return SIZE_MAX;
	return lint->labels[low].line;
}

/* ---- One line ------------------------------------------------------------------------------------------------ */

/* Ways through the script, as they are followed. */
struct flow {
	struct lint *lint;
	size_t *waiting;		/* lines to look at; each is in it once at most */
	size_t n_waiting;
	unsigned anywhere;		/* facts of every goto to a ${setting} so far */
	bool looking;			/* facts are complete: show the commands to the rules */
};

static void reach(struct flow *flow, size_t line, unsigned facts)
{
	uint8_t *known = &flow->lint->facts[line];

	facts |= FACT_REACHED;
	if (flow->looking || (*known & facts) == facts)
		return;
	if (!(*known & FACT_WAITING))
		flow->waiting[flow->n_waiting++] = line;
	*known |= (uint8_t)(facts | FACT_WAITING);
}

static void reach_all_labels(struct flow *flow, unsigned facts)
{
	if (flow->looking || (flow->anywhere & facts) == facts)
		return;
	flow->anywhere |= facts;
	for (size_t i = 0; i < flow->lint->n_labels; i++)
		reach(flow, flow->lint->labels[i].line, flow->anywhere);
}

/* What is true after a command has run, whatever came of it. */
static unsigned facts_after(const struct lint *lint, const struct command *command, unsigned facts)
{
	unsigned flags = command->known ? command->known->flags : 0;
	bool makes_menu = command_is(command, "menu") || command_is(command, "form");
	struct word name;

	if (!command->known && command->n_words > 0)
		flags |= COMMAND_UNSEEN;
	if (command->certain && flags & (COMMAND_WAITS | COMMAND_TEST))
		facts &= ~(unsigned)FACT_RUSH;
	if (flags & COMMAND_UNSEEN)
		facts |= FACT_UNSEEN;
	if (flags & (COMMAND_DHCP | COMMAND_UNSEEN))
		facts |= FACT_DHCP;
	if (command_is(command, "params") && !command_option(lint, command, "name", &name))
		facts |= FACT_PARAMS;
	if (makes_menu && !command_option(lint, command, "name", &name))
		facts |= FACT_MENU;
	if (command->certain && (command_is(command, "choose") || command_is(command, "present")) && !command->broken &&
	    !command->vague && !command_option(lint, command, "menu", &name) &&
	    !command_option(lint, command, "form", &name) && !command_option(lint, command, "keep", &name))
		facts &= ~(unsigned)FACT_MENU;
	return facts;
}

/* Does the script go on behind this goto?  Only if there is no such label. */
static bool jump(struct flow *flow, const struct command *command, unsigned facts)
{
	struct word label = command_word(flow->lint, command, command->rest);
	size_t line;

	if (!label.at || command->broken)
		return true;
	if (word_has_setting(label)) {
		reach_all_labels(flow, facts);
		return true;
	}
	line = lint_label_line(flow->lint, label);
	if (line == SIZE_MAX) {
		if (flow->looking)
			lint_tell(flow->lint, RULE_GOTO, label.at, label, "no such label in this script");
		return true;
	}
	reach(flow, line, facts);
	return false;
}

/* What can come of a command. */
struct outcome {
	bool good, bad;
};

static struct outcome run(struct flow *flow, const struct command *command, unsigned facts)
{
	if (command->n_words == 0)
		return (struct outcome){ true, false };
	if (command_is(command, "goto"))
		return (struct outcome){ false, jump(flow, command, facts) };
	if (command_is(command, "exit") && !command->broken)
		return (struct outcome){ false, false };
	return (struct outcome){ true, true };
}

static void look_at(struct flow *flow, const struct command *command, unsigned facts)
{
	if (!flow->looking || !(facts & FACT_REACHED) || !command->known || command->broken)
		return;
	lint_menu_use(flow->lint, command, facts);
	lint_chain(flow->lint, command, facts);
}

static void follow_line(struct flow *flow, size_t line)
{
	struct lint *lint = flow->lint;
	const struct script_line *commands = &lint->script.lines[line];
	unsigned facts = lint->facts[line] & ~(unsigned)FACT_WAITING;
	struct outcome all = { true, false };
	enum joint joint = JOINT_THEN;

	for (size_t i = 0; i < commands->n_commands; i++) {
		const struct command *command = &lint->script.commands[commands->first + i];
		bool if_good = joint == JOINT_THEN || (joint == JOINT_AND && all.good);
		bool if_bad = joint == JOINT_THEN || (joint == JOINT_OR && all.bad);

		if (if_good || if_bad) {
			struct outcome after;

			look_at(flow, command, facts);
			after = run(flow, command, facts);
			all.good = (all.good && joint == JOINT_OR) || after.good;
			all.bad = (all.bad && joint == JOINT_AND) || after.bad;
			facts = facts_after(lint, command, facts);
		}
		joint = command->joint;
	}
	lint->falls[line] = all.good;
	if (all.good && line + 1 < lint->script.n_lines)
		reach(flow, line + 1, facts);
}

/* ---- The script ---------------------------------------------------------------------------------------------- */

static void follow(struct flow *flow)
{
	struct lint *lint = flow->lint;

	reach(flow, 0, FACT_RUSH);
	while (flow->n_waiting > 0) {
		size_t line = flow->waiting[--flow->n_waiting];

		lint->facts[line] &= (uint8_t)~FACT_WAITING;
		follow_line(flow, line);
	}
	flow->looking = true;
	for (size_t line = 0; line < lint->script.n_lines; line++)
		follow_line(flow, line);
}

int lint_flow(struct lint *lint)
{
	struct flow flow = { .lint = lint };
	size_t n = lint->script.n_lines;
	int r = collect_labels(lint);

	if (r < 0 || n == 0)
		return r;
	lint->facts = calloc(n, sizeof(*lint->facts));
	lint->falls = calloc(n, sizeof(*lint->falls));
	flow.waiting = calloc(n, sizeof(*flow.waiting));
	if (lint->facts && lint->falls && flow.waiting)
		follow(&flow);
	else
		r = -ENOMEM;
	free(flow.waiting);
	return r;
}
