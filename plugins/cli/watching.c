/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One poll() for signals, changes and a reader that has gone.
 */
#include "watching.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define CHANGES (IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF)

int watching_begin(struct watching *watching)
{
	sigset_t set;

	*watching = (struct watching){ -1, -1 };
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	watching->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	watching->changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watching->signals < 0 || watching->changes < 0 || sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
		int error = -errno;

		watching_end(watching);
		return error;
	}
	return 0;
}

void watching_look_at(struct watching *watching, const char *directory)
{
	/* Where it is looked at already, nothing changes; one that is deleted is forgotten. */
	inotify_add_watch(watching->changes, directory, CHANGES);
}

/* What has changed is asked elsewhere. */
static bool drain(int fd)
{
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool any = false;

	while (read(fd, events, sizeof(events)) > 0)
		any = true;
	return any;
}

static enum watching_result wait_for(struct watching *watching, int milliseconds, bool for_changes)
{
	struct pollfd fds[] = {
		{ .fd = watching->signals, .events = POLLIN },
		{ .fd = STDOUT_FILENO, .events = 0 },
		{ .fd = watching->changes, .events = POLLIN },
	};
	int n;

	do
		n = poll(fds, for_changes ? 3 : 2, milliseconds);
	while (n < 0 && errno == EINTR);
	if (fds[0].revents || fds[1].revents & (POLLERR | POLLHUP | POLLNVAL))
		return WATCHING_OVER;
	return for_changes && drain(watching->changes) ? WATCHING_CHANGED : WATCHING_TIME;
}

enum watching_result watching_wait(struct watching *watching, int milliseconds)
{
	return wait_for(watching, milliseconds, true);
}

enum watching_result watching_rest(struct watching *watching, int milliseconds)
{
	return wait_for(watching, milliseconds, false);
}

void watching_end(struct watching *watching)
{
	if (watching->signals >= 0)
		close(watching->signals);
	if (watching->changes >= 0)
		close(watching->changes);
	*watching = (struct watching){ -1, -1 };
}
