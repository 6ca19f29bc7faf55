/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_packet: row packet: from a DHCP packet to the decision, as often as one comes, beside the copy of the packet
 * alone; row threads: what the second thread gains where both ask one policy, beside what it gains where both count.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "fleet.h"

#define RUNS 9
#define PACKETS 8192			/* of as many machines */
#define THREADS 2
#define GROUPS 50

struct subject {
	const struct bench *bench;
	struct pxeboot_policy *policy;
	uint8_t (*packets)[FLEET_PACKET_SIZE];
	size_t length;
	struct pxeboot_client **clients;	/* of the packets */
	unsigned rounds;
	char what[60];
};

/* ---- Packets ---- */

static double decide_packets(const struct subject *subject)
{
	struct pxeboot_decision decision;
	struct pxeboot_client *client;
	double start = bench_cpu();

	for (unsigned i = 0; i < subject->rounds; i++) {
		BENCH_MUST(subject->bench, pxeboot_client_from_packet(subject->packets[i % PACKETS], subject->length, NULL,
								      &client) == 0);
		pxeboot_decide(subject->policy, client, pxeboot_stage_of(subject->policy, client), NULL, &decision);
		BENCH_MUST(subject->bench, decision.kind == PXEBOOT_DECISION_LOADER && decision.rule.kind[0] == 'h');
		pxeboot_client_unref(client);
	}
	return (bench_cpu() - start) / subject->rounds;
}

static double copy_packets(const struct subject *subject)
{
	uint8_t copy[FLEET_PACKET_SIZE];
	double start = bench_cpu();

	for (unsigned i = 0; i < subject->rounds; i++) {
		memcpy(copy, subject->packets[i % PACKETS], subject->length);
		__asm__ volatile("" : : "r"(copy) : "memory");	/* somebody reads it */
	}
	return (bench_cpu() - start) / subject->rounds;
}

static void row_packet(const struct subject *subject)
{
	struct bench_figures figures = { .n = 0 };
	const struct bench_row row = {
		.name = "packet", .what = subject->what, .unit = "ns", .beside = "memcpy",
		.goal = BENCH_OURS_AT_MOST, .least_or_most = 1000,
	};

	bench_tell(subject->bench, "packet");
	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		double ours = decide_packets(subject);

		bench_add(&figures, ours * 1e9, copy_packets(subject) * 1e9);
	}
	bench_print(&row, &figures);
}

/* ---- Threads ---- */

struct team {
	const struct subject *subject;
	bool decides;
	pthread_barrier_t start;
	atomic_uint wrong;
};

static void decide_clients(struct team *team)
{
	const struct subject *subject = team->subject;
	struct pxeboot_decision decision;
	unsigned wrong = 0;

	for (unsigned i = 0; i < subject->rounds; i++) {
		pxeboot_decide(subject->policy, subject->clients[i % PACKETS], PXEBOOT_STAGE_FIRMWARE, NULL, &decision);
		wrong += decision.kind != PXEBOOT_DECISION_LOADER;
	}
	atomic_fetch_add(&team->wrong, wrong);
}

/* About as long. */
static void count(const struct team *team)
{
	for (unsigned long i = 0; i < team->subject->rounds * 400ul; i++)
		__asm__ volatile("" : "+r"(i));
}

static void *work(void *context)
{
	struct team *team = context;

	pthread_barrier_wait(&team->start);
	if (team->decides)
		decide_clients(team);
	else
		count(team);
	return NULL;
}

/* Seconds until the last of @n is ready. */
static double time_of(const struct subject *subject, bool decides, unsigned n)
{
	struct team team = { .subject = subject, .decides = decides };
	pthread_t threads[THREADS];
	double start;

	pthread_barrier_init(&team.start, NULL, n + 1);
	for (unsigned i = 0; i < n; i++)
		BENCH_MUST(subject->bench, pthread_create(&threads[i], NULL, work, &team) == 0);
	start = bench_now();
	pthread_barrier_wait(&team.start);
	for (unsigned i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&team.start);
	BENCH_MUST(subject->bench, team.wrong == 0);
	return bench_now() - start;
}

/* How many times as much gets done. */
static double gain(const struct subject *subject, bool decides)
{
	double alone = time_of(subject, decides, 1);

	return alone * THREADS / time_of(subject, decides, THREADS);
}

static void row_threads(const struct subject *subject)
{
	struct bench_figures figures = { .n = 0 };
	const struct bench_row row = {
		.name = "threads", .what = subject->what, .unit = "x", .beside = "counting",
		.goal = BENCH_RATIO_AT_LEAST, .least_or_most = 0.9,
	};

	bench_tell(subject->bench, "threads");
	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		double ours = gain(subject, true);

		bench_add(&figures, ours, gain(subject, false));
	}
	bench_print(&row, &figures);
}

/* ---- Both ---- */

static void prepare(struct subject *subject, unsigned hosts)
{
	const struct fleet fleet = { .hosts = hosts, .groups = GROUPS };
	uint64_t seed = 1;
	uint8_t mac[6];

	snprintf(subject->what, sizeof(subject->what), "%u hosts, %u groups", hosts, GROUPS);
	subject->policy = fleet_load(subject->bench, &fleet);
	subject->packets = calloc(PACKETS, sizeof(*subject->packets));
	subject->clients = calloc(PACKETS, sizeof(*subject->clients));
	BENCH_MUST(subject->bench, subject->packets && subject->clients);
	for (unsigned i = 0; i < PACKETS; i++) {
		fleet_mac((unsigned)(bench_random(&seed) % hosts), mac);
		subject->length = fleet_packet(mac, subject->packets[i]);
		BENCH_MUST(subject->bench, pxeboot_client_from_packet(subject->packets[i], subject->length, NULL,
								      &subject->clients[i]) == 0);
	}
}

static void clean_up(struct subject *subject)
{
	for (unsigned i = 0; i < PACKETS; i++)
		pxeboot_client_unref(subject->clients[i]);
	free(subject->clients);
	free(subject->packets);
	pxeboot_policy_unref(subject->policy);
}

int main(int argc, char **argv)
{
	struct bench bench;
	struct subject subject = { .bench = &bench };

	bench_begin(&bench, argc, argv);
	subject.rounds = bench.quick ? PACKETS : 500000;
	prepare(&subject, bench.quick ? 1000 : 100000);
	if (bench_wants(&bench, "packet"))
		row_packet(&subject);
	if (bench_wants(&bench, "threads"))
		row_threads(&subject);
	clean_up(&subject);
	return bench_end(&bench);
}
