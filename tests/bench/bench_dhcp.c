/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_dhcp: machines of a fleet of 100,000 that switch on, each with DISCOVER, OFFER, REQUEST and ACK, forty at a
 * time.  The real dnsmasq with our configuration beside dnsmasq with one dhcp-boot (row dhcp; with groups of ours, row
 * dhcp-groups), dnsmasq with a dhcp-host for each host (row dhcp-hosts), Kea with as many reservations (row dhcp-kea)
 * and ISC dhcpd with as many hosts (row dhcp-isc).  Row growth-dhcp is all of these for fleets from 10 hosts on.
 *
 * Each row has two lines: exchanges a second, which client and server share the processors for; and in a second of the
 * server's own processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "bench.h"
#include "fleet.h"
#include "lab.h"
#include "volley.h"

#define RUNS 5
#define MACHINES 1000
#define ROUNDS 5			/* that all of them do, one after the other */
#define PATIENCE 3000			/* milliseconds */
#define DNSMASQ "/usr/sbin/dnsmasq"
#define KEA "/usr/sbin/kea-dhcp4"
#define DHCPD "/usr/sbin/dhcpd"
#define GROWTH "growth-dhcp"
#define GROWTH_MACHINES 100		/* always as many leases, which dnsmasq looks through */
#define RANGE "10.77.1.0,10.77.200.254,255.255.0.0,1h"

struct subject {
	const struct bench *bench;
	struct lab lab;
	struct volley volley;
	struct volley_ask *asks;
	uint8_t packet[FLEET_PACKET_SIZE];
	unsigned hosts, machines;
	pid_t server;
};

struct rate {
	double wall, cpu;		/* exchanges a second */
};

/* A server with a configuration; the path of that stands in for '@'. */
struct server {
	const char *name;
	void (*write)(const struct subject *subject, struct text *out);
	const char *argv[16];
	const char *file;		/* that a host is told by it; "%u" is the number of its profile */
	unsigned at_most;		/* so many machines ask it: it takes its time; 0: all */
	unsigned hosts;			/* so many at most are written for it; 0: any number */
};

/* ---- Configurations ---- */

#define MAC_FORMAT "%02x:%02x:%02x:%02x:%02x:%02x"
#define MAC_BYTES(mac) mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]

static void add_dnsmasq_common(const struct subject *subject, struct text *out)
{
	text_addf(out, "\nport=0\ninterface=srv0\nbind-interfaces\nno-ping\nuser=root\ndhcp-authoritative\n"
		  "dhcp-lease-max=60000\nlog-facility=-\nkeep-in-foreground\nno-resolv\nno-hosts\nquiet-dhcp\nleasefile-ro\n"
		  "pid-file=%s/dnsmasq.pid\n", subject->lab.directory);
}

static void write_policy(const struct subject *subject, unsigned groups, struct text *out)
{
	const struct fleet fleet = { .hosts = subject->hosts, .groups = groups,
				     .server = "dhcp = { range = \"" RANGE "\"; interface = \"srv0\"; };\n" };
	struct pxeboot_policy *policy = fleet_load(subject->bench, &fleet);
	CLEANUP_FREE char *written = lab_written(plugin_dnsmasq.output, policy);

	for (const char *line = written; *line; line += strcspn(line, "\n"), line += *line == '\n')
		/* TFTP is not asked, and there is no boot root. */
		if (strncmp(line, "enable-tftp", 11) != 0 && strncmp(line, "tftp-root", 9) != 0)
			text_add_bytes(out, line, strcspn(line, "\n") + 1);
	add_dnsmasq_common(subject, out);
	pxeboot_policy_unref(policy);
}

static void write_ours(const struct subject *subject, struct text *out)
{
	write_policy(subject, 0, out);
}

/* A third of the groups are what DHCP tests. */
static void write_groups(const struct subject *subject, struct text *out)
{
	write_policy(subject, 50, out);
}

static void write_bare(const struct subject *subject, struct text *out)
{
	text_add(out, "dhcp-range=" RANGE "\ndhcp-boot=snponly.efi,," LAB_SERVER "\n");
	add_dnsmasq_common(subject, out);
}

