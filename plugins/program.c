/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX 4000

const char *program_find(const char *const *places)
{
	for (; *places != NULL; places++)
		if (access(*places, X_OK) == 0)
			return *places;
	return NULL;
}

static void __attribute__((noreturn)) run(const char *const *argv, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0 && dup2(null, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0)
		execv(argv[0], (char *const *)argv);
	_exit(126);
}

static void read_all(int fd, struct text *said)
{
	char bytes[512];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && said->length < SAID_MAX)
			text_add_bytes(said, bytes, (size_t)n);
}

int program_ask(const char *const *argv, struct text *said)
{
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		run(argv, ends[1]);
	close(ends[1]);
	if (pid > 0)
		read_all(ends[0], said);
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -ECHILD;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
