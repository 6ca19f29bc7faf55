/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a map as in.tftpd 5.2 does: blank-separated words, '#' begins a comment, a backslash takes both meanings away
 * and stays in the word.  A map with a fault makes the running daemon end at its next SIGHUP, so every fault is found
 * here first.
 */
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "base/macro.h"
#include "map.h"

struct rule {
	struct location where;
	const char *operations, *regex, *pattern;	/* "" where there is none */
};

/* Cuts the next word out of the line; "" at its end. */
static char *take_word(char **line)
{
	char *start = *line + strspn(*line, " \t\r\v\f"), *at = start;

	while (*at != '\0' && *at != '#' && !isspace((unsigned char)*at))
		at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
	*line = at;
	if (*at == '#')
		**line = '\0';		/* the rest is a comment */
	else if (*at != '\0')
		*(*line)++ = '\0';
	return start;
}

static int tell(const struct rule *rule, struct pxeboot_diagnostics *findings, enum pxeboot_severity severity,
		const char *id, const char *problem, const char *got)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	text_add_escaped(&shown, got);
	diagnostics_add(findings, severity, id, rule->where, "tftpd map: %s, got '%s'", problem,
			shown.bytes != NULL ? shown.bytes : "");
	return severity == PXEBOOT_ERROR ? -EBADMSG : 0;
}

static bool has(const struct rule *rule, char operation)
{
	return strchr(rule->operations, operation) != NULL;
}

/* Does the pattern hold the escape backslash @c?  Two backslashes are one literal one. */
static bool has_escape(const char *pattern, char c)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern != '\\' || pattern[1] == '\0')
			continue;
		if (*++pattern == c)
			return true;
	}
	return false;
}

/* What the pattern may well become: escapes of unknown text left out, the client's address a plain one. */
static void expand(const char *pattern, struct text *out)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern != '\\' || pattern[1] == '\0')
			text_add_char(out, *pattern);
		else if (*++pattern == 'i')
			text_add(out, "192.0.2.1");
		else if (strchr("0123456789ULE", *pattern) == NULL)
			text_add_char(out, *pattern);
	}
}

static int check_repeats(const struct rule *rule, const regex_t *regex, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text becomes = TEXT_INIT;

	if (!has(rule, 'r') || !has(rule, 'g'))
		return 0;
	expand(rule->pattern, &becomes);
	if (regexec(regex, becomes.bytes != NULL ? becomes.bytes : "", 0, NULL, 0) != 0)
		return 0;
	return tell(rule, findings, PXEBOOT_ERROR, "tftpd.endless",
		    "'rg' repeats until the regular expression matches no more, and it matches its own replacement",
		    rule->pattern);
}

static int check_regex(const struct rule *rule, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text problem = TEXT_INIT;
	char why[120];
	regex_t regex;
	int r;

	if (rule->regex[0] == '\0')
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.regex", "expected a regular expression after",
			    rule->operations);
	r = regcomp(&regex, rule->regex, REG_EXTENDED | (has(rule, 'i') ? REG_ICASE : 0));
	if (r != 0) {
		regerror(r, &regex, why, sizeof(why));
		text_addf(&problem, "expected an extended regular expression (%s)", why);
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.regex",
			    problem.bytes != NULL ? problem.bytes : why, rule->regex);
	}
	r = check_repeats(rule, &regex, findings);
	regfree(&regex);
	return r;
}

static int check_operations(const struct rule *rule, struct pxeboot_diagnostics *findings)
{
	int r = 0;

	if (strspn(rule->operations, "rgiesaGP46~") != strlen(rule->operations))
		r = tell(rule, findings, PXEBOOT_ERROR, "tftpd.operation", "expected operations of the letters "
			 "r g i e s a G P 4 6 ~", rule->operations);
	else if (has(rule, '~') && has(rule, 'r'))
		r = tell(rule, findings, PXEBOOT_ERROR, "tftpd.operation", "'~' and 'r' exclude each other",
			 rule->operations);
	if (has(rule, 's'))
		tell(rule, findings, PXEBOOT_WARNING, "tftpd.restart",
		     "'s' starts again at the second rule, not at the first", rule->operations);
	return r;
}

static int check_pattern(const struct rule *rule, struct pxeboot_diagnostics *findings)
{
	if (has_escape(rule->pattern, 'x'))
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.hex",
			    "in.tftpd writes past its buffer for \\x, use \\i", rule->pattern);
	if (has(rule, '~') && has(rule, 'a') && rule->pattern[0] != '\0')
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.garbage",
			    "'~a' with a text sends garbage, expected no text", rule->pattern);
	return 0;
}

static int check_rule(const struct rule *rule, struct pxeboot_diagnostics *findings)
{
	int r = check_operations(rule, findings);
	int s = check_regex(rule, findings);
	int t = check_pattern(rule, findings);

	return r != 0 ? r : s != 0 ? s : t;
}

int map_check(const char *file, char *bytes, size_t *n_rules, struct pxeboot_diagnostics *findings)
{
	struct rule rule = { .where = { file, 0 } };
	int r = 0;

	for (char *line = bytes, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		rule.where.line++;
		rule.operations = take_word(&line);
		if (rule.operations[0] == '\0')
			continue;
		rule.regex = take_word(&line);
		rule.pattern = take_word(&line);
		if (check_rule(&rule, findings) < 0)
			r = -EBADMSG;
		if (++*n_rules == MAP_RULES_MAX + 1) {
			diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.too-many", rule.where,
					"tftpd map: more than %d rules; every request that gets so far would fail",
					MAP_RULES_MAX);
			r = -EBADMSG;
		}
	}
	return r;
}