static void write_dnsmasq_hosts(const struct subject *subject, struct text *out)
{
	uint8_t mac[6];

	text_add(out, "dhcp-range=" RANGE "\n");
	for (unsigned i = 0; i < FLEET_PROFILES; i++)
		text_addf(out, "dhcp-boot=tag:p%u,p%u.efi,," LAB_SERVER "\n", i, i);
	for (unsigned i = 0; i < subject->hosts; i++) {
		fleet_mac(i, mac);
		text_addf(out, "dhcp-host=" MAC_FORMAT ",set:p%u\n", MAC_BYTES(mac), i % FLEET_PROFILES);
	}
	add_dnsmasq_common(subject, out);
}

static void write_kea(const struct subject *subject, struct text *out)
{
	uint8_t mac[6];

	text_add(out, "{ \"Dhcp4\": {\n\"interfaces-config\": { \"interfaces\": [ \"srv0\" ] },\n"
		      "\"lease-database\": { \"type\": \"memfile\", \"persist\": false },\n\"authoritative\": true,\n"
		      "\"host-reservation-identifiers\": [ \"hw-address\" ],\n"
		      "\"subnet4\": [ { \"id\": 1, \"subnet\": \"10.77.0.0/16\",\n"
		      "\"pools\": [ { \"pool\": \"10.77.1.0-10.77.200.254\" } ],\n"
		      "\"reservations\": [\n");
	for (unsigned i = 0; i < subject->hosts; i++) {
		fleet_mac(i, mac);
		text_addf(out, "%s{ \"hw-address\": \"" MAC_FORMAT "\", \"boot-file-name\": \"p%u.efi\" }", i ? ",\n" : "",
			  MAC_BYTES(mac), i % FLEET_PROFILES);
	}
	text_add(out, "\n] } ] } }\n");
}

static void write_isc(const struct subject *subject, struct text *out)
{
	uint8_t mac[6];

	text_add(out, "authoritative;\nping-check false;\ndont-use-fsync true;\n"
		      "subnet 10.77.0.0 netmask 255.255.0.0 { range 10.77.1.0 10.77.200.254; }\n");
	for (unsigned i = 0; i < subject->hosts; i++) {
		fleet_mac(i, mac);
		text_addf(out, "host h%u { hardware ethernet " MAC_FORMAT "; filename \"p%u.efi\"; }\n", i, MAC_BYTES(mac),
			  i % FLEET_PROFILES);
	}
}

#define DNSMASQ_ARGV { DNSMASQ, "--conf-file=@" }

enum which { OURS, GROUPS, BARE, DNSMASQ_HOSTS, KEA_HOSTS, ISC_HOSTS };

static const struct server servers[] = {
	[OURS] = { "ours", write_ours, DNSMASQ_ARGV, "snponly.efi", 0, 0 },
	[GROUPS] = { "groups", write_groups, DNSMASQ_ARGV, "snponly.efi", 0, 0 },
	[BARE] = { "bare", write_bare, DNSMASQ_ARGV, "snponly.efi", 0, 0 },
	[DNSMASQ_HOSTS] = { "dnsmasq-hosts", write_dnsmasq_hosts, DNSMASQ_ARGV, "p%u.efi", 80, 100000 },
	[KEA_HOSTS] = { "kea", write_kea, { KEA, "-c", "@" }, "p%u.efi", 0, 100000 },
	[ISC_HOSTS] = { "isc", write_isc,
			{ DHCPD, "-4", "-f", "-q", "-cf", "@", "-lf", "@.leases", "-pf", "@.pid", "srv0" }, "p%u.efi", 0, 100000 },
};

static void write_configuration(const struct subject *subject, const struct server *server)
{
	CLEANUP_TEXT struct text out = TEXT_INIT;

	server->write(subject, &out);
	BENCH_MUST(subject->bench, out.error == 0);
	lab_write(&subject->lab, server->name, out.bytes);
}

/* ---- Servers ---- */

static void start(struct subject *subject, const struct server *server)
{
	CLEANUP_FREE char *conf = lab_path(&subject->lab, server->name);
	CLEANUP_FREE char *leases = NULL;
	char *argv[16] = { NULL };

	BENCH_MUST(subject->bench, asprintf(&leases, "%s.leases", server->name) > 0);
	lab_write(&subject->lab, leases, "");
	for (size_t i = 0; server->argv[i]; i++) {
		const char *at = strchr(server->argv[i], '@');
		int length = at ? (int)(at - server->argv[i]) : 0;

		BENCH_MUST(subject->bench, asprintf(&argv[i], "%.*s%s%s", length, server->argv[i], at ? conf : "",
						    at ? at + 1 : server->argv[i]) > 0);
	}
	subject->server = lab_start(&subject->lab, (const char *const *)argv, "log");
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
}

