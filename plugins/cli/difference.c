/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Differences, by diff(1), which reads the new bytes from its standard input.
 */
#include "difference.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void run_diff(const char *path, int in)
{
	const char *old = access(path, F_OK) == 0 ? path : "/dev/null";

	signal(SIGPIPE, SIG_DFL);		/* who reads the first lines only is not told of each file */
	dup2(in, STDIN_FILENO);
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

int difference_show(const char *path, const struct pxeboot_entry *entry)
{
	int ends[2], status;
	pid_t pid;

	if (entry->kind == PXEBOOT_ENTRY_LINK)
		return link_show(path, entry);
	if (same_file(path, entry))
		return 0;
	if (memchr(entry->bytes, '\0', entry->length)) {
		printf("%s: %zu bytes that are no text\n", path, entry->length);
		return 1;
	}
	fflush(stdout);
	if (pipe(ends) < 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close(ends[1]);
		run_diff(path, ends[0]);
	}
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	feed(ends[1], entry->bytes, entry->length);
	close(ends[1]);
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		printf("%s: would change (diff(1) could not show how)\n", path);
	return 1;
}
