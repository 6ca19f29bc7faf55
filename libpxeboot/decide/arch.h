/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What both a stage and a decision follow from: the one architecture of a client. */
#ifndef DECIDE_ARCH_H
#define DECIDE_ARCH_H

#include "policy/policy.h"

/* Of the numbers that the client lists, the best one; NULL when none has a meaning for us. */
const struct pxeboot_arch_code *decide_arch(const struct pxeboot_policy *policy, const struct pxeboot_client *client);
/* A loader (NULL: none) as each way of asking has to name it; NULL where there is no server for that way. */
const char *decide_name(const struct pxeboot_client *client, bool http, const char *path, const struct urls *urls);
/* What DHCP names for an architecture and transport; NULL when the policy has nothing for it. */
const char *decide_loader(const struct pxeboot_policy *policy, const struct pxeboot_client *client, int arch,
			  bool http);

#endif
