/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random policies and clients at the real ISC dhcpd (see differ.h).  Subnets and ranges are its administrator's, whatever
 * the policy says of ranges, or of being a proxy beside it.
 */
#include "differ.h"

static bool start(struct lab *lab, const struct pxeboot_policy *policy, const char *written)
{
	return lab_start_dhcpd(lab, written);
}

static void stop(struct lab *lab)
{
	lab_stop(&lab->dhcpd);
}

static bool always(const struct pxeboot_policy *policy)
{
	return true;
}

static void bend(const struct differ_question *question, struct differ_expected *expected)
{
	if (expected->decision.raspberry_pi)
		expected->vendor_class = "PXEClient";
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { "/usr/sbin/dhcpd", "isc-dhcp-server", NULL };
	const struct differ_server server = {
		.programs = programs, .output = plugin_isc_dhcp.output, .start = start, .stop = stop, .relays = always,
		.tells_raspberry_pi = true, .bend = bend,
	};

	return differ_run(&server, argc, argv);
}
