/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One file of a boot root, found as the servers find it.  in.tftpd runs with the boot root as its whole world, so that
 * an absolute link begins there; dnsmasq and web servers follow links wherever they lead.
 */
#ifndef BOOT_FILE_H
#define BOOT_FILE_H

#include <limits.h>
#include <sys/stat.h>

#include "base/macro.h"
#include "pxeboot.h"

struct boot_root {
	int fd;
	const char *path;		/* absolute */
	bool is_world;			/* links lead nowhere else: in.tftpd */
	uid_t uid;			/* whose permissions count for reading; (uid_t)-1: everybody's alone */
	gid_t gid;
};

struct boot_file {
	int fd;				/* open for reading, or -1 */
	struct stat status;
	bool left;			/* a link leads out of the boot root */
	char closed[PATH_MAX];		/* the first folder on the way that the server may not go through; "" */
	char link[PATH_MAX];		/* where the last link leads; "" */
};

/* @program: server.tftp's value, "dnsmasq" or "tftp-hpa", or NULL for any other.  @path must outlive it.  0 or
 * -errno. */
int boot_root_open(const char *path, const char *program, struct boot_root *ret_root) MUST_USE;
void boot_root_close(struct boot_root *root);
/* May the server go into it? */
bool boot_root_open_to(const struct boot_root *root);
/* The first folder above it that the server may not go through, for a server that goes the whole way; the caller frees
 * it.  NULL: none. */
char *boot_root_closed_above(const struct boot_root *root);

/* Finds and opens it.  0 with @file filled; -ENOENT, -ENOTDIR, -ELOOP, -EACCES …, then only its text is.  A file
 * that is not a regular one is found and not opened. */
int boot_file_open(const struct boot_root *root, const char *path, struct boot_file *file) MUST_USE;
void boot_file_close(struct boot_file *file);

/* May the server read it? */
bool boot_file_readable(const struct boot_root *root, const struct boot_file *file);

/* All of it; -E2BIG above @limit.  The caller frees @ret_bytes. */
int boot_file_read(const struct boot_file *file, size_t limit, char **ret_bytes, size_t *ret_length) MUST_USE;
/* What it is, and which program; @user_class is of the own build, or NULL. */
int boot_file_image(const struct boot_file *file, struct pxeboot_image *ret_image) MUST_USE;
int boot_file_program(const struct boot_file *file, const char *path, const char *user_class,
		      struct pxeboot_program *ret_program) MUST_USE;
/* The same path as it is spelled on the disk, if only upper and lower case differ; -ENOENT.  The caller frees it. */
int boot_file_spelling(const struct boot_root *root, const char *path, char **ret_path) MUST_USE;

/* For a chooser's look(): the boot root's files as programs. */
struct boot_looker {
	struct boot_root root;
	const struct pxeboot_policy *policy;	/* whose own build is known by its hashes; or NULL */
	const char *user_class;		/* of the own build, or NULL */
	struct boot_looked *looked;	/* what was looked at before, in order of path */
	size_t n_looked;
};
bool boot_looker_look(void *looker, const char *path, struct pxeboot_program *ret_program);
void boot_looker_close(struct boot_looker *looker);

#endif
