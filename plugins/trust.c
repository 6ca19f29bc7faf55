/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stat(2) says, of what links lead to. */
#include "trust.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diagnostics.h"

struct looking {
	struct pxeboot_diagnostics *diagnostics;
	enum pxeboot_severity severity;
	char *told;			/* the folder that was told last: its files come one after the other */
	int result;
};

static void tell(struct looking *looking, const char *path, const char *problem, const struct stat *status)
{
	diagnostics_add(looking->diagnostics, looking->severity, "policy.writable", (struct location){ path, 0 },
			"policy: %s (mode %04o), and so decide what machines boot; chmod o-w", problem,
			(unsigned)status->st_mode & 07777);
	if (looking->severity == PXEBOOT_ERROR)
		looking->result = -EBADMSG;
}

/* In a folder as /tmp everybody may add files, and nobody take another's place. */
static void look_at_shared(struct looking *looking, const char *path, const struct stat *status)
{
	if (status->st_uid != 0 && status->st_uid != geteuid())
		tell(looking, path, "it is another user's, in a folder that everybody may write,", status);
}

static void look_at_folder(struct looking *looking, const char *folder, const struct stat *status)
{
	if (looking->told != NULL && strcmp(looking->told, folder) == 0)
		return;
	tell(looking, folder, "everybody on this machine may put files here", status);
	free(looking->told);
	looking->told = strdup(folder);
	if (looking->told == NULL)
		looking->result = -ENOMEM;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* A file that is not there is one that was looked for. */
static void look_at(struct looking *looking, const char *path)
{
	CLEANUP_FREE char *folder = folder_of(path);
	struct stat status, above;

	if (folder == NULL)
		looking->result = -ENOMEM;
	if (folder == NULL || stat(path, &status) < 0)
		return;
	if (S_ISREG(status.st_mode) && (status.st_mode & S_IWOTH))
		tell(looking, path, "everybody on this machine may write it", &status);
	if (S_ISDIR(status.st_mode) && (status.st_mode & S_IWOTH) && !(status.st_mode & S_ISVTX))
		look_at_folder(looking, path, &status);
	if (stat(folder, &above) < 0 || !(above.st_mode & S_IWOTH))
		return;
	if (above.st_mode & S_ISVTX)
		look_at_shared(looking, path, &status);
	else
		look_at_folder(looking, folder, &above);
}

int trust_policy(const struct pxeboot_policy *policy, enum pxeboot_severity severity, struct pxeboot_diagnostics *diagnostics)
{
	struct looking looking = { .diagnostics = diagnostics, .severity = severity };
	const char *path;

	for (size_t i = 0; looking.result != -ENOMEM && pxeboot_policy_file(policy, i, &path) == 0; i++)
		look_at(&looking, path);
	free(looking.told);
	return looking.result;
}

/* ---- The boot root ---- */

static void look_at_root(const char *root, const char *name, struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_FREE char *path = NULL;
	struct stat status;

	if (asprintf(&path, "%s%s", root, name) < 0 || stat(path, &status) < 0 || !(status.st_mode & S_IWOTH))
		return;
	diagnostics_add(diagnostics, PXEBOOT_WARNING, "file.writable", (struct location){ path, 0 },
			"boot root: mode %04o, everybody on this machine may put files of theirs here; chmod o-w",
			(unsigned)status.st_mode & 07777);
}

/* Both are whole. */
static bool is_within(const char *path, const char *root)
{
	size_t length = strlen(root);

	return strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static void look_if_served(const char *root, const char *what, const char *path, struct pxeboot_diagnostics *diagnostics)
{
	char whole_root[PATH_MAX], whole[PATH_MAX];

	if (path == NULL || realpath(root, whole_root) == NULL || realpath(path, whole) == NULL || !is_within(whole, whole_root))
		return;
	diagnostics_add(diagnostics, PXEBOOT_WARNING, "policy.served", (struct location){ path, 0 },
			"%s: it lies in the boot root, which everybody on the network reads; move it out", what);
}

void trust_root(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics)
{
	static const char *const folders[] = { "", "/once", "/done", "/clients", "/hosts", "/groups", "/profiles", "/menus" };
	const char *root = pxeboot_policy_get(policy, "server.root"), *path;

	if (root == NULL)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		look_at_root(root, folders[i], diagnostics);
	look_if_served(root, "server.state", pxeboot_policy_get(policy, "server.state"), diagnostics);
	if (pxeboot_policy_file(policy, 0, &path) == 0)
		look_if_served(root, "policy", path, diagnostics);
}
