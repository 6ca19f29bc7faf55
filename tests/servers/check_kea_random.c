/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random policies and clients at the real Kea (see differ.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "boot_names.h"
#include "differ.h"
#include "plugin.h"

/* It is no proxy, and has no address for somebody when it looks at its classes. */
static bool refuses(const struct pxeboot_policy *policy)
{
	bool one_name = pxeboot_policy_get(policy, "server.one_name") != NULL;
	struct pxeboot_group group;

	if (pxeboot_policy_get(policy, "server.dhcp.proxy") != NULL)
		return true;
	for (size_t i = 0; !one_name && pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (boot_group_matters(&group) && boot_group_has(&group, "subnet"))
			return true;
	return false;
}

static bool start(struct lab *lab, const struct pxeboot_policy *policy, const char *written)
{
	return lab_start_kea(lab, written);
}

static void stop(struct lab *lab)
{
	lab_stop(&lab->kea);
}

static bool always(const struct pxeboot_policy *policy)
{
	return true;
}

/* The length of all parts of an option; -1 without. */
static int length_of(const struct random_client *client, uint8_t code)
{
	int length = -1;

	for (size_t at = 0; at < client->length; at += client->options[at] != 0 ? 2u + client->options[at + 1] : 1)
		if (client->options[at] == code)
			length = (length < 0 ? 0 : length) + client->options[at + 1];
	return length;
}

/* What is no list of numbers or no UUID at all makes it drop the whole packet, before any class.  Over HTTP Boot the name is
 * in option 67, too. */
static void bend(const struct differ_question *question, struct differ_expected *expected)
{
	int numbers = length_of(question->random, 93);

	expected->silent = numbers == 0 || (numbers > 0 && numbers % 2 != 0) || length_of(question->random, 97) == 0;
	if (expected->decision.raspberry_pi)
		expected->vendor_class = "PXEClient";
	else if (expected->vendor_class != NULL)
		expected->named = expected->decision.file;
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { "/usr/sbin/kea-dhcp4", "kea-dhcp4-server", NULL };
	const struct differ_server server = {
		.programs = programs, .output = plugin_kea.output, .start = start, .stop = stop, .refuses = refuses,
		.relays = always, .silent = always, .skips_file_field = true, .tells_raspberry_pi = true, .bend = bend,
	};

	return differ_run(&server, argc, argv);
}
