/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tftpd_trace.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { RRQ = 1, WRQ = 2, ERROR = 5, PATIENCE = 5000, LARGEST = 65536 };

#define REWRITE ": rewrite: "
#define ABORT ": abort: "
#define REMAPPED " remapped to "

static void __attribute__((noreturn)) skip(const char *what)
{
	printf("1..0 # SKIP %s: %s (run it as root)\n", what, strerror(errno));
	exit(EXIT_SKIPPED);
}

void tftpd_log_begin(struct tftpd_log *log)
{
	struct sockaddr_un place = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };

	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("dev", "/dev", "tmpfs", 0, NULL) < 0)
		skip("no right to make a mount namespace");
	log->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (log->fd < 0 || bind(log->fd, (struct sockaddr *)&place, sizeof(place)) < 0 || chmod("/dev/log", 0666) < 0)
		skip("/dev/log");
}

/* ---- Asking ---- */

static int open_client(const char *address, struct sockaddr_in6 *ret_server, socklen_t *ret_length)
{
	struct sockaddr_in6 local6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in local4 = { .sin_family = AF_INET };
	struct sockaddr_in server4 = { .sin_family = AF_INET, .sin_port = htons(69) };
	bool ip6 = strchr(address, ':') != NULL;
	int fd = socket(ip6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*ret_server = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(69),
					     .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	*ret_length = ip6 ? sizeof(*ret_server) : sizeof(server4);
	server4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!ip6)
		memcpy(ret_server, &server4, sizeof(server4));
	if (fd < 0 || inet_pton(ip6 ? AF_INET6 : AF_INET, address, ip6 ? (void *)&local6.sin6_addr :
								     (void *)&local4.sin_addr) != 1 ||
	    bind(fd, ip6 ? (struct sockaddr *)&local6 : (struct sockaddr *)&local4,
		 ip6 ? sizeof(local6) : sizeof(local4)) < 0)
		abort();
	return fd;
}

static int send_request(const char *address, const char *name, bool put)
{
	CLEANUP_TEXT struct text request = TEXT_INIT;
	struct sockaddr_in6 server;
	socklen_t length;
	int fd = open_client(address, &server, &length);

	text_add_bytes(&request, put ? "\0\2" : "\0\1", 2);
	text_add_bytes(&request, name, strlen(name) + 1);
	text_add_bytes(&request, "octet", 6);
	if (request.error != 0 ||
	    sendto(fd, request.bytes, request.length, 0, (struct sockaddr *)&server, length) < 0)
		abort();
	return fd;
}

/* ---- Reading the log ---- */

struct reading {
	const char *name;
	struct text *trace;
	struct text rewrite;		/* the last one, which counts when no other of the same rule follows */
	unsigned rule;
	bool ended;
};

static void end_rewrite(struct reading *reading)
{
	if (reading->rewrite.length > 0)
		text_addf(reading->trace, "rule %u: %s\n", reading->rule, reading->rewrite.bytes);
	text_free(&reading->rewrite);
}

static void take_rule(struct reading *reading, const char *message)
{
	const char *at = strchr(message, ':');
	unsigned rule = (unsigned)strtoul(message, NULL, 10);

	if (at != NULL && strncmp(at, REWRITE, strlen(REWRITE)) == 0) {
		if (reading->rule != rule)
			end_rewrite(reading);
		text_free(&reading->rewrite);
		text_addf(&reading->rewrite, "'%s'", at + strlen(REWRITE));
		reading->rule = rule;
		return;
	}
	end_rewrite(reading);
	if (at != NULL && strncmp(at, ABORT, strlen(ABORT)) == 0)
		text_addf(reading->trace, "refused by rule %u", rule);
}

/* "RRQ from ADDRESS filename NAME\n", or with " remapped to NAME" before the line's end. */
static void take_request(struct reading *reading, const char *message)
{
	const char *name = strstr(message, " filename ");
	size_t length = strlen(reading->name);

	if (name == NULL)
		return;
	name += strlen(" filename ");
	if (strncmp(name + length, REMAPPED, strlen(REMAPPED)) == 0)
		name += length + strlen(REMAPPED);
	text_addf(reading->trace, "named: '%.*s'\n", (int)strlen(name) - 1, name);
	reading->ended = true;
}

static void take_message(struct reading *reading, char *message)
{
	static const char rule[] = "remap: rule ", loop[] = "remap: Breaking loop";
	char *text = strstr(message, "]: ");

	if (text == NULL)
		return;
	text += 3;
	if (strncmp(text, rule, strlen(rule)) == 0) {
		take_rule(reading, text + strlen(rule));
		return;
	}
	end_rewrite(reading);
	if (strncmp(text, loop, strlen(loop)) == 0)
		text_add(reading->trace, "too many visits");
	else if (strncmp(text, "RRQ ", 4) == 0 || strncmp(text, "WRQ ", 4) == 0)
		take_request(reading, text);
}

static bool take_log(const struct tftpd_log *log, struct reading *reading, char *bytes)
{
	ssize_t length = recv(log->fd, bytes, LARGEST, MSG_DONTWAIT);

	if (length <= 0)
		return false;
	bytes[length] = '\0';
	take_message(reading, bytes);
	return true;
}

/* The answer comes after all that the log says; the text of a refusal is in it alone. */
static void take_answer(struct reading *reading, int fd, char *bytes)
{
	ssize_t length = recv(fd, bytes, LARGEST, 0);

	if (length < 4 || bytes[1] != ERROR || reading->ended)
		return;
	bytes[length] = '\0';
	text_addf(reading->trace, ": '%s'\n", bytes + 4);
}

void tftpd_ask(const struct tftpd_log *log, const char *address, const char *name, bool put, struct text *trace)
{
	struct reading reading = { .name = name, .trace = trace };
	CLEANUP_FREE char *bytes = malloc(LARGEST + 1);
	struct pollfd fds[2] = { { .fd = log->fd, .events = POLLIN }, { .events = POLLIN } };

	if (bytes == NULL)
		abort();
	while (recv(log->fd, bytes, LARGEST, MSG_DONTWAIT) >= 0)
		;	/* of the request before */
	fds[1].fd = send_request(address, name, put);
	while (fds[1].revents == 0 && poll(fds, 2, PATIENCE) > 0)
		while (take_log(log, &reading, bytes))
			;
	while (take_log(log, &reading, bytes))
		;
	if (fds[1].revents == 0)
		text_add(trace, "no answer\n");
	else
		take_answer(&reading, fds[1].fd, bytes);
	close(fds[1].fd);
	text_free(&reading.rewrite);
}
