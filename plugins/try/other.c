/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Somebody else's DHCP server (see lab.h): a dnsmasq that gives addresses and knows nothing of booting, in a network
 * namespace of its own, at the other end of a cable.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "command.h"
#include "lab.h"

#define NEAR "try-other"
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
	return command_run(&command, SCRATCH "/other.log");
}

/* In the other server's process.  Each side says with a byte when its half of the cabling is done. */
static _Noreturn void be_other(const struct network *network, int line)
{
	char byte = 0;

	if (unshare(CLONE_NEWNET) < 0 || write(line, &byte, 1) != 1 || read(line, &byte, 1) != 1)
		_exit(3);
	_exit(bring_up(network) < 0 || serve(network) < 0 ? 3 : 0);
}

static int lay_cable(const struct network *network, pid_t other, int line)
{
	struct text CLEANUP_TEXT lines = TEXT_INIT;
	char byte = 0;
	int r;

	if (read(line, &byte, 1) != 1)
		return lab_fail(-EIO, "the other DHCP server did not get a network namespace");
	text_addf(&lines, "link add %s type veth peer name %s\n", NEAR, FAR);
	text_addf(&lines, "link set %s master %s up\n", NEAR, network->bridge);
	text_addf(&lines, "link set %s netns %d\n", FAR, (int)other);
	r = lines.error ? lines.error : network_run_ip(lines.bytes);
	if (r == 0 && write(line, &byte, 1) != 1)
		r = lab_fail(-EIO, "the other DHCP server did not start");
	return r;
}

int other_start(const struct network *network)
{
	int line[2], r;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) < 0)
		return lab_fail(-errno, "can't start the other DHCP server: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		be_other(network, line[1]);
	close(line[1]);
	r = pid < 0 ? lab_fail(-errno, "can't start the other DHCP server: %s", strerror(errno))
		    : lay_cable(network, pid, line[0]);
	close(line[0]);
	return r;
}
