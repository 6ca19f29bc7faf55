/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "storm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dhcp_client.h"
#include "fleet.h"
#include "lab.h"

#define PATIENCE 0.25			/* seconds until something is sent again: iPXE's, doubled each time */
#define LIMIT 600.0
#define BLOCK 1432
#define TEXT_MAX 8192			/* of a file that is looked at */
#define EVENTS 64

enum { TFTP_RRQ = 1, TFTP_DATA = 3, TFTP_ACK = 4, TFTP_ERROR = 5, TFTP_OACK = 6 };

struct machine {
	uint8_t mac[6];
	size_t step;
	double due, pause;		/* when to send again, and for how long that was put off */
	/* DHCP */
	uint32_t xid, offered, server;	/* 0: nothing is offered yet */
	char told[256];
	/* TFTP */
	int fd;
	uint16_t port, block;		/* the server's; the last that came */
	size_t block_size, length;
	char text[TEXT_MAX + 1];
};

struct storm {
	const struct bench *bench;
	const struct storm_step *steps;
	size_t n_steps;
	struct machine *machines;
	unsigned n, done;
	int dhcp, poll;
	uint32_t xid;			/* the last that was used */
	uint16_t port;			/* likewise */
};

static const struct storm_step *step_of(const struct storm *storm, const struct machine *machine)
{
	return &storm->steps[machine->step];
}

static void watch(const struct storm *storm, int fd, uint32_t number)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = number };

	BENCH_MUST(storm->bench, epoll_ctl(storm->poll, EPOLL_CTL_ADD, fd, &event) == 0);
}

/* @format with the machine's MAC address. */
static void fill_in(const struct machine *machine, const char *format, char *ret_text, size_t room)
{
	const char *at = strstr(format, "%s");
	const uint8_t *mac = machine->mac;

	if (at)
		snprintf(ret_text, room, "%.*s%02x-%02x-%02x-%02x-%02x-%02x%s", (int)(at - format), format, mac[0], mac[1], mac[2],
			 mac[3], mac[4], mac[5], at + 2);
	else
		snprintf(ret_text, room, "%s", format);
}

/* ---- DHCP -------------------------------------------------------------------------------------------------------- */

static void add_options(struct dhcp_packet *packet, bool ipxe)
{
	static const uint8_t size[] = { 5, 0xc0 }, undi[] = { 1, 3, 0 }, arch[] = { 0, 7 },
		asked[] = { 1, 3, 6, 7, 12, 15, 17, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135, 175 },
		features[] = { 0xb1, 5, 1, 0x1a, 0xf4, 0x10, 0, 0xeb, 3, 1, 0, 0, 0x13, 1, 1, 0x18, 1, 1, 0x27, 1, 1 };
	const char *vendor = ipxe ? "PXEClient:Arch:00007:UNDI:003010" : "PXEClient:Arch:00007:UNDI:003000";

	dhcp_packet_option(packet, 57, size, sizeof(size));
	dhcp_packet_option(packet, 55, asked, sizeof(asked));
	dhcp_packet_option(packet, 94, undi, sizeof(undi));
	dhcp_packet_option(packet, 93, arch, sizeof(arch));
	dhcp_packet_option(packet, 60, vendor, strlen(vendor));
	if (!ipxe)
		return;
	dhcp_packet_option(packet, 77, "iPXE", 4);
	dhcp_packet_option(packet, 175, features, sizeof(features));
}

static void send_question(struct storm *storm, struct machine *machine)
{
	uint32_t offered = htonl(machine->offered), server = htonl(machine->server);
	struct dhcp_packet packet;

	dhcp_packet_start(&packet, machine->offered ? DHCP_REQUEST : DHCP_DISCOVER, machine->mac, machine->xid);
	add_options(&packet, step_of(storm, machine)->what == STORM_ASK_IPXE);
	if (machine->offered) {
		dhcp_packet_option(&packet, 50, &offered, sizeof(offered));
		dhcp_packet_option(&packet, 54, &server, sizeof(server));
	}
	dhcp_packet_end(&packet);
	(void)!dhcp_send(storm->dhcp, &packet);		/* what is lost is sent again */
}

/* ---- TFTP -------------------------------------------------------------------------------------------------------- */

