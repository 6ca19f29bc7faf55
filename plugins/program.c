/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX 16000

const char *program_find(const char *const *places)
{
	for (; *places != NULL; places++)
		if (access(*places, X_OK) == 0)
			return *places;
	return NULL;
}

static void __attribute__((noreturn)) run(const char *const *argv, int in, int out)
{
	if (in >= 0 && dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0)
		execv(argv[0], (char *const *)argv);
	_exit(126);
}

/* In a process of its own: a pipe is smaller than a configuration may be. */
static void __attribute__((noreturn)) hand_over(int out, const struct text *input)
{
	size_t done = 0;
	ssize_t n;

	while (done < input->length && (n = write(out, input->bytes + done, input->length - done)) > 0)
		done += (size_t)n;
	_exit(0);
}

/* The end to read @input from, and who writes it, or -1; or a negative errno. */
static int open_input(const struct text *input, pid_t *ret_writer)
{
	int ends[2], r;
	pid_t writer;

	*ret_writer = -1;
	if (input == NULL) {
		r = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return r < 0 ? -errno : r;
	}
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	writer = fork();
	if (writer == 0) {
		close(ends[0]);
		hand_over(ends[1], input);
	}
	r = writer < 0 ? -errno : ends[0];
	close(ends[1]);
	if (r < 0)
		close(ends[0]);
	*ret_writer = writer;
	return r;
}

static void read_all(int fd, struct text *said)
{
	char bytes[512];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && said->length < SAID_MAX)
			text_add_bytes(said, bytes, (size_t)n);
}

/* Its exit status, 126 where it could not end by itself. */
static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -ECHILD;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

int program_ask(const char *const *argv, const struct text *input, struct text *said)
{
	pid_t pid, writer;
	int ends[2], in, r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	in = open_input(input, &writer);
	pid = in >= 0 ? fork() : -1;
	if (pid == 0)
		run(argv, in, ends[1]);
	close(ends[1]);
	if (in >= 0)
		close(in);
	if (pid > 0)
		read_all(ends[0], said);
	close(ends[0]);
	r = wait_for(pid);
	if (writer > 0)
		wait_for(writer);
	return r;
}
