/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All clients that can exist, cut into the classes that no rule of a policy can tell apart.
 *
 * A fact that rules ask for is a dimension; what its values cut it into are its atoms: 52:54:00 without the longer
 * prefix 52:54:00:12, say.  A box is a set of atoms of each dimension, kept as one row of bits in which each dimension
 * begins at a whole word.  Groups are boxes, and taking one box from another leaves boxes, so the clients that fall
 * under each group are known exactly, without looking at every one of them.
 *
 * There are two universes, for two doors ask: what DHCP can't tell apart, the boot scripts may, and the other way round.
 * It is iPXE that asks for scripts, whatever firmware it runs on: there the vendor class follows from the architecture and
 * is no dimension.
 */
#ifndef PROOF_UNIVERSE_H
#define PROOF_UNIVERSE_H

#include "policy/policy.h"

enum dimension { BY_ARCH, BY_MAC, BY_SUBNET, BY_VENDOR_CLASS, BY_MANUFACTURER, BY_PRODUCT };
#define DIMENSIONS 6

struct atom {
	enum term_kind kind;		/* how its value is compared */
	struct group_value value;
	uint64_t number;		/* BY_MAC: the bytes of its prefix as one */
	bool other;			/* what no value holds */
	int code;			/* BY_ARCH: a number of option 93 that stands for it; -1: no number at all */
	double clients;			/* that it stands for; 0: longer values hold all of it */
	uint8_t mac[MAC_LENGTH];	/* BY_MAC: an address of it that no host has, when has_free */
	uint32_t address;		/* BY_SUBNET: one of it; 0 where no address is known */
	bool has_free;
};

enum door { DOOR_DHCP, DOOR_SCRIPT };

struct atoms {
	enum door door;
	const struct pxeboot_policy *policy;
	struct atom *list;
	size_t n;
	size_t first[DIMENSIONS + 1];	/* of each dimension, in the list */
	size_t prefixes[MAC_LENGTH + 1];	/* where MAC prefixes of each length begin; 0: where they end */
	size_t word[DIMENSIONS + 1];	/* of a box, at which each dimension begins */
};

int atoms_init(struct atoms *atoms, const struct pxeboot_policy *policy, enum door door) MUST_USE;
void atoms_free(struct atoms *atoms);
/* The dimension's atom of a MAC address. */
size_t atoms_of_mac(const struct atoms *atoms, const uint8_t mac[MAC_LENGTH]);
/* Does the group take the atom? */
bool atoms_group_takes(const struct atoms *atoms, const struct group *group, enum dimension dimension, size_t atom);

/* Clients that the door's groups can't tell apart, whatever their architecture is among those of the box. */
struct leaf {
	uint64_t *box;
	int host;			/* a host of the policy that stands for those like it; -1: machines that are none */
	uint32_t mac;			/* of that host */
	double hosts;			/* like it */
	double clients;			/* of each architecture, for each of those hosts */
};

/* How a client names itself when it is switched on. */
enum client_kind { KIND_FIRMWARE, KIND_IPXE, KIND_OWN };

struct client_class {
	uint32_t leaf;
	uint32_t atom;			/* of BY_ARCH */
	enum client_kind kind;
};

struct universe {
	const struct pxeboot_policy *policy;
	struct atoms atoms;
	uint64_t **groups;		/* a box for each group */
	uint64_t *rpi;			/* machines with a Raspberry Pi's address, which decide() knows */
	struct leaf *leaves;
	size_t n_leaves;
	struct client_class *classes;
	size_t n_classes;
};

/* @host_archs: bits of the architectures that a host's own loader runs on.  -E2BIG above UNIVERSE_MAX classes. */
#define UNIVERSE_MAX 1000000
int universe_new(const struct pxeboot_policy *policy, enum door door, unsigned (*host_archs)(void *context, const struct host *host),
		 void *context, struct universe **ret_universe) MUST_USE;
void universe_free(struct universe *universe);

/* An atom of the dimension that the leaf has, the plainest; each has one at least. */
const struct atom *universe_atom(const struct universe *universe, const struct leaf *leaf, enum dimension dimension);
/* One client of the class, whose index is below n_classes, and how many it stands for; the caller unrefs it. */
int universe_client(const struct universe *universe, size_t index, struct pxeboot_client **ret_client,
		    double *ret_clients) MUST_USE;
bool box_has(const struct atoms *atoms, const uint64_t *box, enum dimension dimension, size_t atom);
/* The last atom of the dimension that the box has; the first of all where it has none. */
size_t box_last(const struct atoms *atoms, const uint64_t *box, enum dimension dimension);
/* How many clients its atoms of the dimension stand for. */
double box_clients(const struct atoms *atoms, const uint64_t *box, enum dimension dimension);
/* Is there a client in both boxes? */
bool boxes_meet(const struct atoms *atoms, const uint64_t *a, const uint64_t *b);

#endif