static void send_request(const struct storm *storm, const struct machine *machine)
{
	static const char options[] = "octet\0blksize\0" "1432\0tsize\0" "0";
	const struct storm_step *step = step_of(storm, machine);
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(69), .sin_addr.s_addr = htonl(LAB_SERVER_IP) };
	char packet[512] = { 0, TFTP_RRQ };
	size_t length;

	fill_in(machine, step->what == STORM_FETCH_TOLD ? machine->told : step->file, packet + 2, 256);
	length = 2 + strlen(packet + 2) + 1;
	memcpy(packet + length, options, sizeof(options));
	(void)!sendto(machine->fd, packet, length + sizeof(options), 0, (struct sockaddr *)&to, sizeof(to));
}

static void send_ack(const struct machine *machine)
{
	const uint8_t packet[] = { 0, TFTP_ACK, (uint8_t)(machine->block >> 8), (uint8_t)machine->block };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(machine->port),
				  .sin_addr.s_addr = htonl(LAB_SERVER_IP) };

	(void)!sendto(machine->fd, packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to));
}

/* ---- Steps ------------------------------------------------------------------------------------------------------- */

static void put_off(struct machine *machine, double pause, double now)
{
	machine->pause = pause;
	machine->due = now + pause;
}

static void send_now(struct storm *storm, struct machine *machine)
{
	if (step_of(storm, machine)->what <= STORM_ASK_IPXE)
		send_question(storm, machine);
	else if (machine->port)
		send_ack(machine);
	else
		send_request(storm, machine);
}

/* On a port that no other had: an answer that comes twice, or late, finds nobody. */
static int open_socket(struct storm *storm)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(++storm->port) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	BENCH_MUST(storm->bench, fd >= 0 && bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0);
	return fd;
}

static void begin_step(struct storm *storm, struct machine *machine, double now)
{
	machine->offered = 0;
	machine->xid = ++storm->xid;
	machine->port = machine->block = 0;
	machine->block_size = 512;
	machine->length = 0;
	if (step_of(storm, machine)->what > STORM_ASK_IPXE) {
		machine->fd = open_socket(storm);
		watch(storm, machine->fd, (uint32_t)(machine - storm->machines));
	}
	put_off(machine, PATIENCE, now);
	send_now(storm, machine);
}

static void end_step(struct storm *storm, struct machine *machine, double now)
{
	if (machine->fd >= 0)
		close(machine->fd);
	machine->fd = -1;
	machine->step++;
	if (machine->step < storm->n_steps)
		begin_step(storm, machine, now);
	else
		storm->done++;
}

static void check_file(const struct storm *storm, struct machine *machine)
{
	const struct storm_step *step = step_of(storm, machine);
	char says[256];

	machine->text[machine->length < TEXT_MAX ? machine->length : TEXT_MAX] = '\0';
	if (step->what == STORM_MISS || (step->length && step->length != machine->length))
		bench_fail(storm->bench, "step %zu: %zu bytes came", machine->step, machine->length);
	if (!step->says)
		return;
	fill_in(machine, step->says, says, sizeof(says));
	if (!strstr(machine->text, says))
		bench_fail(storm->bench, "step %zu: no '%s' in: %s", machine->step, says, machine->text);
}

/* ---- Answers ----------------------------------------------------------------------------------------------------- */

static void take_answer(struct storm *storm, struct machine *machine, const struct dhcp_reply *reply, double now)
{
	BENCH_MUST(storm->bench, reply->type == DHCP_OFFER || reply->type == DHCP_ACK);
	if (reply->type == DHCP_OFFER && !machine->offered) {
		machine->offered = reply->yiaddr;
		machine->server = reply->server;
		put_off(machine, PATIENCE, now);
		send_now(storm, machine);
	} else if (reply->type == DHCP_ACK) {
		memcpy(machine->told, reply->file, sizeof(machine->told));
		end_step(storm, machine, now);
	}
}

static void take_answers(struct storm *storm, double now)
{
	struct dhcp_reply reply;
	uint32_t xid;
	int r;

	while ((r = dhcp_take(storm->dhcp, &xid, &reply)) >= 0)
		for (unsigned i = 0; r > 0 && i < storm->n; i++)
			if (storm->machines[i].xid == xid && storm->machines[i].step < storm->n_steps &&
			    step_of(storm, &storm->machines[i])->what <= STORM_ASK_IPXE) {
				take_answer(storm, &storm->machines[i], &reply, now);
				break;
			}
}

