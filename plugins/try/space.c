/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lab's namespaces (see lab.h): network, mounts, processes.  Nothing of them can be seen from outside, and it is
 * the kernel that clears them away.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "lab.h"

/* All that dnsmasq, in.tftpd, nginx and QEMU need. */
static const struct {
	const char *path;
	unsigned major, minor;
} devices[] = {
	{ "/dev/null", 1, 3 },	 { "/dev/zero", 1, 5 },	  { "/dev/full", 1, 7 },      { "/dev/random", 1, 8 },
	{ "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },	  { "/dev/net/tun", 10, 200 },
};

static const struct {
	const char *target, *path;
} links[] = {
	{ "/proc/self/fd", "/dev/fd" },
	{ "/proc/self/fd/0", "/dev/stdin" },
	{ "/proc/self/fd/1", "/dev/stdout" },
	{ "/proc/self/fd/2", "/dev/stderr" },
};

int space_leave_host(void)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID) < 0)
		return lab_fail(-errno, "can't make private namespaces: %s", strerror(errno));
	return 0;
}

static int make_devices(void)
{
	if (mount("dev", "/dev", "tmpfs", MS_NOSUID, "mode=0755") < 0)
		return lab_fail(-errno, "can't make a private /dev: %s", strerror(errno));
	if (mkdir("/dev/net", 0755) < 0 || mkdir("/dev/shm", 01777) < 0 || mkdir(SCRATCH, 0755) < 0)
		return lab_fail(-errno, "can't fill the private /dev: %s", strerror(errno));
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		if (mknod(devices[i].path, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)) < 0 ||
		    chmod(devices[i].path, 0666) < 0)
			return lab_fail(-errno, "can't make the private %s: %s", devices[i].path, strerror(errno));
	}
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (symlink(links[i].target, links[i].path) < 0)
			return lab_fail(-errno, "can't make the private %s: %s", links[i].path, strerror(errno));
	return 0;
}

/* in.tftpd writes to syslog and nowhere else: the lab is its syslog. */
static int open_log(int *ret_socket)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (log < 0 || bind(log, (const struct sockaddr *)&address, sizeof(address)) < 0 || chmod("/dev/log", 0666) < 0)
		return lab_fail(-errno, "can't listen on the private /dev/log: %s", strerror(errno));
	*ret_socket = log;
	return 0;
}

int space_settle(struct lab *lab)
{
	int r;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return lab_fail(-errno, "can't keep mounts private: %s", strerror(errno));
	/* Programs look themselves up in it by their new process ids; where it can't be had they do without. */
	(void)mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	/* Where the user's own servers put their sockets, which may be those of this machine's as well. */
	if (lab->options->n_runs && mount("run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0)
		return lab_fail(-errno, "can't make a private /run: %s", strerror(errno));
	r = make_devices();
	if (r < 0)
		return r;
	return open_log(&lab->log);
}
