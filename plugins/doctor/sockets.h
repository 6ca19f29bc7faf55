/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who listens on a port, from /proc.
 */
#ifndef DOCTOR_SOCKETS_H
#define DOCTOR_SOCKETS_H

#include "doctor.h"

#define HOLDERS_MAX 16

/* A socket that waits for packets or connections. */
struct listener {
	uint16_t port;
	char address[48];		/* "10.77.0.1", "*" for every address, "[...]" for IPv6 */
	unsigned uid;			/* of the user who opened it */
	unsigned long long inode;
};

struct holder {
	struct listener listener;
	const struct process *process;	/* NULL: only root may see which */
};

struct holders {
	struct holder list[HOLDERS_MAX];
	size_t count;
};

/* One line of /proc/net/udp, tcp, udp6 or tcp6.  False: a heading, a connection, or nothing of the kind. */
bool listener_parse(const char *line, bool tcp, struct listener *ret_listener);
/* Everybody who holds the port; the first HOLDERS_MAX of them. */
void holders_find(struct doctor *doctor, uint16_t port, bool tcp, struct holders *holders);
/* "dnsmasq (pid 812) on 10.77.0.1", of all of them; kept by the doctor. */
const char *holders_shown(struct doctor *doctor, const struct holders *holders);
/* Does a program of this name hold it? */
bool holders_have(const struct holders *holders, const char *name);

#endif
