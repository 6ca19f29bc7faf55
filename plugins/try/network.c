/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lab's network (see lab.h): a bridge that has the server's address and the name of its interface, and the tap of
 * the machine.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"
#include "command.h"
#include "lab.h"

#define DEFAULT_NETMASK 0xffffff00u

/* The netmask that the range names, "FIRST,LAST,NETMASK[,LEASE]". */
static uint32_t netmask_of(const char *range)
{
	const char *at = range;
	char word[16];
	uint32_t mask;
	size_t length;

	for (int comma = 0; at && comma < 2; comma++) {
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	length = at ? strcspn(at, ",") : 0;
	if (length == 0 || length >= sizeof(word))
		return DEFAULT_NETMASK;
	memcpy(word, at, length);
	word[length] = '\0';
	return scalar_ip4(word, &mask) == 0 ? mask : DEFAULT_NETMASK;
}

static unsigned prefix_of(uint32_t mask)
{
	return (unsigned)__builtin_popcount(mask);
}

int network_plan(const struct pxeboot_policy *policy, struct network *ret_network)
{
	const char *range = pxeboot_policy_get(policy, "server.dhcp.range.0");
	const char *interface = pxeboot_policy_get(policy, "server.dhcp.interface");
	const char *address = pxeboot_policy_get(policy, "server.address");
	struct network network = { .range_given = range, .proxy = pxeboot_policy_get(policy, "server.dhcp.proxy") };
	uint32_t server, mask = range ? netmask_of(range) : DEFAULT_NETMASK;

	if (!address || scalar_ip4(address, &server) < 0)
		return lab_fail(-EINVAL, "the policy has no server.address");
	if (interface && strlen(interface) >= sizeof(network.bridge))
		return lab_fail(-EINVAL, "server.dhcp.interface is no name of an interface");
	strcpy(network.bridge, interface ? interface : "br0");
	scalar_format_ip4(server, network.address);
	scalar_format_ip4(mask, network.netmask);
	scalar_format_ip4((server & DEFAULT_NETMASK) + 100, network.first);
	scalar_format_ip4((server & DEFAULT_NETMASK) + 200, network.last);
	scalar_format_ip4((server & DEFAULT_NETMASK) + ((server & 0xff) == 2 ? 3 : 2), network.other);
	network.prefix = prefix_of(mask);
	*ret_network = network;
	return 0;
}

int network_run_ip(const char *lines)
{
	struct command CLEANUP_COMMAND command = { 0 };
	int r = file_write(SCRATCH "/ip.batch", lines, strlen(lines), 0644);

	if (r < 0)
		return lab_fail(r, "can't write the network's plan: %s", strerror(-r));
	command_add(&command, "ip");
	command_add(&command, "-batch");
	command_add(&command, SCRATCH "/ip.batch");
	r = command_run(&command, NULL);
	return r < 0 ? lab_fail(r, "can't build the private network") : 0;
}

int network_build(const struct network *network)
{
	struct text CLEANUP_TEXT lines = TEXT_INIT;

	text_add(&lines, "link set lo up\n");
	text_addf(&lines, "link add %s type bridge forward_delay 0 stp_state 0\n", network->bridge);
	text_addf(&lines, "addr add %s/%u dev %s\n", network->address, network->prefix, network->bridge);
	text_addf(&lines, "link set %s up\n", network->bridge);
	text_addf(&lines, "tuntap add dev %s mode tap\n", LAB_TAP);
	text_addf(&lines, "link set %s master %s up\n", LAB_TAP, network->bridge);
	return lines.error ? lines.error : network_run_ip(lines.bytes);
}
