/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the parts of the script lint share: the script as iPXE would read it, the rules, and how a finding is told.
 *
 * A script is read once into lines, commands and words; nothing is expanded, and every word still points into the
 * joined text, so that its line and column can be told.  What only a running iPXE can know (a ${setting} in the place
 * of a command, a label, an option or a name) makes a rule keep silent.
 */
#ifndef PROOF_LINT_H
#define PROOF_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "proof/lint_commands.h"
#include "pxeboot.h"

#define LINT_SCRIPT_LIMIT (1 << 20)	/* bytes */
#define LINT_FINDINGS_LIMIT 1000	/* that are told of one script */
#define LINT_WORDS_LIMIT 255		/* iPXE's MAX_ARGUMENTS */

enum lint_rule {
	RULE_MAGIC, RULE_CONTROL, RULE_CUT_OFF, RULE_COMMENT_CONTINUES,
	RULE_UNKNOWN_COMMAND, RULE_UNSUPPORTED_COMMAND, RULE_OFF_BY_DEFAULT,
	RULE_UNKNOWN_OPTION, RULE_UNSUPPORTED_OPTION, RULE_OPTION_VALUE, RULE_ARGUMENT_COUNT, RULE_NUMBER, RULE_KEY,
	RULE_GOTO, RULE_NO_MENU, RULE_MENU_DEFAULT, RULE_EMPTY_MENU, RULE_NO_PARAMS,
	RULE_UNGUARDED, RULE_COMMENT_IN_TEXT, RULE_GLUED_OPERATOR, RULE_DASH_TEXT, RULE_LATE_OPTION,
	RULE_DUPLICATE_LABEL, RULE_DUPLICATE_ITEM, RULE_UNREACHABLE, RULE_FALLTHROUGH, RULE_ENDLESS_GOTO,
	RULE_SELF_CHAIN, RULE_STALE_FILENAME, RULE_NON_ASCII, RULE_LABEL_COMMAND, RULE_EMPTY_LABEL, RULE_RETRY_LOOP,
	RULE_NARROWING, RULE_SETTING_TYPE, RULE_UNFINISHED_SETTING, RULE_TOO_BIG, RULE_TOO_MANY,
};
#define LINT_RULE_COUNT (RULE_TOO_MANY + 1)

struct lint_rule_info {
	const char *id;
	enum pxeboot_severity severity;
};

extern const struct lint_rule_info lint_rules[LINT_RULE_COUNT];

/* Bytes of the joined text; @at is NULL where there is none. */
struct word {
	const char *at;
	size_t length;
};

/* What stands after a command. */
enum joint { JOINT_END, JOINT_OR, JOINT_AND, JOINT_THEN };

struct command {
	size_t line;				/* in script.lines */
	size_t first, n_words;			/* in script.words; the first is its name; 0 words: the empty command */
	enum joint joint;
	const struct lint_command *known;	/* NULL: empty, in a ${setting}, or no command of iPXE */
	bool certain;				/* it runs whenever its line is reached */
	bool broken;				/* its options could not be told apart: say no more of it */
	bool vague;				/* a ${setting} stands where options may stand */
	size_t rest;				/* index of its first word that is neither name nor option */
	size_t segment;				/* of items and choices: which menu it belongs to */
	bool settled;				/* of choices: nothing unseen lies between that menu and this */
	bool bare;				/* of choices: and no item */
};

struct script_line {
	struct word text;			/* up to a NUL */
	size_t whole;				/* its length with what comes after a NUL */
	struct word label;			/* without ':'; may be empty */
	struct word comment;			/* with '#' */
	size_t first, n_commands;		/* in script.commands; 0: a blank line */
};

struct lint_script {
	char *text;				/* lines joined where '\' continues them, a '\n' after each */
	size_t text_length;
	size_t *starts;				/* where in the text the bytes of each line of the file begin */
	size_t n_starts;
	bool cut_off;				/* ends in a '\' */
	struct script_line *lines;
	struct command *commands;
	struct word *words;
	size_t n_lines, n_commands, n_words;
	size_t lines_capacity, commands_capacity, words_capacity, starts_capacity;
};

struct label {
	struct word name;
	size_t line;
};

/* What may be true when a line is reached, by some path. */
enum {
	FACT_REACHED = 1 << 0,
	FACT_MENU = 1 << 1,			/* the menu without a name exists */
	FACT_PARAMS = 1 << 2,			/* so does the parameter list without a name */
	FACT_UNSEEN = 1 << 3,			/* something ran that is not in this script */
	FACT_DHCP = 1 << 4,			/* DHCP was asked anew */
	FACT_RUSH = 1 << 5,			/* nobody was waited for, nothing was tested */
	FACT_WAITING = 1 << 6,			/* the line must be looked at again */
};

