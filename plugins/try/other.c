/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Somebody else's DHCP server (see lab.h): a dnsmasq that gives addresses and either knows nothing of booting or names a
 * boot file of its own, which is nowhere.
 */
#include "base/text.h"
#include "command.h"
#include "lab.h"

#define FAR "try-server"

static int bring_up(const struct network *network)
{
	struct text CLEANUP_TEXT lines = TEXT_INIT;

	text_addf(&lines, "addr add %s/%u dev %s\nlink set %s up\n", network->other, network->prefix, FAR, FAR);
	return lines.error ? lines.error : network_run_ip(lines.bytes);
}

static int serve(const struct network *network)
{
	struct command CLEANUP_COMMAND command = { 0 };

	command_add(&command, "dnsmasq");
	command_add_all(&command, servers_dnsmasq);
	command_add(&command, "--conf-file=/dev/null");
	command_add(&command, "--interface=" FAR);
	command_add(&command, "--pid-file=" SCRATCH "/other.pid");
	command_add(&command, "--dhcp-leasefile=" SCRATCH "/other.leases");
	command_addf(&command, "--dhcp-range=%s,%s,%s,1h", network->first, network->last, network->netmask);
	if (network->other_file)
		command_addf(&command, "--dhcp-boot=" LAB_OTHER_FILE ",other,%s", network->other);
	embedded_add_option(network, &command);
	return command_run(&command, SCRATCH "/other.log");
}

static int live(const struct network *network)
{
	int r = bring_up(network);

	return r < 0 ? r : serve(network);
}

int other_start(const struct network *network)
{
	const struct cable cables[] = { { "try-other", FAR, network->bridge }, { 0 } };

	return neighbour_start(network, cables, live);
}
