/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Other programs are asked for what only they know; one that hangs is ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "doctor.h"

#define SECONDS 5

static void __attribute__((noreturn)) run(const char *const *argv, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0 && dup2(null, 0) >= 0 && dup2(out, 1) >= 0 && dup2(null, 2) >= 0)
		execve(argv[0], (char *const *)argv, (char *const[]){ (char *)"LC_ALL=C", NULL });
	_exit(127);
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* Until it closes its end.  -ETIMEDOUT, or -E2BIG above @limit. */
static int read_all(int fd, size_t limit, struct text *said)
{
	int64_t end = now() + SECONDS * 1000;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	for (;;) {
		int64_t left = end - now();

		if (left <= 0 || poll(&wait, 1, (int)left) == 0)
			return -ETIMEDOUT;
		n = read(fd, bytes, sizeof(bytes));
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && (size_t)n > limit - said->length)
			return -E2BIG;
		if (n > 0)
			text_add_bytes(said, bytes, (size_t)n);
	}
}

/* Its exit status; one that does not end by itself, with nothing left to say, is ended. */
static int reap(pid_t pid)
{
	int64_t end = now() + SECONDS * 1000;
	pid_t ended;
	int status;

	while ((ended = waitpid(pid, &status, WNOHANG)) == 0 && now() < end)
		usleep(1000);
	if (ended == 0) {
		kill(pid, SIGKILL);
		ended = waitpid(pid, &status, 0);
	}
	if (ended != pid)
		return -ECHILD;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int doctor_command(const struct doctor *doctor, const char *const *argv, size_t limit, struct text *said)
{
	int ends[2], r, status;
	pid_t pid;

	if (doctor->machine->root[0] != '\0' || access(argv[0], X_OK) < 0)
		return -ENOENT;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		run(argv, ends[1]);
	close(ends[1]);
	r = pid < 0 ? -EAGAIN : read_all(ends[0], limit, said);
	close(ends[0]);
	if (pid < 0)
		return r;
	if (r < 0)
		kill(pid, SIGKILL);
	status = reap(pid);
	return r < 0 ? r : status;
}
