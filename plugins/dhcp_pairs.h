/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What writers of DHCP servers' rules need to know of a policy: who is told apart, in which order, and what each gets.
 */
#ifndef DHCP_PAIRS_H
#define DHCP_PAIRS_H

#include "base/text.h"
#include "pxeboot.h"

#define DHCP_FILE_MAX 127		/* bytes that the BOOTP file field holds before its NUL */
#define DHCP_PAIRS_MAX (2 * PXEBOOT_ARCH_COUNT)
#define DHCP_PAIR_NAME_SIZE 32
#define DHCP_UUID_LENGTH 17		/* of option 97 */

/* One architecture over one transport. */
struct dhcp_pair {
	int arch;
	bool http;
	const char *file;		/* where it is served: what its firmware gets, a path or over HTTP a URL; else NULL */
};

/* Fills in all pairs in the order in which one is chosen for a client that lists several. */
void dhcp_pairs(const struct pxeboot_policy *policy, struct dhcp_pair ret_pairs[DHCP_PAIRS_MAX]);
/* "x64-uefi", "http-x64-uefi" */
void dhcp_pair_name(const struct dhcp_pair *pair, char ret[DHCP_PAIR_NAME_SIZE]);
/* Does this number of option 93 mean the pair? */
bool dhcp_pair_has(const struct dhcp_pair *pair, uint16_t code);

/* The script that decide() names for an iPXE of which nothing else is known. */
const char *dhcp_script(const struct pxeboot_policy *policy);
/* Must DHCP know whether a client is in the group, for its script or its loader? */
bool dhcp_tests(const struct pxeboot_group *group);

/* Option 97 of a machine: a zero byte, then its UUID with the first three fields little-endian.  0 or -EINVAL. */
int dhcp_uuid(const char *uuid, uint8_t ret_bytes[DHCP_UUID_LENGTH]);
/* Adds "50:58:45" for "PXE", or with another separator. */
void dhcp_add_hex(struct text *text, const void *bytes, size_t length, const char *separator);

#endif
