/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the real in.tftpd makes of a name, from what it logs with -vvv: each rule that changed it, what it looked for in
 * the end.  The log is a /dev/log of the test's own, in a mount namespace.
 */
#ifndef SERVERS_TFTPD_TRACE_H
#define SERVERS_TFTPD_TRACE_H

#include "lab.h"

struct tftpd_log {
	int fd;
};

/* Hides this machine's /dev from the test and makes its own log.  Exits 77 when it can't. */
void tftpd_log_begin(struct tftpd_log *log);

/* Asks in.tftpd on this side of the lab from @address (IPv4 or IPv6 text), for reading or writing.  Adds to @trace, a
 * line each: "rule NUMBER: NAME" for each rule that changed the name, and at the end "named: NAME", "refused by rule
 * NUMBER: TEXT", "too many visits", or "no answer". */
void tftpd_ask(const struct tftpd_log *log, const char *address, const char *name, bool put, struct text *trace);

#endif
