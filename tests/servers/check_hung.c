/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real dnsmasq while the hook's store is on a disk that hangs, is read-only or full, while somebody holds the store's
 * lock, and when the store is damaged: leases are given as ever, the hook gives up within its second, says so in a line, and
 * goes on when the trouble is over.  The disk is a small file system of the test's own, in its own mount namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "recorder.h"
#include "tap.h"

#define FROZEN_MAX 60000		/* milliseconds */
#define ORPHAN "once/52-54-00-77-00-55.ipxe"

struct trouble {
	struct recorder recorder;
	struct machine machine;
	int guard;			/* to the process that thaws the disk, should the test end before */
	int disk;			/* its mount point */
	int log;			/* what is said to syslog */
};

/* ---- The guard: what is frozen stays so when the one who froze it is gone, and holds whoever touches it ---- */

static int take_descriptor(int from)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	int fd = -1;

	if (recvmsg(from, &message, 0) == 1 && CMSG_FIRSTHDR(&message) != NULL)
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static void give_descriptor(int to, int fd)
{
	char byte = 0, room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	if (sendmsg(to, &message, 0) != 1)
		abort();
}

static void guard(int from)
{
	int disk = take_descriptor(from);
	struct pollfd wait = { .fd = from, .events = POLLIN };

	poll(&wait, 1, FROZEN_MAX);
	ioctl(disk, FITHAW, 0);		/* -EINVAL: it is not frozen */
	_exit(0);
}

static int start_guard(void)
{
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		close(ends[1]);
		guard(ends[0]);
	}
	close(ends[0]);
	return ends[1];
}

/* ---- The disk and the log ---- */

static bool run(const char *command)
{
	int status = system(command);	/* made of the lab's own names */

	return status == 0;
}

static void mount_disk(struct trouble *trouble)
{
	CLEANUP_FREE char *command = NULL;
	CLEANUP_FREE char *path = lab_path(&trouble->recorder.lab, "disk");
	const char *directory = trouble->recorder.lab.directory;

	if (asprintf(&command, "truncate -s 8M %s/image && mkfs.ext4 -q %s/image && mount -o loop %s/image %s", directory,
		     directory, directory, path) < 0)
		abort();
	if (!run(command)) {
		printf("1..0 # SKIP no file system in a file can be mounted: needs loop devices and the package e2fsprogs\n");
		recorder_end(&trouble->recorder);
		exit(EXIT_SKIPPED);
	}
	trouble->disk = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	give_descriptor(trouble->guard, trouble->disk);
	if (plugin_dnsmasq_hook.output->settle(trouble->recorder.policy, NULL) < 0)
		abort();
}

/* Nothing can be removed below a mount point. */
static void unmount_disk(const struct trouble *trouble)
{
	CLEANUP_FREE char *path = lab_path(&trouble->recorder.lab, "disk");

	close(trouble->disk);
	if (umount2(path, MNT_DETACH) < 0)
		abort();
}

/* A /dev of our own, in which syslog is a socket that the test reads. */
static void take_log(struct trouble *trouble)
{
	const struct sockaddr_un place = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };

	umask(0);
	trouble->log = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (mount("tmpfs", "/dev", "tmpfs", 0, "mode=0755") < 0 || mknod("/dev/null", S_IFCHR | 0666, makedev(1, 3)) < 0 ||
	    mknod("/dev/urandom", S_IFCHR | 0666, makedev(1, 9)) < 0 || trouble->log < 0 ||
	    bind(trouble->log, (const struct sockaddr *)&place, sizeof(place)) < 0)
		abort();
	umask(022);
}

/* How many lines have come since, and whether one has these words. */
static unsigned read_log(const struct trouble *trouble, const char *words, bool *ret_found)
{
	char line[2048];
	unsigned count = 0;
	ssize_t length;

	*ret_found = false;
	while ((length = recv(trouble->log, line, sizeof(line) - 1, 0)) > 0) {
		line[length] = '\0';
		*ret_found |= strstr(line, words) != NULL;
		count++;
		printf("# log: %s\n", line);
	}
	return count;
}

/* ---- Waiting ---- */

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}

/* Leases are given at once, and the hook gives up in time and says so once. */
static void check_goes_on(struct trouble *trouble, const char *what, const char *said)
{
	unsigned lines;
	bool found;

	recorder_forgets(&trouble->recorder);
	read_log(trouble, "", &found);
	for (int i = 0; i < 2; i++) {
		long begin = milliseconds(), lease, hook;
		bool got = machine_ipxe(&trouble->machine), heard;

		lease = milliseconds() - begin;
		heard = recorder_hears(&trouble->recorder, "old " NODE1);
		hook = milliseconds() - begin;
		tap_ok(got && lease < 500, "%s: a lease is given at once (%ld ms)", what, lease);
		tap_ok(heard && hook < 2000, "%s: the hook is done in time (%ld ms)", what, hook);
	}
	lines = read_log(trouble, said, &found);
	tap_ok(found && lines <= 2, "%s: it said so, a line an event (%u)", what, lines);
}

static void check_is_over(struct trouble *trouble, const char *what)
{
	tap_ok(machine_firmware(&trouble->machine) && machine_catches_up(&trouble->machine),
	       "%s: afterwards machines are recorded as before", what);
}

/* ---- Troubles ---- */

static void freeze(const struct trouble *trouble, bool frozen)
{
	if (ioctl(trouble->disk, frozen ? FIFREEZE : FITHAW, 0) < 0)
		abort();
}