/* A server reads for a while before it answers, and may drop what came meanwhile. */
static void wait_until_ready(struct subject *subject, const struct server *server)
{
	struct volley_ask ask = subject->asks[0];

	lab_client_side(&subject->lab);
	subject->volley.patience = 300;
	subject->volley.silent = true;
	for (int i = 0; i < 400; i++) {
		volley_fire(&subject->volley, &ask, 1);
		if (ask.ack.there)
			break;
	}
	subject->volley.patience = PATIENCE;
	subject->volley.silent = false;
	if (!ask.ack.there)
		bench_fail(subject->bench, "%s does not answer", server->name);
}

/* Which host each is, is chosen when the asks are made: its number is in the answer that it is given. */
static void check(const struct subject *subject, const struct server *server, const unsigned *numbers, unsigned machines)
{
	char wanted[20];

	for (unsigned i = 0; i < machines; i++) {
		const struct dhcp_reply *ack = &subject->asks[i].ack;

		if (strchr(server->file, '%'))
			snprintf(wanted, sizeof(wanted), "p%u.efi", numbers[i] % FLEET_PROFILES);
		else
			snprintf(wanted, sizeof(wanted), "%s", server->file);
		if (!ack->there || ack->type != DHCP_ACK || strcmp(ack->file, wanted) != 0)
			bench_fail(subject->bench, "%s tells host %u '%s', not '%s'", server->name, numbers[i],
				   ack->there ? ack->file : "nothing", wanted);
	}
}

static struct rate ask(struct subject *subject, const struct server *server, const unsigned *numbers)
{
	bool few = server->at_most > 0 && server->at_most < subject->machines;
	unsigned machines = few ? server->at_most : subject->machines;
	unsigned rounds = few || subject->bench->quick ? 1 : ROUNDS * MACHINES / machines;
	double begun, used;
	struct rate rate;

	bench_tell(subject->bench, "%s", server->name);
	start(subject, server);
	wait_until_ready(subject, server);
	/* Once for nothing: afterwards each has a lease. */
	volley_fire(&subject->volley, subject->asks, machines);
	begun = bench_now();
	used = bench_cpu_of(subject->server);
	for (unsigned i = 0; i < rounds; i++) {
		volley_fire(&subject->volley, subject->asks, machines);
		check(subject, server, numbers, machines);
	}
	rate.cpu = rounds * machines / (bench_cpu_of(subject->server) - used);
	rate.wall = rounds * machines / (bench_now() - begun);
	lab_stop(&subject->server);
	return rate;
}

/* ---- Rows ---- */

static const struct {
	const char *name, *beside;
	enum which ours, which;
	enum bench_goal goal;
	double least;
} rows[] = {
	{ "dhcp", "one dhcp-boot", OURS, BARE, BENCH_RATIO_AT_LEAST, 0.95 },
	{ "dhcp-groups", "one dhcp-boot", GROUPS, BARE, BENCH_NO_GOAL, 0 },
	{ "dhcp-hosts", "dhcp-host of each", OURS, DNSMASQ_HOSTS, BENCH_RATIO_AT_LEAST, 20 },
	{ "dhcp-kea", "Kea, reservations", OURS, KEA_HOSTS, BENCH_NO_GOAL, 0 },
	{ "dhcp-isc", "ISC dhcpd, hosts", OURS, ISC_HOSTS, BENCH_NO_GOAL, 0 },
};

static void compare(struct subject *subject, size_t at, const unsigned *numbers, struct bench_figures *wall,
		    struct bench_figures *cpu)
{
	write_configuration(subject, &servers[rows[at].ours]);
	write_configuration(subject, &servers[rows[at].which]);
	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		struct rate ours = ask(subject, &servers[rows[at].ours], numbers);
		struct rate beside = ask(subject, &servers[rows[at].which], numbers);

