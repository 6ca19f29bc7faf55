/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rules on what stands in the file: its first bytes, control characters, comments, operators, labels, text for people.
 */
#include <string.h>

#include "proof/lint.h"

#define MAGIC_LENGTH 6

static const struct word nothing = { NULL, 0 };

/* ---- The beginning ------------------------------------------------------------------------------------------- */

static bool is_magic(const char *bytes, size_t length)
{
	return length >= MAGIC_LENGTH &&
	       (memcmp(bytes, "#!ipxe", MAGIC_LENGTH) == 0 || memcmp(bytes, "#!gpxe", MAGIC_LENGTH) == 0);
}

/* What is wrong with a beginning that is none. */
static const char *magic_fault(const char *bytes, size_t length, size_t magic)
{
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		return "a byte order mark before '#!ipxe': iPXE does not take it for a script";
	if (magic == 0)
		return "no line end or blank after '#!ipxe': iPXE does not take it for a script";
	if (magic < length)
		return "'#!ipxe' must be the very first bytes: iPXE does not take it for a script";
	return "it does not begin with '#!ipxe': iPXE does not take it for a script";
}

/* Where the first line has a "#!ipxe"; @length when it has none. */
static size_t find_magic(const char *bytes, size_t length)
{
	const char *end = length ? memchr(bytes, '\n', length) : NULL;
	size_t first = end ? (size_t)(end - bytes) : length;

	for (size_t i = 0; i < first; i++)
		if (is_magic(bytes + i, length - i))
			return i;
	return length;
}

bool lint_magic(struct lint *lint, const char *bytes, size_t length, bool *ret_skip_first)
{
	size_t magic;

	if (is_magic(bytes, length) && length > MAGIC_LENGTH && is_blank(bytes[MAGIC_LENGTH]))
		return true;
	magic = find_magic(bytes, length);
	lint_tell(lint, RULE_MAGIC, NULL, nothing, "%s", magic_fault(bytes, length, magic));
	*ret_skip_first = magic < length;
	return false;
}

/* ---- Lines --------------------------------------------------------------------------------------------------- */

static bool is_control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

/* In a comment only what changes where the line ends for somebody matters. */
static void look_for_controls(struct lint *lint, const struct script_line *line)
{
	const char *at = line->text.at, *end = at + line->text.length;

	if (line->text.length < line->whole)
		lint_tell(lint, RULE_CONTROL, end, nothing, "a NUL byte: iPXE reads no further in this line");
	while (end > at && end[-1] == '\r')
		end--;
	for (; at < end; at++) {
		if (!is_control(*at) || (line->comment.at && at >= line->comment.at && *at != '\r'))
			continue;
		if (*at == '\r')
			lint_tell(lint, RULE_CONTROL, at, nothing, "a carriage return that ends no line");
		else
			lint_tell(lint, RULE_CONTROL, at, nothing, "control character 0x%02x", (unsigned char)*at);
		return;
	}
}

/* The piece of a line that was a line of the file: from @start on. */
static bool swallows(const struct lint_script *script, size_t start, const char *end)
{
	const char *at = script->text + script->starts[start];

	if (start + 1 < script->n_starts && script->text + script->starts[start + 1] < end)
		end = script->text + script->starts[start + 1];
	while (at < end && is_blank(*at))
		at++;
	return at < end && *at != '#';
}

/* A comment that takes the next line with it; nothing is lost when that is blank or a comment itself. */
static void look_for_continued_comment(struct lint *lint, const struct script_line *line)
{
	const char *end = line->text.at + line->text.length;
	unsigned number, column;

	if (!line->comment.at)
		return;
	lint_script_place(&lint->script, line->comment.at, &number, &column);
	for (size_t i = number; i < lint->script.n_starts && lint->script.text + lint->script.starts[i] < end; i++)
		if (swallows(&lint->script, i, end)) {
			lint_tell(lint, RULE_COMMENT_CONTINUES, line->comment.at, nothing,
				  "the '\\' at the end of this comment makes line %zu part of it", i + 1);
			return;
		}
}

