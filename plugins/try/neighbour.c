/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Somebody else's machine in the lab (see lab.h): a process in a network namespace of its own, at the other end of one or
 * several cables.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "lab.h"

/* In the neighbour's process.  Each side says with a byte when its half of the cabling is done. */
static _Noreturn void be_neighbour(const struct network *network, int (*live)(const struct network *network), int line)
{
	char byte = 0;

	if (unshare(CLONE_NEWNET) < 0 || write(line, &byte, 1) != 1 || read(line, &byte, 1) != 1)
		_exit(3);
	_exit(live(network) < 0 ? 3 : 0);
}

static int lay_cables(const struct cable *cables, pid_t neighbour, int line)
{
	struct text CLEANUP_TEXT lines = TEXT_INIT;
	char byte = 0;
	int r;

	if (read(line, &byte, 1) != 1)
		return lab_fail(-EIO, "a neighbour did not get a network namespace");
	for (; cables->near; cables++) {
		text_addf(&lines, "link add %s type veth peer name %s\n", cables->near, cables->far);
		text_addf(&lines, "link set %s master %s up\n", cables->near, cables->bridge);
		text_addf(&lines, "link set %s netns %d\n", cables->far, (int)neighbour);
	}
	r = lines.error ? lines.error : network_run_ip(lines.bytes);
	if (r == 0 && write(line, &byte, 1) != 1)
		r = lab_fail(-EIO, "a neighbour did not start");
	return r;
}

int neighbour_start(const struct network *network, const struct cable *cables,
		    int (*live)(const struct network *network))
{
	int line[2], r;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) < 0)
		return lab_fail(-errno, "can't start a neighbour: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		be_neighbour(network, live, line[1]);
	close(line[1]);
	r = pid < 0 ? lab_fail(-errno, "can't start a neighbour: %s", strerror(errno)) : lay_cables(cables, pid, line[0]);
	close(line[0]);
	return r;
}
