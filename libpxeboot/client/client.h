/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The facts about one client, from whatever door: each absent, empty, malformed or there.
 *
 * A UUID of zeros and an address of 0.0.0.0 say nothing and are absent.  Facts that a client words freely (classes,
 * serial numbers) may hold any byte but NUL: a vendor class ends at its first NUL and a user class splits there, as
 * dnsmasq has it, so that every door tells the same.
 */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "base/scalar.h"
#include "pxeboot.h"

#define CLIENT_MAX_ARCHS 16		/* numbers in one option 93 */
#define CLIENT_MAX_CLASSES 16		/* classes in one option 77 */
#define CLIENT_MAX_OPTION 4096		/* bytes of one option after RFC 3396 concatenation */

enum fact_state {
	FACT_ABSENT,
	FACT_EMPTY,
	FACT_MALFORMED,
	FACT_THERE,
};

/* Most texts are short: those need no memory of their own, so that a client is one piece. */
struct fact_value {
	char *text;			/* FACT_THERE only: @own, where it fits there */
	enum fact_state state : 8;
	char own[39];			/* a UUID is 36 letters long */
};

struct pxeboot_client {
	unsigned references;
	struct fact_value facts[PXEBOOT_FACT_COUNT];

	/* Decoded forms; each is valid when its fact is there. */
	uint8_t mac[MAC_LENGTH];
	uint8_t uuid[UUID_LENGTH];
	uint32_t address, relay;			/* host byte order */
	uint16_t archs[CLIENT_MAX_ARCHS];		/* as listed; an odd last byte makes the fact malformed, but the
							 * whole numbers before it stand, as every DHCP server has it */
	size_t n_archs;
	bool archs_from_vendor_class;			/* no option 93: taken from option 60's digits */

	/* What prefixes are looked for in: option 77 as it came, or the first class where the framing was taken off
	 * before (DHCPv6, dnsmasq's environment, plain text).  NULL without; stands even when the fact is malformed. */
	uint8_t *user_class;
	size_t user_class_length;
};

bool client_has(const struct pxeboot_client *client, int fact);

/* Does its MAC address begin as a Raspberry Pi's? */
bool client_is_rpi(const struct pxeboot_client *client);

/* Did it ask by DHCPv6? */
bool client_asks_ipv6(const struct pxeboot_client *client);

/* Does it name itself so?  Option 77 begins with @class, raw or after one byte of whatever value: that is what a prefix
 * match of dnsmasq with and without a leading "*:" tests.  Over DHCPv6 @class is the whole first one: dnsmasq compares no
 * beginnings there. */
bool client_has_user_class(const struct pxeboot_client *client, const char *class);

#endif
