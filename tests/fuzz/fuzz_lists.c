/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as one of the lists that `apply` keeps in a boot root, where somebody else may have written: behind a first byte
 * 'l' the list of loaders, 'k' what is known of hosts, else the list of files.  No path in them leads out of the root, and what was read is the same when it
 * is written down and read again.
 */
#include <errno.h>
#include <string.h>

#include "base/scalar.h"
#include "cli/known.h"
#include "cli/loader_list.h"
#include "cli/manifest.h"
#include "given.h"

#define KNOWN_FILE ".pxeboot-known"

static char root[GIVEN_PATH];

static void clean_up(void)
{
	static const char *const names[] = { MANIFEST_FILES, LOADER_LIST, KNOWN_FILE };
	char path[512];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, names[i]);
		unlink(path);
	}
	rmdir(root);
}

static int refuse_other(void *context, const char *path)
{
	fuzz_require(scalar_is_file_path(path));
	++*(size_t *)context;
	return 0;
}

static void try_files(const uint8_t *bytes, size_t length)
{
	struct manifest first, second;
	size_t stale = 0;
	int r;

	given_put(root, MANIFEST_FILES, bytes, length);
	r = manifest_load(&first, root, MANIFEST_FILES);
	fuzz_require(r == 0 || r == -EBADMSG);
	fuzz_require(r < 0 || (manifest_stale(&first, refuse_other, &stale) == 0 && stale == first.n_old));
	for (size_t i = 0; r == 0 && i < first.n_old; i++)
		fuzz_require(manifest_had(&first, first.old_paths[i]) && manifest_add(&first, first.old_paths[i]) == 0);
	if (r == 0) {
		fuzz_require(manifest_save(&first, MANIFEST_NEW) == 0);
		fuzz_require(manifest_load(&second, root, MANIFEST_FILES) == 0 && first.n_old == second.n_old);
		for (size_t i = 0; i < first.n_old; i++)
			fuzz_require(strcmp(first.old_paths[i], second.old_paths[i]) == 0);
		manifest_free(&second);
	}
	manifest_free(&first);
}

static void try_loaders(const uint8_t *bytes, size_t length)
{
	struct loader_list first, second;

	given_put(root, LOADER_LIST, bytes, length);
	fuzz_require(loader_list_load(&first, root) == 0 && loader_list_save(&first) == 0);
	fuzz_require(loader_list_load(&second, root) == 0 && first.count == second.count);
	for (size_t i = 0; i < first.count; i++) {
		const struct loader_entry *a = &first.entries[i], *b = &second.entries[i];

		fuzz_require(scalar_is_file_path(a->path));
		given_require_shown(a->version);
		fuzz_require(!strcmp(a->path, b->path) && !strcmp(a->sum, b->sum) && !strcmp(a->version, b->version));
	}
	loader_list_free(&first);
	loader_list_free(&second);
}

/* Its sum is that of no input that comes by chance: nobody is known by such bytes, nor by what is saved over them. */
static void try_known(const uint8_t *bytes, size_t length)
{
	struct known known;

	given_put(root, KNOWN_FILE, bytes, length);
	fuzz_require(known_load(&known, given_policy(), root, false) == 0);
	for (size_t i = 0; i < known.marks->n_hosts; i++)
		fuzz_require(!known.hosts[i]);
	fuzz_require(known_save(&known, 7) == 0);
	known_free(&known);
	fuzz_require(known_load(&known, given_policy(), root, false) == 0);
	for (size_t i = 0; i < known.marks->n_hosts; i++)
		fuzz_require(!known.hosts[i]);
	known_free(&known);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (!*root) {
		given_folder(root);
		fuzz_require(atexit(clean_up) == 0);
	}
	if (length > 0 && bytes[0] == 'l')
		try_loaders(bytes + 1, length - 1);
	else if (length > 0 && bytes[0] == 'k')
		try_known(bytes + 1, length - 1);
	else
		try_files(bytes, length);
	return 0;
}
