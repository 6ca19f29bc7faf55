/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The router between the machine's subnet and the servers' (see lab.h): it passes DHCP on as a relay agent, and all else
 * as a router does.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "command.h"
#include "lab.h"

#define UP "try-up"
#define DOWN "try-down"
#define FORWARDING "/proc/sys/net/ipv4/ip_forward"

/* The file speaks of the network namespace of whoever opens it. */
static int forward(void)
{
	int file = open(FORWARDING, O_WRONLY | O_CLOEXEC), r = 0;

	if (file < 0 || write(file, "1", 1) != 1)
		r = lab_fail(-errno, "the relay can't be a router: %s: %s", FORWARDING, strerror(errno));
	if (file >= 0)
		close(file);
	return r;
}

static int bring_up(const struct network *network)
{
	struct text CLEANUP_TEXT lines = TEXT_INIT;
	int r = forward();

	if (r < 0)
		return r;
	text_addf(&lines, "addr add %s/%u dev %s\nlink set %s up\n", network->other, network->prefix, UP, UP);
	text_add(&lines, "link set lo up\n");
	text_addf(&lines, "addr add %s/%u dev %s\nlink set %s up\n", network->relay, network->relay_prefix, DOWN, DOWN);
	return lines.error ? lines.error : network_run_ip(lines.bytes);
}

static int pass_on(const struct network *network)
{
	struct command CLEANUP_COMMAND command = { 0 };

	command_add(&command, "dnsmasq");
	command_add_all(&command, servers_dnsmasq);
	command_add(&command, "--conf-file=/dev/null");
	command_add(&command, "--interface=" DOWN);
	command_add(&command, "--pid-file=" SCRATCH "/relay.pid");
	command_addf(&command, "--dhcp-relay=%s,%s", network->relay, network->address);
	return command_run(&command, SCRATCH "/relay.log");
}

static int live(const struct network *network)
{
	int r = bring_up(network);

	return r < 0 ? r : pass_on(network);
}

int relay_start(const struct network *network)
{
	const struct cable cables[] = {
		{ "try-relay-up", UP, network->bridge }, { "try-relay-down", DOWN, LAB_SEGMENT }, { 0 }
	};

	return neighbour_start(network, cables, live);
}
