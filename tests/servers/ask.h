/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One question to a DHCP server in the words of the client, and the same question to decide().
 */
#ifndef SERVERS_ASK_H
#define SERVERS_ASK_H

#include "dhcp_client.h"
#include "pxeboot.h"

struct ask_option {
	const void *bytes;
	size_t length;
	bool there;
};

#define ASK_BYTES(...) { (const uint8_t[]) { __VA_ARGS__ }, sizeof((const uint8_t[]) { __VA_ARGS__ }), true }
#define ASK_TEXT(text) { (text), sizeof(text) - 1, true }
#define ASK_EMPTY { "", 0, true }

struct ask {
	const char *what;
	const char *mac;		/* NULL: 52:54:00:77:00:01 */
	struct ask_option arch;		/* option 93 */
	struct ask_option vendor;	/* 60 */
	struct ask_option user;		/* 77 */
	struct ask_option ipxe;		/* 175 */
	struct ask_option uuid;		/* 97 */
};

struct answer {
	bool there;
	char file[256];			/* "" for none */
	uint32_t address;		/* that it was offered; host byte order */
	const char *wrong;		/* what no answer may do; NULL */
};

struct asker {
	int socket;
	uint32_t xid;
	bool proxy;
	const struct pxeboot_policy *policy;
};

/* Asks the real server: DISCOVER and REQUEST, or DISCOVER and port 4011. */
void ask_server(struct asker *asker, const struct ask *ask, struct answer *ret_answer);
/* Asks decide(), with the very packet. */
void ask_decide(const struct asker *asker, const struct ask *ask, struct answer *ret_answer);

#endif
