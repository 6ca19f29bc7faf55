/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules on settings: ${scope/name:type} in words, and the values that `set` is given.
 */
#include <string.h>

#include "proof/lint.h"

/* Numbers have a range; iPXE stores what fits into the bytes and says nothing. */
static const struct type {
	const char *name;
	enum pxeboot_lint_target since;
	long long min, max;		/* both 0: no number */
} types[] = {
	{ "string", PXEBOOT_LINT_D12, 0, 0 },
	{ "uristring", PXEBOOT_LINT_D12, 0, 0 },
	{ "ipv4", PXEBOOT_LINT_D12, 0, 0 },
	{ "ipv6", PXEBOOT_LINT_D12, 0, 0 },
	{ "int8", PXEBOOT_LINT_D12, INT8_MIN, INT8_MAX },
	{ "int16", PXEBOOT_LINT_D12, INT16_MIN, INT16_MAX },
	{ "int32", PXEBOOT_LINT_D12, INT32_MIN, INT32_MAX },
	{ "uint8", PXEBOOT_LINT_D12, 0, UINT8_MAX },
	{ "uint16", PXEBOOT_LINT_D12, 0, UINT16_MAX },
	{ "uint32", PXEBOOT_LINT_D12, 0, UINT32_MAX },
	{ "hex", PXEBOOT_LINT_D12, 0, 0 },
	{ "hexhyp", PXEBOOT_LINT_D12, 0, 0 },
	{ "hexraw", PXEBOOT_LINT_D12, 0, 0 },
	{ "base64", PXEBOOT_LINT_D12, 0, 0 },
	{ "uuid", PXEBOOT_LINT_D12, 0, 0 },
	{ "guid", PXEBOOT_LINT_D13, 0, 0 },
	{ "busdevfn", PXEBOOT_LINT_D12, 0, 0 },
	{ "dnssl", PXEBOOT_LINT_D12, 0, 0 },
};

static const struct type *find_type(struct word name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (word_is(name, types[i].name))
			return &types[i];
	return NULL;
}

/* What stands behind the ':' of a setting's name; @at NULL when there is none, or more than iPXE would understand. */
static struct word type_of(struct word name)
{
	const char *end, *slash, *colon;

	if (!name.at)
		return name;
	end = name.at + name.length;
	slash = memrchr(name.at, '/', name.length);
	if (slash)
		name = (struct word){ slash + 1, (size_t)(end - slash - 1) };
	colon = memchr(name.at, ':', name.length);
	if (!colon || memrchr(name.at, ':', name.length) != colon)
		return (struct word){ NULL, 0 };
	return (struct word){ colon + 1, (size_t)(end - colon - 1) };
}

static void look_at_type(struct lint *lint, struct word name)
{
	struct word type = type_of(name);
	const struct type *known = type.at ? find_type(type) : NULL;

	if (!type.at || word_has_setting(type))
		return;
	if (!known)
		lint_tell(lint, RULE_SETTING_TYPE, type.at, type, "iPXE has no such type: the setting comes out empty");
	else if (known->since > lint->target)
		lint_tell(lint, RULE_SETTING_TYPE, type.at, type, "%s has no such type: the setting comes out empty",
			  lint_whose(lint));
}

/* iPXE expands what stands between a '}' and the last "${" before it, again and again: one depth is enough here. */
static void look_at_word(struct lint *lint, struct word word)
{
	const char *end = word.at + word.length, *open = NULL;
	size_t depth = 0;

	for (const char *at = word.at; at < end; at++) {
		if (*at == '$' && end - at > 1 && at[1] == '{') {
			open = at + 2;
			depth++;
		} else if (*at == '}' && depth > 0) {
			if (open)
				look_at_type(lint, (struct word){ open, (size_t)(at - open) });
			open = NULL;
			depth--;
		}
	}
	if (depth > 0)
		lint_tell(lint, RULE_UNFINISHED_SETTING, word.at, word,
			  "a '${' without '}' in the same word stays as it is");
}

static void look_at_set(struct lint *lint, const struct command *command)
{
	struct word name = command_word(lint, command, command->rest), type;
	struct word value = command_word(lint, command, command->rest + 1);
	const struct type *known;
	long long number;

	if (word_has_setting(name) || !command_is(command, "set") || command->n_words != command->rest + 2 ||
	    word_has_setting(value))
		return;
	type = type_of(name);
	known = type.at ? find_type(type) : NULL;
	if (known && known->min != known->max && word_number(value, &number) &&
	    (number < known->min || number > known->max))
		lint_tell(lint, RULE_NARROWING, value.at, value, "does not fit into %s; iPXE cuts it off silently",
			  known->name);
}

void lint_command_settings(struct lint *lint, const struct command *command)
{
	for (size_t i = 0; i < command->n_words; i++)
		look_at_word(lint, command_word(lint, command, i));
	if (!command->known || !(command->known->flags & COMMAND_SETTING) || command->broken ||
	    command->rest >= command->n_words)
		return;
	if (!word_has_setting(command_word(lint, command, command->rest)))
		look_at_type(lint, command_word(lint, command, command->rest));
	look_at_set(lint, command);
}
