/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the drawing of a machine's chain and that of a whole policy are made of.
 */
#ifndef CLI_GRAPH_PARTS_H
#define CLI_GRAPH_PARTS_H

#include "chain.h"
#include "graph.h"

/* The DHCP part, from @start, the node of whoever is switched on.  Returns the node that it ends at. */
size_t graph_add_walk(struct graph *graph, const struct pxeboot_walk *walk, size_t start);
/* Where the script asks for the machine's rule: the node that @walk ends at, or the script that the loader has. */
size_t graph_add_dispatcher(struct graph *graph, const struct pxeboot_walk *walk, size_t end);
/* The profile with its files. */
size_t graph_add_profile(struct graph *graph, const struct pxeboot_profile *profile);

/* The way of one machine. */
void graph_add_chain(struct graph *graph, const struct pxeboot_policy *policy, const struct chain *chain);
/* All ways that a policy has; hosts and groups that go the same one are drawn as one.  0 or a negative errno. */
int graph_add_policy(struct graph *graph, const struct pxeboot_policy *policy, struct boot_looker *looker);

#endif
