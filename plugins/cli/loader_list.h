/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list in the boot root of the loaders that `apply --loaders` put there: what each held then, and which version of
 * iPXE it is.  A file that holds something else now is somebody else's.
 */
#ifndef CLI_LOADER_LIST_H
#define CLI_LOADER_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"

#define LOADER_LIST ".pxeboot-loaders"
#define LOADER_VERSION 64

struct loader_list {
	char *path;			/* of the list itself */
	struct loader_entry {
		char *path;		/* below the boot root */
		char sum[17];		/* of its bytes, in hexadecimal */
		char version[LOADER_VERSION];	/* of the iPXE; "-" for none */
	} *entries;
	size_t count;
};

/* A missing list is empty; lines that are none of its own are dropped.  0 or a negative errno. */
int loader_list_load(struct loader_list *list, const char *root) MUST_USE;
int loader_list_save(const struct loader_list *list) MUST_USE;
void loader_list_free(struct loader_list *list);

/* Did we put exactly these bytes there? */
bool loader_list_has(const struct loader_list *list, const char *path, const char *bytes, size_t length);
/* Which iPXE these bytes are, if we put them there; else NULL. */
const char *loader_list_version(const struct loader_list *list, const char *path, const char *bytes, size_t length);
/* @version: NULL for none. */
int loader_list_put(struct loader_list *list, const char *path, const char *bytes, size_t length,
		    const char *version) MUST_USE;

#endif
