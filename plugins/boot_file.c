/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way to a file, one component after the other (see boot_file.h).
 */
#include "boot_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "own_build.h"

#define MAX_LINKS 40

int boot_root_open(const char *path, const char *program, struct boot_root *ret_root)
{
	struct boot_root root = { .path = path, .uid = (uid_t)-1, .gid = (gid_t)-1 };
	const struct passwd *user = NULL;

	if (program && strcmp(program, "dnsmasq") == 0)
		user = getpwnam("dnsmasq");
	if (user) {
		root.uid = user->pw_uid;
		root.gid = user->pw_gid;
	}
	root.is_world = program && strcmp(program, "tftp-hpa") == 0;
	root.fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root.fd < 0)
		return -errno;
	*ret_root = root;
	return 0;
}

void boot_root_close(struct boot_root *root)
{
	if (root->fd >= 0)
		close(root->fd);
	root->fd = -1;
}

/* ---- Permissions ------------------------------------------------------------------------------------------------- */

/* @bit: as for others, S_IROTH or S_IXOTH. */
static bool may(const struct boot_root *root, const struct stat *status, mode_t bit)
{
	if (status->st_uid == root->uid)
		return status->st_mode & bit << 6;
	if (status->st_gid == root->gid)
		return status->st_mode & bit << 3;
	return status->st_mode & bit;
}

bool boot_file_readable(const struct boot_root *root, const struct boot_file *file)
{
	return may(root, &file->status, S_IROTH);
}

bool boot_root_open_to(const struct boot_root *root)
{
	struct stat status;

	return fstat(root->fd, &status) == 0 && may(root, &status, S_IXOTH);
}

char *boot_root_closed_above(const struct boot_root *root)
{
	const char *slash = root->is_world ? NULL : strchr(root->path + 1, '/');

	for (; slash; slash = strchr(slash + 1, '/')) {
		char *folder = strndup(root->path, (size_t)(slash - root->path));
		struct stat status;

		if (folder && stat(folder, &status) == 0 && !may(root, &status, S_IXOTH))
			return folder;
		free(folder);
	}
	return NULL;
}

/* ---- The way ----------------------------------------------------------------------------------------------------- */

struct way {
	const struct boot_root *root;
	struct boot_file *file;
	int at;				/* the folder; the root's own when depth is 0 */
	unsigned depth, links;
	char rest[PATH_MAX];		/* what is still to go */
};

static void enter(struct way *way, int folder)
{
	if (way->at != way->root->fd)
		close(way->at);
	way->at = folder;
}

static int go_up(struct way *way)
{
	int folder;

	if (way->depth == 0)
		return way->root->is_world ? 0 : -EXDEV;
	folder = --way->depth ? openat(way->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC) : way->root->fd;
	if (folder < 0)
		return -errno;
	enter(way, folder);
	return 0;
}

static int go_down(struct way *way, const char *name, const struct stat *status)
{
	int folder;

	if (!may(way->root, status, S_IXOTH) && !way->file->closed[0])
		snprintf(way->file->closed, sizeof(way->file->closed), "%s", name);
	folder = openat(way->at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	enter(way, folder);
	way->depth++;
	return 0;
}

/* A link's target, from the root where it is absolute; -EXDEV where that leads out. */
static int follow(struct way *way, const char *name)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t length = readlinkat(way->at, name, target, sizeof(target) - 1);
	size_t root = strlen(way->root->path);
	const char *from = target;

	if (length < 0)
		return -errno;
	target[length] = '\0';
	snprintf(way->file->link, sizeof(way->file->link), "%s", target);
	if (++way->links > MAX_LINKS)
		return -ELOOP;
	if (target[0] == '/') {
		enter(way, way->root->fd);
		way->depth = 0;
		if (!way->root->is_world && (strncmp(target, way->root->path, root) || target[root] != '/'))
			return -EXDEV;
		from += way->root->is_world ? 0 : root;
	}
	if ((size_t)snprintf(rest, sizeof(rest), "%s/%s", from, way->rest) >= sizeof(rest))
		return -ENAMETOOLONG;
	memcpy(way->rest, rest, sizeof(rest));
	return 0;
}

