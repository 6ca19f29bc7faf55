/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The whole way of one machine, from power-on to the files that it boots.
 */
#ifndef CLI_CHAIN_H
#define CLI_CHAIN_H

#include "explanation.h"

#define CHAIN_MENUS 4			/* menus that lead to one another without a person */

struct chain {
	struct pxeboot_walk *walk;		/* what DHCP has a part in */
	struct explanation steps[PXEBOOT_STEPS_MAX + 1];	/* those of the walk, then the script */
	size_t n_steps;
	const char *text;			/* the verdict, with its reason */

	/* What the script leads to when nobody presses a key. */
	struct chain_menu {
		const char *name;		/* the policy's */
		struct pxeboot_screen *screen;
		const struct pxeboot_line *taken;	/* by Enter or when time is over; NULL: nothing can be */
	} menus[CHAIN_MENUS];
	size_t n_menus;
	struct pxeboot_profile *profile;	/* NULL: it ends before one */
};

/* The policy must outlive the chain; texts of it that can't be resolved are told in @diagnostics.
 * 0 or a negative errno; a chain that loops or ends in nothing is a chain. */
int chain_make(struct chain *chain, const struct pxeboot_policy *policy, struct pxeboot_client *client,
	       struct pxeboot_diagnostics *diagnostics);
void chain_free(struct chain *chain);

/* Does the machine get as far as a script or a program that goes its own way? */
bool chain_boots(const struct chain *chain);
/* Does a script ask whose machine it is?  Other programs ask nobody. */
bool chain_reaches_script(const struct pxeboot_walk *walk);

/* A copy of all that a client says; NULL without memory. */
struct pxeboot_client *client_copy(const struct pxeboot_client *client);

#endif
