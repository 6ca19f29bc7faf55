/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lists in the boot root of what `apply` has done, a path a line: its files, of which only those are ever removed,
 * those of them that it has left for machines on their way, and
 * the hosts' one-shot boots that it took up.
 */
#ifndef CLI_MANIFEST_H
#define CLI_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"

#define MANIFEST_FILES ".pxeboot-files"
#define MANIFEST_LEFT ".pxeboot-left"
#define MANIFEST_ONCE ".pxeboot-once"

struct manifest {
	char *path;			/* of the list itself */
	char *old;			/* its text; lines end in NUL once loaded */
	char **old_paths, **new_paths;	/* sorted when saved */
	size_t n_old, n_new, new_capacity;
};

enum manifest_content { MANIFEST_BOTH, MANIFEST_NEW };

/* Reads the list @name of @root; a missing one is empty.  -EBADMSG when it names what can't be ours. */
int manifest_load(struct manifest *manifest, const char *root, const char *name) MUST_USE;
/* Is it in the list that was read? */
bool manifest_had(const struct manifest *manifest, const char *path) MUST_USE;
/* Of the new list; the path is copied. */
int manifest_add(struct manifest *manifest, const char *path) MUST_USE;
int manifest_save(struct manifest *manifest, enum manifest_content content) MUST_USE;
/* Calls @remove for each file of the old list that the new tree does not have; a negative return ends it. */
int manifest_stale(struct manifest *manifest, int (*remove)(void *context, const char *path), void *context) MUST_USE;
void manifest_free(struct manifest *manifest);

#endif
