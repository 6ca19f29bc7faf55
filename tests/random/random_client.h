/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random DHCP clients: firmware of all kinds, iPXE, systems, and what lies, errs or is broken.  The packet as a whole
 * is well formed; inside its options anything may stand.
 */
#ifndef RANDOM_CLIENT_H
#define RANDOM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RANDOM_CLIENT_OPTIONS 1000
#define RANDOM_CLIENT_FILE 128
#define RANDOM_CLIENT_PACKET (240 + RANDOM_CLIENT_OPTIONS)

struct random_client {
	uint8_t mac[6];
	bool relayed;			/* another network's relay has brought it */
	uint8_t options[RANDOM_CLIENT_OPTIONS];	/* as they stand in the packet; without 50, 53 and 54 */
	size_t length;
	uint8_t file[RANDOM_CLIENT_FILE];	/* the BOOTP file field, which may hold options too (52) */
};

/* The same for the same seed and index. */
void random_client(uint64_t seed, uint64_t index, struct random_client *ret_client);

/* Adds what matters to servers of other configurations than ours: a name, the choice of a menu's entry, a subnet. */
void random_client_add_others(uint64_t seed, uint64_t index, struct random_client *client);

/* Its MAC address and its options in a DHCP message of RANDOM_CLIENT_PACKET bytes at most.  The length. */
size_t random_client_packet(const struct random_client *client, uint8_t *ret_packet);

/* The bytes of its option @code, at least @least of them, or NULL: of the first part, where it comes in several. */
const uint8_t *random_client_option(const struct random_client *client, uint8_t code, size_t least);

#endif
