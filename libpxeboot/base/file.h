/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files that are never seen half-written: a temporary file beside the target, flushed, then renamed.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/macro.h"

/* Reads a whole regular file of at most @limit bytes (-E2BIG above).  The caller frees @ret_bytes, which end in a NUL
 * that is not counted. */
int file_read(const char *path, size_t limit, char **ret_bytes, size_t *ret_length) MUST_USE;

/* Makes @path hold exactly these bytes and this mode.  Returns 1 when it wrote, 0 when the file was so already. */
int file_write(const char *path, const void *bytes, size_t length, mode_t mode) MUST_USE;

/* The same for a symbolic link. */
int file_link(const char *path, const char *target) MUST_USE;

/* What a path is to be: a file of these bytes and this mode, or with @target a symbolic link. */
struct file_content {
	const void *bytes;
	size_t length;
	mode_t mode;
	const char *target;
};

/* Is it so already?  Whatever can't be read is simply different. */
bool file_is(const char *path, const struct file_content *content);

/* All of the bytes, whatever interrupts. */
int file_write_all(int fd, const char *bytes, size_t length) MUST_USE;

/* Makes the file or link under a name that must be free, and flushes it if @flush.  -EEXIST says that it was not; every other
 * failure leaves nothing behind. */
int file_make(const char *name, const struct file_content *content, bool flush) MUST_USE;

/* Removes what processes that are gone have left of the above in the folder of @path: temporary files of theirs, no others.
 * What can't be removed stays. */
void file_sweep(const char *path);

/* Makes the directories above @path, mode 0755. */
int file_make_parents(const char *path) MUST_USE;

#endif
