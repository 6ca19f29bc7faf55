/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `apply --loaders`: takes the loaders that the policy names from the installed packages, or from the folder of an own build,
 * into the boot root.
 */
#ifndef CLI_LOADERS_H
#define CLI_LOADERS_H

#include "loaders_build.h"

struct loaders_count {
	size_t written, unchanged;
};

/* @from: where the packages' files are, "" for this machine, or with @build those of that build.  A file in the boot root that
 * we did not put there, and that is another, stays as it is.  What was done goes to standard output; what could not be had is a finding (loader.…).  0, or a
 * negative errno with @ret_path, which the caller frees, of the file that failed. */
int loaders_take(struct session *session, const char *from, const struct loaders_build *build, bool dry_run,
		 struct loaders_count *count, char **ret_path) MUST_USE;

#endif
