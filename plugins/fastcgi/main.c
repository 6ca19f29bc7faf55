/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot-fastcgi: answers for machines that boot, live, behind a web server.  No machine needs it: whoever gets no
 * answer goes on with the files of the boot root.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/scalar.h"
#include "plugin.h"
#include "server.h"

#define NAME "pxeboot-fastcgi"

static const char help[] =
	"Usage: " NAME " [OPTION...]\n\n"
	"Answers machines that boot, for a web server that speaks FastCGI.  The socket to listen\n"
	"at is standard input, as spawn-fcgi(1) and systemd hand it over, or --listen's.\n\n"
	"  -c, --config FILE      the policy (default: $PXEBOOT_CONFIG/pxeboot.conf, else\n"
	"                         " PXEBOOT_SYSCONFDIR "/pxeboot.conf)\n"
	"  -l, --listen PATH      make a Unix socket there\n"
	"  -t, --threads N        read requests and write answers in N threads (default: 1)\n"
	"  -e, --stderr           say what goes to syslog on standard error, too\n"
	"  -h, --help             this text\n"
	"  -V, --version          the version\n\n"
	"See pxeboot-fastcgi(8).\n";

struct settings {
	const char *policy_path, *listen_path;
	uint32_t threads;
	bool to_stderr;
};

static int usage(const char *problem, const char *what)
{
	fprintf(stderr, NAME ": %s%s\nTry '" NAME " --help'.\n", problem, what);
	return EXIT_USAGE;
}

/* -1 to go on, else the exit code. */
static int take_option(int option, struct settings *settings)
{
	switch (option) {
	case 'c':
		settings->policy_path = optarg;
		return -1;
	case 'l':
		settings->listen_path = optarg;
		return -1;
	case 't':
		if (scalar_u32(optarg, 1, SERVER_THREADS_MAX, &settings->threads))
			return usage("--threads takes a number from 1 to 64, not ", optarg);
		return -1;
	case 'e':
		settings->to_stderr = true;
		return -1;
	case 'h':
		fputs(help, stdout);
		return EXIT_FINE;
	case 'V':
		printf(NAME " %s\n", pxeboot_version());
		return EXIT_FINE;
	}
	fputs("Try '" NAME " --help'.\n", stderr);	/* getopt has said what is wrong */
	return EXIT_USAGE;
}

static int take_options(int argc, char **argv, struct settings *settings)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' }, { "listen", required_argument, NULL, 'l' },
		{ "threads", required_argument, NULL, 't' }, { "stderr", no_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' }, { "version", no_argument, NULL, 'V' }, { NULL, 0, NULL, 0 },
	};
	int option, code = -1;

	while (code < 0 && (option = getopt_long(argc, argv, "c:l:t:ehV", options, NULL)) != -1)
		code = take_option(option, settings);
	if (code < 0 && optind < argc)
		code = usage("unexpected argument ", argv[optind]);
	return code;
}

/* The caller frees it. */
static char *policy_path(const struct settings *settings)
{
	const char *directory = getenv("PXEBOOT_CONFIG");
	char *path = NULL;

	if (settings->policy_path)
		return strdup(settings->policy_path);
	if (asprintf(&path, "%s/pxeboot.conf", directory && *directory ? directory : PXEBOOT_SYSCONFDIR) < 0)
		return NULL;
	return path;
}

/* ---- Running ---------------------------------------------------------------------------------------------------- */

static int say_failure(const char *what, int error)
{
	syslog(LOG_ERR, "%s: %s", what, strerror(-error));
	fprintf(stderr, NAME ": %s: %s\n", what, strerror(-error));
	return EXIT_SYSTEM;
}

static bool listens(int socket)
{
	int on = 0;
	socklen_t length = sizeof(on);

	return getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &on, &length) == 0 && on;
}

/* Looks after the policy once a second.  A hung disk holds this thread and nobody else. */
struct looker {
	struct current *current;
	int end;			/* can be read from when it is time */
	pthread_t thread;
};

static void *look_on(void *context)
{
	const struct looker *looker = context;
	struct pollfd end = { .fd = looker->end, .events = POLLIN };

	while (poll(&end, 1, 1000) <= 0)
		current_look(looker->current);
	return NULL;
}

static int looker_start(struct looker *looker, struct current *current)
{
	*looker = (struct looker){ .current = current, .end = eventfd(0, EFD_CLOEXEC) };
	return looker->end < 0 ? -errno : -pthread_create(&looker->thread, NULL, look_on, looker);
}

/* Is it at its end?  A second is enough where no disk hangs and the policy is no giant. */
static bool looker_stop(struct looker *looker)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	return eventfd_write(looker->end, 1) == 0 && pthread_timedjoin_np(looker->thread, NULL, &until) == 0;
}

static void wait_for_end(const sigset_t *signals)
{
	int number;

	while (sigwait(signals, &number))
		;
}

/* What is still at work then is left to the end of the process. */
static void end(struct service *service, struct looker *looker, struct server *server)
{
	bool looks = !looker_stop(looker);

	if (server_stop(server))
		return;
	machines_free(service->machines);
	if (!looks)
		current_free(service->current);
}

static int run(int socket, const struct settings *settings, struct service *service)
{
	struct looker looker;
	struct server *server;
	sigset_t signals;
	int r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	r = machines_new(service->log, &service->machines);
	if (!r)
		r = looker_start(&looker, service->current);
	if (!r)
		r = server_start(socket, settings->threads, service, &server);
	if (r)
		return say_failure("it can't start", r);
	wait_for_end(&signals);
	if (settings->listen_path)
		unlink(settings->listen_path);
	end(service, &looker, server);
	return EXIT_FINE;
}

static int start(const struct settings *settings)
{
	CLEANUP_FREE char *path = policy_path(settings);
	struct log log;
	struct service service = { .log = &log };
	int socket = STDIN_FILENO, r;

	log_init(&log);
	r = path ? current_new(path, &log, &service.current) : -ENOMEM;
	if (r) {
		say_failure(path ? path : "the policy", r);
		return r == -EBADMSG ? EXIT_FINDINGS : EXIT_SYSTEM;
	}
	if (settings->listen_path) {
		r = server_listen(settings->listen_path, &socket);
		if (r)
			return say_failure(settings->listen_path, r);
	} else if (!listens(socket)) {
		return usage("standard input is no socket that listens: use --listen, spawn-fcgi(1) or systemd", "");
	}
	return run(socket, settings, &service);
}

int main(int argc, char **argv)
{
	struct settings settings = { .threads = SERVER_THREADS };
	int code = take_options(argc, argv, &settings);

	if (code >= 0)
		return code;
	openlog(NAME, LOG_PID | (settings.to_stderr ? LOG_PERROR : 0), LOG_DAEMON);
	return start(&settings);
}
