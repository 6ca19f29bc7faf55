/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files against the policy's list (see own_build.h).
 */
#include "own_build.h"

#include <errno.h>
#include <string.h>

bool own_build_is(const struct pxeboot_build_file *listed, uint64_t size, const char *sha256)
{
	return listed->sha256 && (!listed->size || listed->size == size) && strcmp(listed->sha256, sha256) == 0;
}

/* Most files are of another size, and need not be read. */
static bool could_be(const struct pxeboot_policy *policy, uint64_t size, bool *ret_listed)
{
	struct pxeboot_build_file listed;

	*ret_listed = false;
	for (size_t i = 0; pxeboot_policy_build_file(policy, i, &listed) == 0; i++) {
		*ret_listed |= listed.sha256 != NULL;
		if (listed.sha256 && (!listed.size || listed.size == size))
			return true;
	}
	return false;
}

int own_build_find(const struct pxeboot_policy *policy, int fd, uint64_t size, struct pxeboot_build_file *ret_file)
{
	struct pxeboot_build_file listed;
	char sha256[DIGEST_SIZE];
	bool is_listed;
	int r;

	if (!could_be(policy, size, &is_listed))
		return is_listed ? -ENOENT : -ENODATA;
	if (size > OWN_BUILD_MAX)
		return -ENOENT;
	r = digest_of_file(fd, sha256);
	if (r < 0)
		return r;
	for (size_t i = 0; pxeboot_policy_build_file(policy, i, &listed) == 0; i++)
		if (own_build_is(&listed, size, sha256)) {
			*ret_file = listed;
			return 0;
		}
	return -ENOENT;
}

int own_build_at(const struct pxeboot_policy *policy, const char *path, struct pxeboot_build_file *ret_file)
{
	struct pxeboot_build_file listed;

	for (size_t i = 0; pxeboot_policy_build_file(policy, i, &listed) == 0; i++)
		if (strcmp(listed.path, path) == 0) {
			*ret_file = listed;
			return 0;
		}
	return -ENOENT;
}

void own_build_add_features(unsigned features, struct text *out)
{
	const char *before = "";

	for (unsigned i = 0; i < PXEBOOT_BUILD_FEATURE_COUNT; i++) {
		if (!(features >> i & 1))
			continue;
		text_addf(out, "%s%s", before, pxeboot_build_feature_name(i));
		before = ", ";
	}
	if (!*before)
		text_add(out, "nothing");
}
