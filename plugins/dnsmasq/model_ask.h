/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files that answer share: one question on its way through the model.
 */
#ifndef DNSMASQ_MODEL_ASK_H
#define DNSMASQ_MODEL_ASK_H

#include "model_data.h"

enum {
	OPTION_HOST_NAME = 12, OPTION_VENDOR = 43, OPTION_REQUESTED_ADDRESS = 50, OPTION_WANTED = 55, OPTION_CLASS = 60,
	OPTION_CLIENT_ID = 61, OPTION_TFTP_SERVER = 66, OPTION_BOOT_FILE = 67, OPTION_USER_CLASS = 77,
	OPTION_AGENT = 82, OPTION_ARCH = 93, OPTION_SUBNET = 118, OPTION_TFTP_ADDRESS = 150, OPTION_NEXT_SERVER = 255,
};

#define MODEL_RANGES_MAX 256

struct model_ask {
	const struct model *model;
	const struct model_question *question;
	struct model_answer *answer;
	struct model_tags tags;			/* so far; tag-if lines are not among them */
	const struct model_range *ranges[MODEL_RANGES_MAX];	/* of the client's network, as the file has them */
	uint32_t netmasks[MODEL_RANGES_MAX];
	size_t n_ranges;
	const struct model_host *host;		/* its dhcp-host; NULL */
	const char *pxe;			/* the vendor name by which it is a PXE client; NULL: it is none */
	int arch;				/* the first number of option 93 of a PXE client; -1 */
	bool ignored;
};

/* An option of at least @least bytes; NULL when it is not there. */
const struct model_bytes *ask_option(const struct model_ask *ask, unsigned code, size_t least);
/* Does the client want this option?  One that names none gets all. */
bool ask_wants(const struct model_ask *ask, unsigned code);
/* Gives the tags that hold, tag-if lines and the range's included; @range may be NULL.  @ret holds MODEL_TAGS_MAX names. */
void ask_tags(const struct model_ask *ask, const struct model_range *range, const char **names, struct model_tags *ret);
void ask_silence(struct model_ask *ask, const char *reason);

/* ---- model_facts.c: tags that come from what the client says */
/* The network that a relay agent or the client itself asks for; 0. */
uint32_t ask_subnet(const struct model_ask *ask);
void ask_relay_agent(struct model_ask *ask);
void ask_macs(struct model_ask *ask);
void ask_matches(struct model_ask *ask);
void ask_classes(struct model_ask *ask);
void ask_names(struct model_ask *ask);
/* The client's name, without what follows the first dot; false when it has none that dnsmasq takes. */
bool ask_name(const struct model_ask *ask, char ret[256], bool whole);
bool ask_compare(const uint8_t *a, const uint8_t *b, int length, uint32_t wild, int *ret_exact);

/* ---- model_hosts.c */
void ask_host(struct model_ask *ask);
void ask_host_by_name(struct model_ask *ask);

/* ---- model_network.c: which ranges, which address */
bool ask_network(struct model_ask *ask);
/* The range that the client gets its address from; NULL with a reason. */
const struct model_range *ask_range(struct model_ask *ask);

/* ---- model_reply.c, model_proxy.c */
const struct model_boot *ask_boot(const struct model_ask *ask, const struct model_tags *tags);
void ask_reply(struct model_ask *ask, const struct model_range *range);
void ask_menu(struct model_ask *ask, const struct model_tags *tags);
/* UEFI with exactly one entry: no menu. */
const struct model_service *ask_only_service(const struct model_ask *ask, const struct model_tags *tags);
void ask_set_field(struct model_answer *answer, const char *file);
/* True when the question was for a proxy, or for the entry of a menu, and is answered. */
bool ask_proxy(struct model_ask *ask);

#endif
