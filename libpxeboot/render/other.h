/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What boot loaders other than iPXE can't do with a policy.
 */
#ifndef RENDER_OTHER_H
#define RENDER_OTHER_H

#include "policy/policy.h"

enum other_url { OTHER_URL_FINE, OTHER_URL_HTTPS, OTHER_URL_PORT };

/* What stands in a loader's way to a profile's @path, as far as the policy itself says what its variables are. */
enum other_url other_url(const struct pxeboot_policy *policy, const struct profile *profile, const char *path);

/* "boot a network disk" and the like, where the loader can't; NULL where it can. */
const char *other_cannot(const struct profile *profile, bool pxelinux);

/* Has the profile a "$${", which only iPXE understands? */
bool other_passes(const struct profile *profile);

/* One of the sixteen colours of a text screen that comes near: bits red 1, green 2, blue 4, bright 8. */
unsigned other_colour(uint32_t rgb);

#endif
