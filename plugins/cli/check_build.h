/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is the policy's own build of iPXE what machines are given, and can it do what the policy wants of it?
 */
#ifndef CHECK_BUILD_H
#define CHECK_BUILD_H

#include "pxeboot.h"

/* As far as ipxe.build says: a file of it that no machine is given is a finding (build.unused), and so is each theme, URL and
 * profile that needs what it lacks (build.lacks). */
void check_build(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics);

#endif
