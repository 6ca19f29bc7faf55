/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a profile gives to an installer: its answer files, read here, and the vars that they fall back to.
 */
#include <errno.h>
#include <string.h>

#include "policy/load.h"

#define MAX_ANSWERS (1u << 20)

static void unreadable(struct load *load, const config_setting_t *at, const char *path, int error)
{
	const char *file = path ? path : load_string(at);

	load_unreadable(load, load_location(at), at, file, error);
}

static int read_template(struct load *load, const config_setting_t *at, struct answer_file *file)
{
	CLEANUP_FREE char *path = NULL, *bytes = NULL;
	size_t length;
	int r = build_beside(at, file->written, MAX_ANSWERS, &path, &bytes, &length);

	if (r == -ENOMEM)
		return r;
	if (r) {
		unreadable(load, at, path, r);
		return 0;
	}
	if (strlen(bytes) != length)
		load_fault(load, &(struct fault) { .id = "policy.file", .at = at, .problem = "NUL byte in the file",
			   .expected = "text", .got = path });
	file->path = arena_string(load->arena, path);
	file->text = arena_string(load->arena, bytes);
	return file->path && file->text ? 0 : -ENOMEM;
}

/* All of a profile's stand in one folder. */
static void check_name(struct load *load, const config_setting_t *at, const struct profile *profile,
		       const struct answer_file *file)
{
	for (size_t i = 0; i < profile->n_answers; i++)
		if (!strcmp(profile->answers[i].name, file->name))
			load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = at,
				   .problem = "two files of one name", .expected = "one in each profile", .got = file->name });
}

static int build_file(struct load *load, const config_setting_t *at, struct profile *profile)
{
	struct answer_file *file = &profile->answers[profile->n_answers];
	const char *slash;

	file->written = arena_string(load->arena, load_string(at));
	if (!file->written)
		return -ENOMEM;
	slash = strrchr(file->written, '/');
	file->name = slash ? slash + 1 : file->written;
	file->path = file->written;
	file->text = "";
	check_name(load, at, profile, file);
	profile->n_answers++;
	return read_template(load, at, file);
}

static void check_private(struct load *load, const config_setting_t *node, const struct profile *profile)
{
	const config_setting_t *setting = load_member(node, "private");

	if (!profile->private)
		return;
	if (!load_member(node, "answers"))
		load_fault(load, &(struct fault) { .id = "policy.payload", .at = setting,
			   .problem = "goes with answers only", .expected = "answers in the same profile" });
	if (!load_setting(load, "server.live") && !load_may_be_unread(load, "live"))
		load_fault(load, &(struct fault) { .id = "policy.needs-live", .at = setting,
			   .problem = "answers can be kept private by the live front end only",
			   .expected = "server.live to be set" });
}

int build_answers(struct load *load, const config_setting_t *node, struct profile *profile)
{
	const config_setting_t *list = load_member(node, "answers");
	unsigned n = load_count(list);
	int r = build_variables(load, load_member(node, "vars"), &profile->vars, &profile->n_vars);

	profile->private = load_flag(load_member(node, "private"));
	check_private(load, node, profile);
	if (!n || r)
		return r;
	profile->answers_where = load_location(list);
	profile->answers = arena_alloc(load->arena, n, sizeof(*profile->answers));
	if (!profile->answers)
		return -ENOMEM;
	for (unsigned i = 0; i < n && !r; i++)
		if (load_string(load_element(list, i)))
			r = build_file(load, load_element(list, i), profile);
	return r;
}
