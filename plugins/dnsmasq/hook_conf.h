/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hook's own small configuration, hook.conf, a setting a line:
 *
 *	# comment
 *	root = "/srv/pxeboot";			the boot root, as in the policy
 *	state = "/var/lib/pxeboot";		where machines are recorded; without it none is
 *	user_class = "iPXE-own";		how the policy's own build of iPXE names itself
 *	own = "bios,x64-uefi";			architectures that have one; without it all
 *	served = "tftp";			where the delivery of a boot script can be seen: "tftp" or "dhcp"
 *	next = "/usr/local/sbin/my-script";	run after the hook, with the same arguments and environment
 *
 * A hook runs for every lease and must not have to read a policy of any size.
 */
#ifndef DNSMASQ_HOOK_CONF_H
#define DNSMASQ_HOOK_CONF_H

#include <stdbool.h>

#include "base/macro.h"

struct hook_conf {
	char *root, *state, *user_class, *next;	/* each may be NULL */
	char *own;				/* names joined by ',', or NULL, which is all */
	char *served;				/* "dhcp" or "tftp", or NULL, which is as "dhcp" */
	unsigned bad_line;			/* the first line that is not understood */
	const char *expected;			/* what should stand there */
};

#define HOOK_CONF_NONE ((struct hook_conf){ .root = NULL })

/* $PXEBOOT_CONFIG/hook.conf, else that of the installed place; the caller frees it, NULL without memory. */
char *hook_conf_path(void);
/* Reads it strictly.  -EBADMSG with only @ret_conf->bad_line and expected set when a line is not understood; -EPERM when
 * others than its owner, or for root others than root, may put something else there: it names a program to run. */
int hook_conf_read(const char *path, struct hook_conf *ret_conf) MUST_USE;
void hook_conf_free(struct hook_conf *conf);
/* What to say of an error of hook_conf_read() but -EBADMSG. */
const char *hook_conf_why(int error);
/* May everybody write the file or the folder that it is in, or, where root asks, somebody else than root? */
bool hook_conf_is_open(const char *path);
/* Bits of the architectures that have an own build. */
unsigned hook_conf_own(const struct hook_conf *conf);
/* A script that dnsmasq's TFTP server sends is reported by it; where others serve, iPXE's DHCP request must do. */
bool hook_conf_served_by_dhcp(const struct hook_conf *conf);

#endif
