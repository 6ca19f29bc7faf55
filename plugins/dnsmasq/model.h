/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An existing dnsmasq configuration, read as dnsmasq 2.90 reads it, and what it answers: a pure function from the bytes
 * of a DHCP message to the words of the reply that choose a boot file.  What is not modelled is told when it is read, and
 * every answer that it could change says so.
 *
 * The model is a server that has just started: no leases, no names but those of the configuration.
 */
#ifndef DNSMASQ_MODEL_H
#define DNSMASQ_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostics.h"
#include "base/scalar.h"

#define MODEL_FILE_MAX 127		/* what the BOOTP file field holds with its NUL */

struct model;

/* Reads the files in the order given, as one configuration, with the files and folders that they include.  0, or -EBADMSG
 * with a diagnostic when dnsmasq would not start with it; other errors for what can't be read.  Notes and warnings may
 * come with a model. */
int model_read(const char *const *files, size_t count, struct pxeboot_diagnostics *diagnostics,
	       struct model **ret_model) MUST_USE;
/* The same from memory; other files that it names are not read (a note). */
int model_read_bytes(const char *name, const void *bytes, size_t length, struct pxeboot_diagnostics *diagnostics,
		     struct model **ret_model) MUST_USE;
void model_free(struct model *model);		/* NULL is fine */

/* The first line that could set a tag or a file and is not modelled; NULL when there is none. */
const struct location *model_unknown(const struct model *model);

struct model_bytes {
	const uint8_t *bytes;		/* NULL: absent */
	size_t length;
};

/* One DHCP message, as it comes in at a network interface. */
struct model_question {
	uint8_t mac[MAC_LENGTH];	/* Ethernet */
	uint8_t type;			/* option 53: 1 DISCOVER, 3 REQUEST (the one that takes what was offered) */
	bool boot_service;		/* it came to port 4011 */
	const char *interface;		/* its name becomes a tag; NULL: none */
	uint32_t local, netmask;	/* of that interface; addresses are in host byte order */
	uint32_t relay;			/* giaddr; 0: none */
	uint32_t address;		/* ciaddr; 0: none */
	uint32_t wanted;		/* the address that a REQUEST takes (option 50); 0: what would be offered */
	struct model_bytes options[256];	/* by number; 53 is not looked at */
};

/* An entry of a PXE menu (option 43). */
struct model_item {
	unsigned type;			/* 0: boot from disk */
	const char *label;
	const char *file;		/* what this server gives for it, or NULL: another server does */
	const char *condition;		/* its tags */
	uint32_t server;
	struct location where;
};

#define MODEL_ITEMS_MAX 64
#define MODEL_TAGS_MAX 256

/* The reply.  Strings and bytes are lent by the model or the question, but for @field. */
struct model_answer {
	bool silent;			/* no reply at all */
	const char *reason;		/* why it is silent or names no file; NULL */
	bool proxy;			/* from a dhcp-range=…,proxy: addresses are somebody else's */
	bool boot_server;		/* it answers the choice of a menu's entry */

	char field[MODEL_FILE_MAX + 1];	/* the BOOTP file field; "" for none */
	struct model_bytes named[2];	/* option 67, as sent (NUL included); dnsmasq can send it twice */
	size_t n_named;
	const char *file;		/* what the client takes for its boot file: option 67, else the field; NULL: none.
					 * Ends at the first NUL. */
	struct location where;		/* the line that named it */
	const char *rule;		/* that line's option: "dhcp-boot", "dhcp-option", "pxe-service"; or NULL */
	const char *condition;		/* that line's tags: "tag:bios,tag:!ipxe", or "everybody"; NULL without a rule */

	uint32_t next_server;		/* siaddr; 0 for none */
	const char *next_server_name;	/* a name that is looked up when the reply is written; NULL */
	char server_name[64];		/* the BOOTP sname field */
	struct model_bytes vendor_class;	/* option 60 */
	struct model_bytes tftp_server;	/* option 66, as sent; the first one, as dnsmasq can send
						 * it twice */
	struct model_bytes tftp_address;	/* option 150; for 0.0.0.0 the server sends its own address */

	bool menu;			/* option 43 holds a PXE menu, or says that there is none: see @n_items */
	struct model_item items[MODEL_ITEMS_MAX];
	size_t n_items;

	const char *tags[MODEL_TAGS_MAX];	/* set when the file was chosen; one may come twice */
	size_t n_tags;
	const char *range;		/* the tag of the range that it fell into, or NULL */
	bool unknown;			/* something that is not modelled could change it */
};

/* Pure; always succeeds. */
void model_answer(const struct model *model, const struct model_question *question, struct model_answer *ret_answer);

#endif
