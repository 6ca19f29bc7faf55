/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asks for a decision with its reasons.
 */
#include "explanation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void keep_lost(void *context, const struct pxeboot_loss *loss)
{
	struct explanation *explanation = context;
	struct pxeboot_loss *lost = reallocarray(explanation->lost, explanation->n_lost + 1, sizeof(*lost));

	if (!lost) {
		explanation->error = -ENOMEM;
		return;
	}
	explanation->lost = lost;
	lost[explanation->n_lost++] = *loss;
}

static size_t distance(const struct pxeboot_loss *loss)
{
	if (strcmp(loss->rule.kind, "group") != 0)
		return SIZE_MAX;
	return loss->where == PXEBOOT_WHERE_NOWHERE ? SIZE_MAX - 1 : loss->n_failed;
}

static int by_distance(const void *a, const void *b)
{
	size_t left = distance(a), right = distance(b);

	return (left > right) - (left < right);
}

/* glibc's qsort is stable: what is equally near stays in the order in which it wins. */
static void sort(struct explanation *explanation)
{
	if (explanation->n_lost > 1)
		qsort(explanation->lost, explanation->n_lost, sizeof(*explanation->lost), by_distance);
}

void explanation_make(struct explanation *explanation, const struct pxeboot_policy *policy,
		      const struct pxeboot_client *client, enum pxeboot_stage stage)
{
	const struct pxeboot_decision *decision = &explanation->decision;

	*explanation = (struct explanation){ .client = client };
	pxeboot_explain(policy, client, stage, NULL, keep_lost, explanation, &explanation->decision);
	sort(explanation);
	if (decision->kind != PXEBOOT_DECISION_MENU && decision->kind != PXEBOOT_DECISION_PROFILE)
		return;
	if (asprintf(&explanation->path_storage, "%s/%s.ipxe",
		     decision->kind == PXEBOOT_DECISION_MENU ? "menus" : "profiles", decision->boot) < 0) {
		explanation->path_storage = NULL;
		explanation->error = -ENOMEM;
	}
	explanation->path = explanation->path_storage;
}

void explanation_free(struct explanation *explanation)
{
	free(explanation->lost);
	free(explanation->path_storage);
	*explanation = (struct explanation){ 0 };
}
