/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the hook does of its own: the link of one client address.
 */
#ifndef DNSMASQ_HOOK_LINK_H
#define DNSMASQ_HOOK_LINK_H

/* Looks at one event of dnsmasq and sets clients/ADDRESS in the boot root @root when it tells of a machine of known
 * architecture.  Reports to syslog; nothing that it is handed can make it fail otherwise. */
void hook_link(const char *root, int argc, char **argv, char **environment);

#endif
