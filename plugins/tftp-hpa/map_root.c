/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An existing map held against an existing boot root: is a file still there for who asks for it by its own name, and is
 * there a file where a rule leads?
 */
#include <errno.h>
#include <fts.h>
#include <string.h>

#include "base/macro.h"
#include "boot_file.h"
#include "map.h"

#define FILES_MAX 100000
#define ADDRESS "192.0.2.1"

/* ---- Files ---- */

static bool is_there(const struct boot_root *root, const char *name)
{
	struct boot_file file;
	bool there = boot_file_open(root, name, &file) == 0 && S_ISREG(file.status.st_mode);

	boot_file_close(&file);
	return there;
}

/* Below the root, or, where in.tftpd runs without -s, from / on. */
static bool leads_to_file(const struct boot_root *root, const char *name)
{
	size_t length = strlen(root->path);

	return is_there(root, name + strspn(name, "/")) ||
	       (strncmp(name, root->path, length) == 0 && name[length] == '/' && is_there(root, name + length + 1));
}

/* ---- Files that rules hide ---- */

/* One rule's. */
struct hidden {
	struct hidden *next;
	const struct map_rule *rule;
	size_t count;
	struct text example;
};

static struct hidden *hidden_by(struct hidden **list, const struct map_rule *rule)
{
	for (; *list != NULL && (*list)->rule != rule; list = &(*list)->next)
		;
	if (*list == NULL)
		*list = calloc(1, sizeof(**list));
	if (*list != NULL)
		(*list)->rule = rule;
	return *list;
}

static void tell_hidden(struct hidden *list, struct pxeboot_diagnostics *findings)
{
	struct hidden *next;

	for (; list != NULL; list = next) {
		next = list->next;
		diagnostics_add(findings, PXEBOOT_WARNING, "tftpd.hidden", list->rule->where,
				"tftpd map: %zu file%s of the boot root can't be fetched by %s own name%s: %s", list->count,
				list->count == 1 ? "" : "s", list->count == 1 ? "its" : "their",
				list->count == 1 ? "" : "s, such as",
				text_string(&list->example));
		text_free(&list->example);
		free(list);
	}
}

/* A refusal is what its rule is for; everything else that does not lead to a file was hardly meant. */
static int try_file(const struct map *map, const struct boot_root *root, const char *name, struct hidden **hidden)
{
	struct map_request request = { .name = name, .address = ADDRESS };
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_UNSAFE };
	struct hidden *entry;
	int r = map_run(map, &request, &result);

	if (r < 0 || result.outcome == MAP_REFUSED || (result.n_steps == 0 && result.rule == NULL) ||
	    (result.outcome == MAP_NAMED && leads_to_file(root, result.text)))
		return r;
	entry = hidden_by(hidden, result.n_steps > 0 ? result.steps[result.n_steps - 1].rule : result.rule);
	if (entry == NULL)
		return -ENOMEM;
	if (entry->count++ == 0)
		map_describe(&request, &result, &entry->example);
	return entry->example.error;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* 1 when there may be more of them. */
static int try_files(const struct map *map, const struct boot_root *root, struct hidden **hidden)
{
	char *const roots[] = { (char *)root->path, NULL };
	size_t length = strlen(root->path);
	FTS *files = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	size_t count = 0;
	FTSENT *file;
	int r = 0;

	if (files == NULL)
		return -errno;
	while (r == 0 && count < FILES_MAX && (file = fts_read(files)) != NULL) {
		if (file->fts_info != FTS_F)
			continue;
		r = try_file(map, root, file->fts_path + length + strspn(file->fts_path + length, "/"), hidden);
		count++;
	}
	fts_close(files);
	return r < 0 ? r : count == FILES_MAX;
}

/* ---- Names that rules lead to ---- */

/* Outside of groups and sets. */
static bool has_alternatives(const char *expression)
{
	unsigned depth = 0;
	bool set = false;

	for (const char *at = expression; *at != '\0'; at++) {
		if (*at == '\\' && at[1] != '\0' && !set)
			at++;
		else if (*at == '[' || *at == ']')
			set = *at == '[';
		else if (!set && (*at == '(' || *at == ')'))
			depth += *at == '(' ? 1u : depth > 0 ? -1u : 0;
		else if (!set && *at == '|' && depth == 0)
			return true;
	}
	return false;
}

/* Makes the rule one and the same name of whatever it matches?  Nothing of what matched is in the pattern, and what
 * matched is the whole name. */
static bool gives_one_name(const struct map_rule *rule)
{
	const char *expression = rule->expression;
	size_t length = strlen(expression);

	if (!map_rule_has(rule, 'r') || map_rule_has(rule, 'P') || map_rule_has(rule, '6'))
		return false;
	if (expression[0] != '^' || has_alternatives(expression) || strchr(rule->pattern, '\\') != NULL)
		return false;
	return (expression[length - 1] == '$' && expression[length - 2] != '\\') ||
	       (length > 2 && strcmp(expression + length - 2, ".*") == 0 && expression[length - 3] != '\\');
}

static const struct map_rule *after(const struct map *map, const struct map_rule *rule)
{
	return map_rule_has(rule, 's') && map->first != NULL ? map->first->next : rule->next;
}

static int try_target(const struct map *map, const struct boot_root *root, const struct map_rule *rule,
		      struct pxeboot_diagnostics *findings)
{
	struct map_request request = { .name = rule->pattern, .address = ADDRESS, .start = after(map, rule) };
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_NAMED };
	CLEANUP_TEXT struct text way = TEXT_INIT;
	bool last = map_rule_has(rule, 'e') || request.start == NULL;
	int r = last ? 0 : map_run(map, &request, &result);

	if (r < 0 || result.outcome != MAP_NAMED || leads_to_file(root, last ? rule->pattern : result.text))
		return r;
	map_describe(&request, &result, &way);
	diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.missing", rule->where,
			"tftpd map: no such file in the boot root: %s", text_string(&way));
	return way.error;
}

int map_check_root(const struct map *map, const char *path, struct pxeboot_diagnostics *findings)
{
	struct hidden *hidden = NULL;
	struct boot_root root;
	int r = boot_root_open(path, "tftp-hpa", &root);

	if (r < 0) {
		diagnostics_add(findings, PXEBOOT_ERROR, "tftpd.root", (struct location){ path, 0 },
				"tftpd map: can't read the boot root: %s", strerror(-r));
		return -EBADMSG;
	}
	r = try_files(map, &root, &hidden);
	if (r > 0)
		diagnostics_add(findings, PXEBOOT_NOTE, "tftpd.hidden", (struct location){ path, 0 },
				"tftpd map: the boot root holds many files, of which %d were looked at", FILES_MAX);
	r = r < 0 ? r : 0;
	tell_hidden(hidden, findings);
	for (const struct map_rule *rule = map->first; r == 0 && rule != NULL; rule = rule->next)
		if (gives_one_name(rule))
			r = try_target(map, &root, rule, findings);
	boot_root_close(&root);
	return r;
}
