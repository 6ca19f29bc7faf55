/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The fleet that all benches have: so many hosts, groups and profiles, as the text of a policy.
 */
#ifndef BENCH_FLEET_H
#define BENCH_FLEET_H

#include <stddef.h>
#include <stdint.h>

#include "bench.h"
#include "pxeboot.h"

#define FLEET_PROFILES 50

struct fleet {
	unsigned hosts, groups;
	const char *root;		/* the boot root; NULL: one that nobody looks at */
	const char *server;		/* more settings of the server, or NULL */
	unsigned moved;			/* this host boots something else than it would; 0: none */
};

/* The text; the caller frees it. */
char *fleet_text(const struct bench *bench, const struct fleet *fleet);
/* Writes it to a file; loads it, which must be without a finding. */
void fleet_write(const struct bench *bench, const struct fleet *fleet, const char *path);
/* Bytes of one host in it. */
size_t fleet_host_length(const struct fleet *fleet, unsigned number);
struct pxeboot_policy *fleet_load(const struct bench *bench, const struct fleet *fleet);

/* The MAC address of host @number, of sixteen makers' prefixes; and of a machine that no policy here knows. */
void fleet_mac(unsigned number, uint8_t ret_mac[6]);
void fleet_stranger(unsigned number, uint8_t ret_mac[6]);
/* That of one of the machines that fall under group @number, a multiple of three, and are not known. */
void fleet_member(unsigned group, unsigned number, uint8_t ret_mac[6]);

#define FLEET_PACKET_SIZE 600
#define FLEET_PACKET_MAC 28		/* where its MAC address stands */
/* What a machine's own firmware (UEFI, x64) asks DHCP: the options are those of EDK2, in its order.  Returns its length. */
size_t fleet_packet(const uint8_t mac[6], uint8_t ret_packet[FLEET_PACKET_SIZE]);

#endif
