/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the tests of policies share: those of tests/policies, which load without a finding.
 */
#ifndef POLICY_TESTING_H
#define POLICY_TESTING_H

#include <stdlib.h>

#include "policy/policy.h"
#include "testing.h"

static inline struct pxeboot_policy *load_file(const char *name)
{
	struct pxeboot_diagnostics *list;
	struct pxeboot_policy *policy = NULL;
	const struct pxeboot_diagnostic *finding;
	char path[256];

	ck_assert_int_eq(pxeboot_diagnostics_new(&list), 0);
	snprintf(path, sizeof(path), "%s/policies/%s/pxeboot.conf", getenv("PXEBOOT_TESTS"), name);
	int r = pxeboot_policy_load(path, list, &policy);

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(list, i)); i++)
		fprintf(stderr, "%s:%u: %s [%s]\n", finding->file, finding->line, finding->text, finding->id);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(pxeboot_diagnostics_count(list), 0);
	pxeboot_diagnostics_free(list);
	return policy;
}

static inline const struct item *item(const struct pxeboot_policy *policy, const char *name)
{
	int number = policy_item_by_name(policy, name);

	ck_assert_msg(number >= 0 && (size_t)number < policy->n_items, "%s", name);
	ck_assert_str_eq(policy->items[number].name, name);
	return &policy->items[number];
}

#endif
