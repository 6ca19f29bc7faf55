/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A folder that ipxe-src/build wrote, as `apply --loaders` takes loaders from it: binaries of an own build, and the list of
 * them, ipxe-build.conf.
 */
#ifndef CLI_LOADERS_BUILD_H
#define CLI_LOADERS_BUILD_H

#include "session.h"

#define BUILD_LIST "ipxe-build.conf"

struct loaders_build {
	char *list;			/* the path of the list */
	struct pxeboot_policy *policy;	/* which the list is, with the least that makes a policy of it */
	struct pxeboot_build build;
};

/* Reads the list in @folder and holds every file against it.  0; -ENOENT: there is no list, and nothing was told; -EBADMSG
 * with findings (loader.list, loader.hash, and those of policies); or another negative errno.  To be closed in any case. */
int loaders_build_open(const char *folder, struct pxeboot_diagnostics *diagnostics, struct loaders_build *build) MUST_USE;
void loaders_build_close(struct loaders_build *build);

/* Which of its files this loader of a policy is: by its name, which may be below a folder, for an architecture that comes to it.
 * 0 or -ENOENT. */
int loaders_build_find(const struct loaders_build *build, const struct pxeboot_named_file *named,
		       struct pxeboot_build_file *ret_file) MUST_USE;
/* Where it is in @folder, and its bytes, if they are what the list says: 0; -EBADMSG they are not; or the error of reading.  The
 * caller frees both in any case. */
int loaders_build_read(const char *folder, const struct pxeboot_build_file *file, char **ret_place, char **ret_bytes,
		       size_t *ret_length) MUST_USE;

#endif
