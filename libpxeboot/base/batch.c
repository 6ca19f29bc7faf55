/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files in batches (see batch.h).  One flush of the file system costs little more than one of a file, and a hundred thousand
 * of those take minutes.  As many renames take a second, that of a folder nothing.
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

/* Each stands in batch->entries as its kind, its path and a NUL. */
enum kind {
	ALONE = 'a',		/* ASIDE/NUMBER is a file */
	FOLDER = 'f',		/* ASIDE/NUMBER is a folder */
	INSIDE = 'i',		/* ASIDE/NUMBER OF THE FOLDER/NAME is a file, and mostly goes with the folder */
};

struct entry {
	enum kind kind;
	const char *path;
	size_t number, folder;	/* its own, and that of the last folder */
};

/* Begins with an empty one. */
static bool next_entry(const struct batch *batch, struct entry *entry)
{
	const char *at = entry->path ? entry->path + strlen(entry->path) + 1 : batch->entries.bytes;

	if (entry->path)
		entry->number++;
	if (entry->number >= batch->n)
		return false;
	entry->kind = (unsigned char)*at;
	entry->path = at + 1;
	if (entry->kind == FOLDER)
		entry->folder = entry->number;
	return true;
}

/* ---- The folder aside ---------------------------------------------------------------------------------------------- */

static int open_folder(int root, const char *name)
{
	int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Of the folder behind @fd, with @remove; what can't be removed stays. */
static void remove_all(int fd, void (*remove)(int folder, const char *name))
{
	int copy = dup(fd);
	DIR *folder = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove(fd, entry->d_name);
	if (folder)
		closedir(folder);
	else if (copy >= 0)
		close(copy);
}

static void remove_file(int folder, const char *name)
{
	unlinkat(folder, name, 0);
}

/* A folder aside has nothing but files. */
static void remove_entry(int aside, const char *name)
{
	int fd;

	if (unlinkat(aside, name, 0) == 0)
		return;
	fd = open_folder(aside, name);
	if (fd < 0)
		return;
	remove_all(fd, remove_file);
	unlinkat(aside, name, AT_REMOVEDIR);
	close(fd);
}

/* Whoever made it holds it locked as long as he lives. */
static void remove_if_left(int root, const char *name)
{
	int fd = open_folder(root, name);

	if (fd < 0)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		remove_all(fd, remove_entry);
		unlinkat(root, name, AT_REMOVEDIR);
	}
	close(fd);
}

void batch_sweep(const char *root)
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
		batch_sweep(batch->root);
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

static char *name_aside(const struct batch *batch, const struct entry *entry)
{
	char *name;
	int r = entry->kind == INSIDE
		? asprintf(&name, "%s/%zu%s", batch->aside, entry->folder, strrchr(entry->path, '/'))
		: asprintf(&name, "%s/%zu", batch->aside, entry->number);

	return r < 0 ? NULL : name;
}

static int note(struct batch *batch, const struct entry *entry)
{
	text_add_char(&batch->entries, (char)entry->kind);
	text_add_bytes(&batch->entries, entry->path, strlen(entry->path) + 1);
	if (batch->entries.error)
		return batch->entries.error;
	batch->n++;
	return 0;
}

/* Only of the root: the folder aside, which is made there, too, hands on the same group and access list.  One that was
 * there is the administrator's, even if it is empty. */
static int begin_folder(struct batch *batch, const char *parent)
{
	const struct entry entry = { FOLDER, parent + strlen(batch->root) + 1, batch->n, batch->n };
	CLEANUP_FREE char *name = NULL;
	int r = batch->aside ? 0 : make_aside(batch);

	if (r < 0 || mkdir(parent, 0755) < 0)
		return r;
	name = name_aside(batch, &entry);
	if (!name)
		return -ENOMEM;
	r = chmod(parent, 0755) < 0 || mkdir(name, 0755) < 0 ? -errno : 0;
	if (r == 0)
		r = note(batch, &entry);
	if (r < 0)
		return r;
	batch->folder = entry.number;
	batch->inside = true;
	return 0;
}

static bool has_parent(const struct batch *batch, const char *whole)
{
	size_t length = (size_t)(strrchr(whole, '/') - whole);

	return batch->parent && strlen(batch->parent) == length && memcmp(batch->parent, whole, length) == 0;
}

