/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The script lint: reads a script, shows it to every rule, tells what they find.
 */
#include "proof/lint.h"

#include <errno.h>
#include <string.h>

#include "base/diagnostics.h"
#include "base/text.h"

#define SUBJECT_LIMIT 60	/* bytes of a word that are shown */

static void add_subject(struct text *text, struct word subject)
{
	bool cut = subject.length > SUBJECT_LIMIT;
	CLEANUP_FREE char *copy = strndup(subject.at, cut ? SUBJECT_LIMIT : subject.length);

	text_add_char(text, '\'');
	if (copy)
		text_add_escaped(text, copy);
	else
		text->error = -ENOMEM;
	text_add(text, cut ? "...': " : "': ");
}

static void tell(struct lint *lint, enum lint_rule rule, const char *at, const struct text *text)
{
	unsigned line = 1, column = 1;

	if (at)
		lint_script_place(&lint->script, at, &line, &column);
	diagnostics_add_at(lint->diagnostics, lint_rules[rule].severity, lint_rules[rule].id,
			   (struct location){ lint->name, line }, column, "%s", text_string(text));
}

void lint_tell(struct lint *lint, enum lint_rule rule, const char *at, struct word subject, const char *format, ...)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	lint->errors |= lint_rules[rule].severity == PXEBOOT_ERROR;
	if (lint->n_told > LINT_FINDINGS_LIMIT)
		return;
	if (lint->n_told++ == LINT_FINDINGS_LIMIT) {
		rule = RULE_TOO_MANY;
		text_addf(&text, "more than %d findings: the rest is not told", LINT_FINDINGS_LIMIT);
	} else {
		if (subject.at)
			add_subject(&text, subject);
		va_start(arguments, format);
		text_addv(&text, format, arguments);
		va_end(arguments);
	}
	if (text.error)
		lint->error = text.error;
	tell(lint, rule, at, &text);
}

static void look_at_commands(struct lint *lint)
{
	for (size_t i = 0; i < lint->script.n_commands; i++) {
		struct command *command = &lint->script.commands[i];

		lint_command_options(lint, command);
		lint_command_support(lint, command);
		lint_command_text(lint, command);
		lint_command_settings(lint, command);
	}
}

/* Bytes that are no script at all are not worth a thousand findings. */
static bool is_binary(const char *bytes, size_t length)
{
	return length > 0 && memchr(bytes, '\0', length) != NULL;
}

static int look(struct lint *lint, const char *bytes, size_t length)
{
	bool skip_first = false;
	int r;

	if (!lint_magic(lint, bytes, length, &skip_first) && is_binary(bytes, length))
		return 0;
	r = lint_script_read(&lint->script, bytes, length, skip_first);
	if (r < 0)
		return r;
	for (size_t i = 0; i < lint->script.n_lines; i++)
		lint_line_text(lint, &lint->script.lines[i]);
	look_at_commands(lint);
	r = lint_count_pauses(lint);
	if (r == 0)
		r = lint_collect_menus(lint);
	if (r == 0)
		r = lint_flow(lint);
	if (r == 0)
		lint_guards(lint);
	return r;
}

int pxeboot_lint(const char *name, const void *bytes, size_t length, const struct pxeboot_lint_options *options,
		 struct pxeboot_diagnostics *diagnostics)
{
	struct lint lint = {
		.name = name,
		.target = options ? options->target : PXEBOOT_LINT_HEAD,
		.platform = options ? options->platform : PXEBOOT_LINT_ANY,
		.build = options && options->build && options->build->features_known ? options->build : NULL,
		.diagnostics = diagnostics,
	};
	int r;

	if (!name || (!bytes && length > 0) || !pxeboot_lint_target_name(lint.target) ||
	    !pxeboot_lint_platform_name(lint.platform))
		return -EINVAL;
	if (length > LINT_SCRIPT_LIMIT) {
		lint_tell(&lint, RULE_TOO_BIG, NULL, (struct word){ NULL, 0 }, "%zu bytes, expected at most %d", length,
			  LINT_SCRIPT_LIMIT);
		return -E2BIG;
	}
	r = look(&lint, bytes, length);
	lint_script_free(&lint.script);
	free(lint.labels);
	free(lint.facts);
	free(lint.falls);
	free(lint.pauses);
	free(lint.items);
	free(lint.menus);
	if (r == 0)
		r = lint.error;
	return r == 0 && lint.errors ? -EBADMSG : r;
}
