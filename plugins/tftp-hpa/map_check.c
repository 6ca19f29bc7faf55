/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Judges a map before in.tftpd 5.2 reads it.  One with a fault makes the running daemon end at its next SIGHUP, or its
 * children spin, crash or answer garbage, so every fault is found here first.
 */
#include <errno.h>
#include <string.h>

#include "base/macro.h"
#include "map.h"

static int tell(const struct map_rule *rule, struct pxeboot_diagnostics *findings, enum pxeboot_severity severity,
		const char *id, const char *problem, const char *got)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	text_add_escaped(&shown, got);
	diagnostics_add(findings, severity, id, rule->where, "tftpd map: %s, got '%s'", problem,
			text_string(&shown));
	return severity == PXEBOOT_ERROR ? -EBADMSG : 0;
}

bool map_pattern_has(const char *pattern, char c)
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

/* Does the result match again for sure?  Where it holds what matched, it does, unless the expression looks at what is
 * around it or the letters change. */
static bool matches_again(const struct map_rule *rule)
{
	CLEANUP_TEXT struct text becomes = TEXT_INIT;

	if (map_pattern_has(rule->pattern, '0') && strpbrk(rule->expression, "^$\\") == NULL &&
	    !map_pattern_has(rule->pattern, 'U') && !map_pattern_has(rule->pattern, 'L'))
		return true;
	expand(rule->pattern, &becomes);
	return regexec(&rule->regex, becomes.bytes != NULL ? becomes.bytes : "", 0, NULL, 0) == 0;
}

static int check_regex(const struct map_rule *rule, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text problem = TEXT_INIT;
	char why[120];

	if (rule->expression[0] == '\0')
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.regex", "expected a regular expression after",
			    rule->operations);
	if (rule->regex_error != 0) {
		regerror(rule->regex_error, NULL, why, sizeof(why));
		text_addf(&problem, "expected an extended regular expression (%s)", why);
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.regex",
			    problem.bytes != NULL ? problem.bytes : why, rule->expression);
	}
	if (map_rule_has(rule, 'r') && map_rule_has(rule, 'g') && matches_again(rule))
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.endless", "'rg' repeats until the regular "
			    "expression matches no more, and it matches its own replacement", rule->pattern);
	return 0;
}

static int check_operations(const struct map_rule *rule, struct pxeboot_diagnostics *findings)
{
	int r = 0;

	if (strspn(rule->operations, "rgiesaGP46~") != strlen(rule->operations))
		r = tell(rule, findings, PXEBOOT_ERROR, "tftpd.operation", "expected operations of the letters "
			 "r g i e s a G P 4 6 ~", rule->operations);
	else if (map_rule_has(rule, '~') && map_rule_has(rule, 'r'))
		r = tell(rule, findings, PXEBOOT_ERROR, "tftpd.operation", "'~' and 'r' exclude each other",
			 rule->operations);
	else if (strpbrk(rule->operations, "resa") == NULL ||
		 (map_rule_has(rule, '4') && map_rule_has(rule, '6')))
		tell(rule, findings, PXEBOOT_WARNING, "tftpd.no-effect",
		     "the rule does nothing, expected one of r e s a, and 4 or 6 but not both", rule->operations);
	if (map_rule_has(rule, 's'))
		tell(rule, findings, PXEBOOT_WARNING, "tftpd.restart",
		     "'s' starts again at the second rule, not at the first", rule->operations);
	return r;
}

static int check_pattern(const struct map_rule *rule, struct pxeboot_diagnostics *findings)
{
	if (strpbrk(rule->expression, "\r\n") != NULL || strpbrk(rule->pattern, "\r\n") != NULL)
		tell(rule, findings, PXEBOOT_WARNING, "tftpd.line-break",
		     "a backslash at the end of a line does not continue it but makes its end part of the word",
		     rule->pattern[0] != '\0' ? rule->pattern : rule->expression);
	if (map_pattern_has(rule->pattern, 'x'))
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.hex",
			    "in.tftpd writes past its buffer for \\x, use \\i", rule->pattern);
	if (map_rule_has(rule, '~') && map_rule_has(rule, 'a') && rule->pattern[0] != '\0')
		return tell(rule, findings, PXEBOOT_ERROR, "tftpd.garbage",
			    "'~a' with a text sends garbage, expected no text", rule->pattern);
	return 0;
}

static int check_rule(const struct map_rule *rule, struct pxeboot_diagnostics *findings)
{
	int r = check_operations(rule, findings);
	int s = check_regex(rule, findings);
	int t = check_pattern(rule, findings);

	return r != 0 ? r : s != 0 ? s : t;
}

int map_check(struct map *map, struct pxeboot_diagnostics *findings)
{
	const struct map_rule *rule;
	size_t count = 0;
	int r = 0;

	for (rule = map->first; rule != NULL; rule = rule->next) {
		if (check_rule(rule, findings) < 0)
			r = -EBADMSG;
		if (++count == MAP_RULES_MAX + 1) {
			diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.too-many", rule->where,
					"tftpd map: %zu rules, expected at most %d: every request that gets so far fails",
					map->n_rules, MAP_RULES_MAX);
			r = -EBADMSG;
		}
	}
	map->safe = r == 0;
	return r;
}
