/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lab's network (see lab.h): a bridge that has the server's address and the name of its interface, and the tap of
 * the machine: on the same bridge, or behind a relay on another.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"
#include "command.h"
#include "lab.h"

#define DEFAULT_NETMASK 0xffffff00u

/* Word @index of a range, "FIRST,LAST[,NETMASK][,LEASE]", where it is an address; else @otherwise. */
static uint32_t word_of(const char *range, int index, uint32_t otherwise)
{
	const char *at = range;
	char word[16];
	uint32_t address;
	size_t length;

	for (int comma = 0; at && comma < index; comma++) {
		at = strchr(at, ',');
		at = at ? at + 1 : NULL;
	}
	length = at ? strcspn(at, ",") : 0;
	if (length == 0 || length >= sizeof(word))
		return otherwise;
	memcpy(word, at, length);
	word[length] = '\0';
	return scalar_ip4(word, &address) == 0 ? address : otherwise;
}

static uint32_t netmask_of(const char *range)
{
	return word_of(range, 2, DEFAULT_NETMASK);
}

/* The policy's range @index, or NULL. */
static const char *range_at(const struct pxeboot_policy *policy, unsigned index)
{
	char name[40];

	snprintf(name, sizeof(name), "server.dhcp.range.%u", index);
	return pxeboot_policy_get(policy, name);
}

static unsigned prefix_of(uint32_t mask)
{
	return (unsigned)__builtin_popcount(mask);
}

/* The first range of the subnet that is the server's own, or else of one that is not. */
static const char *find_range(const struct pxeboot_policy *policy, uint32_t server, bool own)
{
	const char *range;

	for (unsigned i = 0; (range = range_at(policy, i)) != NULL; i++) {
		uint32_t mask = netmask_of(range);

		if (((word_of(range, 0, server) & mask) == (server & mask)) == own)
			return range;
	}
	return NULL;
}

/* The machine's subnet is that of a range of the policy's; where the policy has no ranges at all, the one after the
 * server's. */
static int plan_relay(const struct pxeboot_policy *policy, uint32_t server, struct network *network)
{
	const char *range = find_range(policy, server, false);
	uint32_t mask = range ? netmask_of(range) : DEFAULT_NETMASK;
	uint32_t subnet = (range ? word_of(range, 0, 0) : server + 0x100) & mask;

	if (network->proxy)
		return lab_fail(-EINVAL, "--relay is not for server.dhcp.proxy: a relay brings the other server's answers alone");
	if (!range && network->range_given)
		return lab_fail(-EINVAL, "--relay wants a range of another subnet in server.dhcp.range");
	if (range && word_of(range, 2, 0) == 0)
		return lab_fail(-EINVAL, "the range '%s' is for a subnet behind a relay, where dnsmasq can't know the netmask: "
				"write FIRST,LAST,NETMASK", range);
	network->relayed = true;
	network->relay_prefix = prefix_of(mask);
	scalar_format_ip4(range && word_of(range, 0, 0) == subnet + 1 ? (subnet | ~mask) - 1 : subnet + 1, network->relay);
	scalar_format_ip4(subnet, network->relay_subnet);
	scalar_format_ip4(mask, network->relay_netmask);
	scalar_format_ip4(word_of(range, 0, subnet + 100), network->relay_first);
	scalar_format_ip4(word_of(range, 1, subnet + 200), network->relay_last);
	return 0;
}

/* What IPv6 does not go with, for people; NULL: nothing of it is asked for. */
static const char *unfit_for_ipv6(const struct pxeboot_policy *policy, const struct lab_options *options, bool proxy)
{
	const char *server = pxeboot_policy_get(policy, "server.dhcp.server");

	if (options->relay)
		return "--relay";
	if (options->vlan)
		return "--vlan";
	if (proxy)
		return "server.dhcp.proxy";
	return server && strcmp(server, "dnsmasq") != 0 ? "another DHCP server than dnsmasq" : NULL;
}