/* Takes the next component off; false at the end. */
static bool take(struct way *way, char ret_name[NAME_MAX + 1])
{
	const char *at = way->rest + strspn(way->rest, "/");
	size_t length = strcspn(at, "/");

	if (length == 0)
		return false;
	snprintf(ret_name, NAME_MAX + 1, "%.*s", (int)length, at);
	memmove(way->rest, at + length, strlen(at + length) + 1);
	return length <= NAME_MAX;
}

static bool is_last(const struct way *way)
{
	return way->rest[strspn(way->rest, "/")] == '\0';
}

/* Non-blocking: somebody may have put a pipe there. */
static int arrive(struct way *way, const char *name, const struct stat *status)
{
	way->file->status = *status;
	if (!S_ISREG(status->st_mode))
		return 0;
	way->file->fd = openat(way->at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return way->file->fd < 0 ? -errno : 0;
}

/* 1 to go on, 0 there. */
static int step(struct way *way, const char *name)
{
	struct stat status;
	int r;

	if (strcmp(name, ".") == 0)
		return 1;
	if (strcmp(name, "..") == 0) {
		r = go_up(way);
		return r < 0 ? r : 1;
	}
	if (fstatat(way->at, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISLNK(status.st_mode))
		r = follow(way, name);
	else if (is_last(way))
		return arrive(way, name, &status);
	else
		r = S_ISDIR(status.st_mode) ? go_down(way, name, &status) : -ENOTDIR;
	return r < 0 ? r : 1;
}

void boot_file_close(struct boot_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* Outside, the system finds it. */
static int open_outside(const struct boot_root *root, const char *path, struct boot_file *file)
{
	file->left = true;
	file->fd = openat(root->fd, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file->fd < 0)
		return -errno;
	if (fstat(file->fd, &file->status) < 0)
		return -errno;
	if (!S_ISREG(file->status.st_mode))
		boot_file_close(file);
	return 0;
}

int boot_file_open(const struct boot_root *root, const char *path, struct boot_file *file)
{
	struct way way = { .root = root, .file = file, .at = root->fd };
	char name[NAME_MAX + 1];
	int r = 1;

	*file = (struct boot_file){ .fd = -1 };
	if ((size_t)snprintf(way.rest, sizeof(way.rest), "%s", path) >= sizeof(way.rest))
		return -ENAMETOOLONG;
	while (r > 0)
		r = take(&way, name) ? step(&way, name) : -EISDIR;
	enter(&way, root->fd);
	if (r == -EXDEV)
		r = open_outside(root, path, file);
	if (r < 0)
		boot_file_close(file);
	return r;
}

/* ---- Spelling ---------------------------------------------------------------------------------------------------- */

static bool find_spelling(int folder, char *name)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry = NULL;
	bool found = false;

	while (stream && !found && (entry = readdir(stream))) {
		found = strcasecmp(entry->d_name, name) == 0;
		if (found)
			memcpy(name, entry->d_name, strlen(name));
	}
	if (stream)
		closedir(stream);
	else if (copy >= 0)
		close(copy);
	return found;
}

int boot_file_spelling(const struct boot_root *root, const char *path, char **ret_path)
{
	char *spelled = strdup(path), *at = spelled, *slash = spelled;
	int folder = dup(root->fd), next;
	struct stat status;
	bool found = spelled && folder >= 0 && *path != '/';

	while (found && slash) {
		slash = strchr(at, '/');
		if (slash)
			*slash = '\0';
		found = fstatat(folder, at, &status, 0) == 0 || find_spelling(folder, at);
		next = found && slash ? openat(folder, at, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
		found = found && (!slash || next >= 0);
		if (slash)
			*slash = '/';
		if (found && slash) {
			close(folder);
			folder = next;
			at = slash + 1;
		}
	}
	if (folder >= 0)
		close(folder);
	if (!found) {
		free(spelled);
		return -ENOENT;
	}
	*ret_path = spelled;
	return 0;
}

/* ---- Bytes ------------------------------------------------------------------------------------------------------- */

static int read_at(void *context, uint64_t offset, void *buffer, size_t length)
{
	char *at = buffer;

	while (length > 0) {
		ssize_t n = pread(*(const int *)context, at, length, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;	/* it became shorter meanwhile */
		at += n;
		offset += (uint64_t)n;
		length -= (size_t)n;
	}
	return 0;
}

static struct pxeboot_image_source source_of(const struct boot_file *file)
{
	return (struct pxeboot_image_source){ (uint64_t)file->status.st_size, read_at, (void *)&file->fd };
}

int boot_file_image(const struct boot_file *file, struct pxeboot_image *ret_image)
{
	struct pxeboot_image_source source = source_of(file);

	return file->fd < 0 ? -EISDIR : pxeboot_image_read(&source, ret_image);
}

int boot_file_read(const struct boot_file *file, size_t limit, char **ret_bytes, size_t *ret_length)
{
	size_t length = (size_t)file->status.st_size;
	char *bytes;
	int r;

	if (file->fd < 0)
		return -EISDIR;
	if (length > limit)
		return -E2BIG;
	bytes = malloc(length + 1);
	if (!bytes)
		return -ENOMEM;
	r = read_at((void *)&file->fd, 0, bytes, length);
	if (r < 0) {
		free(bytes);
		return r;
	}
	bytes[length] = '\0';
	*ret_bytes = bytes;
	*ret_length = length;
	return 0;
}

int boot_file_program(const struct boot_file *file, const char *path, const char *user_class,
		      struct pxeboot_program *ret_program)
{
	struct pxeboot_image_source source = source_of(file);

	if (file->fd < 0 || file->status.st_size == 0)
		return -ENODATA;
	return pxeboot_program_by_bytes(path, &source, user_class, ret_program);
}

/* ---- Programs ---------------------------------------------------------------------------------------------------- */

struct boot_looked {
	char *path;
	bool there;
	struct pxeboot_program program;
};

/* What the policy's list says is not to be found in the bytes of a compressed one.  All of them have a script. */
static void know_own_build(const struct boot_looker *looker, const struct boot_file *file, struct pxeboot_program *program)
{
	struct pxeboot_build_file listed;
	struct pxeboot_build build;

	if (!looker->policy || own_build_find(looker->policy, file->fd, (uint64_t)file->status.st_size, &listed) < 0 ||
	    pxeboot_policy_build(looker->policy, &build) < 0)
		return;
	program->kind = PXEBOOT_PROGRAM_IPXE;
	program->is_stock = false;
	program->has_script = true;
	if (build.features_known)
		program->text_only = !(build.features >> PXEBOOT_BUILD_CONSOLE & 1);
}

static bool look(const struct boot_looker *looker, const char *path, struct pxeboot_program *program)
{
	struct boot_file file;
	int r = boot_file_open(&looker->root, path, &file);

	if (r < 0)
		return false;
	r = boot_file_program(&file, path, looker->user_class, program);
	if (r == 0)
		know_own_build(looker, &file, program);
	boot_file_close(&file);
	return r == 0;
}

/* Where it is in the list, or where it would be. */
static size_t find_looked(const struct boot_looker *looker, const char *path)
{
	size_t first = 0, end = looker->n_looked;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (strcmp(looker->looked[middle].path, path) < 0)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

static struct boot_looked *add_looked(struct boot_looker *looker, size_t at, const char *path)
{
	struct boot_looked *list = reallocarray(looker->looked, looker->n_looked + 1, sizeof(*list));
	struct boot_looked looked = { .path = strdup(path) };

	if (list)
		looker->looked = list;
	if (!list || !looked.path) {
		free(looked.path);
		return NULL;
	}
	looked.there = look(looker, path, &looked.program);
	memmove(&list[at + 1], &list[at], (looker->n_looked - at) * sizeof(*list));
	list[at] = looked;
	looker->n_looked++;
	return &list[at];
}

/* Each is asked for again and again, and hosts may have thousands of their own. */
bool boot_looker_look(void *context, const char *path, struct pxeboot_program *ret_program)
{
	struct boot_looker *looker = context;
	size_t at = find_looked(looker, path);
	bool known = at < looker->n_looked && strcmp(looker->looked[at].path, path) == 0;
	const struct boot_looked *looked = known ? &looker->looked[at] : add_looked(looker, at, path);

	if (looked && looked->there)
		*ret_program = looked->program;
	return looked && looked->there;
}

void boot_looker_close(struct boot_looker *looker)
{
	for (size_t i = 0; i < looker->n_looked; i++)
		free(looker->looked[i].path);
	free(looker->looked);
	boot_root_close(&looker->root);
}
