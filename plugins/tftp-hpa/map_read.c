/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a map as in.tftpd 5.2 does: blank-separated words, '#' begins a comment, a backslash takes both meanings away
 * and stays in the word.  What a rule is worth is not judged here.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/macro.h"
#include "map.h"
#include "regex_size.h"

static void free_rule(struct map_rule *rule)
{
	if (rule->regex_error == 0)
		regfree(&rule->regex);
	free(rule->line);
	free(rule);
}

void map_free(struct map *map)
{
	struct map_rule *next;

	for (struct map_rule *rule = map->first; rule != NULL; rule = next) {
		next = rule->next;
		free_rule(rule);
	}
	*map = (struct map)MAP_INIT;
}

bool map_rule_has(const struct map_rule *rule, char operation)
{
	return strchr(rule->operations, operation) != NULL;
}

/* Cuts the next word out of the line; "" at its end. */
static char *take_word(char **line)
{
	char *start = *line + strspn(*line, " \t\r\v\f\n"), *at = start;

	while (*at != '\0' && *at != '#' && !isspace((unsigned char)*at))
		at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
	*line = at;
	if (*at == '#')
		**line = '\0';		/* the rest is a comment */
	else if (*at != '\0')
		*(*line)++ = '\0';
	return start;
}

static int compile(struct map_rule *rule)
{
	int flags = REG_EXTENDED | (map_rule_has(rule, 'i') ? REG_ICASE : 0);

	if (rule->expression[0] == '\0')
		return REG_BADPAT;
	if (!regex_is_bounded(rule->expression))
		return REG_ESPACE;
	return regcomp(&rule->regex, rule->expression, flags);
}

/* A rule of this line, or NULL with 0 when there is none in it.  Its last byte may be the line's end, which a backslash
 * before it makes part of a word. */
static int new_rule(struct location where, const char *line, size_t length, struct map_rule **ret_rule)
{
	struct map_rule *rule = calloc(1, sizeof(*rule));
	char *at;

	if (rule == NULL)
		return -ENOMEM;
	rule->regex_error = REG_BADPAT;
	rule->where = where;
	rule->line = at = strndup(line, length);
	if (at == NULL) {
		free_rule(rule);
		return -ENOMEM;
	}
	rule->operations = take_word(&at);
	rule->expression = take_word(&at);
	rule->pattern = take_word(&at);
	if (rule->operations[0] == '\0') {
		free_rule(rule);
		rule = NULL;
	} else {
		rule->regex_error = compile(rule);
	}
	if (rule != NULL && rule->regex_error == REG_ESPACE && regex_is_bounded(rule->expression)) {
		free_rule(rule);
		return -ENOMEM;
	}
	*ret_rule = rule;
	return 0;
}

static int add_line(struct map *map, struct location where, const char *line, size_t length,
		    struct pxeboot_diagnostics *findings)
{
	struct map_rule *rule = NULL;
	int r;

	if (memchr(line, '\0', length) != NULL || length > MAP_LINE_MAX) {
		diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.line", where,
				"tftpd map: expected lines of text, at most %d bytes long", MAP_LINE_MAX);
		return -EBADMSG;
	}
	r = new_rule(where, line, length, &rule);
	if (r < 0 || rule == NULL)
		return r;
	/* One too many tells of all others; nothing ever gets so far. */
	if (map->n_rules++ > MAP_RULES_MAX) {
		free_rule(rule);
		return 0;
	}
	*(map->end != NULL ? map->end : &map->first) = rule;
	map->end = &rule->next;
	return 0;
}

int map_read(struct map *map, struct location where, const char *bytes, size_t length,
	     struct pxeboot_diagnostics *findings)
{
	map->safe = false;
	while (length > 0) {
		const char *end = memchr(bytes, '\n', length);
		size_t taken = end != NULL ? (size_t)(end - bytes) + 1 : length;
		int r;

		where.line++;
		r = add_line(map, where, bytes, taken, findings);
		if (r < 0)
			return r;
		bytes += taken;
		length -= taken;
	}
	return 0;
}

int map_read_file(struct map *map, const char *file, struct pxeboot_diagnostics *findings)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length;
	int r = file_read(file, MAP_FILE_MAX, &bytes, &length);

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.file", (struct location){ file, 0 },
				"tftpd map: can't read the rules: %s", strerror(-r));
		return -EBADMSG;
	}
	return map_read(map, (struct location){ file, 0 }, bytes, length, findings);
}