/* dnsmasq reads what the hook prints until nobody can print any more, and the process that hangs can't be killed. */
static void check_pipe(const struct trouble *trouble)
{
	const struct passwd *user = getpwnam(RECORDER_USER);
	const char *const argv[] = { "hook", "add", STRANGER, "10.77.1.30", NULL };
	struct pollfd wait = { .events = POLLIN };
	int ends[2], status = -1;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		if (setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0)
			execv(getenv("PXEBOOT_HOOK"), (char *const *)argv);
		_exit(99);
	}
	close(ends[1]);
	wait.fd = ends[0];
	waitpid(pid, &status, 0);
	tap_ok(status == 0 && poll(&wait, 1, 100) == 1 && wait.revents == POLLHUP,
	       "a disk that hangs: the hook ends with 0, and nobody keeps its output open");
	close(ends[0]);
}

static void check_frozen(struct trouble *trouble)
{
	long begin, took;

	freeze(trouble, true);
	check_goes_on(trouble, "a disk that hangs", "took longer than 1 s");
	check_pipe(trouble);
	begin = milliseconds();
	lab_stop(&trouble->recorder.lab.dnsmasq);
	took = milliseconds() - begin;
	tap_ok(took < 2000, "a disk that hangs: dnsmasq can be stopped (%ld ms)", took);
	tap_ok(recorder_restart(&trouble->recorder, "") && machine_ipxe(&trouble->machine),
	       "a disk that hangs: and started, and gives a lease");
	freeze(trouble, false);
	check_is_over(trouble, "a disk that hangs");
}

static int hold(void *context, struct pxeboot_record *record)
{
	const int *pipe = context;

	if (write(*pipe, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* Somebody who is writing, and does not end. */
static pid_t start_holder(const struct trouble *trouble)
{
	struct pxeboot_state *state;
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		if (pxeboot_state_open(pxeboot_policy_get(trouble->recorder.policy, "server.state"), 0, NULL, &state) == 0)
			pxeboot_state_update(state, STRANGER, hold, &ends[1]);
		_exit(1);
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		abort();
	close(ends[0]);
	return pid;
}

static void check_held(struct trouble *trouble)
{
	pid_t holder = start_holder(trouble);

	check_goes_on(trouble, "a lock that is held", "took longer than 1 s");
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	check_is_over(trouble, "a lock whose holder was killed");
}

static void remount(const struct trouble *trouble, unsigned long flags)
{
	CLEANUP_FREE char *path = lab_path(&trouble->recorder.lab, "disk");

	if (mount(NULL, path, NULL, MS_REMOUNT | flags, NULL) < 0)
		abort();
}

static void check_read_only(struct trouble *trouble)
{
	remount(trouble, MS_RDONLY);
	check_goes_on(trouble, "a read-only disk", "Read-only file system");
	remount(trouble, 0);
	check_is_over(trouble, "a read-only disk");
}

static void check_closed(struct trouble *trouble)
{
	const char *state = pxeboot_policy_get(trouble->recorder.policy, "server.state");

	if (chmod(state, 0) < 0)
		abort();
	check_goes_on(trouble, "a state that is closed to the hook", "Permission denied");
	if (chmod(state, 0750) < 0)
		abort();
	check_is_over(trouble, "a state that is closed to the hook");
}

/* Whoever installs nothing on a guess ends what the store would know of. */
static void check_damaged(struct trouble *trouble)
{
	CLEANUP_FREE char *state = lab_path(&trouble->recorder.lab, "disk/state");
	CLEANUP_FREE char *store = lab_path(&trouble->recorder.lab, "disk/state/machines.mdb");
	CLEANUP_FREE char *aside = lab_path(&trouble->recorder.lab, "disk/state/machines.mdb.damaged-1");
	CLEANUP_TEXT struct text garbage = TEXT_INIT;
	struct stat folder;

	for (int i = 0; i < 4096; i++)
		text_add(&garbage, "no store");
	lab_write(&trouble->recorder.lab, "root/" ORPHAN, "#!ipxe\n# one-shot boot, round 7: install\n");
	if (stat(state, &folder) < 0 || file_write(store, garbage.bytes, garbage.length, 0640) < 0 ||
	    chown(store, folder.st_uid, folder.st_gid) < 0)
		abort();
	check_goes_on(trouble, "a damaged store", "moved aside to machines.mdb.damaged-1");
	tap_ok(access(aside, F_OK) == 0, "a damaged store: it was moved aside");
	tap_ok(!recorder_serves(&trouble->recorder, ORPHAN, ""), "a damaged store: a one-shot boot that nobody knows of has ended");
	check_is_over(trouble, "a damaged store");
}

int main(void)
{
	struct trouble trouble = { .machine = { .recorder = &trouble.recorder, .mac = NODE1 } };

	trouble.guard = start_guard();
	if (geteuid() == 0 && (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)) {
		printf("1..0 # SKIP no right to make a mount namespace (run it as root)\n");
		return EXIT_SKIPPED;
	}
	recorder_begin(&trouble.recorder, "disk/state", "");
	mount_disk(&trouble);
	take_log(&trouble);
	check_is_over(&trouble, "no trouble");
	check_frozen(&trouble);
	check_held(&trouble);
	check_read_only(&trouble);
	check_closed(&trouble);
	check_damaged(&trouble);
	lab_stop(&trouble.recorder.lab.dnsmasq);
	unmount_disk(&trouble);
	recorder_end(&trouble.recorder);
	return tap_end();
}
