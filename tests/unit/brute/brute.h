/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The proof by brute force: random small policies over a few words, every client that these words can tell from others, and
 * what becomes of each, step by step and without a thought.  None of this is the proof's: what clients are comes from words
 * below, what they get from decide() and screens, what matches from the views of pxeboot.h.
 */
#ifndef BRUTE_H
#define BRUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/macro.h"
#include "pxeboot.h"

#define BRUTE_HTTP "http://10.77.0.1:8080"
#define BRUTE_TFTP "tftp://10.77.0.1"
#define BRUTE_USER_CLASS "iPXE-own"
#define BRUTE_UUID_0 "00112233-4455-6677-8899-aabbccddee00"
#define BRUTE_UUID_1 "00112233-4455-6677-8899-aabbccddee01"
#define BRUTE_HOSTS 4

/* The text of a policy that loads; the caller frees it. */
char *brute_policy(uint64_t seed, uint64_t index);

/* ---- Clients ---- */

/* Who a machine is: values of brute_identities and so on, by their numbers. */
enum brute_part { BRUTE_IDENTITY, BRUTE_ADDRESS, BRUTE_MAKER, BRUTE_PRODUCT };
#define BRUTE_PARTS 4

struct brute_identity {
	const char *mac, *uuid, *serial;	/* the latter two may be NULL */
	bool rpi;				/* a Raspberry Pi's address */
};
extern const struct brute_identity brute_identities[];
extern const char *const brute_addresses[], *const brute_makers[], *const brute_products[];	/* NULL: says nothing */
extern const size_t brute_counts[BRUTE_PARTS];

/* Where there is no architecture. */
#define BRUTE_NO_ARCH PXEBOOT_ARCH_COUNT
#define BRUTE_ARCHS (PXEBOOT_ARCH_COUNT + 1)

struct brute_machine {
	size_t parts[BRUTE_PARTS];
	/* An iPXE that was loaded asks so, by the machine's architecture; [1] is the own build. */
	struct pxeboot_client *asking[BRUTE_ARCHS][2];
};

/* What asks at power-on: firmware, or an iPXE in its place. */
struct brute_client {
	const struct brute_machine *machine;
	struct pxeboot_client *client;
	unsigned archs;			/* that it lists; a bit each */
	bool ipxe;
};

struct brute_world {
	struct brute_machine *machines;
	size_t n_machines;
	struct brute_client *clients;
	size_t n_clients;
};

void brute_world_new(struct brute_world *ret_world);
void brute_world_free(struct brute_world *world);

/* ---- Findings ---- */

struct brute_finding {
	const char *id;
	unsigned line;
};

#define BRUTE_FINDINGS 256
#define BRUTE_ITEMS 16
#define BRUTE_FILES 32		/* that firmware may be given */

struct brute_findings {
	struct brute_finding list[BRUTE_FINDINGS];
	size_t n;
};

/* A set: what is there is not added again.  True when it is new. */
bool brute_add(struct brute_findings *findings, const char *id, unsigned line);
bool brute_has(const struct brute_findings *findings, const char *id, unsigned line);

/* ---- Walks ---- */

struct brute {
	const struct brute_world *world;
	const struct pxeboot_policy *policy;
	struct brute_findings findings;
	/* Hosts that are alike need not be told one by one: of each set one at least, and no others.  By the menu whose
	 * default they name, then by the first host with the same loader.  Neither need all rules that give out one file. */
	struct brute_findings once[BRUTE_ITEMS + BRUTE_HOSTS + BRUTE_FILES];
	size_t walks;			/* chains and menus that were followed */
	size_t odd;			/* walks of one client (pxeboot_walk_new()) or decisions that say something else */
	char oddity[512];		/* the first of them */
};

/* On which architectures can a machine of this identity be, by what its hosts' loaders are?  A bit each. */
unsigned brute_archs_of(const struct pxeboot_policy *policy, const struct brute_identity *identity);

/* DHCP: what every client is given, step by step. */
void brute_chains(struct brute *brute);
/* Scripts: under which rule every machine falls, and where its menus lead. */
void brute_scripts(struct brute *brute);
/* What one kind of machine does in menus. */
struct brute_viewer {
	int arch;
	const char *rule_kind, *rule_name;
	const struct pxeboot_client *client;
};
void brute_menus(struct brute *brute, const struct brute_viewer *viewers, size_t n);

#endif
