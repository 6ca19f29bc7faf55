/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot-dnsmasq-hook: dnsmasq's dhcp-script.  It looks on, writes down and prepares; no boot waits for it, and
 * whatever happens here, it ends with 0 and soon: dnsmasq runs one script at a time.
 *
 * Its own part and the administrator's next script are children that are killed when their time is over, so that not
 * even a disk that hangs can hold the hook itself.  The own part tells whether there is a next script at all.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/macro.h"
#include "event.h"
#include "hook_conf.h"
#include "hook_link.h"

#define OWN_SECONDS 1
#define LOG_SECONDS 1
#define LINES_MAX 4			/* in the log, for one event */
#define NEXT_SECONDS 30

extern char **environ;

/* How a part has ended, as a process's status. */
enum end {
	END_ALL,			/* nothing is left to do */
	END_NEXT,			/* there is a next script */
	END_UNKNOWN,			/* nobody knows */
};

struct hook {
	int argc;
	char **argv;
	sigset_t mask;				/* as dnsmasq gave them to us */
	void (*on_alarm)(int);
};

/* ---- Its own part ---- */

/* dnsmasq reads what a script prints until nobody can print any more: a process that a dead disk holds must not be able
 * to. */
static bool leave_output(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	return null >= 0 && dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0;
}

static int read_conf(struct hook_conf *ret_conf)
{
	CLEANUP_FREE char *path = hook_conf_path();
	int r = path != NULL ? hook_conf_read(path, ret_conf) : -ENOMEM;

	if (r == -EBADMSG)
		syslog(LOG_WARNING, "hook.conf:%u: expected %s", ret_conf->bad_line, ret_conf->expected);
	else if (r < 0)
		syslog(LOG_WARNING, "can't read hook.conf: %s", hook_conf_why(r));
	return r;
}

/* A store that is broken must not flood the log. */
struct speech {
	unsigned lines;
};

static void say(void *context, int priority, const char *text)
{
	struct speech *speech = context;

	if (speech->lines++ < LINES_MAX)
		syslog(priority, "%s", text);
}

static void record(const struct hook_conf *conf, const struct hook *hook)
{
	struct speech speech = { 0 };
	const struct life_conf life_conf = {
		.root = conf->root, .state = conf->state, .user_class = conf->user_class,
		.own_archs = hook_conf_own(conf),
		.is_served_by_dhcp = hook_conf_served_by_dhcp(conf), .is_brief = true, .say = say, .context = &speech,
	};
	struct life *life = NULL;
	int r = life_new(&life_conf, &life);

	if (r == 0)
		r = dnsmasq_event(life, hook->argc, hook->argv, environ, time(NULL));
	if (r < 0 && speech.lines == 0)
		syslog(LOG_WARNING, "%s: nothing is recorded: %s", conf->state, strerror(-r));
	life_free(life);
}

static enum end own_part(const struct hook *hook)
{
	struct hook_conf conf = HOOK_CONF_NONE;
	enum end end;

	/* Whatever becomes of the process that watches this one: who ends so says nothing of a next script. */
	signal(SIGALRM, SIG_DFL);
	alarm(OWN_SECONDS + 1);
	if (!leave_output())
		return END_UNKNOWN;
	if (read_conf(&conf) < 0)
		return END_ALL;
	end = conf.next != NULL ? END_NEXT : END_ALL;
	if (conf.root == NULL)
		syslog(LOG_WARNING, "hook.conf: no root, there is nothing to do");
	else
		hook_link(conf.root, hook->argc, hook->argv, environ);
	if (conf.root != NULL && conf.state != NULL)
		record(&conf, hook);
	hook_conf_free(&conf);
	return end;
}

/* ---- The next script ---- */

/* The same arguments, environment and signals; only argv[0] says who it is. */
static enum end next_part(const struct hook *hook)
{
	CLEANUP_FREE char *path = hook_conf_path();
	struct hook_conf conf = HOOK_CONF_NONE;
	struct stat status;

