/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Atomic files.  What is new is made under a name that nobody else can have made, in the target's own directory, and
 * takes the target's place by rename; a symbolic link at the target is replaced, never followed.  A failure leaves
 * neither a changed target nor a temporary file; whoever is killed leaves one that file_sweep() removes.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scalar.h"
#include "base/text.h"

#define ATTEMPTS 16		/* at a temporary name that nobody has */
#define RANDOM_DIGITS 8
#define NAME_PART 200		/* of the target's name in it; a name may have 255 bytes */

static int open_regular(const char *path, int flags, struct stat *ret_status)
{
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0) {
		int error = -errno;

		close(fd);
		return error;
	}
	if (!S_ISREG(status.st_mode)) {
		close(fd);
		return S_ISDIR(status.st_mode) ? -EISDIR : -EINVAL;
	}
	*ret_status = status;
	return fd;
}

/* Reads to the end, whatever size the file claimed: some grow, those of /proc claim none. */
static int read_all(int fd, size_t limit, struct text *into)
{
	char block[16384];
	ssize_t n;

	for (;;) {
		n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return into->error;
		if ((size_t)n > limit - into->length)
			return -E2BIG;
		text_add_bytes(into, block, (size_t)n);
		if (into->error)
			return into->error;
	}
}

int file_read(const char *path, size_t limit, char **ret_bytes, size_t *ret_length)
{
	CLEANUP_TEXT struct text content = TEXT_INIT;
	struct stat status;
	int fd = open_regular(path, 0, &status);
	int error;

	if (fd < 0)
		return fd;
	error = read_all(fd, limit, &content);
	close(fd);
	if (error)
		return error;
	return text_take(&content, ret_bytes, ret_length);
}

/* Is the target a regular file of this mode with these bytes?  Whatever can't be read is simply different. */
static bool holds(const char *path, const struct file_content *content)
{
	CLEANUP_TEXT struct text now = TEXT_INIT;
	struct stat status;
	int fd = open_regular(path, O_NOFOLLOW, &status);
	int error;

	if (fd < 0)
		return false;
	if ((status.st_mode & 07777) != content->mode || status.st_size < 0 ||
	    (uintmax_t)status.st_size != content->length) {
		close(fd);
		return false;
	}
	error = read_all(fd, content->length, &now);
	close(fd);
	return !error && now.length == content->length &&
	       (!now.length || !memcmp(now.bytes, content->bytes, now.length));
}

static bool links_to(const char *path, const char *target)
{
	size_t length = strlen(target);
	CLEANUP_FREE char *now = malloc(length + 1);
	ssize_t n;

	if (!now)
		return false;
	n = readlink(path, now, length + 1);
	return n >= 0 && (size_t)n == length && !memcmp(now, target, length);
}

bool file_is(const char *path, const struct file_content *content)
{
	return content->target ? links_to(path, content->target) : holds(path, content);
}

/* DIRECTORY/.NAME.PID.RANDOM; the caller frees it. */
static int temporary_name(const char *path, char **ret_name)
{
	CLEANUP_TEXT struct text name = TEXT_INIT;
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	uint32_t random;

	if (!*base)
		return -EINVAL;
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -EAGAIN;
	text_add_bytes(&name, path, (size_t)(base - path));
	text_addf(&name, ".%.*s.%ld.%08x", NAME_PART, base, (long)getpid(), (unsigned)random);
	return text_take(&name, ret_name, NULL);
}

int file_write_all(int fd, const char *bytes, size_t length)
{
	ssize_t n;

	while (length) {
		n = write(fd, bytes, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		length -= (size_t)n;
	}
	return 0;
}

static int fill(int fd, const struct file_content *content, bool flush)
{
	int error = file_write_all(fd, content->bytes, content->length);

	if (error)
		return error;
	/* The umask has no say in what the policy's owner asked for. */
	if (fchmod(fd, content->mode) < 0)
		return -errno;
	return flush && fsync(fd) < 0 ? -errno : 0;
}

int file_make(const char *name, const struct file_content *content, bool flush)
{
	int fd, error;

	if (content->target)
		return symlink(content->target, name) < 0 ? -errno : 0;
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	error = fill(fd, content, flush);
	if (close(fd) < 0 && !error)
		error = -errno;
	if (error)
		unlink(name);
	return error;
}

static int replace_once(const char *path, const struct file_content *content)
{
	CLEANUP_FREE char *name = NULL;
	int error = temporary_name(path, &name);

	if (!error)
		error = file_make(name, content, true);
	if (error)
		return error;
	if (rename(name, path) < 0) {
		/* Who sees our process nowhere, in a container say, may have taken it for left. */
		error = errno == ENOENT ? -EEXIST : -errno;
		unlink(name);
	}
	return error;
}

static int replace(const char *path, const struct file_content *content)
{
	int attempt, error = -EEXIST;

	for (attempt = 0; attempt < ATTEMPTS && error == -EEXIST; attempt++)
		error = replace_once(path, content);
	return error ? error : 1;
}

int file_write(const char *path, const void *bytes, size_t length, mode_t mode)
{
	struct file_content content = { .bytes = bytes ? bytes : "", .length = length, .mode = mode };

	if ((mode & ~(mode_t)07777) || (!bytes && length))
		return -EINVAL;
	if (file_is(path, &content))
		return 0;
	return replace(path, &content);
}

int file_link(const char *path, const char *target)
{
	struct file_content content = { .target = target };

	if (!*target)
		return -EINVAL;
	if (file_is(path, &content))
		return 0;
	return replace(path, &content);
}

static int make_directory(const char *path)
{
	struct stat status;

	if (mkdir(path, 0755) == 0)
		return chmod(path, 0755) < 0 ? -errno : 0;	/* whatever the umask took away */
	if (errno != EEXIST)
		return -errno;
	if (stat(path, &status) < 0)
		return -errno;
	return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
}

int file_make_parents(const char *path)
{
	CLEANUP_FREE char *parent = strdup(path);
	char *slash;
	int error;

	if (!parent)
		return -ENOMEM;
	for (slash = strchr(parent + (*parent == '/'), '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		error = *parent ? make_directory(parent) : 0;
		*slash = '/';
		if (error)
			return error;
	}
	return 0;
}

/* ---- What killed writers have left ------------------------------------------------------------------------------ */

/* The process of a name that temporary_name() has made; 0 for any other. */
static pid_t maker(const char *name)
{
	const char *random = strrchr(name, '.'), *pid = random;
	char digits[16];
	uint32_t number;

	if (*name != '.' || strspn(random + 1, "0123456789abcdef") != RANDOM_DIGITS || random[1 + RANDOM_DIGITS])
		return 0;
	while (pid > name && pid[-1] != '.')
		pid--;
	if (pid < name + 2 || (size_t)(random - pid) >= sizeof(digits))
		return 0;
	memcpy(digits, pid, (size_t)(random - pid));
	digits[random - pid] = '\0';
	return scalar_u32(digits, 1, INT32_MAX, &number) < 0 ? 0 : (pid_t)number;
}

static bool is_left(const char *name)
{
	pid_t pid = maker(name);

	return pid > 0 && kill(pid, 0) < 0 && errno == ESRCH;
}

void file_sweep(const char *path)
{
	CLEANUP_FREE char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	struct dirent *entry;
	DIR *entries;

	if (!slash)
		return;
	slash[1] = '\0';
	entries = opendir(folder);
	while (entries && (entry = readdir(entries)))
		if (is_left(entry->d_name))
			unlinkat(dirfd(entries), entry->d_name, 0);
	if (entries)
		closedir(entries);
}
