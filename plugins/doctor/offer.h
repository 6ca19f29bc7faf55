/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one packet that --probe sends, and the offers that come back.
 */
#ifndef DOCTOR_OFFER_H
#define DOCTOR_OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define DISCOVER_SIZE 600

struct offer {
	uint32_t server;		/* option 54, else who sent it; host byte order, as the others */
	uint32_t address;		/* that it offers; 0: none, a proxy's */
	uint32_t next_server;		/* siaddr; 0: none */
	char file[256];			/* option 67, else the file field; "" */
	char vendor_class[64];		/* option 60; "" */
};

/* Writes an IPv4 packet with the DHCPDISCOVER of a UEFI machine; returns its length. */
size_t discover_write(const uint8_t mac[6], uint32_t xid, uint8_t ret[DISCOVER_SIZE]);
/* Reads an IPv4 packet.  -ENOENT: it is not an offer to @mac's DISCOVER @xid; -EBADMSG: it is one, cut short. */
int offer_read(const uint8_t *bytes, size_t length, const uint8_t mac[6], uint32_t xid,
	       struct offer *ret_offer) MUST_USE;

#endif
