/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program of somebody else's: knows the installed header and library, nothing of this tree.
 */
#include <pxeboot.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct pxeboot_policy *policy;
	struct pxeboot_client *client;
	struct pxeboot_decision decision;

	if (argc != 2 || pxeboot_policy_load(argv[1], NULL, &policy) < 0 || pxeboot_client_new(&client) < 0)
		return 1;
	pxeboot_client_set(client, PXEBOOT_FACT_ARCH, "7", NULL);
	pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
	printf("%s\n", decision.file);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
	return 0;
}