/* A range of the server's own network, ::1000 to ::1fff in its last half. */
static int plan_ipv6(const struct pxeboot_policy *policy, const struct lab_options *options, struct network *network)
{
	const char *address = pxeboot_policy_get(policy, "server.address6");
	const char *unfit = unfit_for_ipv6(policy, options, network->proxy);
	uint8_t bytes[IP6_LENGTH];

	if (!address || scalar_ip6(address, bytes) < 0)
		return lab_fail(-EINVAL, "--ipv6 wants server.address6 in the policy");
	if (unfit)
		return lab_fail(-EINVAL, "--ipv6 does not go with %s", unfit);
	if (!options->firmware->code)
		return lab_fail(-EINVAL, "the firmware %s has no IPv6", options->firmware->name);
	network->ipv6 = true;
	inet_ntop(AF_INET6, bytes, network->address6, sizeof(network->address6));
	memset(bytes + 8, 0, 8);
	bytes[14] = 0x10;
	inet_ntop(AF_INET6, bytes, network->first6, sizeof(network->first6));
	bytes[14] = 0x1f;
	bytes[15] = 0xff;
	inet_ntop(AF_INET6, bytes, network->last6, sizeof(network->last6));
	return 0;
}

int network_plan(const struct pxeboot_policy *policy, const struct lab_options *options, struct network *ret_network)
{
	const char *range, *interface = pxeboot_policy_get(policy, "server.dhcp.interface");
	const char *address = pxeboot_policy_get(policy, "server.address");
	struct network network = { .range_given = range_at(policy, 0), .proxy = pxeboot_policy_get(policy, "server.dhcp.proxy") };
	uint32_t server, mask;

	if (!address || scalar_ip4(address, &server) < 0)
		return lab_fail(-EINVAL, "the policy has no server.address");
	if (interface && strlen(interface) >= sizeof(network.bridge))
		return lab_fail(-EINVAL, "server.dhcp.interface is no name of an interface");
	range = find_range(policy, server, true);
	mask = netmask_of(range);
	strcpy(network.bridge, interface ? interface : "br0");
	scalar_format_ip4(server, network.address);
	scalar_format_ip4(mask, network.netmask);
	scalar_format_ip4(word_of(range, 0, (server & mask) + 100), network.first);
	scalar_format_ip4(word_of(range, 1, (server & mask) + 200), network.last);
	scalar_format_ip4((server & mask) + ((server & ~mask) == 2 ? 3 : 2), network.other);
	network.prefix = prefix_of(mask);
	network.other_file = options->other_file;
	network.embedded = options->embedded;
	if (options->other_file && !network.proxy)
		return lab_fail(-EINVAL, "--other is for server.dhcp.proxy: without it no other DHCP server is there");
	if (options->relay && plan_relay(policy, server, &network) < 0)
		return -EINVAL;
	if (options->ipv6 && plan_ipv6(policy, options, &network) < 0)
		return -EINVAL;
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
	const char *bridge = network->relayed ? LAB_SEGMENT : network->bridge;
	struct text CLEANUP_TEXT lines = TEXT_INIT;

	text_add(&lines, "link set lo up\n");
	text_addf(&lines, "link add %s type bridge forward_delay 0 stp_state 0\n", network->bridge);
	if (network->ipv6)
		text_addf(&lines, "addr add %s/64 dev %s nodad\n", network->address6, network->bridge);
	else
		text_addf(&lines, "addr add %s/%u dev %s\n", network->address, network->prefix, network->bridge);
	text_addf(&lines, "link set %s up\n", network->bridge);
	if (network->relayed) {
		text_add(&lines, "link add " LAB_SEGMENT " type bridge forward_delay 0 stp_state 0\n");
		text_add(&lines, "link set " LAB_SEGMENT " up\n");
		text_addf(&lines, "route add %s/%u via %s\n", network->relay_subnet, network->relay_prefix, network->other);
	}
	text_add(&lines, "tuntap add dev " LAB_TAP " mode tap\n");
	text_addf(&lines, "link set " LAB_TAP " master %s up\n", bridge);
	return lines.error ? lines.error : network_run_ip(lines.bytes);
}
