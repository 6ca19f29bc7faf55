/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What writers of DHCP servers' configurations ask of a policy: which architectures over which transports there are to tell
 * apart, in the order in which they win, and what decide() names for each.
 */
#ifndef BOOT_NAMES_H
#define BOOT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "pxeboot.h"

#define BOOT_PAIRS (2 * PXEBOOT_ARCH_COUNT)
#define BOOT_PAIR_NAME 32
#define BOOT_WIRE_UUID 17
#define BOOT_NAME_MAX 127		/* the BOOTP file field with its NUL */

/* One architecture over one transport. */
struct boot_pair {
	int arch;
	bool http;
	bool served;			/* the policy has something to hand out */
};

/* Those that matter to what DHCP says of this policy, the one that wins first; returns how many. */
size_t boot_pairs(const struct pxeboot_policy *policy, struct boot_pair ret[BOOT_PAIRS]);
/* "x64-uefi", "http-x64-uefi" */
void boot_pair_name(const struct boot_pair *pair, char ret[BOOT_PAIR_NAME]);
/* Does this number of option 93 mean it? */
bool boot_pair_has(const struct boot_pair *pair, uint16_t code);

/* What decide() names for the firmware of this pair. */
const char *boot_loader(const struct pxeboot_policy *policy, const struct boot_pair *pair);
/* And for an iPXE of that firmware which is not our build, where the policy has one. */
const char *boot_own_build(const struct pxeboot_policy *policy, const struct boot_pair *pair);
/* And for an iPXE that is good enough, of a machine that no group is for. */
const char *boot_script(const struct pxeboot_policy *policy);

/* Must DHCP know who is in it: for the script that iPXE gets, or for a loader? */
bool boot_group_matters(const struct pxeboot_group *group);
/* Has it a term of this name? */
bool boot_group_has(const struct pxeboot_group *group, const char *term);

/* Option 97: a zero byte, then the UUID with its first three fields little-endian.  False when @uuid is none. */
bool boot_wire_uuid(const char *uuid, uint8_t ret[BOOT_WIRE_UUID]);

#endif