static int make_parents(struct batch *batch, const char *path, const char *whole)
{
	const char *slash = strchr(path, '/');
	int r = 0;

	if (has_parent(batch, whole))
		return 0;
	batch->inside = false;
	free(batch->parent);
	batch->parent = strndup(whole, (size_t)(strrchr(whole, '/') - whole));
	if (!batch->parent)
		return -ENOMEM;
	if (slash && !strchr(slash + 1, '/'))
		r = begin_folder(batch, batch->parent);
	if (r == 0)
		r = file_make_parents(whole);
	if (r < 0) {
		free(batch->parent);
		batch->parent = NULL;
	}
	return r;
}

static int put_aside(struct batch *batch, enum kind kind, const char *path, const struct file_content *content)
{
	const struct entry entry = { kind, path, batch->n, batch->folder };
	int r = batch->aside ? 0 : make_aside(batch);
	CLEANUP_FREE char *name = r == 0 ? name_aside(batch, &entry) : NULL;

	if (r == 0)
		r = name ? file_make(name, content, false) : -ENOMEM;
	if (r == 0)
		r = note(batch, &entry);
	return r < 0 ? r : 1;
}

int batch_add(struct batch *batch, const char *path, const struct file_content *content)
{
	CLEANUP_FREE char *whole = whole_path(batch, path);
	int r;

	if (!whole)
		return -ENOMEM;
	if (!(batch->inside && has_parent(batch, whole)) && file_is(whole, content))
		return 0;
	r = make_parents(batch, path, whole);
	if (r < 0)
		return r;
	if (batch->inside && put_aside(batch, INSIDE, path, content) > 0)
		return 1;
	/* The same name a second time, say.  Those that follow stay behind it. */
	batch->inside = false;
	return put_aside(batch, ALONE, path, content);
}

/* ---- Committing ---------------------------------------------------------------------------------------------------- */

/* Their mode comes last: until then they may hand on the root's group to their files, as the folder aside does to others. */
static int finish_folders(const struct batch *batch)
{
	struct entry entry = { 0 };

	while (next_entry(batch, &entry)) {
		CLEANUP_FREE char *name = entry.kind == FOLDER ? name_aside(batch, &entry) : NULL;

		if (entry.kind == FOLDER && !name)
			return -ENOMEM;
		if (name && chmod(name, 0755) < 0)
			return -errno;
	}
	return 0;
}

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
	struct entry entry = { 0 };
	int r = 0;

	if (batch->n > FEW)
		return syncfs(batch->fd) < 0 ? -errno : 0;
	while (r == 0 && next_entry(batch, &entry)) {
		CLEANUP_FREE char *name = name_aside(batch, &entry);

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

static int put_in_place(const struct batch *batch, const struct entry *entry)
{
	CLEANUP_FREE char *name = name_aside(batch, entry);
	CLEANUP_FREE char *whole = whole_path(batch, entry->path);
	int r;

	if (!name || !whole)
		return -ENOMEM;
	if (rename(name, whole) == 0)
		return 0;
	r = errno == EXDEV ? copy_over(name, whole) : -errno;
	return r < 0 ? r : 0;
}

/* A folder takes the place of the one that was made with it only as long as that is empty: else its files go one by one. */
static int put_all_in_place(const struct batch *batch, const char **ret_path)
{
	struct entry entry = { 0 };
	bool whole = false;

	while (next_entry(batch, &entry)) {
		int r = entry.kind == INSIDE && whole ? 0 : put_in_place(batch, &entry);

		if (entry.kind == FOLDER) {
			whole = r == 0;
		} else if (r < 0) {
			if (ret_path)
				*ret_path = entry.path;
			return r;
		}
	}
	return 0;
}

int batch_commit(struct batch *batch, const char **ret_path)
{
	int r = finish_folders(batch);

	if (r == 0)
		r = flush(batch);
	if (r == 0)
		r = put_all_in_place(batch, ret_path);
	if (r == 0)
		batch_free(batch);
	return r;
}

void batch_free(struct batch *batch)
{
	if (batch->aside) {
		remove_all(batch->fd, remove_entry);
		rmdir(batch->aside);
		close(batch->fd);
	}
	free(batch->aside);
	free(batch->parent);
	text_free(&batch->entries);
	*batch = (struct batch)BATCH_INIT(batch->root);
}