	if (path == NULL || hook->argc < 1 || hook_conf_read(path, &conf) < 0 || conf.next == NULL)
		return END_ALL;	/* the own part has said what is wrong with it */
	if (stat(conf.next, &status) == 0 && (status.st_mode & S_IWOTH)) {
		syslog(LOG_WARNING, "the next script is not run, for everybody may write it: chmod o-w");
		return END_ALL;
	}
	hook->argv[0] = conf.next;
	signal(SIGALRM, hook->on_alarm);
	sigprocmask(SIG_SETMASK, &hook->mask, NULL);
	execv(conf.next, hook->argv);
	syslog(LOG_WARNING, "can't run the next script: %s", strerror(errno));
	return END_ALL;
}

static enum end end_of(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) <= END_NEXT ? (enum end)WEXITSTATUS(status) : END_UNKNOWN;
}

/* Waits for SIGCHLD, which is blocked.  False when the time is over. */
static bool wait_seconds(pid_t pid, int seconds, enum end *ret_end)
{
	struct timespec now, until;
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += seconds;
	for (;;) {
		pid_t ended = waitpid(pid, &status, WNOHANG);
		struct timespec left;

		if (ended != 0) {
			*ret_end = ended > 0 ? end_of(status) : END_UNKNOWN;
			return true;
		}
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

/* False when its time was over.  A child that can't be killed either is left to itself: nobody waits for it. */
static bool run(const struct hook *hook, enum end (*part)(const struct hook *), int seconds, enum end *ret_end)
{
	pid_t pid = fork();

	*ret_end = END_UNKNOWN;
	if (pid == 0) {
		setpgid(0, 0);
		_exit(part(hook));
	}
	if (pid < 0)
		syslog(LOG_WARNING, "can't start a process: %s", strerror(errno));
	if (pid < 0 || wait_seconds(pid, seconds, ret_end))
		return true;
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	return false;
}

static enum end complain_of_own(const struct hook *hook)
{
	if (leave_output())
		syslog(LOG_WARNING, "its own part took longer than %d s and was stopped", OWN_SECONDS);
	return END_ALL;
}

static enum end complain_of_next(const struct hook *hook)
{
	if (leave_output())
		syslog(LOG_WARNING, "the next script took longer than %d s and was stopped", NEXT_SECONDS);
	return END_ALL;
}

/* The log may stand on the disk that hangs: the complaint has a process of its own, too. */
static void run_all(const struct hook *hook)
{
	enum end end, of_complaint;

	if (!run(hook, own_part, OWN_SECONDS, &end))
		run(hook, complain_of_own, LOG_SECONDS, &of_complaint);
	if (end != END_ALL && !run(hook, next_part, NEXT_SECONDS, &end))
		run(hook, complain_of_next, LOG_SECONDS, &of_complaint);
}

/* The last resort. */
static void end_now(int number)
{
	_exit(0);
}

static const char help[] =
	"Usage: pxeboot-dnsmasq-hook add|old|del MAC ADDRESS [HOSTNAME]\n"
	"       pxeboot-dnsmasq-hook tftp SIZE ADDRESS FILE\n\n"
	"dnsmasq's dhcp-script: records what machines do, ends their one-shot boots, keeps\n"
	"clients/ADDRESS in the boot root a link to the loader of the machine's architecture, then runs\n"
	"the script that hook.conf names as next. dnsmasq gives it all that it needs to know; it always\n"
	"exits 0 and reports to syslog. See pxeboot-dnsmasq-hook(8).\n";

int main(int argc, char **argv)
{
	struct hook hook = { .argc = argc, .argv = argv };
	sigset_t ours;

	if (argc < 2 || strcmp(argv[1], "--help") == 0) {
		fputs(help, stdout);
		return 0;
	}

	openlog("pxeboot-dnsmasq-hook", LOG_PID, LOG_DAEMON);
	/* dnsmasq hands SIGALRM down ignored. */
	hook.on_alarm = signal(SIGALRM, end_now);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&ours);
	sigaddset(&ours, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &ours, &hook.mask);
	sigemptyset(&ours);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, NULL);
	alarm(OWN_SECONDS + NEXT_SECONDS + 2 * LOG_SECONDS + 2);
	run_all(&hook);
	return 0;
}
