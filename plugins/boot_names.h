/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What writers of DHCP servers' configurations ask of a policy: which architectures over which transports there are to
 * tell apart, in the order in which they win, what decide() names for each, and which machines have a loader of their
 * own.
 */
#ifndef BOOT_NAMES_H
#define BOOT_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/diagnostics.h"
#include "pxeboot.h"

#define BOOT_PAIRS (2 * PXEBOOT_ARCH_COUNT)
#define BOOT_PAIR_NAME 32
#define BOOT_WIRE_UUID 17
#define BOOT_NAME_MAX 127		/* the BOOTP file field with its NUL */

/* What option 43 tells a Raspberry Pi's boot ROM: discovery control, a prompt without delay, a menu of one entry. */
#define BOOT_RASPBERRY_MENU "\x06\x01\x03\x0a\x04\x00PXE\x09\x14\x00\x00\x11" PXEBOOT_RASPBERRY_PI "\xff"

/* One architecture over one transport. */
struct boot_pair {
	int arch;
	bool http;
	bool ip6;
	bool served;			/* the policy has something to hand out */
	bool replaces;			/* it has an own build, which an iPXE that is none is given */
};

/* Those that matter to what DHCP, or DHCPv6, says of this policy, the one that wins first; returns how many. */
size_t boot_pairs(const struct pxeboot_policy *policy, bool ip6, struct boot_pair ret[BOOT_PAIRS]);
/* Has the policy an own build for the architecture? */
bool boot_arch_has_build(const struct pxeboot_policy *policy, int arch);
/* "x64-uefi", "http-x64-uefi" */
void boot_pair_name(const struct boot_pair *pair, char ret[BOOT_PAIR_NAME]);
/* Does this number of option 93 mean it? */
bool boot_pair_has(const struct boot_pair *pair, uint16_t code);

/* What decide() names for the firmware of this pair; NULL without a name, and without memory, when @error becomes -ENOMEM. */
const char *boot_loader(const struct pxeboot_policy *policy, const struct boot_pair *pair, int *error);
/* And for an iPXE of that firmware which is not our build, where the pair replaces those. */
const char *boot_own_build(const struct pxeboot_policy *policy, const struct boot_pair *pair, int *error);
/* And for an iPXE that is good enough, of a machine that no group is for. */
const char *boot_script(const struct pxeboot_policy *policy, bool ip6, int *error);
/* Can DHCP carry it?  False with a finding @id where the policy says so. */
bool boot_name_fits(const struct pxeboot_policy *policy, const char *file, const char *id,
		    struct pxeboot_diagnostics *findings);

/* What a host or group has of its own; lent by the policy. */
struct boot_own_loader {
	const char *path, *url;		/* the latter or NULL */
};

/* Different ones, of all hosts that DHCP can tell and all groups. */
struct boot_own_loaders {
	struct boot_own_loader *list;
	size_t n;
};

/* 0 or -ENOMEM; @loaders is to be freed in either case. */
int boot_own_loaders_collect(const struct pxeboot_policy *policy, struct boot_own_loaders *loaders);
/* Its index; @loaders->n when there is none. */
size_t boot_own_loaders_find(const struct boot_own_loaders *loaders, const char *path);
void boot_own_loaders_free(struct boot_own_loaders *loaders);
/* Warns of hosts with a loader of their own whom DHCP can't tell. */
void boot_tell_serials(const struct pxeboot_policy *policy, const char *id, struct pxeboot_diagnostics *findings);

/* Notes that the policy's ranges are not written for another server than dnsmasq: @whose has them. */
void boot_tell_range(const struct pxeboot_policy *policy, const char *id, const char *whose,
		     struct pxeboot_diagnostics *findings);

/* Warns that @program, which would answer over IPv6, is told nothing. */
void boot_tell_ip6(const struct pxeboot_policy *policy, const char *id, const char *program,
		   struct pxeboot_diagnostics *findings);

/* Must DHCP know who is in it: for the script that iPXE gets, or for a loader? */
bool boot_group_matters(const struct pxeboot_group *group);
/* Has it a term of this name? */
bool boot_group_has(const struct pxeboot_group *group, const char *term);

/* Option 97: a zero byte, then the UUID with its first three fields little-endian.  False when @uuid is none. */
bool boot_wire_uuid(const char *uuid, uint8_t ret[BOOT_WIRE_UUID]);

#endif
