/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a dnsmasq configuration holds once it is read.  Lists stand in the order in which dnsmasq goes through them: the
 * newest first, but for tag-if, pxe-service and dhcp-range, which it takes as they come.  Everything belongs to the model
 * and goes with it.
 */
#ifndef DNSMASQ_MODEL_DATA_H
#define DNSMASQ_MODEL_DATA_H

#include <sys/types.h>

#include "model.h"

#define MODEL_MAC_MAX 16

struct model_tag {			/* one of a list: all must hold */
	struct model_tag *next;
	const char *name;		/* with '!' or '#' in front: must not be set */
};

/* Bytes to compare with, or to send. */
struct model_value {
	const uint8_t *bytes;
	unsigned length;
	uint32_t wild;			/* bit 0: the last byte may be anything; of hexadecimal values to match */
	bool is_hex;			/* matches from the front; otherwise element by element */
	bool is_text;			/* matches anywhere; is sent with a NUL where that is forced */
};

struct model_match {			/* dhcp-match */
	struct model_match *next;
	struct location where;
	const char *tag;
	unsigned option;
	struct model_value value;
};

enum model_class_kind {
	MODEL_CLASS_VENDOR,		/* dhcp-vendorclass */
	MODEL_CLASS_USER,		/* dhcp-userclass */
	MODEL_CLASS_CIRCUIT,		/* dhcp-circuitid */
	MODEL_CLASS_REMOTE,		/* dhcp-remoteid */
	MODEL_CLASS_SUBSCRIBER,		/* dhcp-subscrid */
};

struct model_class {
	struct model_class *next;
	struct location where;
	enum model_class_kind kind;
	const char *tag;
	const uint8_t *bytes;
	unsigned length;
};

struct model_mac {			/* of dhcp-host, and dhcp-mac */
	struct model_mac *next;
	struct location where;
	const char *tag;		/* dhcp-mac only */
	uint8_t bytes[MODEL_MAC_MAX];
	int length;
	uint32_t wild;			/* bit 0: the last byte */
	long type;			/* 0: any */
};

struct model_name {			/* dhcp-name-match */
	struct model_name *next;
	struct location where;
	const char *tag;
	const char *name;
	bool is_prefix;
};

struct model_host {			/* dhcp-host */
	struct model_host *next;
	struct location where;
	struct model_mac *macs;
	const uint8_t *client_id;
	unsigned client_id_length;
	bool has_client_id, no_client_id, has_address, ignored;
	uint32_t address;
	const char *name;		/* up to its first dot */
	struct model_tag *needs;	/* tag: */
	struct model_tag *sets;		/* set: */
};

struct model_tag_if {
	struct model_tag_if *next;
	struct location where;
	struct model_tag *needs, *sets;
};

struct model_boot {			/* dhcp-boot */
	struct model_boot *next;
	struct location where;
	const char *condition;		/* its tags in words */
	struct model_tag *needs;
	const char *file, *server_name, *next_server_name;	/* or NULL */
	uint32_t next_server;
};

struct model_service {			/* pxe-service */
	struct model_service *next;
	struct location where;
	const char *condition;
	struct model_tag *needs;
	int arch;
	const char *label;
	unsigned type;
	const char *file;		/* or NULL */
	const char *server_name;
	uint32_t server;
};

struct model_option {			/* dhcp-option, dhcp-option-force, pxe-prompt, a line of a dhcp-optsfile */
	struct model_option *next;
	struct location where;
	const char *condition;
	struct model_tag *needs;
	unsigned code;
	bool forced, encapsulated;	/* encap: or vi-encap: */
	bool for_vendor;		/* vendor:, pxe-prompt: inside option 43 */
	bool for_pxe;			/* pxe-prompt */
	const char *vendor;		/* the class that a client must show; NULL: any */
	struct model_value value;
};

struct model_range {			/* dhcp-range of IPv4 */
	struct model_range *next;
	struct location where;
	struct model_tag *needs;
	const char *tag;		/* or NULL */
	uint32_t first, last, netmask;
	bool has_netmask, is_static, is_proxy;
};

struct model_user {			/* a line that can't touch tags or files, and looks at tags */
	struct model_user *next;
	struct location where;
	struct model_tag *needs;
};

struct model_interface {		/* interface: its name is a tag */
	struct model_interface *next;
	const char *name;
};

struct model_ignore {			/* dhcp-ignore */
	struct model_ignore *next;
	struct location where;
	struct model_tag *needs;
};

struct model_vendor {			/* dhcp-pxe-vendor */
	struct model_vendor *next;
	struct location where;
	const char *name;
};

struct model_include {			/* dhcp-hostsfile and its like, read after everything else */
	struct model_include *next;
	struct location where;
	const char *path;
	bool is_options, is_folder;
};

struct model_seen {			/* a configuration file that was read */
	struct model_seen *next;
	dev_t device;
	ino_t inode;
};

struct model_block;

struct model {
	struct model_block *blocks;
	int error;			/* -ENOMEM sticks */
	struct model_match *matches;
	struct model_class *classes;
	struct model_mac *macs;
	struct model_name *names;
	struct model_host *hosts;
	struct model_tag_if *tag_ifs, **tag_ifs_end;
	struct model_boot *boots;
	struct model_service *services, **services_end;
	struct model_option *options;
	struct model_range *ranges, **ranges_end;
	struct model_ignore *ignores;
	struct model_vendor *vendors;
	struct model_user *users;
	struct model_interface *interfaces;
	struct model_include *includes;
	struct model_seen *seen;
	unsigned next_type;		/* of the next pxe-service that names a file */
	bool pxe;			/* there is a pxe-service or a pxe-prompt */
	bool no_override, ignore_client_id;
	bool starred_hosts, tagged_hosts;	/* some dhcp-host has a MAC with stars; needs a tag */
	bool scripted;			/* there is a dhcp-script, or one in Lua */
	struct location tftp;		/* enable-tftp; line 0: off */
	const char *tftp_root;		/* for every interface, or NULL */
	struct location tftp_root_where;	/* of the last one, also of those for one interface; line 0: none */
	struct location unknown;	/* the first line that could matter and is not modelled; file NULL: none */
};

/* ---- model.c: memory */

/* Zeroed memory that lives as long as the model; NULL sticks as -ENOMEM. */
void *model_alloc(struct model *model, size_t size);
char *model_copy(struct model *model, const void *bytes, size_t length);	/* with a NUL behind */

#define MODEL_NEW(model, type) ((struct type *)model_alloc((model), sizeof(struct type)))

/* ---- model_tags.c */

struct model_tags {
	const char **names;
	size_t count, size;
};

void model_tags_add(struct model_tags *tags, const char *name);
void model_tags_add_all(struct model_tags *tags, const struct model_tag *list);
/* Are all of @needs met?  An empty list is, when @empty says so. */
bool model_tags_meet(const struct model_tags *tags, const struct model_tag *needs, bool empty);
/* The tags that tag-if lines add, in their order. */
void model_tags_run(const struct model *model, struct model_tags *tags);

#endif
