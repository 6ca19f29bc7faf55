/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The facts about one client, from whatever door: each absent, empty, malformed or there.
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

struct fact_value {
	enum fact_state state;
	char *text;			/* FACT_THERE only */
};

struct pxeboot_client {
	unsigned references;
	struct fact_value facts[PXEBOOT_FACT_COUNT];

	/* Decoded forms; each is valid when its fact is there. */
	uint8_t mac[MAC_LENGTH];
	uint8_t uuid[UUID_LENGTH];
	uint32_t address, relay;			/* host byte order */
	uint16_t archs[CLIENT_MAX_ARCHS];		/* as listed; an odd last byte makes the fact malformed, the whole
							 * numbers before it still stand, as every DHCP server has it */
	size_t n_archs;
	bool archs_from_vendor_class;			/* no option 93: taken from option 60's digits */
	const char *user_class;				/* the first class, or raw option text; NULL */
};

bool client_has(const struct pxeboot_client *client, int fact);

/* Does option 77 begin with @prefix, raw or after one length byte? */
bool client_user_class_begins(const struct pxeboot_client *client, const char *prefix);

#endif
