/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A boot storm: many machines that switch on together.  Each does what firmware and iPXE do on the wire: it asks DHCP, fetches
 * by TFTP with blocks of 1432 bytes, sends again what is not answered, and takes each step as soon as the one before is done.
 */
#ifndef BENCH_STORM_H
#define BENCH_STORM_H

#include "bench.h"

enum storm_do {
	STORM_ASK_FIRMWARE,		/* DISCOVER, OFFER, REQUEST, ACK */
	STORM_ASK_IPXE,
	STORM_FETCH_TOLD,		/* the file that DHCP has named */
	STORM_FETCH,
	STORM_MISS,			/* asks for a file that is not there */
};

struct storm_step {
	enum storm_do what;
	const char *file;		/* "%s" stands for the MAC address, with '-' */
	const char *says;		/* likewise: the file must have this text; NULL: any */
	size_t length;			/* it must have; 0: any */
};

/* Machines 0 to @n - 1 of the fleet, 500 at most, take all @steps; the caller is on the clients' side.  @number is another for
 * each of the last sixteen storms: their servers' processes may still be sending.  Seconds until the last machine is there;
 * one that is not in ten minutes, or gets anything else, ends the program. */
double storm_run(const struct bench *bench, unsigned n, unsigned number, const struct storm_step *steps, size_t n_steps);

#endif
