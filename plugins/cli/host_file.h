/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file of a policy that hosts are added to: which one that is, what it holds, and its replacement by what it would
 * hold.
 */
#ifndef CLI_HOST_FILE_H
#define CLI_HOST_FILE_H

#include <sys/types.h>

#include "base/text.h"

struct host_file {
	char *path;		/* named as the loader names it */
	char *text;		/* that it holds; "" where it is not there */
	mode_t mode;		/* these it keeps */
	uid_t owner;
	gid_t group;
};

/* The lock that everybody holds from reading such a file to writing it, for the policy at @policy: a descriptor to close,
 * or a negative errno. */
int host_file_lock(const char *policy) MUST_USE;

/* Finds and reads the file that @wanted means, a name in policy.d or a path.  -EXDEV when it is no file of the policy,
 * -EINVAL when something else than a file stands there, -EBADMSG for a NUL byte in it. */
int host_file_read(struct host_file *file, const char *policy, const char *wanted) MUST_USE;

/* Makes it hold the text, at once.  -EAGAIN when somebody has changed it since it was read. */
int host_file_write(const struct host_file *file, const struct text *text) MUST_USE;

void host_file_free(struct host_file *file);

#endif
