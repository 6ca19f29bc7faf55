/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a script as iPXE does: lines end at LF, one CR before it is dropped, a '\' at the end joins the next line
 * whatever the line is; then a label, then words at blanks, of which '||', '&&' and ';' part commands and one that
 * begins with '#' begins a comment.  A NUL ends a line early.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "proof/lint.h"

/* ---- Words --------------------------------------------------------------------------------------------------- */

bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool word_is(struct word word, const char *string)
{
	return strlen(string) == word.length && memcmp(word.at, string, word.length) == 0;
}

bool word_begins(struct word word, const char *string)
{
	size_t length = strlen(string);

	return word.length >= length && memcmp(word.at, string, length) == 0;
}

bool word_has_setting(struct word word)
{
	return word.length > 0 && memmem(word.at, word.length, "${", 2) != NULL;
}

int word_compare(struct word a, struct word b)
{
	size_t length = a.length < b.length ? a.length : b.length;
	int order = length ? memcmp(a.at, b.at, length) : 0;

	return order ? order : (a.length > b.length) - (a.length < b.length);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool word_number(struct word word, long long *ret_number)
{
	bool negative = word.length > 0 && word.at[0] == '-';
	size_t i = negative || (word.length > 0 && word.at[0] == '+');
	long long number = 0;
	int base = 10;

	if (word.length - i > 2 && word.at[i] == '0' && (word.at[i + 1] | 0x20) == 'x') {
		base = 16;
		i += 2;
	} else if (word.length - i > 1 && word.at[i] == '0') {
		base = 8;
		i++;
	}
	if (i >= word.length)
		return false;
	for (; i < word.length; i++) {
		if (digit_of(word.at[i]) >= base)
			return false;
		if (number < LLONG_MAX / 32)
			number = number * base + digit_of(word.at[i]);
	}
	*ret_number = negative ? -number : number;
	return true;
}

/* ---- Commands ------------------------------------------------------------------------------------------------ */

struct word command_word(const struct lint *lint, const struct command *command, size_t index)
{
	return index < command->n_words ? lint->script.words[command->first + index] : (struct word){ NULL, 0 };
}

bool command_is(const struct command *command, const char *name)
{
	return command->known && strcmp(command->known->name, name) == 0;
}

const struct command *command_next(const struct command *command)
{
	return command->joint == JOINT_END ? NULL : command + 1;
}

bool command_guarded(const struct command *command)
{
	for (; command; command = command_next(command))
		if (command->joint == JOINT_OR || command->joint == JOINT_THEN)
			return true;
	return false;
}

const struct command *command_handler(const struct command *command)
{
	while (command->joint == JOINT_AND)
		command++;
	return command->joint == JOINT_OR ? command + 1 : NULL;
}

/* ---- Reading ------------------------------------------------------------------------------------------------- */

void *lint_array_add(void *array, size_t *count, size_t *capacity, size_t size)
{
	size_t more = *capacity ? 2 * *capacity : 64;
	char *elements;

	memcpy(&elements, array, sizeof(elements));
	if (*count == *capacity) {
		elements = reallocarray(elements, more, size);
		if (!elements)
			return NULL;
		memcpy(array, &elements, sizeof(elements));
		*capacity = more;
	}
	elements += (*count)++ * size;
	memset(elements, 0, size);
	return elements;
}

static int add_line(struct lint_script *script, size_t begin, size_t end)
{
	struct script_line *line =
		lint_array_add(&script->lines, &script->n_lines, &script->lines_capacity, sizeof(*line));

	if (!line)
		return -ENOMEM;
	line->whole = end - begin;
	line->text = (struct word){ script->text + begin, strnlen(script->text + begin, end - begin) };
	return 0;
}

static int add_start(struct lint_script *script, size_t at)
{
	size_t *start = lint_array_add(&script->starts, &script->n_starts, &script->starts_capacity, sizeof(*start));

	if (!start)
		return -ENOMEM;
	*start = at;
	return 0;
}

/* Drops a last byte of the line that began at @begin; it may have come from an earlier line of the file. */
static bool drop_last(struct lint_script *script, size_t begin, char c)
{
	if (script->text_length == begin || script->text[script->text_length - 1] != c)
		return false;
	script->text_length--;
	for (size_t i = script->n_starts; i > 0 && script->starts[i - 1] > script->text_length; i--)
		script->starts[i - 1] = script->text_length;
	return true;
}

static int join_lines(struct lint_script *script, const char *bytes, size_t length)
{
	size_t begin = 0;
	int r = 0;

	while (length > 0 && r == 0) {
		const char *end = memchr(bytes, '\n', length);
		size_t piece = end ? (size_t)(end - bytes) : length;

		r = add_start(script, script->text_length);
		memcpy(script->text + script->text_length, bytes, piece);
		script->text_length += piece;
		bytes += end ? piece + 1 : piece;
		length -= end ? piece + 1 : piece;
		drop_last(script, begin, '\r');
		script->cut_off = drop_last(script, begin, '\\');
		if ((script->cut_off && length > 0) || r < 0)
			continue;
		r = add_line(script, begin, script->text_length);
		script->text[script->text_length++] = '\n';
		begin = script->text_length;
	}
	return r;
}

static const struct {
	const char *word;
	enum joint joint;
} joints[] = { { "||", JOINT_OR }, { "&&", JOINT_AND }, { ";", JOINT_THEN } };

static enum joint joint_of(struct word word)
{
	for (size_t i = 0; i < ARRAY_SIZE(joints); i++)
		if (word_is(word, joints[i].word))
			return joints[i].joint;
	return JOINT_END;
}

static int add_command(struct lint_script *script, struct script_line *line, size_t first, enum joint joint)
{
	struct command *command =
		lint_array_add(&script->commands, &script->n_commands, &script->commands_capacity, sizeof(*command));

	if (!command)
		return -ENOMEM;
	command->line = (size_t)(line - script->lines);
	command->first = first;
	command->n_words = script->n_words - first;
	command->joint = joint;
	command->certain = line->n_commands == 0 || command[-1].joint == JOINT_THEN;
	if (command->n_words > 0)
		command->known = lint_command_find(script->words[first].at, script->words[first].length);
	line->n_commands++;
	return 0;
}

static int add_word(struct lint_script *script, struct word word)
{
	struct word *added = lint_array_add(&script->words, &script->n_words, &script->words_capacity, sizeof(*added));

	if (!added)
		return -ENOMEM;
	*added = word;
	return 0;
}

/* The next word from *@at on; its @at is NULL at the end. */
static struct word next_word(const char **at, const char *end)
{
	struct word word = { NULL, 0 };

	while (*at < end && is_blank(**at))
		(*at)++;
	if (*at < end)
		word.at = *at;
	while (*at < end && !is_blank(**at))
		(*at)++;
	if (word.at)
		word.length = (size_t)(*at - word.at);
	return word;
}

static int split_commands(struct lint_script *script, struct script_line *line, const char *at, const char *end)
{
	size_t first = script->n_words;
	int r = 0;

	for (struct word word; r == 0 && (word = next_word(&at, end)).at;) {
		enum joint joint = joint_of(word);

		if (word.at[0] == '#') {
			line->comment = (struct word){ word.at, (size_t)(end - word.at) };
			break;
		}
		if (joint != JOINT_END) {
			r = add_command(script, line, first, joint);
			first = script->n_words;
		} else {
			r = add_word(script, word);
		}
	}
	if (r == 0 && (line->n_commands > 0 || first < script->n_words))
		r = add_command(script, line, first, JOINT_END);
	return r;
}

static int split_line(struct lint_script *script, struct script_line *line)
{
	const char *at = line->text.at, *end = line->text.at + line->text.length;

	line->first = script->n_commands;
	while (at < end && is_blank(*at))
		at++;
	if (at < end && *at == ':') {
		line->label.at = ++at;
		while (at < end && !is_blank(*at))
			at++;
		line->label.length = (size_t)(at - line->label.at);
	}
	return split_commands(script, line, at, end);
}

int lint_script_read(struct lint_script *script, const char *bytes, size_t length, bool skip_first)
{
	int r;

	script->text = malloc(length + 1);
	if (!script->text)
		return -ENOMEM;
	r = join_lines(script, bytes, length);
	for (size_t i = skip_first; i < script->n_lines && r == 0; i++)
		r = split_line(script, &script->lines[i]);
	return r;
}

void lint_script_free(struct lint_script *script)
{
	free(script->text);
	free(script->starts);
	free(script->lines);
	free(script->commands);
	free(script->words);
}

void lint_script_place(const struct lint_script *script, const char *at, unsigned *ret_line, unsigned *ret_column)
{
	size_t offset = (size_t)(at - script->text), low = 0, high = script->n_starts;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (script->starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	*ret_line = (unsigned)low + 1;
	*ret_column = (unsigned)(offset - script->starts[low]) + 1;
}
