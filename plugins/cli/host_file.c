/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files of a policy, replaced by temporary file and rename.  Links are not followed: what they lead to is somebody else's.
 */
#include "host_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define FILE_MAX_BYTES (64u << 20)

/* ---- Which file ---------------------------------------------------------------------------------------------------- */

/* Do both names lead to the same file or directory? */
static bool is_same(const char *a, const char *b)
{
	struct stat left, right;

	return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
	       left.st_ino == right.st_ino;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "DIRECTORY/policy.d/NAME", as the loader puts it together; the caller frees it. */
static char *drop_in_path(const char *policy, const char *name)
{
	const char *base = name_of(policy);
	char *path;

	return asprintf(&path, "%.*spolicy.d/%s", (int)(base - policy), policy, name) < 0 ? NULL : path;
}

/* A bare name is one in policy.d; a path must lead to where the policy is read from. */
static int choose(struct host_file *file, const char *policy, const char *wanted)
{
	const char *name = name_of(wanted);
	CLEANUP_FREE char *directory = directory_of(wanted);
	CLEANUP_FREE char *beside = drop_in_path(policy, name);
	CLEANUP_FREE char *drop_ins = beside ? directory_of(beside) : NULL;

	if (!directory || !drop_ins)
		return -ENOMEM;
	if (is_same(wanted, policy))
		file->path = strdup(policy);
	else if (name == wanted || is_same(directory, drop_ins))
		file->path = strdup(beside);
	else
		return -EXDEV;
	return file->path ? 0 : -ENOMEM;
}

static int read_text(struct host_file *file)
{
	struct stat status;
	size_t length;
	int r;

	file->mode = 0644;
	file->owner = geteuid();
	file->group = getegid();
	if (lstat(file->path, &status) < 0) {
		file->text = errno == ENOENT ? strdup("") : NULL;
		return file->text ? 0 : errno == ENOENT ? -ENOMEM : -errno;
	}
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	file->mode = status.st_mode & 07777;
	file->owner = status.st_uid;
	file->group = status.st_gid;
	r = file_read(file->path, FILE_MAX_BYTES, &file->text, &length);
	return r == 0 && strlen(file->text) != length ? -EBADMSG : r;
}

int host_file_read(struct host_file *file, const char *policy, const char *wanted)
{
	int r = choose(file, policy, wanted);

	return r < 0 ? r : read_text(file);
}

/* ---- Writing ------------------------------------------------------------------------------------------------------- */

/* Editors know no lock. */
static bool has_changed(const struct host_file *file)
{
	CLEANUP_FREE char *now = NULL;
	size_t length;
	int r = file_read(file->path, FILE_MAX_BYTES, &now, &length);

	return r == -ENOENT ? *file->text != '\0' : r < 0 || strcmp(now, file->text) != 0;
}

int host_file_write(const struct host_file *file, const struct text *text)
{
	int r = file_make_parents(file->path);

	if (r == 0 && has_changed(file))
		r = -EAGAIN;
	if (r == 0)
		r = file_write(file->path, text->bytes, text->length, file->mode);
	if (r < 0)
		return r;
	/* Only root can give files away. */
	return lchown(file->path, file->owner, file->group) < 0 && errno != EPERM ? -errno : 0;
}

void host_file_free(struct host_file *file)
{
	free(file->path);
	free(file->text);
}

int host_file_lock(const char *policy)
{
	CLEANUP_FREE char *directory = directory_of(policy);
	int fd = directory ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0)
		return directory ? -errno : -ENOMEM;
	while (flock(fd, LOCK_EX) < 0) {
		int error = -errno;

		if (error == -EINTR)
			continue;
		close(fd);
		return error;
	}
	return fd;
}