struct menu_item {
	struct word menu, name;			/* a name in a ${setting}: NULL */
	size_t segment;				/* the menu it is added to */
	size_t straight;			/* the stretch without labels that it stands in */
	const struct command *command;
};

struct lint {
	const char *name;
	enum pxeboot_lint_target target;
	enum pxeboot_lint_platform platform;
	const struct pxeboot_build *build;	/* that runs it, or NULL */
	struct pxeboot_diagnostics *diagnostics;
	size_t n_told;
	bool errors;
	int error;				/* -ENOMEM, once it happened */
	struct lint_script script;

	struct label *labels;			/* by name, then line */
	size_t n_labels;
	uint8_t *facts;				/* of each line */
	bool *falls;				/* may the line be followed by the next one? */
	unsigned *pauses;			/* pauses and counters in all lines before each line */

	struct menu_item *items;		/* by menu, name, segment, stretch */
	struct word *menus;			/* names of those that have one, sorted */
	size_t n_items, n_menus, items_capacity, menus_capacity;
	bool any_menu;				/* a menu's name is in a ${setting} */
};

/* ---- lint_build.c: an own build ------------------------------------------------------------------------------ */

/* For people, who runs the script: "Debian 12's iPXE".  An own build is no distribution's. */
const char *lint_whose(const struct lint *lint);

/* ---- lint_words.c: the script as iPXE reads it --------------------------------------------------------------- */

/* 0 or -ENOMEM.  @skip_first: the first line is no comment but must be taken for one. */
int lint_script_read(struct lint_script *script, const char *bytes, size_t length, bool skip_first) MUST_USE;
void lint_script_free(struct lint_script *script);
/* The place in the file of a byte of the text. */
void lint_script_place(const struct lint_script *script, const char *at, unsigned *ret_line, unsigned *ret_column);
/* Makes room for one more element, all zeros, in the array that the pointer at @array owns; lends it, NULL without
 * memory. */
void *lint_array_add(void *array, size_t *count, size_t *capacity, size_t size);

bool is_blank(char c);
bool word_is(struct word word, const char *string);
bool word_begins(struct word word, const char *string);
bool word_has_setting(struct word word);	/* a "${" */
int word_compare(struct word a, struct word b);
/* A number as iPXE takes it: a sign, then decimal, octal after 0 or hexadecimal after 0x. */
bool word_number(struct word word, long long *ret_number);

/* Lends a word of a command: 0 is its name; @at NULL past the last. */
struct word command_word(const struct lint *lint, const struct command *command, size_t index);
bool command_is(const struct command *command, const char *name);
/* The command after it in the same line; NULL. */
const struct command *command_next(const struct command *command);
/* Is its failure caught: by '||', or by ';' which forgets it? */
bool command_guarded(const struct command *command);
/* The command that runs when it fails, which may be the empty one; NULL when it is not guarded, or by ';'. */
const struct command *command_handler(const struct command *command);

/* ---- lint.c -------------------------------------------------------------------------------------------------- */

/* Tells a finding at @at in the text (NULL: the beginning of the script).  @subject, if it has an @at, goes before the
 * text, quoted. */
void lint_tell(struct lint *lint, enum lint_rule rule, const char *at, struct word subject, const char *format, ...)
	PRINTF_LIKE(5, 6);

/* ---- Rules, each file its own -------------------------------------------------------------------------------- */

/* lint_options.c: the command, its options and arguments; fills what is known of the command. */
void lint_command_options(struct lint *lint, struct command *command);
/* The last value of an option; false when the command does not have it. */
bool command_option(const struct lint *lint, const struct command *command, const char *name, struct word *ret_value);
void lint_command_support(struct lint *lint, const struct command *command);
/* lint_text.c: bytes, comments, operators, words for people. */
bool lint_magic(struct lint *lint, const char *bytes, size_t length, bool *ret_skip_first);
void lint_line_text(struct lint *lint, const struct script_line *line);
void lint_command_text(struct lint *lint, const struct command *command);
/* lint_settings.c: ${settings}, their types and values. */
void lint_command_settings(struct lint *lint, const struct command *command);
/* lint_flow.c: labels, jumps, and what is known where.  0 or -ENOMEM. */
int lint_flow(struct lint *lint) MUST_USE;
/* The line that a goto of this name goes to; SIZE_MAX when there is none. */
size_t lint_label_line(const struct lint *lint, struct word name);
/* lint_guards.c: what happens after a failure, and what is never reached. */
int lint_count_pauses(struct lint *lint) MUST_USE;
void lint_guards(struct lint *lint);
/* lint_chain.c: scripts that load themselves.  @facts: before the command. */
void lint_chain(struct lint *lint, const struct command *command, unsigned facts);
/* lint_menus.c: items and choices.  0 or -ENOMEM. */
int lint_collect_menus(struct lint *lint) MUST_USE;
void lint_menu_use(struct lint *lint, const struct command *command, unsigned facts);

#endif
