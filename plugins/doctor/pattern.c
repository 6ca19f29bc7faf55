/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * As apparmor.d(5) describes them: '*' and '?' stop at a slash, '**' doesn't, {a,b} is a or b.
 */
#include "pattern.h"

#include <string.h>

#include "lines.h"

#define STEPS_MAX 20000
#define DEPTH_MAX 64
#define BLANKS " \t\r\n"
#define VARIABLE_MAX 1000

struct matcher {
	unsigned steps;
	unsigned depth;
};

static bool match(struct matcher *matcher, const char *pattern, const char *path);

/* The brace that closes the one at @at, or NULL. */
static const char *closing(const char *at)
{
	unsigned depth = 0;

	for (; *at != '\0'; at++) {
		if (*at == '{')
			depth++;
		else if (*at == '}' && --depth == 0)
			return at;
	}
	return NULL;
}

/* Where the alternative at @at ends: a comma or the last brace. */
static const char *alternative_end(const char *at, const char *last)
{
	unsigned depth = 0;

	for (; at < last; at++) {
		if (*at == '{')
			depth++;
		else if (*at == '}')
			depth--;
		else if (*at == ',' && depth == 0)
			break;
	}
	return at;
}

static bool match_braces(struct matcher *matcher, const char *pattern, const char *path)
{
	const char *last = closing(pattern);

	for (const char *at = pattern + 1, *end; last != NULL && at <= last; at = end + 1) {
		CLEANUP_TEXT struct text whole = TEXT_INIT;

		end = alternative_end(at, last);
		text_add_bytes(&whole, at, (size_t)(end - at));
		text_add(&whole, last + 1);
		if (match(matcher, whole.bytes != NULL ? whole.bytes : "", path))
			return true;
	}
	return false;
}

static bool match_star(struct matcher *matcher, const char *pattern, const char *path)
{
	bool slashes = pattern[1] == '*';

	pattern += slashes ? 2 : 1;
	for (;; path++) {
		if (match(matcher, pattern, path))
			return true;
		if (*path == '\0' || (*path == '/' && !slashes))
			return false;
	}
}

/* "[a-z]": moves past it. */
static bool match_set(const char **pattern, char c)
{
	const char *at = *pattern + 1, *end = strchr(at, ']');
	bool invert = *at == '^', found = false;

	if (end == NULL)
		return false;
	for (at += invert; at < end; at++) {
		if (at[1] == '-' && at + 2 < end) {
			found = found || (c >= at[0] && c <= at[2]);
			at += 2;
		} else {
			found = found || c == *at;
		}
	}
	*pattern = end + 1;
	return found != invert;
}

static bool match_here(struct matcher *matcher, const char *pattern, const char *path)
{
	while (*pattern != '\0') {
		if (*pattern == '*')
			return match_star(matcher, pattern, path);
		if (*pattern == '{')
			return match_braces(matcher, pattern, path);
		if (*path == '\0')
			return false;
		if (*pattern == '[') {
			if (!match_set(&pattern, *path++))
				return false;
			continue;
		}
		if (*pattern == '\\' && pattern[1] != '\0')
			pattern++;
		else if (*pattern == '?' && *path != '/') {
			pattern++, path++;
			continue;
		}
		if (*pattern++ != *path++)
			return false;
	}
	return *path == '\0';
}

static bool match(struct matcher *matcher, const char *pattern, const char *path)
{
	bool matches;

	if (matcher->depth == DEPTH_MAX || ++matcher->steps > STEPS_MAX)
		return false;
	matcher->depth++;
	matches = match_here(matcher, pattern, path);
	matcher->depth--;
	return matches;
}

bool pattern_match(const char *pattern, const char *path)
{
	struct matcher matcher = { 0, 0 };

	return match(&matcher, pattern, path);
}

/* ---- Rules ---- */

/* Adds the values that the rules give to "@{NAME}", commas between them. */
static void add_values(const char *rules, const char *name, size_t length, struct text *out)
{
	bool first = true;

	for (const char *line = rules; line != NULL; line = next_line(line)) {
		const char *at = line + strspn(line, " \t");

		if (strncmp(at, name, length) != 0)
			continue;
		at += length + strspn(at + length, " \t+");
		if (*at != '=')
			continue;
		for (at++; (at += strspn(at, " \t\r"), *at != '\n' && *at != '\0' && *at != '#');
		     at += strcspn(at, BLANKS)) {
			text_add(out, first ? "" : ",");
			text_add_bytes(out, at, strcspn(at, BLANKS));
			first = false;
		}
	}
}

/* Writes {value,value} for each variable; one that is not known here matches nothing. */
static void resolve(const char *rules, const char *pattern, size_t length, struct text *out)
{
	for (const char *at = pattern, *end = pattern + length; at < end;) {
		const char *brace =
			end - at > 2 && at[0] == '@' && at[1] == '{' ? memchr(at, '}', (size_t)(end - at)) : NULL;

		if (brace == NULL) {
			text_add_char(out, *at++);
			continue;
		}
		text_add_char(out, '{');
		if (brace - at < VARIABLE_MAX)
			add_values(rules, at, (size_t)(brace - at + 1), out);
		text_add_char(out, '}');
		at = brace + 1;
	}
}

/* "[owner|allow|audit|file] PATTERN MODES," is what opens files. */
static bool line_allows(const char *rules, const char *line, const char *path, char mode)
{
	CLEANUP_TEXT struct text pattern = TEXT_INIT;
	size_t length, modes;

	for (;;) {
		line += strspn(line, " \t");
		length = strcspn(line, BLANKS);
		if ((length == 5 && (strncmp(line, "owner", 5) == 0 || strncmp(line, "allow", 5) == 0 ||
				     strncmp(line, "audit", 5) == 0)) || (length == 4 && strncmp(line, "file", 4) == 0))
			line += length;
		else
			break;
	}
	if (line[0] != '/' && line[0] != '@' && line[0] != '{')
		return false;
	modes = length + strspn(line + length, " \t");
	if (memchr(line + modes, mode, strcspn(line + modes, ",\n")) == NULL)
		return false;
	resolve(rules, line, length, &pattern);
	return pattern.bytes != NULL && pattern_match(pattern.bytes, path);
}

bool pattern_allows(const char *rules, const char *path, char mode)
{
	for (const char *line = rules; line != NULL; line = next_line(line))
		if (line_allows(rules, line, path, mode))
			return true;
	return false;
}
