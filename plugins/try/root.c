/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lab's boot root (see lab.h).  An overlay is mounted at the policy's own server.root: below is what stands there
 * now (loaders, kernels), above it, in memory, what this policy renders.  So the servers run with the very paths of the
 * applied configuration, and the real boot root is not touched.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "boot_root.h"
#include "command.h"
#include "lab.h"

#define ABOVE SCRATCH "/root"
#define PATH_ROOM 4096

static int fail(int error, const char *what, const char *path)
{
	struct text CLEANUP_TEXT escaped = TEXT_INIT;

	text_add_escaped(&escaped, path);
	return lab_fail(error, "%s '%s': %s", what, escaped.bytes ? escaped.bytes : "", strerror(-error));
}

/* The deepest directory on the way to @root that exists: a mount needs one, and the host gets none made. */
static int find_base(const char *root, char *ret)
{
	struct stat status;

	if (strlen(root) >= PATH_ROOM)
		return lab_fail(-ENAMETOOLONG, "server.root is too long");
	strcpy(ret, root);
	while (stat(ret, &status) < 0 || !S_ISDIR(status.st_mode)) {
		char *slash = strrchr(ret, '/');

		if (!slash || slash == ret)
			return fail(-ENOENT, "no directory above server.root exists", root);
		*slash = '\0';
	}
	return 0;
}

/* The overlay's options are split at ',' and ':', and '\' quotes: such a path is copied instead. */
static int mount_overlay(const char *base)
{
	struct text CLEANUP_TEXT options = TEXT_INIT;

	if (strpbrk(base, ",:\\"))
		return -EINVAL;
	text_addf(&options, "lowerdir=%s,upperdir=" ABOVE "/upper,workdir=" ABOVE "/work", base);
	if (options.error)
		return options.error;
	return mount("boot-root", base, "overlay", 0, options.bytes) < 0 ? -errno : 0;
}

static int mount_copy(const char *base)
{
	struct command CLEANUP_COMMAND command = { 0 };
	int r;

	command_add(&command, "cp");
	command_add(&command, "-a");
	command_add(&command, "--");
	command_addf(&command, "%s/.", base);
	command_add(&command, ABOVE "/upper");
	r = command_run(&command, NULL);
	if (r < 0)
		return r;
	return mount(ABOVE "/upper", base, NULL, MS_BIND, NULL) < 0 ? -errno : 0;
}

static int render(struct session *session, const char *root)
{
	struct pxeboot_entry entry;
	struct pxeboot_tree *tree;
	int r = pxeboot_tree_new(session->policy, session->diagnostics, &tree);

	session_tell(session, stderr);
	if (r < 0)
		return lab_fail(r, "the policy can't be rendered");
	for (size_t i = 0; r >= 0 && pxeboot_tree_get(tree, i, &entry) == 0; i++) {
		r = boot_root_write(root, &entry);
		if (r < 0)
			fail(r, "can't write into the lab's boot root", entry.path);
	}
	pxeboot_tree_free(tree);
	return r < 0 ? r : 0;
}

int root_build(struct session *session)
{
	const char *root = pxeboot_policy_get(session->policy, "server.root");
	char base[PATH_ROOM];
	int r;

	if (!root)
		return lab_fail(-EINVAL, "the policy has no server.root");
	r = find_base(root, base);
	if (r < 0)
		return r;
	if (mkdir(ABOVE, 0755) < 0 || mkdir(ABOVE "/upper", 0755) < 0 || mkdir(ABOVE "/work", 0755) < 0)
		return fail(-errno, "can't make", ABOVE);
	r = mount_overlay(base);
	if (r < 0)
		r = mount_copy(base);
	if (r < 0)
		return fail(r, "can't put a boot root of the lab's own over", base);
	if (strcmp(base, root) != 0) {
		fprintf(stderr, "pxeboot try: note: server.root does not exist yet: the lab has only what the policy "
				"renders, no loaders and kernels\n");
		r = file_make_parents(root);
		if (r < 0 || mkdir(root, 0755) < 0)
			return fail(r < 0 ? r : -errno, "can't make the lab's", root);
	}
	return render(session, root);
}
