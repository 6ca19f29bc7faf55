/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files of a store, by their names in one open directory.  Nothing is followed that could be a symbolic link: root opens
 * stores that belong to others.
 */
#include "state/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/file.h"

#define DIRECTORY_MODE 0750
#define FILE_MODE 0640
#define STAT_BLOCK 512

static const struct {
	unsigned long type;
	const char *name;
} remote[] = {
	{ 0x00006969, "NFS" },
	{ 0x0000517b, "SMB" },
	{ 0xff534d42, "CIFS" },
	{ 0xfe534d42, "SMB 2" },
	{ 0x00c36400, "Ceph" },
	{ 0x01021997, "9P" },
	{ 0x5346414f, "AFS" },
	{ 0x73757245, "Coda" },
	{ 0x01161970, "GFS2" },
	{ 0x7461636f, "OCFS2" },
	{ 0x0bd00bd0, "Lustre" },
};

const char *place_remote_name(unsigned long type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(remote); i++)
		if (remote[i].type == (type & 0xffffffffu))
			return remote[i].name;
	return NULL;
}

static int make_directory(const char *path)
{
	int error = file_make_parents(path);

	if (error)
		return error;
	return mkdir(path, DIRECTORY_MODE) < 0 && errno != EEXIST ? -errno : 0;
}

static int lock_directory(int directory)
{
	struct statfs system;
	struct stat status;

	if (fstatfs(directory, &system) < 0 || fstat(directory, &status) < 0)
		return -errno;
	if (status.st_mode & S_IWOTH)
		return -EPERM;
	if (place_remote_name((unsigned long)system.f_type))
		return -EREMOTE;
	while (flock(directory, LOCK_EX) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

static int open_directory(const char *path)
{
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return directory < 0 ? -errno : directory;
}

int place_open(const char *path, bool make)
{
	int directory = open_directory(path), error;

	if (directory == -ENOENT && make) {
		error = make_directory(path);
		directory = error ? error : open_directory(path);
	}
	if (directory < 0)
		return directory;
	error = lock_directory(directory);
	if (error) {
		close(directory);
		return error;
	}
	return directory;
}

static int open_regular(int directory, const char *name, int flags, struct stat *ret_status)
{
	int fd = openat(directory, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, FILE_MODE);
	struct stat status;
	int error = 0;

	if (fd < 0)
		return errno == ELOOP ? -EINVAL : -errno;
	if (fstat(fd, &status) < 0)
		error = -errno;
	else if (!S_ISREG(status.st_mode))
		error = -EINVAL;
	else if (status.st_mode & S_IWOTH)
		error = -EPERM;
	if (error) {
		close(fd);
		return error;
	}
	*ret_status = status;
	return fd;
}

int place_open_store(int directory, struct stat *ret_status)
{
	return open_regular(directory, PLACE_STORE, O_RDONLY, ret_status);
}

int place_own(int directory, int fd)
{
	struct stat status;

	if (fchmod(fd, FILE_MODE) < 0)
		return -errno;
	if (geteuid() != 0)
		return 0;
	if (fstat(directory, &status) < 0 || fchown(fd, status.st_uid, status.st_gid) < 0)
		return -errno;
	return 0;
}

/* Whoever made it may have been killed, or the disk full, before it had its blocks. */
static bool has_blocks(const struct stat *status, size_t length)
{
	return status->st_size >= (off_t)length && status->st_blocks >= (blkcnt_t)(length / STAT_BLOCK);
}

int place_prepare_lock(int directory, size_t length)
{
	struct stat status;
	int fd = open_regular(directory, PLACE_LOCK, O_RDWR, &status);
	int error = 0;

	if (fd == -ENOENT) {
		fd = open_regular(directory, PLACE_LOCK, O_RDWR | O_CREAT | O_EXCL, &status);
		if (fd >= 0)
			error = place_own(directory, fd);
	}
	if (fd < 0)
		return fd;
	if (!error && !has_blocks(&status, length))
		error = -posix_fallocate(fd, 0, (off_t)length);
	close(fd);
	return error;
}

int place_install(int directory)
{
	if (unlinkat(directory, PLACE_LOCK, 0) < 0 && errno != ENOENT)
		return -errno;
	if (renameat(directory, PLACE_NEW, directory, PLACE_STORE) < 0)
		return -errno;
	return fsync(directory) < 0 ? -errno : 0;
}

int place_move_aside(int directory)
{
	char name[sizeof(PLACE_STORE) + 16];
	struct stat status;
	int n;

	for (n = 1; n <= PLACE_ASIDE_MAX; n++) {
		snprintf(name, sizeof(name), "%s.damaged-%d", PLACE_STORE, n);
		if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
			break;
	}
	if (n > PLACE_ASIDE_MAX)
		return -EEXIST;
	/* The lock goes with its store: programs that still have that one open go on with the lock that they have. */
	if (unlinkat(directory, PLACE_LOCK, 0) < 0 && errno != ENOENT)
		return -errno;
	return renameat(directory, PLACE_STORE, directory, name) < 0 ? -errno : n;
}
