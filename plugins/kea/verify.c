/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kea's own opinion of a candidate, in the smallest configuration that has it.  Where Kea is not installed there is nobody to
 * ask, and nothing to break.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "kea.h"

#define KEA "/usr/sbin/kea-dhcp4"
#define CANDIDATE_MAX (16u << 20)
#define SAID_MAX 16000

/* It reads its configuration from a pipe: where a profile keeps it to its own folders it could read no file of ours. */
static void __attribute__((noreturn)) run(int in, int out)
{
	if (dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0)
		execl(KEA, KEA, "-t", "/dev/stdin", (char *)NULL);
	_exit(126);
}

/* In a process of its own: the pipe is smaller than a configuration may be. */
static void __attribute__((noreturn)) hand_over(int out, const struct text *whole)
{
	size_t done = 0;
	ssize_t n;

	while (done < whole->length && (n = write(out, whole->bytes + done, whole->length - done)) > 0)
		done += (size_t)n;
	_exit(0);
}

static void read_all(int fd, struct text *said)
{
	char bytes[512];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && said->length < SAID_MAX)
			text_add_bytes(said, bytes, (size_t)n);
}

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -ECHILD;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

/* Runs it and collects what it says; returns its exit status or a negative errno. */
static int ask(const struct text *whole, struct text *said)
{
	int in[2], out[2], r;
	pid_t writer, kea;

	if (pipe2(in, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(out, O_CLOEXEC) < 0) {
		r = -errno;
		close(in[0]);
		close(in[1]);
		return r;
	}
	kea = fork();
	if (kea == 0)
		run(in[0], out[1]);
	close(in[0]);
	close(out[1]);
	writer = fork();
	if (writer == 0)
		hand_over(in[1], whole);
	close(in[1]);
	if (kea > 0)
		read_all(out[0], said);
	close(out[0]);
	r = wait_for(kea);
	wait_for(writer);
	return r;
}

static int wrap(const char *candidate, struct text *whole)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length;
	int r = file_read(candidate, CANDIDATE_MAX, &bytes, &length);

	if (r < 0)
		return r;
	text_add(whole, "{ \"Dhcp4\": { \"interfaces-config\": { \"interfaces\": [ ] },\n"
		 "\"lease-database\": { \"type\": \"memfile\", \"persist\": false },\n\"client-classes\": [\n");
	text_add_bytes(whole, bytes, length);
	text_add(whole, "] } }\n");
	return whole->error;
}

/* The line that says what is wrong. */
static const char *complaint(struct text *said)
{
	char *line = said->bytes != NULL ? strstr(said->bytes, "Error encountered: ") : NULL;

	if (line == NULL)
		line = said->bytes;
	if (line != NULL)
		line[strcspn(line, "\n")] = '\0';
	return line != NULL ? line : "";
}

int kea_verify(const char *candidate, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text whole = TEXT_INIT;
	CLEANUP_TEXT struct text said = TEXT_INIT;
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	int r;

	if (access(KEA, X_OK) < 0)
		return 0;
	r = wrap(candidate, &whole);
	if (r == 0)
		r = ask(&whole, &said);
	if (r <= 0)
		return r;
	text_add_escaped(&shown, complaint(&said));
	diagnostics_add(findings, PXEBOOT_ERROR, "kea.test", (struct location){ candidate, 0 },
			"kea-dhcp4 refuses the classes: '%s'", shown.bytes != NULL ? shown.bytes : "");
	return -EBADMSG;
}