		bench_add(wall, ours.wall, beside.wall);
		bench_add(cpu, ours.cpu, beside.cpu);
	}
}

static void measure(struct subject *subject, size_t at, const unsigned *numbers)
{
	struct bench_figures wall = { .n = 0 }, cpu = { .n = 0 };
	struct bench_row row = { .name = rows[at].name, .unit = "exchanges/s", .beside = rows[at].beside,
				 .goal = rows[at].goal, .least_or_most = rows[at].least };
	char what[60];

	compare(subject, at, numbers, &wall, &cpu);
	snprintf(what, sizeof(what), "%u hosts%s", subject->hosts, rows[at].ours == GROUPS ? ", 50 groups" : "");
	row.what = what;
	bench_print(&row, &wall);
	snprintf(what + strlen(what), sizeof(what) - strlen(what), ", server's own time");
	bench_print(&row, &cpu);
}

static void make_asks(struct subject *subject, unsigned *ret_numbers)
{
	uint64_t seed = 1;
	size_t length;

	subject->asks = calloc(subject->machines, sizeof(*subject->asks));
	BENCH_MUST(subject->bench, subject->asks);
	for (unsigned i = 0; i < subject->machines; i++) {
		/* Another one each time: no two of them are the same. */
		ret_numbers[i] = i * (subject->hosts / subject->machines) +
				 (unsigned)(bench_random(&seed) % (subject->hosts / subject->machines));
		fleet_mac(ret_numbers[i], subject->asks[i].mac);
	}
	/* What the firmware says, from behind the type to before the end. */
	length = fleet_packet(subject->asks[0].mac, subject->packet);
	while (length > 0 && subject->packet[length - 1] != 255)
		length--;
	for (unsigned i = 0; i < subject->machines; i++) {
		subject->asks[i].options = subject->packet + 243;
		subject->asks[i].length = length - 1 - 243;
	}
}

/* All rows with the plain fleet, of one size, as one line each. */
static void measure_growth(struct subject *subject, unsigned *numbers)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct server *beside = &servers[rows[i].which];
		struct bench_figures wall = { .n = 0 }, cpu = { .n = 0 };
		char what[40];
		const struct bench_row row = { .name = GROWTH, .what = what, .unit = "exchanges/s",
					       .beside = rows[i].beside };

		if (rows[i].ours != OURS || (beside->hosts > 0 && subject->hosts > beside->hosts))
			continue;
		compare(subject, i, numbers, &wall, &cpu);
		snprintf(what, sizeof(what), "%u hosts", subject->hosts);
		bench_print(&row, &wall);
	}
}

static void set_fleet(struct subject *subject, unsigned hosts, unsigned machines, unsigned *ret_numbers)
{
	subject->hosts = hosts;
	subject->machines = machines < hosts ? machines : hosts;
	free(subject->asks);
	make_asks(subject, ret_numbers);
}

int main(int argc, char **argv)
{
	static const char *const programs[] = {
		DNSMASQ, "dnsmasq-base-lua", KEA, "kea-dhcp4-server", DHCPD, "isc-dhcp-server", NULL,
	};
	struct bench bench;
	struct subject subject = { .bench = &bench };
	unsigned numbers[MACHINES], machines;

	lab_begin(&subject.lab, programs);
	bench_begin(&bench, argc, argv);
	machines = bench.quick ? 100 : MACHINES;
	setenv("KEA_PIDFILE_DIR", subject.lab.directory, 1);
	setenv("KEA_LOCKFILE_DIR", subject.lab.directory, 1);
	lab_client_side(&subject.lab);
	subject.volley = (struct volley) { .socket = dhcp_socket("cli0"), .relay = -1, .patience = PATIENCE };
	BENCH_MUST(&bench, subject.volley.socket >= 0);
	set_fleet(&subject, bench.quick ? 1000 : 100000, machines, numbers);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (bench_wants(&bench, rows[i].name))
			measure(&subject, i, numbers);
	for (unsigned hosts = 10; hosts <= bench.most && bench_wants_growth(&bench, GROWTH); hosts *= 10) {
		set_fleet(&subject, hosts, GROWTH_MACHINES, numbers);
		measure_growth(&subject, numbers);
	}
	free(subject.asks);
	close(subject.volley.socket);
	lab_end(&subject.lab);
	return bench_end(&bench);
}
