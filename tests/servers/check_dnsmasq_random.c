/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random policies and clients at the real dnsmasq (see differ.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "differ.h"
#include "plugin.h"

static bool is_proxy(const struct pxeboot_policy *policy)
{
	return pxeboot_policy_get(policy, "server.dhcp.proxy") != NULL;
}

static bool relays(const struct pxeboot_policy *policy)
{
	const char *range;
	bool found = false;
	char path[48];

	for (unsigned i = 0; snprintf(path, sizeof(path), "server.dhcp.range.%u", i) > 0 &&
	     (range = pxeboot_policy_get(policy, path)) != NULL; i++)
		found |= strncmp(range, "10.78.", 6) == 0;
	return found;
}

/* A policy without ranges leaves them to the administrator. */
static bool start(struct lab *lab, const struct pxeboot_policy *policy, const char *written)
{
	CLEANUP_FREE char *whole = NULL;
	bool ranges = is_proxy(policy) || pxeboot_policy_get(policy, "server.dhcp.range.0") != NULL;

	if (asprintf(&whole, "%s%s", written,
		     ranges ? "" : "dhcp-range=10.77.1.0,10.77.200.254,255.255.0.0,1h\n") < 0)
		abort();
	return lab_start_dnsmasq(lab, whole);
}

static void stop(struct lab *lab)
{
	lab_stop(&lab->dnsmasq);
}

static bool begins(const struct pxeboot_client *client, const char *prefix)
{
	const char *vendor_class;

	return pxeboot_client_get(client, PXEBOOT_FACT_VENDOR_CLASS, &vendor_class) == 0 &&
	       strncmp(vendor_class, prefix, strlen(prefix)) == 0;
}

/* Of several numbers a proxy's menu looks at the first, also where half a number follows. */
static bool is_bios_first(const struct random_client *client)
{
	const uint8_t *archs = random_client_option(client, 93, 2);

	return archs != NULL && archs[0] == 0 && archs[1] == 0;
}

/* A proxy answers to PXEClient or HTTPClient with a number in option 93, and repeats the word. */
static void bend(const struct differ_question *question, struct differ_expected *expected)
{
	if (expected->decision.raspberry_pi)
		expected->vendor_class = "PXEClient";
	if (!is_proxy(question->policy))
		return;
	expected->decision.raspberry_pi &= is_bios_first(question->random);
	expected->vendor_class = begins(question->client, "PXEClient") ? "PXEClient" :
				 begins(question->client, "HTTPClient") ? "HTTPClient" : NULL;
	expected->silent = expected->vendor_class == NULL || random_client_option(question->random, 93, 2) == NULL;
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { "/usr/sbin/dnsmasq", "dnsmasq-base", NULL };
	const struct differ_server server = {
		.programs = programs, .output = plugin_dnsmasq.output, .start = start, .stop = stop, .relays = relays,
		.silent = is_proxy, .bend = bend, .tells_raspberry_pi = true,
	};

	return differ_run(&server, argc, argv);
}
