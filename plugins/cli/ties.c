/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ties: of two groups with equally many terms that one machine can match, only the name decides.  That is well defined,
 * and hardly ever what somebody meant.
 */
#include <string.h>

#include "base/diagnostics.h"
#include "cli.h"

static const struct pxeboot_term *find_term(const struct pxeboot_group *group, const char *name)
{
	for (size_t i = 0; i < group->n_terms; i++)
		if (strcmp(group->terms[i].name, name) == 0)
			return &group->terms[i];
	return NULL;
}

/* Values of these terms exclude each other when they differ; prefixes and subnets may hold one another. */
static bool is_compared_whole(const struct pxeboot_term *term)
{
	return strcmp(term->name, "mac") != 0 && strcmp(term->name, "subnet") != 0 &&
	       strcmp(term->name, "vendor_class") != 0;
}

static bool can_both_be(const struct pxeboot_term *a, const struct pxeboot_term *b)
{
	for (size_t i = 0; i < a->n_values; i++)
		for (size_t j = 0; j < b->n_values; j++) {
			size_t left = strlen(a->values[i]), right = strlen(b->values[j]);

			if (is_compared_whole(a) ? strcmp(a->values[i], b->values[j]) == 0
						 : strncmp(a->values[i], b->values[j], left < right ? left : right) == 0)
				return true;
		}
	return false;
}

/* Subnets are compared as text, which finds equal ones; a machine is in one network, and networks rarely nest. */
static bool can_match_one_machine(const struct pxeboot_group *a, const struct pxeboot_group *b)
{
	for (size_t i = 0; i < a->n_terms; i++) {
		const struct pxeboot_term *other = find_term(b, a->terms[i].name);

		if (other && !can_both_be(&a->terms[i], other))
			return false;
	}
	return true;
}

void check_ties(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics)
{
	struct pxeboot_group winner, loser;

	for (size_t i = 0; pxeboot_policy_group(policy, i, &winner) == 0; i++)
		for (size_t j = i + 1; pxeboot_policy_group(policy, j, &loser) == 0; j++) {
			struct location where = { loser.file, loser.line };

			if (loser.n_terms != winner.n_terms)
				break;	/* groups come in the order of their terms */
			if (!can_match_one_machine(&winner, &loser) || strcmp(winner.boot, loser.boot) == 0)
				continue;
			diagnostics_add(diagnostics, PXEBOOT_WARNING, "group.tie", where,
					"groups.%s: a machine can match it and groups.%s (%s:%u) with equally many terms; "
					"the name decides, and %s wins", loser.name, winner.name, winner.file, winner.line,
					winner.name);
		}
}
