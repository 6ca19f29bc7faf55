/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The whole way of one machine, from power-on to the files that it boots.
 */
#ifndef CLI_CHAIN_H
#define CLI_CHAIN_H

#include "boot_file.h"
#include "explanation.h"

#define CHAIN_MENUS 4			/* menus that lead to one another without a person */
#define CHAIN_FAULTS 32			/* files with a problem that are told */

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
	bool goes_round;			/* by their timeouts, or by the profile, for ever */
	struct pxeboot_profile *profile;	/* NULL: it ends before one */

	/* Files of the chain that its server can't hand out. */
	struct chain_fault {
		const char *path, *problem;
	} faults[CHAIN_FAULTS];
	size_t n_faults;
};

/* The policy must outlive the chain; texts of it that can't be resolved are told in @diagnostics.  @looker knows the boot
 * root's files; NULL: their names must do.  0 or a negative errno; a chain that loops or ends in nothing is a chain. */
int chain_make(struct chain *chain, const struct pxeboot_policy *policy, struct boot_looker *looker,
	       struct pxeboot_client *client, struct pxeboot_diagnostics *diagnostics);
void chain_free(struct chain *chain);

/* Does the machine get as far as a script or a program that goes its own way, and are all files there? */
bool chain_boots(const struct chain *chain);
/* The name of the walk's verdict, or "missing". */
const char *chain_verdict(const struct chain *chain);
/* What is wrong with a file of the chain; NULL when nothing is, or nothing is known. */
const char *chain_problem(const struct chain *chain, const char *path);
/* Where the file of a step lies, or NULL. */
const char *chain_path(const struct chain *chain, size_t step);
/* Does a script of the policy ask whose machine it is?  Other programs ask nobody. */
bool chain_reaches_script(const struct pxeboot_policy *policy, const struct pxeboot_walk *walk);

/* A copy of all that a client says; NULL without memory. */
struct pxeboot_client *client_copy(const struct pxeboot_client *client);

#endif
