/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dnsmasq's own opinion of a candidate.  Where dnsmasq is not installed there is nobody to ask, and nothing to break.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macro.h"
#include "dnsmasq.h"

#define SAID_MAX 2000

static const char *find_dnsmasq(void)
{
	static const char *const places[] = { "/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq", "/usr/bin/dnsmasq" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

static void __attribute__((noreturn)) run(const char *program, const char *candidate, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0 && dup2(null, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0)
		execl(program, program, "--test", "-C", candidate, (char *)NULL);
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

/* Runs it and collects what it says; returns its exit status or a negative errno. */
static int ask(const char *program, const char *candidate, struct text *said)
{
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		run(program, candidate, ends[1]);
	close(ends[1]);
	if (pid > 0)
		read_all(ends[0], said);
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -ECHILD;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

int dnsmasq_verify(const char *candidate, struct pxeboot_diagnostics *findings)
{
	const char *program = find_dnsmasq();
	CLEANUP_TEXT struct text said = TEXT_INIT;
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	int r;

	if (program == NULL)
		return 0;
	r = ask(program, candidate, &said);
	if (r <= 0)
		return r;
	if (said.bytes != NULL)
		said.bytes[strcspn(said.bytes, "\n")] = '\0';
	text_add_escaped(&shown, said.bytes != NULL ? said.bytes : "");
	diagnostics_add(findings, PXEBOOT_ERROR, "dnsmasq.test", (struct location){ candidate, 0 },
			"dnsmasq refuses the configuration: '%s'", shown.bytes != NULL ? shown.bytes : "");
	return -EBADMSG;
}
