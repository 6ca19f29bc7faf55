/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Differences, by diff(1), which reads the new bytes from its standard input.
 */
#include "difference.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "base/file.h"

#define LIMIT (64 << 20)

static bool same_file(const char *path, const struct pxeboot_entry *entry)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length;

	return file_read(path, LIMIT, &bytes, &length) == 0 && length == entry->length &&
	       memcmp(bytes, entry->bytes, length) == 0;
}

static int link_show(const char *path, const struct pxeboot_entry *entry)
{
	char now[4096];
	ssize_t length = readlink(path, now, sizeof(now) - 1);

	if (length >= 0 && (size_t)length == entry->length && memcmp(now, entry->bytes, entry->length) == 0)
		return 0;
	printf("link %s -> %s\n", path, entry->bytes);
	return 1;
}

static void run_diff(const char *path, int in, int out)
{
	const char *old = access(path, F_OK) == 0 ? path : "/dev/null";

	signal(SIGPIPE, SIG_DFL);		/* who reads the first lines only is not told of each file */
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execlp("diff", "diff", "-u", "--label", path, "--label", path, old, "-", (char *)NULL);
	_exit(127);
}

/* diff may end before it has read everything; that is no failure of ours. */
static void feed(int out, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(out, bytes, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		bytes += n;
		length -= (size_t)n;
	}
}

/* Either file may hold anything, and a terminal does what it is told. */
static void show_line(const char *line)
{
	size_t length;

	for (; *line && *line != '\n'; line += length ? length : 1) {
		length = *line == '\t' ? 1 : text_shown_length(line);
		if (length)
			fwrite(line, 1, length, stdout);
		else
			printf("\\x%02x", (unsigned char)*line);
	}
	putchar('\n');
}

/* What diff says; it has read both files before. */
static void show(int in)
{
	FILE *stream = fdopen(in, "r");
	char *line = NULL;
	size_t size = 0;

	while (stream && getline(&line, &size, stream) > 0)
		show_line(line);
	free(line);
	if (stream)
		fclose(stream);
	else
		close(in);
}

/* Starts diff: 0, with what feeds it and what it says. */
static int start_diff(const char *path, pid_t *ret_pid, int *ret_in, int *ret_out)
{
	int in[2], out[2];
	pid_t pid;

	if (pipe2(in, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(out, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		int error = errno;

		close(in[0]);
		close(in[1]);
		return -error;
	}
	if (pid == 0)
		run_diff(path, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	*ret_pid = pid;
	*ret_in = in[1];
	*ret_out = out[0];
	return 0;
}

int difference_show(const char *path, const struct pxeboot_entry *entry)
{
	int in = -1, out = -1, status, r;
	pid_t pid = -1;

	if (entry->kind == PXEBOOT_ENTRY_LINK)
		return link_show(path, entry);
	if (same_file(path, entry))
		return 0;
	if (memchr(entry->bytes, '\0', entry->length)) {
		printf("%s: %zu bytes that are no text\n", path, entry->length);
		return 1;
	}
	fflush(stdout);
	r = start_diff(path, &pid, &in, &out);
	if (r < 0)
		return r;
	signal(SIGPIPE, SIG_IGN);
	feed(in, entry->bytes, entry->length);
	close(in);
	show(out);
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		printf("%s: would change (diff(1) could not show how)\n", path);
	return 1;
}
