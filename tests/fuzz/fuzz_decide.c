/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as the DHCP message of a client, through a whole policy: behind a first byte '6' DHCPv6.  It is decided and
 * explained alike, its chain has an end, and its live script is one that every iPXE can read.
 */
#include <errno.h>
#include <string.h>

#include "given.h"

static const struct pxeboot_progress progress = { "san", "52540000000100112233445566778899" };

static void count(void *context, const struct pxeboot_loss *loss)
{
	fuzz_require(loss->rule.kind && (loss->term || loss->why || loss->where));
	++*(size_t *)context;
}

static void require_same(const struct pxeboot_decision *a, const struct pxeboot_decision *b)
{
	fuzz_require(a->kind == b->kind && a->arch == b->arch && a->file == b->file && a->boot == b->boot);
	fuzz_require(a->rule.name == b->rule.name && a->rule.line == b->rule.line);
	fuzz_require(!a->file || (*a->file && !strpbrk(a->file, " \n\"'")));
	fuzz_require((a->kind == PXEBOOT_DECISION_NONE) == (a->boot == NULL) && (a->boot || a->reason));
}

static void decide(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	struct pxeboot_decision decided, explained;
	size_t lost = 0;

	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++) {
		pxeboot_decide(policy, client, stage, &progress, &decided);
		pxeboot_explain(policy, client, stage, &progress, count, &lost, &explained);
		require_same(&decided, &explained);
	}
}

static void walk(const struct pxeboot_policy *policy, struct pxeboot_client *client)
{
	struct pxeboot_chooser chooser;
	struct pxeboot_walk *walk = NULL;

	pxeboot_policy_chooser(policy, &chooser);
	fuzz_require(pxeboot_walk_new(&chooser, client, &walk) == 0);
	fuzz_require(walk->n_steps > 0 && walk->n_steps <= PXEBOOT_STEPS_MAX && walk->back_to < PXEBOOT_STEPS_MAX);
	fuzz_require(walk->verdict != PXEBOOT_VERDICT_LOOP);
	pxeboot_walk_free(walk);
}

static void script(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	struct pxeboot_lint_options options = { .target = PXEBOOT_LINT_D12 };
	struct pxeboot_diagnostics *findings = NULL;
	size_t length = 0;
	char *text = NULL;

	fuzz_require(pxeboot_diagnostics_new(&findings) == 0);
	fuzz_require(pxeboot_live_script(policy, client, &progress, NULL, &text, &length) == 0 && strlen(text) == length);
	(void)pxeboot_lint("live", text, length, &options, findings);
	fuzz_require(given_errors(findings) == 0);
	pxeboot_diagnostics_free(findings);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pxeboot_policy *policy = given_policy();
	struct pxeboot_client *client = NULL;
	bool ipv6 = length > 0 && bytes[0] == '6';

	if ((ipv6 ? pxeboot_client_from_packet6 : pxeboot_client_from_packet)(bytes + ipv6, length - ipv6, NULL, &client) < 0)
		return 0;
	decide(policy, client);
	walk(policy, client);
	script(policy, client);
	pxeboot_client_unref(client);
	return 0;
}
