/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The map of in.tftpd 5.2: what a rule is, which rules it must never be given, and what the others do to a name.
 */
#ifndef TFTP_HPA_MAP_H
#define TFTP_HPA_MAP_H

#include <regex.h>

#include "base/diagnostics.h"
#include "base/text.h"
#include "plugin.h"

#define MAP_FILE_MAX (4 << 20)
#define MAP_LINE_MAX 16383		/* with its end; in.tftpd cuts longer lines into several */
#define MAP_RULES_MAX 1024		/* in.tftpd looks at no more in one request, matched or not */
#define MAP_REPEATS_MAX 4096		/* of 'rg' in one request: more are taken for endless */
#define MAP_NAME_MAX 4096		/* of a name on its way: what the system can open (PATH_MAX) */

struct map_rule {
	struct map_rule *next;
	struct location where;
	char *line;			/* holds the words */
	const char *operations, *expression, *pattern;	/* "" where there is none */
	int regex_error;		/* regcomp()'s; not 0: there is no regex */
	regex_t regex;
};

struct map {
	struct map_rule *first, **end;	/* @end: NULL as long as there is none */
	size_t n_rules;
	bool safe;			/* map_check() found no error */
};

#define MAP_INIT { NULL, NULL, 0, false }
void map_free(struct map *map);
#define CLEANUP_MAP __attribute__((cleanup(map_free)))

/* Adds the rules of one text to the map, in its order.  @start, the place of the line before it, lends its file to the
 * map.  0, -ENOMEM, or -EBADMSG with a finding when it is no text that in.tftpd reads line by line; the map then has the rules
 * before that place. */
int map_read(struct map *map, struct location start, const char *bytes, size_t length,
	     struct pxeboot_diagnostics *findings);
/* The same from a file; -EBADMSG with a finding when it can't be read. */
int map_read_file(struct map *map, const char *file, struct pxeboot_diagnostics *findings);

/* 0, or -EBADMSG when in.tftpd would end, hang, crash or answer garbage. */
int map_check(struct map *map, struct pxeboot_diagnostics *findings);

/* ---- What happens to a name ---- */

struct map_request {
	const char *name;		/* as the client sends it */
	const char *address;		/* of the client, as inet_ntop() writes it */
	bool put, ip6;
	const struct map_rule *start;	/* where the walk begins; NULL: at the first rule */
};

enum map_outcome {
	MAP_NAMED,			/* in.tftpd looks for a file of this name */
	MAP_REFUSED,			/* by an 'a' rule: error 2 */
	MAP_TOO_MANY_VISITS,		/* error 2, "Remap table failure" */
	MAP_ENDLESS,			/* silence: its process spins */
	MAP_TOO_LONG,			/* past MAP_NAME_MAX: not followed any further */
	MAP_UNSAFE,			/* the map was not checked, or has errors */
};

struct map_step {
	const struct map_rule *rule;	/* what changed the name, last by repeating */
	char *name;			/* after it */
};

struct map_result {
	enum map_outcome outcome;
	char *text;			/* the name, last; REFUSED: the error's text, NULL for in.tftpd's own */
	const struct map_rule *rule;	/* what ended the walk; NULL when no rule did */
	struct map_step *steps;
	size_t n_steps;
};

/* 0 or -ENOMEM.  The result lends from the map and is freed before it. */
int map_run(const struct map *map, const struct map_request *request, struct map_result *ret_result) MUST_USE;
void map_result_free(struct map_result *result);
#define CLEANUP_MAP_RESULT __attribute__((cleanup(map_result_free)))

/* Does the rule have this operation? */
bool map_rule_has(const struct map_rule *rule, char operation);
/* Does a pattern hold the escape backslash @c?  Two backslashes are one literal one. */
bool map_pattern_has(const char *pattern, char c);
/* Adds "x → y (FILE:LINE) → z (FILE:LINE), refused (FILE:LINE)": the way of a name, of a long one the first steps and the
 * last. */
void map_describe(const struct map_request *request, const struct map_result *result, struct text *out);

/* For struct plugin_names; @map is safe. */
int map_look_up(const void *map, const char *name, struct text *file, struct text *way);

/* ---- A map and the files behind it ---- */

/* Tells of files that nobody gets by their own names, and of names that the map leads to and no file has.  In a map that
 * names files from / on, names may begin with @path itself.  0 or a negative errno; -EBADMSG with a finding when @path can't be
 * read. */
int map_check_root(const struct map *map, const char *path, struct pxeboot_diagnostics *findings);

/* ---- The map of a policy ---- */

/* Reads and checks what map_write() would write: the administrator's rules with their own places. */
int map_of_policy(const struct pxeboot_policy *policy, struct map *map, struct pxeboot_diagnostics *findings);
/* Does the map, which is safe, lead the names that the policy makes machines ask for to the files that it means?  0, or
 * -EBADMSG with findings. */
int map_check_names(const struct pxeboot_policy *policy, const struct map *map, struct pxeboot_diagnostics *findings);
int map_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings);
int map_verify(const char *candidate, struct pxeboot_diagnostics *findings);

#endif
