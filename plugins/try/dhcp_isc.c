/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ISC dhcpd in the lab (see dhcp.h): the rules that are applied, and around them the subnets that are the lab's.
 */
#include <errno.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"
#include "dhcp.h"

#define RULES SCRATCH "/dhcpd-rules.conf"
#define CONFIGURATION SCRATCH "/dhcpd.conf"
#define LEASES SCRATCH "/dhcpd.leases"

static void add_subnet(struct text *text, uint32_t subnet, const char *netmask, const char *first, const char *last,
		       const char *router)
{
	char address[16];

	scalar_format_ip4(subnet, address);
	text_addf(text, "subnet %s netmask %s { range %s %s;", address, netmask, first, last);
	text_addf(text, "%s%s%s }\n", router ? " option routers " : "", router ? router : "", router ? ";" : "");
}

/* ping-check: an address is otherwise probed for a second before it is offered. */
static int write_configuration(const struct network *network)
{
	struct text CLEANUP_TEXT text = TEXT_INIT;
	uint32_t address, mask, relayed;

	if (scalar_ip4(network->address, &address) < 0 || scalar_ip4(network->netmask, &mask) < 0)
		return -EINVAL;
	text_add(&text, "include \"" RULES "\";\nauthoritative;\nping-check false;\n");
	add_subnet(&text, address & mask, network->netmask, network->first, network->last, NULL);
	if (network->relayed && scalar_ip4(network->relay_subnet, &relayed) == 0)
		add_subnet(&text, relayed, network->relay_netmask, network->relay_first, network->relay_last, network->relay);
	return text.error ? text.error : file_write(CONFIGURATION, text.bytes, text.length, 0644);
}

int dhcp_start_isc(struct lab *lab)
{
	static const char *const words[] = { "-4", "-f", "-d", "-cf", CONFIGURATION, "-lf", LEASES, "-pf", SCRATCH "/dhcpd.pid",
					     NULL };
	struct command CLEANUP_COMMAND command = { 0 };
	char CLEANUP_FREE *program = dhcp_program("/usr/sbin/dhcpd");
	int r = program ? servers_write(lab->session, &plugin_isc_dhcp, NULL, RULES) : -ENOMEM;

	if (r == 0)
		r = write_configuration(&lab->network);
	if (r >= 0)		/* it wants to find one */
		r = file_write(LEASES, "", 0, 0644);
	if (r < 0)
		return r;
	command_add(&command, program);
	command_add_all(&command, words);
	command_add(&command, lab->network.bridge);
	return servers_run(lab, &command, "dhcpd", SCRATCH "/dhcpd.log");
}
