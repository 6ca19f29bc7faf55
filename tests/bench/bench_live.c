/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_live: scripts rendered live by pxeboot-fastcgi, which has a policy of 100,000 hosts and writes down who asks,
 * behind the real nginx; 64 connections that are kept ask for those of 1,000 machines; beside the same nginx handing
 * out the files that stand for them in the boot root.  What a program that answers everybody the same reaches in its place
 * is beside those, too: no live answer can be had for less.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "bench.h"
#include "fleet.h"
#include "web.h"

#define RUNS 7
#define CONNECTIONS 64
#define REPLY_MAX 8192
#define MACHINES 1000			/* of the fleet that ask */
#define PATIENCE 10000			/* milliseconds */

enum source { LIVE, CONSTANT, FILES };

struct connection {
	int fd;
	unsigned host;			/* that was asked for */
	size_t length;			/* of what has come of the reply */
	char reply[REPLY_MAX + 1];
};

struct subject {
	const struct bench *bench;
	struct web web;
	struct connection connections[CONNECTIONS];
	unsigned hosts, requests;
	uint64_t seed;
};

/* ---- One connection ---- */

static void open_connections(struct subject *subject)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(HTTP_PORT),
				       .sin_addr.s_addr = htonl(LAB_SERVER_IP) };

	lab_client_side(&subject->web.lab);
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		BENCH_MUST(subject->bench, fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
		subject->connections[i].fd = fd;
	}
}

static void close_connections(struct subject *subject)
{
	for (unsigned i = 0; i < CONNECTIONS; i++)
		close(subject->connections[i].fd);
}

static void send_request(struct subject *subject, struct connection *connection, enum source source)
{
	char request[200], separator = source == FILES ? '-' : ':', mac[18];
	uint8_t bytes[6];
	int length;

	connection->host = (unsigned)(bench_random(&subject->seed) % MACHINES) * (subject->hosts / MACHINES);
	connection->length = 0;
	fleet_mac(connection->host, bytes);
	for (int i = 0; i < 6; i++)
		snprintf(mac + 3 * i, sizeof(mac) - 3 * (size_t)i, "%02x%c", bytes[i], i < 5 ? separator : '\0');
	length = snprintf(request, sizeof(request), "GET %s%s%s HTTP/1.1\r\nHost: lab\r\n\r\n",
			  source == FILES ? "/hosts/" : "/live/boot.ipxe?arch=x64-uefi&mac=", mac,
			  source == FILES ? ".ipxe" : "");
	BENCH_MUST(subject->bench, send(connection->fd, request, (size_t)length, MSG_NOSIGNAL) == length);
}

/* Bytes of the whole reply; 0 while its head is not there. */
static size_t length_of(const struct connection *connection)
{
	const char *end = strstr(connection->reply, "\r\n\r\n");
	const char *length = strcasestr(connection->reply, "\r\ncontent-length: ");
	const char *chunks = strcasestr(connection->reply, "\r\ntransfer-encoding: chunked");

	if (!end)
		return 0;
	if (chunks && chunks < end) {
		const char *last = strstr(end, "\r\n0\r\n\r\n");

		return last ? (size_t)(last + 7 - connection->reply) : REPLY_MAX;
	}
	return (size_t)(end + 4 - connection->reply) + (length ? strtoul(length + 18, NULL, 10) : 0);
}

static void check(const struct subject *subject, const struct connection *connection, enum source source)
{
	char wanted[40];

	snprintf(wanted, sizeof(wanted), "/profiles/p%u.ipxe ", connection->host % FLEET_PROFILES);
	if (source == CONSTANT)
		wanted[0] = '\0';
	if (strncmp(connection->reply, "HTTP/1.1 200 ", 13) != 0 || strstr(connection->reply, wanted) == NULL)
		bench_fail(subject->bench, "host %u: no '%s' in: %.1000s", connection->host, wanted, connection->reply);
}

/* True when the reply is there. */
static bool take(const struct subject *subject, struct connection *connection, enum source source)
{
	ssize_t n = recv(connection->fd, connection->reply + connection->length, REPLY_MAX - connection->length, 0);
	size_t length;

	BENCH_MUST(subject->bench, n > 0);
	connection->length += (size_t)n;
	connection->reply[connection->length] = '\0';
	length = length_of(connection);
	if (length == 0 || connection->length < length)
		return false;
	check(subject, connection, source);
	return true;
}

/* ---- All of them ---- */

