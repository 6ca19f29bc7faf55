/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot-dnsmasq-hook: dnsmasq's dhcp-script.  It looks on and prepares; no boot waits for it, and whatever happens
 * here, it ends with 0 and soon: dnsmasq runs one script at a time and can't shut down before that one ends.
 *
 * Its own part and the administrator's next script are children that are killed when their time is over, so that not
 * even a disk that hangs can hold the hook itself.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/macro.h"
#include "hook_conf.h"
#include "hook_link.h"

#define OWN_SECONDS 1
#define NEXT_SECONDS 30

extern char **environ;

struct hook {
	int argc;
	char **argv;
	sigset_t mask;				/* as dnsmasq gave them to us */
	void (*on_alarm)(int);
};

static void own_part(const struct hook *hook)
{
	openlog("pxeboot-dnsmasq-hook", LOG_PID, LOG_DAEMON);
	hook_link(hook->argc, hook->argv, environ);
}

/* The same arguments, environment and signals; only argv[0] says who it is. */
static void next_part(const struct hook *hook)
{
	CLEANUP_FREE char *path = hook_conf_path();
	struct hook_conf conf = { NULL, NULL, 0 };

	if (path == NULL || hook->argc < 1 || hook_conf_read(path, &conf) < 0 || conf.next == NULL)
		return;		/* the own part has said what is wrong with it */
	hook->argv[0] = conf.next;
	signal(SIGALRM, hook->on_alarm);
	sigprocmask(SIG_SETMASK, &hook->mask, NULL);
	execv(conf.next, hook->argv);
	openlog("pxeboot-dnsmasq-hook", LOG_PID, LOG_DAEMON);
	syslog(LOG_WARNING, "can't run the next script: %s", strerror(errno));
}

/* Waits for SIGCHLD, which is blocked.  False when the time is over. */
static bool wait_seconds(pid_t pid, int seconds)
{
	struct timespec now, until;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	for (;;) {
		struct timespec left;

		if (waitpid(pid, NULL, WNOHANG) != 0)
			return true;
		clock_gettime(CLOCK_MONOTONIC, &now);
		left.tv_sec = until.tv_sec - now.tv_sec;
		left.tv_nsec = until.tv_nsec - now.tv_nsec;
		if (left.tv_nsec < 0) {
			left.tv_sec--;
			left.tv_nsec += 1000000000;
		}
		if (left.tv_sec < 0)
			return false;
		sigtimedwait(&child, NULL, &left);
	}
}

/* A child that can't be killed either is left to itself: we don't wait for it. */
static void run(const struct hook *hook, void (*part)(const struct hook *), const char *what, int seconds)
{
	pid_t pid = fork();

	if (pid == 0) {
		setpgid(0, 0);
		part(hook);
		_exit(0);
	}
	if (pid < 0 || wait_seconds(pid, seconds))
		return;
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	openlog("pxeboot-dnsmasq-hook", LOG_PID, LOG_DAEMON);
	syslog(LOG_WARNING, "%s took longer than %d s and was stopped", what, seconds);
}

/* The last resort, should even syslog hang. */
static void end_now(int number)
{
	_exit(0);
}

static const char help[] =
	"Usage: pxeboot-dnsmasq-hook add|old|del MAC ADDRESS [HOSTNAME]\n\n"
	"dnsmasq's dhcp-script: keeps clients/ADDRESS in the boot root a link to the loader of the\n"
	"machine's architecture, then runs the script that hook.conf names as next.  dnsmasq gives\n"
	"it all that it needs to know; it always exits 0 and reports to syslog.\n"
	"See pxeboot-dnsmasq-hook(8).\n";

int main(int argc, char **argv)
{
	struct hook hook = { .argc = argc, .argv = argv };
	sigset_t ours;

	if (argc == 1 || strcmp(argv[1], "--help") == 0) {
		fputs(help, stdout);
		return 0;
	}

	/* dnsmasq hands SIGALRM down ignored. */
	hook.on_alarm = signal(SIGALRM, end_now);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&ours);
	sigaddset(&ours, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &ours, &hook.mask);
	sigemptyset(&ours);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, NULL);
	alarm(OWN_SECONDS + NEXT_SECONDS + 4);
	run(&hook, own_part, "its own part", OWN_SECONDS);
	run(&hook, next_part, "the next script", NEXT_SECONDS);
	return 0;
}
