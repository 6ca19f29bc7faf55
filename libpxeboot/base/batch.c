/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files in batches (see batch.h).  One flush of the file system costs little more than one of a file, and a hundred thousand
 * of those take minutes.
 */
#include "base/batch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define ASIDE ".pxeboot-new."
#define FEW 16			/* files that are flushed one by one: others may have much to be written on the same disk */
#define COPY_MAX ((size_t)1 << 30)

/* ---- The folder aside ---------------------------------------------------------------------------------------------- */

/* Of the folder behind @fd, which has nothing but files. */
static void remove_files(int fd)
{
	int copy = dup(fd);
	DIR *folder = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(fd, entry->d_name, 0);
	if (folder)
		closedir(folder);
	else if (copy >= 0)
		close(copy);
}

static int open_folder(int root, const char *name)
{
	int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Whoever made it holds it locked as long as he lives. */
static void remove_if_left(int root, const char *name)
{
	int fd = open_folder(root, name);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		remove_files(fd);
		unlinkat(root, name, AT_REMOVEDIR);
	}
	close(fd);
}

static void remove_left(const char *root)
{
	DIR *folder = opendir(root);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (strncmp(entry->d_name, ASIDE, strlen(ASIDE)) == 0)
			remove_if_left(dirfd(folder), entry->d_name);
	if (folder)
		closedir(folder);
}

/* Another one may take it for left before it is locked: then it is gone, and the caller is told so.  Where nothing can be
 * locked (NFS), nothing is taken for left. */
static int lock(int fd)
{
	struct stat status;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return -EAGAIN;
	if (fstat(fd, &status) < 0)
		return -errno;
	return status.st_nlink == 0 ? -EAGAIN : 0;
}

static int make_aside(struct batch *batch)
{
	int r;

	if (asprintf(&batch->aside, "%s/" ASIDE "XXXXXX", batch->root) < 0) {
		batch->aside = NULL;
		return -ENOMEM;
	}
	r = file_make_parents(batch->aside);
	if (r == 0)
		remove_left(batch->root);
	if (r == 0 && !mkdtemp(batch->aside))
		r = -errno;
	if (r == 0)
		r = open_folder(AT_FDCWD, batch->aside);
	if (r < 0) {
		free(batch->aside);
		batch->aside = NULL;
		return r;
	}
	batch->fd = r;
	return lock(batch->fd);
}

/* ---- Adding -------------------------------------------------------------------------------------------------------- */

static char *whole_path(const struct batch *batch, const char *path)
{
	char *whole;

	return asprintf(&whole, "%s/%s", batch->root, path) < 0 ? NULL : whole;
}

static char *name_aside(const struct batch *batch, size_t number)
{
	char *name;

	return asprintf(&name, "%s/%zu", batch->aside, number) < 0 ? NULL : name;
}

static int make_parents(struct batch *batch, const char *whole)
{
	size_t length = (size_t)(strrchr(whole, '/') - whole);
	int r;

	if (batch->parent && strlen(batch->parent) == length && memcmp(batch->parent, whole, length) == 0)
		return 0;
	r = file_make_parents(whole);
	if (r < 0)
		return r;
	free(batch->parent);
	batch->parent = strndup(whole, length);
	return batch->parent ? 0 : -ENOMEM;
}

static int put_aside(struct batch *batch, const char *path, const struct file_content *content)
{
	int r = batch->aside ? 0 : make_aside(batch);
	CLEANUP_FREE char *name = r == 0 ? name_aside(batch, batch->n) : NULL;

	if (r == 0)
		r = name ? file_make(name, content, false) : -ENOMEM;
	if (r < 0)
		return r;
	batch->n++;
	text_add_bytes(&batch->paths, path, strlen(path) + 1);
	return batch->paths.error ? batch->paths.error : 1;
}

int batch_add(struct batch *batch, const char *path, const struct file_content *content)
{
	CLEANUP_FREE char *whole = whole_path(batch, path);
	int r;

	if (!whole)
		return -ENOMEM;
	if (file_is(whole, content))
		return 0;
	r = make_parents(batch, whole);
	return r < 0 ? r : put_aside(batch, path, content);
}

/* ---- Committing ---------------------------------------------------------------------------------------------------- */

/* A link has no bytes of its own to flush, and nothing is followed. */
static int flush_file(const char *name)
{
	int fd = open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), r;

	if (fd < 0)
		return errno == ELOOP ? 0 : -errno;
	r = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return r;
}

static int flush(const struct batch *batch)
{
	int r = 0;

	if (batch->n > FEW)
		return syncfs(batch->fd) < 0 ? -errno : 0;
	for (size_t i = 0; i < batch->n && r == 0; i++) {
		CLEANUP_FREE char *name = name_aside(batch, i);

		r = name ? flush_file(name) : -ENOMEM;
	}
	return r;
}

static int copy_link(const char *name, const char *whole)
{
	char target[4096];
	ssize_t length = readlink(name, target, sizeof(target) - 1);

	if (length < 0)
		return -errno;
	target[length] = '\0';
	return file_link(whole, target);
}

/* A folder of the root may be another file system. */
static int copy_over(const char *name, const char *whole)
{
	CLEANUP_FREE char *bytes = NULL;
	struct stat status;
	size_t length;
	int r;

	if (lstat(name, &status) < 0)
		return -errno;
	if (S_ISLNK(status.st_mode))
		return copy_link(name, whole);
	r = file_read(name, COPY_MAX, &bytes, &length);
	return r < 0 ? r : file_write(whole, bytes, length, status.st_mode & 07777);
}

static int put_in_place(const struct batch *batch, size_t number, const char *path)
{
	CLEANUP_FREE char *name = name_aside(batch, number);
	CLEANUP_FREE char *whole = whole_path(batch, path);
	int r;

	if (!name || !whole)
		return -ENOMEM;
	if (rename(name, whole) == 0)
		return 0;
	r = errno == EXDEV ? copy_over(name, whole) : -errno;
	return r < 0 ? r : 0;
}

int batch_commit(struct batch *batch, const char **ret_path)
{
	const char *path = batch->paths.bytes;
	int r = flush(batch);

	for (size_t i = 0; i < batch->n && r == 0; i++) {
		r = put_in_place(batch, i, path);
		if (r < 0) {
			if (ret_path)
				*ret_path = path;
			return r;
		}
		path += strlen(path) + 1;
	}
	if (r == 0)
		batch_free(batch);
	return r;
}

void batch_free(struct batch *batch)
{
	if (batch->aside) {
		remove_files(batch->fd);
		rmdir(batch->aside);
		close(batch->fd);
	}
	free(batch->aside);
	free(batch->parent);
	text_free(&batch->paths);
	*batch = (struct batch)BATCH_INIT(batch->root);
}
