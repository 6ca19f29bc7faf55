/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The folder of an own build (see loaders_build.h).  Its list is a fragment of a policy, and is read as one: there is no other
 * reader of it.
 */
#include "loaders_build.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/diagnostics.h"
#include "base/file.h"
#include "own_build.h"

#define LIST_MAX (1u << 20)

/* What a policy must have besides.  It stands on the list's first line, so that all lines keep their numbers. */
#define REST "server: { address = \"127.0.0.1\"; root = \"/srv\"; }; profiles: { disk: { action = \"disk\"; }; }; boot = \"disk\"; "

/* ---- The list ----------------------------------------------------------------------------------------------------- */

static int load(struct loaders_build *build, const char *bytes, struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r;

	text_add(&text, REST);
	text_add(&text, bytes);
	if (text.error)
		return text.error;
	r = pxeboot_policy_load_draft(build->list, NULL, build->list, text.bytes, diagnostics, &build->policy);
	if (r == 0 && (pxeboot_policy_build(build->policy, &build->build) < 0 || !build->build.n_files)) {
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "loader.list", (struct location){ build->list, 0 },
				"ipxe.build.files: expected the files of an own build, got none");
		return -EBADMSG;
	}
	return r;
}

/* What file_read() and this file mean by some errors. */
static const char *reason(int error)
{
	switch (error) {
	case -E2BIG:
		return "too big";
	case -EINVAL:
		return "not a file";
	case -EILSEQ:
		return "a NUL byte in it";
	}
	return strerror(-error);
}

static int read_list(struct loaders_build *build, struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length;
	int r;

	r = file_read(build->list, LIST_MAX, &bytes, &length);
	if (r == -ENOTDIR)
		r = -ENOENT;
	if (r == 0 && strlen(bytes) != length)
		r = -EILSEQ;
	if (r < 0 && r != -ENOENT && r != -ENOMEM) {
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "loader.list", (struct location){ build->list, 0 },
				"can't be read: %s", reason(r));
		return -EBADMSG;
	}
	return r < 0 ? r : load(build, bytes, diagnostics);
}

/* ---- The files ---------------------------------------------------------------------------------------------------- */

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int compare(const struct pxeboot_build_file *file, const char *bytes, size_t length)
{
	char sha256[DIGEST_SIZE];
	int r;

	if (file->size && file->size != length)
		return -EBADMSG;
	if (!file->sha256)
		return 0;
	r = digest_of_bytes(bytes, length, sha256);
	if (r < 0)
		return r;
	return own_build_is(file, length, sha256) ? 0 : -EBADMSG;
}

/* The boot root may have it in a folder that the recipe's does not have. */
int loaders_build_read(const char *folder, const struct pxeboot_build_file *file, char **ret_place, char **ret_bytes,
		       size_t *ret_length)
{
	const char *const names[] = { file->path, last_component(file->path) };
	int r = -ENOENT;

	*ret_place = *ret_bytes = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(names) && (r == -ENOENT || r == -ENOTDIR); i++) {
		free(*ret_place);
		if (asprintf(ret_place, "%s/%s", folder, names[i]) < 0) {
			*ret_place = NULL;
			return -ENOMEM;
		}
		r = file_read(*ret_place, OWN_BUILD_MAX, ret_bytes, ret_length);
	}
	return r < 0 ? r : compare(file, *ret_bytes, *ret_length);
}

static void tell_file(const struct pxeboot_build_file *file, const char *folder, int error,
		      struct pxeboot_diagnostics *diagnostics)
{
	const struct location where = { file->file, file->line };
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	text_add_escaped(&shown, folder);
	if (shown.error)
		return;
	if (error == -ENOTSUP)
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "loader.hash", where,
				"%s: this pxeboot was built without nettle and can't compare hashes: copy the files yourself",
				file->path);
	else if (error == -EBADMSG)
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "loader.hash", where,
				"%s: the file in %s is not the one that was listed, by its size or hash: run ipxe-src/build again",
				file->path, shown.bytes);
	else
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "loader.hash", where, "%s: can't be read in %s: %s", file->path,
				shown.bytes, reason(error));
}

/* All of them before anything is taken: a folder that was half copied is of no use. */
static int check_files(const struct loaders_build *build, const char *folder, struct pxeboot_diagnostics *diagnostics)
{
	struct pxeboot_build_file file;
	int worst = 0;

	for (size_t i = 0; pxeboot_policy_build_file(build->policy, i, &file) == 0; i++) {
		CLEANUP_FREE char *place = NULL;
		CLEANUP_FREE char *bytes = NULL;
		size_t length;
		int r = loaders_build_read(folder, &file, &place, &bytes, &length);

		if (r == -ENOMEM)
			return r;
		if (r < 0) {
			tell_file(&file, folder, r, diagnostics);
			worst = -EBADMSG;
		}
	}
	return worst;
}

/* What is read as a policy is read with the policy.d/ beside it: that of a policy would join the list. */
static int check_alone(const struct loaders_build *build, const char *folder, struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_FREE char *drop_ins = NULL;

	if (asprintf(&drop_ins, "%s/policy.d", folder) < 0) {
		drop_ins = NULL;
		return -ENOMEM;
	}
	if (access(build->list, F_OK) < 0 || access(drop_ins, F_OK) < 0)
		return 0;
	diagnostics_add(diagnostics, PXEBOOT_ERROR, "loader.list", (struct location){ build->list, 0 },
			"a policy's folder, with policy.d in it: build into one of its own, by ipxe-src/build --output");
	return -EBADMSG;
}

int loaders_build_open(const char *folder, struct pxeboot_diagnostics *diagnostics, struct loaders_build *build)
{
	int r;

	*build = (struct loaders_build){ .list = NULL };
	if (asprintf(&build->list, "%s/" BUILD_LIST, folder) < 0) {
		build->list = NULL;
		return -ENOMEM;
	}
	r = check_alone(build, folder, diagnostics);
	if (r == 0)
		r = read_list(build, diagnostics);
	return r < 0 ? r : check_files(build, folder, diagnostics);
}

void loaders_build_close(struct loaders_build *build)
{
	pxeboot_policy_unref(build->policy);
	free(build->list);
	*build = (struct loaders_build){ .list = NULL };
}

int loaders_build_find(const struct loaders_build *build, const struct pxeboot_named_file *named,
		       struct pxeboot_build_file *ret_file)
{
	struct pxeboot_build_file file;

	if (own_build_at(build->policy, named->path, &file) == 0 && named->archs >> file.arch & 1) {
		*ret_file = file;
		return 0;
	}
	for (size_t i = 0; pxeboot_policy_build_file(build->policy, i, &file) == 0; i++)
		if (named->archs >> file.arch & 1 && strcmp(last_component(file.path), last_component(named->path)) == 0) {
			*ret_file = file;
			return 0;
		}
	return -ENOENT;
}
