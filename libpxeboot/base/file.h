/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files that are never seen half-written: a temporary file beside the target, flushed, then renamed.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

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

/* Makes the directories above @path, mode 0755. */
int file_make_parents(const char *path) MUST_USE;

#endif
