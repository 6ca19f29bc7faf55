/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hook's own small configuration, hook.conf:
 *
 *	# comment
 *	root = "/srv/pxeboot";			the boot root, as in the policy
 *	next = "/usr/local/sbin/my-script";	run after the hook, with the same arguments and environment
 *
 * A hook runs for every lease and must not have to read a policy of any size.
 */
#ifndef DNSMASQ_HOOK_CONF_H
#define DNSMASQ_HOOK_CONF_H

#include "base/macro.h"

struct hook_conf {
	char *root;		/* or NULL */
	char *next;		/* or NULL */
	unsigned bad_line;	/* of the first line that does not parse */
};

/* $PXEBOOT_CONFIG/hook.conf, else that of the installed place; the caller frees it, NULL without memory. */
char *hook_conf_path(void);
/* Reads it strictly.  -EBADMSG with @ret_conf->bad_line set when a line does not parse; nothing else is set then. */
int hook_conf_read(const char *path, struct hook_conf *ret_conf) MUST_USE;
void hook_conf_free(struct hook_conf *conf);

#endif