/* Requests a second. */
static double ask(struct subject *subject, enum source source)
{
	struct pollfd polls[CONNECTIONS];
	unsigned sent = CONNECTIONS, taken = 0;
	double begun = bench_now();

	for (unsigned i = 0; i < CONNECTIONS; i++) {
		polls[i] = (struct pollfd) { .fd = subject->connections[i].fd, .events = POLLIN };
		send_request(subject, &subject->connections[i], source);
	}
	while (taken < subject->requests) {
		BENCH_MUST(subject->bench, poll(polls, CONNECTIONS, PATIENCE) > 0);
		for (unsigned i = 0; i < CONNECTIONS; i++) {
			if (!(polls[i].revents & (POLLIN | POLLHUP | POLLERR)) || !take(subject, &subject->connections[i], source))
				continue;
			taken++;
			if (sent++ < subject->requests)
				send_request(subject, &subject->connections[i], source);
		}
	}
	return taken / (bench_now() - begun);
}

/* Of the boot root only the files that are asked for; hosts come in the order of the policy. */
static void write_hosts(const struct subject *subject, const struct pxeboot_policy *policy)
{
	struct pxeboot_tree *tree;
	struct pxeboot_entry entry;
	char name[100];
	unsigned host = 0;

	BENCH_MUST(subject->bench, pxeboot_tree_new(policy, NULL, &tree) == 0);
	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++) {
		if (strncmp(entry.path, "hosts/5", strlen("hosts/5")) != 0 || host++ % (subject->hosts / MACHINES) != 0)
			continue;
		snprintf(name, sizeof(name), "root/%s", entry.path);
		lab_write(&subject->web.lab, name, entry.bytes);
	}
	BENCH_MUST(subject->bench, host == subject->hosts);
	pxeboot_tree_free(tree);
}

static void prepare(struct subject *subject)
{
	struct lab *lab = &subject->web.lab;
	CLEANUP_TEXT struct text server = TEXT_INIT;
	CLEANUP_FREE char *root = lab_path(lab, "root");
	struct fleet fleet = { .hosts = subject->hosts, .groups = 50, .root = root };

	text_addf(&server, "live = \"http://" LAB_SERVER ":8080/live\"; state = \"%s/state\";\n", lab->directory);
	fleet.server = server.bytes;
	CLEANUP_FREE char *text = fleet_text(subject->bench, &fleet);
	struct pxeboot_policy *policy = lab_policy(lab, text);

	bench_tell(subject->bench, "a boot root");
	write_hosts(subject, policy);
	pxeboot_policy_unref(policy);
	BENCH_MUST(subject->bench, web_start_server(&subject->web, WEB_NGINX));
	BENCH_MUST(subject->bench, web_start_fastcgi(&subject->web, "1"));
}

/* In the place of pxeboot-fastcgi. */
static void start_constant(struct subject *subject)
{
	CLEANUP_FREE char *program = bench_built(subject->bench, "tests/bench/bench_constant");
	CLEANUP_FREE char *socket = lab_path(&subject->web.lab, "socket");
	const char *const argv[] = { program, socket, NULL };
	int status = 0;

	subject->web.fastcgi = lab_start(&subject->web.lab, argv, "constant.log");
	for (int i = 0; i < 500 && status != 200; i++) {
		usleep(10000);
		status = web_ask("GET", "/live/boot.ipxe", NULL, NULL);
	}
	BENCH_MUST(subject->bench, status == 200);
}

static void measure(struct subject *subject, enum source source, const char *what, struct bench_row row)
{
	struct bench_figures figures = { .n = 0 };

	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		bench_tell(subject->bench, "%s", what);
		double ours = ask(subject, source);

		bench_add(&figures, ours, ask(subject, FILES));
	}
	row.what = what;
	bench_print(&row, &figures);
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { WEB_NGINX, "nginx-light", NULL };
	static struct subject subject;
	struct bench bench;
	char what[60];
	struct bench_row row = {
		.name = "live", .unit = "requests/s", .beside = "nginx, the static file",
		.goal = BENCH_RATIO_AT_LEAST, .least_or_most = 0.4,
	};

	lab_begin(&subject.web.lab, programs);
	bench_begin(&bench, argc, argv);
	subject.bench = &bench;
	subject.hosts = bench.quick ? 1000 : 100000;
	subject.requests = bench.quick ? 500 : 20000;
	prepare(&subject);
	open_connections(&subject);
	snprintf(what, sizeof(what), "%u hosts, %u connections", subject.hosts, CONNECTIONS);
	measure(&subject, LIVE, what, row);
	BENCH_MUST(&bench, web_stop_fastcgi(&subject.web) == 0);
	start_constant(&subject);
	row.goal = BENCH_NO_GOAL;
	measure(&subject, CONSTANT, "the same, by FastCGI", row);
	web_kill_fastcgi(&subject.web);
	close_connections(&subject);
	lab_stop(&subject.web.server);
	lab_end(&subject.web.lab);
	return bench_end(&bench);
}
