/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules on scripts that end up where they came from.
 */
#include <string.h>

#include "proof/lint.h"

/* The script's own file name, without folders; empty for what has none. */
static struct word own_name(const struct lint *lint)
{
	const char *slash = strrchr(lint->name, '/');
	const char *name = slash ? slash + 1 : lint->name;

	return (struct word){ name, strlen(name) };
}

/* Names beside the script itself; a URL with the same end may be another machine's. */
static bool is_self(const struct lint *lint, struct word target)
{
	static const char beside[] = "${cwduri}";

	if (word_is(target, "${cwuri}"))
		return true;
	if (word_begins(target, beside)) {
		target.at += sizeof(beside) - 1;
		target.length -= sizeof(beside) - 1;
	}
	return target.length > 0 && word_compare(target, own_name(lint)) == 0;
}

static bool has(struct word word, const char *string)
{
	return memmem(word.at, word.length, string, strlen(string)) != NULL;
}

void lint_chain(struct lint *lint, const struct command *command, unsigned facts)
{
	struct word target = command_word(lint, command, command->rest);

	if (!target.at ||
	    (!command_is(command, "chain") && !command_is(command, "boot") && !command_is(command, "imgexec")))
		return;
	if (command->certain && facts & FACT_RUSH && is_self(lint, target))
		lint_tell(lint, RULE_SELF_CHAIN, target.at, target, "the script loads itself, for ever");
	if (!(facts & FACT_DHCP) && (has(target, "${filename}") || has(target, "${filename:")))
		lint_tell(lint, RULE_STALE_FILENAME, target.at, target,
			  "without dhcp before it, the file name is the one that led here");
}