static void take_block(struct storm *storm, struct machine *machine, const char *bytes, size_t length, double now)
{
	size_t room = machine->length < TEXT_MAX ? TEXT_MAX - machine->length : 0;

	if (room)
		memcpy(machine->text + machine->length, bytes, length < room ? length : room);
	machine->length += length;
	machine->block++;
	put_off(machine, PATIENCE, now);
	send_ack(machine);
	if (length >= machine->block_size)
		return;
	check_file(storm, machine);
	end_step(storm, machine, now);
}

static void take_packet(struct storm *storm, struct machine *machine, const char *packet, size_t length, double now)
{
	unsigned number = (unsigned)(uint8_t)packet[2] << 8 | (uint8_t)packet[3];

	if (packet[1] == TFTP_OACK && machine->block == 0) {
		machine->block_size = BLOCK;
		put_off(machine, PATIENCE, now);
		send_ack(machine);
	} else if (packet[1] == TFTP_DATA && number == machine->block + 1u) {
		take_block(storm, machine, packet + 4, length - 4, now);
	} else if (packet[1] == TFTP_ERROR) {
		if (step_of(storm, machine)->what != STORM_MISS || number != 1)
			bench_fail(storm->bench, "step %zu: TFTP error %u", machine->step, number);
		end_step(storm, machine, now);
	}
}

static void take_packets(struct storm *storm, struct machine *machine, double now)
{
	char packet[2048];
	struct sockaddr_in from;
	socklen_t room = sizeof(from);
	ssize_t n = machine->fd < 0 ? -1 : recvfrom(machine->fd, packet, sizeof(packet), 0, (struct sockaddr *)&from, &room);

	if (n < 4)
		return;
	if (!machine->port)
		machine->port = ntohs(from.sin_port);
	if (machine->port == ntohs(from.sin_port))
		take_packet(storm, machine, packet, (size_t)n, now);
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static void begin(struct storm *storm)
{
	double now = bench_now();

	storm->machines = calloc(storm->n, sizeof(*storm->machines));
	storm->dhcp = dhcp_socket("cli0");
	storm->poll = epoll_create1(EPOLL_CLOEXEC);
	BENCH_MUST(storm->bench, storm->machines && storm->dhcp >= 0 && storm->poll >= 0);
	watch(storm, storm->dhcp, storm->n);
	for (unsigned i = 0; i < storm->n; i++) {
		storm->machines[i].fd = -1;
		fleet_mac(i, storm->machines[i].mac);
		begin_step(storm, &storm->machines[i], now);
	}
}

static void look(struct storm *storm)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(storm->poll, events, EVENTS, 50);
	double now = bench_now();

	BENCH_MUST(storm->bench, n >= 0 || errno == EINTR);
	for (int i = 0; i < n; i++) {
		if (events[i].data.u32 == storm->n)
			take_answers(storm, now);
		else
			take_packets(storm, &storm->machines[events[i].data.u32], now);
	}
}

static void send_what_is_due(struct storm *storm, double now)
{
	for (unsigned i = 0; i < storm->n; i++) {
		struct machine *machine = &storm->machines[i];

		if (machine->step >= storm->n_steps || machine->due > now)
			continue;
		put_off(machine, 2 * machine->pause, now);
		send_now(storm, machine);
	}
}

double storm_run(const struct bench *bench, unsigned n, unsigned number, const struct storm_step *steps, size_t n_steps)
{
	struct storm storm = { .bench = bench, .steps = steps, .n_steps = n_steps, .n = n,
			       .xid = number << 16, .port = (uint16_t)(10000 + number % 16 * 3400) };
	double begun = bench_now(), now = begun, looked = begun;

	begin(&storm);
	while (storm.done < n) {
		look(&storm);
		now = bench_now();
		if (now - begun > LIMIT)
			bench_fail(bench, "%u machines of %u are lost", n - storm.done, n);
		if (now - looked < 0.05)
			continue;
		send_what_is_due(&storm, now);
		looked = now;
	}
	close(storm.dhcp);
	close(storm.poll);
	free(storm.machines);
	return now - begun;
}