/* Of a '#' that nobody meant for a comment: the command before it takes any words, and the '#' is glued to one. */
static void look_for_lost_text(struct lint *lint, const struct script_line *line)
{
	const struct command *command;

	if (!line->comment.at || line->n_commands == 0)
		return;
	command = &lint->script.commands[line->first + line->n_commands - 1];
	if (!command->known || command->known->max < LINT_WORDS_LIMIT || line->comment.length < 2 ||
	    is_blank(line->comment.at[1]))
		return;
	lint_tell(lint, RULE_COMMENT_IN_TEXT, line->comment.at, line->comment,
		  "a word that begins with '#' makes the rest of the line a comment");
}

static void look_at_label(struct lint *lint, const struct script_line *line)
{
	const struct command *command = line->n_commands > 0 ? &lint->script.commands[line->first] : NULL;

	if (!line->label.at)
		return;
	if (line->label.length == 0)
		lint_tell(lint, RULE_EMPTY_LABEL, line->label.at - 1, nothing,
			  "a label without a name; what follows the blank is a command");
	else if (command && command->n_words > 0)
		lint_tell(lint, RULE_LABEL_COMMAND, command_word(lint, command, 0).at, line->label,
			  "what follows the label is a command");
}

void lint_line_text(struct lint *lint, const struct script_line *line)
{
	look_for_controls(lint, line);
	look_for_continued_comment(lint, line);
	look_for_lost_text(lint, line);
	look_at_label(lint, line);
	if (lint->script.cut_off && line == &lint->script.lines[lint->script.n_lines - 1])
		lint_tell(lint, RULE_CUT_OFF, line->text.at + line->whole, nothing,
			  "'\\' at the end of the file: iPXE fails and does not run this line");
}

/* ---- Commands ------------------------------------------------------------------------------------------------ */

static bool is_command(struct word word)
{
	return word.length > 0 && lint_command_find(word.at, word.length) != NULL;
}

/* "a||b", "word&&", "||word": where no other word could be meant. */
static bool has_glued(struct word word, const char *operator)
{
	const char *at = word.length > 2 ? memmem(word.at, word.length, operator, 2) : NULL;
	struct word after;

	if (!at)
		return false;
	after = (struct word){ at + 2, word.length - 2 - (size_t)(at - word.at) };
	if (at > word.at && after.length > 0)
		return is_command(after);
	for (size_t i = 0; i < word.length; i++)
		if (word.at[i] != operator[0])
			return true;
	return false;		/* a row of them is a line to look at */
}

/* In sentences, words such as "exit" or "show" are no commands; what is plainly meant is another of the same, or a
 * goto. */
static bool begins_command(const struct command *command, struct word word)
{
	bool sentence = command->known && (command->known->flags & COMMAND_TEXT || command_is(command, "set"));

	return sentence ? word_is(word, command->known->name) || word_is(word, "goto") : is_command(word);
}

/* "word; command" and ";command". */
static bool has_glued_semicolon(const struct command *command, struct word word, struct word next)
{
	if (word.length < 2)
		return false;
	return (word.at[word.length - 1] == ';' && begins_command(command, next)) ||
	       (word.at[0] == ';' && begins_command(command, (struct word){ word.at + 1, word.length - 1 }));
}

static void look_for_glued(struct lint *lint, const struct command *command)
{
	for (size_t i = 0; i < command->n_words; i++) {
		struct word word = command_word(lint, command, i);

		if (has_glued(word, "||") || has_glued(word, "&&") ||
		    has_glued_semicolon(command, word, command_word(lint, command, i + 1)))
			lint_tell(lint, RULE_GLUED_OPERATOR, word.at, word,
				  "an operator must be a word of its own; here it is text");
	}
}

/* The BIOS console has no glyphs beyond ASCII. */
static void look_for_non_ascii(struct lint *lint, const struct command *command)
{
	for (size_t i = command->rest; i < command->n_words; i++) {
		struct word word = command_word(lint, command, i);

		for (size_t k = 0; k < word.length; k++)
			if ((unsigned char)word.at[k] >= 0x80) {
				lint_tell(lint, RULE_NON_ASCII, word.at + k, word,
					  "BIOS machines show no characters beyond ASCII");
				return;
			}
	}
}

void lint_command_text(struct lint *lint, const struct command *command)
{
	look_for_glued(lint, command);
	if (lint->platform == PXEBOOT_LINT_BIOS && command->known && command->known->flags & COMMAND_TEXT)
		look_for_non_ascii(lint, command);
}
