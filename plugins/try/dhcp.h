/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The DHCP servers that the lab can run: one row of a table for each, and what they share with its other servers.
 */
#ifndef TRY_DHCP_H
#define TRY_DHCP_H

#include "command.h"
#include "lab.h"

struct dhcp_server {
	const char *name;			/* server.dhcp.server */
	const char *program, *package;		/* the package is where Debian has it */
	int (*start)(struct lab *lab);
};

/* The one that the policy names; NULL when the lab has none for it. */
const struct dhcp_server *dhcp_server_of(const struct pxeboot_policy *policy);
bool dhcp_server_is_known(const char *name);

/* dhcp_dnsmasq.c; for its TFTP, too, where another server does DHCP. */
int dhcp_start_dnsmasq(struct lab *lab) MUST_USE;
/* dhcp_kea.c */
int dhcp_start_kea(struct lab *lab) MUST_USE;

int dhcp_start_isc(struct lab *lab) MUST_USE;

/* Writes what a plugin makes of the policy into a scratch file, as @adapt (or NULL) leaves it. */
int servers_write(struct session *session, const struct plugin *plugin,
		  void (*adapt)(const struct pxeboot_policy *policy, char *bytes), const char *path) MUST_USE;
/* Starts one more server of the lab. */
int servers_run(struct lab *lab, const struct command *command, const char *name, const char *log) MUST_USE;
/* The same program under a path of the lab: of profiles that keep a server to its own files the lab's know nothing.
 * NULL: out of memory, or it can't be had; the user was told. */
char *dhcp_program(const char *path) MUST_USE;

#endif
