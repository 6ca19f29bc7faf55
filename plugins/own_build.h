/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The binaries of the policy's own build, and whether a file is one of them.  That of BIOS is compressed and says nothing of
 * itself: only its hash does.
 */
#ifndef OWN_BUILD_H
#define OWN_BUILD_H

#include "base/text.h"
#include "digest.h"
#include "pxeboot.h"

#define OWN_BUILD_MAX ((size_t)64 << 20)	/* what is bigger is no loader, and is not read */

/* Is this the file that the policy lists?  @sha256 is its digest. */
bool own_build_is(const struct pxeboot_build_file *listed, uint64_t size, const char *sha256);

/* Which of them an open file is, whatever its name.  0; -ENOENT none; -ENODATA the policy lists no hash; -ENOTSUP this
 * program was built without what computes one; or the error of reading. */
int own_build_find(const struct pxeboot_policy *policy, int fd, uint64_t size, struct pxeboot_build_file *ret_file) MUST_USE;
/* Which of them lies there in the boot root, as the policy says.  0 or -ENOENT. */
int own_build_at(const struct pxeboot_policy *policy, const char *path, struct pxeboot_build_file *ret_file) MUST_USE;

/* Adds "framebuffer, png, …", or "nothing". */
void own_build_add_features(unsigned features, struct text *out);

#endif
