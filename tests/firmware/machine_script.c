/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * machine-script POLICY once HOST BOOT TOKEN|- ROUND|over: the bytes of once/KEY.ipxe.
 * machine-script POLICY live BOOT|- TOKEN|- FACT=VALUE…: what the live server answers to such a client.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pxeboot.h"

static const char *or_null(const char *argument)
{
	return strcmp(argument, "-") ? argument : NULL;
}

static int once(const struct pxeboot_policy *policy, char **argv, char **ret_text)
{
	bool over = !strcmp(argv[3], "over");
	struct pxeboot_host host;
	size_t index = 0;

	while (pxeboot_policy_host(policy, index, &host) == 0 && strcmp(host.name, argv[0]))
		index++;
	return pxeboot_once_script(policy, index, argv[1], or_null(argv[2]), over ? 1 : (uint32_t)atoi(argv[3]), over, NULL,
				   ret_text);
}

static int live(const struct pxeboot_policy *policy, char **argv, char **ret_text)
{
	struct pxeboot_progress progress = { or_null(argv[0]), or_null(argv[1]) };
	struct pxeboot_client *client = NULL;
	int r = pxeboot_client_new(&client);

	for (argv += 2; *argv && r == 0; argv++) {
		char *value = strchr(*argv, '=');
		int fact;

		if (value)
			*value++ = '\0';
		fact = pxeboot_fact_by_name(*argv);
		r = value && fact >= 0 ? pxeboot_client_set(client, fact, value, NULL) : -1;
	}
	if (r == 0)
		r = pxeboot_live_script(policy, client, &progress, NULL, ret_text, NULL);
	pxeboot_client_unref(client);
	return r;
}

int main(int argc, char **argv)
{
	struct pxeboot_policy *policy = NULL;
	char *text = NULL;
	int r;

	if (argc < 5 || pxeboot_policy_load(argv[1], NULL, &policy) < 0)
		return 2;
	if (argc == 7 && !strcmp(argv[2], "once"))
		r = once(policy, argv + 3, &text);
	else
		r = strcmp(argv[2], "live") ? -1 : live(policy, argv + 3, &text);
	pxeboot_policy_unref(policy);
	if (r < 0)
		fprintf(stderr, "machine-script: %s\n", strerror(-r));
	else
		fputs(text, stdout);
	free(text);
	return r < 0;
}
