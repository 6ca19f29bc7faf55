/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hook from the policy's side: whether dnsmasq is told to run it, and its hook.conf.
 */
#ifndef DNSMASQ_HOOK_WRITE_H
#define DNSMASQ_HOOK_WRITE_H

#include "base/text.h"
#include "pxeboot.h"

/* dnsmasq takes one dhcp-script only and refuses to start with a second, which the administrator may have.  So it is named
 * where the policy needs it (server.one_name, a host's once), or asks for it by server.dnsmasq.hook_user or .lua. */
bool hook_is_wanted(const struct pxeboot_policy *policy);

/* What dnsmasq is told to run then: server.dnsmasq.hook, but beside server.dnsmasq.lua, which does the hook's work, what does
 * nothing takes the hook's place.  The caller frees it; NULL without memory. */
char *hook_script(const struct pxeboot_policy *policy);

/* Writes hook.conf.  The `next` line of the one that is there is the administrator's and stays; -EBADMSG with a diagnostic
 * when that one can't be understood. */
int hook_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings);

#endif
