/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_decide: rows decide and scan. One decision for a machine that switches on, of known hosts, of machines of a group
 * and of strangers in random order, beside as many dependent random reads as a look-up can't do without, in a table of a cache line a
 * host; and beside the search through a list that configurations of others come to.
 *
 * Each question waits for the answer before it, as each read does: what is measured is the time to one answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "client/client.h"
#include "fleet.h"

#define RUNS 7
#define READS 4
#define LINE 64

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);

/* Decisions allocate nothing: the linker leads here whoever does. */
static unsigned long allocations;

void *__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	allocations++;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
	allocations++;
	return __real_realloc(memory, size);
}


struct mac {
	uint8_t bytes[MAC_LENGTH];
};

/* Whose rule it is. */
enum kind { HOST, GROUP, DEFAULT };
#define KINDS 3
static const struct { const char *rule, *what; } kinds[KINDS] = {
	[HOST] = { "host", "known" }, [GROUP] = { "group", "of a group" }, [DEFAULT] = { "default", "unknown" },
};

struct subject {
	const struct bench *bench;
	struct fleet fleet;
	struct pxeboot_policy *policy;
	struct pxeboot_client *client;
	unsigned questions;
	struct mac *macs[KINDS];	/* in the order of the questions */
	uint32_t *table;		/* of lines, each with the number of another one */
};

/* ---- Ours ---- */

/* Seconds for one.  What is asked next hangs on the answer, and goes on as before. */
static double decide(const struct subject *subject, enum kind kind)
{
	const struct mac *macs = subject->macs[kind];
	struct pxeboot_decision decision = { .kind = PXEBOOT_DECISION_LOADER };
	unsigned long before = allocations, wrong = 0;
	double start = bench_cpu();

	for (unsigned i = 0; i < subject->questions; i++) {
		memcpy(subject->client->mac, macs[i + (decision.kind == PXEBOOT_DECISION_NONE)].bytes, MAC_LENGTH);
		pxeboot_decide(subject->policy, subject->client, PXEBOOT_STAGE_FIRMWARE, NULL, &decision);
		wrong += decision.rule.kind[0] != kinds[kind].rule[0];
	}
	double time = bench_cpu() - start;

	if (wrong > 0 || allocations != before)
		bench_fail(subject->bench, "%lu of %u decisions are wrong, %lu allocations", wrong, subject->questions,
			   allocations - before);
	return time / subject->questions;
}

/* Look at the whole answer, not only at whose rule it is. */
static void check(const struct subject *subject)
{
	struct pxeboot_decision decision;
	char name[16];

	for (unsigned i = 0; i < subject->fleet.hosts; i += subject->fleet.hosts / 10) {
		fleet_mac(i, subject->client->mac);
		snprintf(name, sizeof(name), "h%u", i);
		pxeboot_decide(subject->policy, subject->client, PXEBOOT_STAGE_FIRMWARE, NULL, &decision);
		BENCH_MUST(subject->bench, strcmp(decision.rule.name, name) == 0);
		BENCH_MUST(subject->bench, strcmp(decision.file, "snponly.efi") == 0);
	}
}

/* ---- Beside it ---- */

/* A line for each host, one of which leads to the next in one random round through all (Sattolo). */
static uint32_t *new_table(unsigned n)
{
	uint32_t *table = calloc(n, LINE);
	uint64_t seed = n;

	if (!table)
		abort();
	for (uint32_t i = 0; i < n; i++)
		table[i * (LINE / 4)] = i;
	for (uint32_t i = n - 1; i > 0; i--) {
		uint32_t other = (uint32_t)(bench_random(&seed) % i), kept = table[i * (LINE / 4)];

		table[i * (LINE / 4)] = table[other * (LINE / 4)];
		table[other * (LINE / 4)] = kept;
	}
	return table;
}

static double read_table(const struct subject *subject)
{
	volatile uint32_t last;
	uint32_t at = 0;
	double start = bench_cpu();

	for (unsigned i = 0; i < subject->questions * READS; i++)
		at = subject->table[at * (LINE / 4)];
	last = at;
	(void)last;
	return (bench_cpu() - start) / subject->questions;
}

/* As many questions as take a while, in the list of all MAC addresses. */
static double scan(const struct subject *subject, const struct mac *list)
{
	unsigned n = subject->fleet.hosts, questions = 1 + 20000000 / n, found = 0;
	double start;

	if (questions > subject->questions)
		questions = subject->questions;
	start = bench_cpu();
	for (unsigned i = 0; i < questions; i++) {
		unsigned at = 0;

		while (at < n && memcmp(list[at].bytes, subject->macs[HOST][i + (found == 0 && i > 0)].bytes, MAC_LENGTH) != 0)
			at++;
		found += at < n;
	}
	double time = bench_cpu() - start;

	BENCH_MUST(subject->bench, found == questions);
	return time / questions;
}

/* ---- Rows ---- */

static void prepare(struct subject *subject)
{
	uint8_t packet[FLEET_PACKET_SIZE];
	uint64_t seed = 1;
	unsigned n = subject->fleet.hosts, groups = subject->fleet.groups;

	subject->policy = fleet_load(subject->bench, &subject->fleet);
	/* One more than there are questions, for the one that follows a wrong answer. */
	for (size_t i = 0; i < KINDS; i++) {
		subject->macs[i] = calloc(subject->questions + 1, sizeof(struct mac));
		BENCH_MUST(subject->bench, subject->macs[i]);
	}
	subject->table = new_table(n);
	for (unsigned i = 0; i <= subject->questions; i++) {
		fleet_mac((unsigned)(bench_random(&seed) % n), subject->macs[HOST][i].bytes);
		fleet_member((unsigned)(bench_random(&seed) % (groups / 3 + 1)) * 3, i, subject->macs[GROUP][i].bytes);
		fleet_stranger((unsigned)(bench_random(&seed) % n), subject->macs[DEFAULT][i].bytes);
	}
	BENCH_MUST(subject->bench, pxeboot_client_from_packet(packet, fleet_packet(subject->macs[HOST][0].bytes, packet), NULL,
							      &subject->client) == 0);
	check(subject);
}

static void clean_up(struct subject *subject)
{
	pxeboot_client_unref(subject->client);
	pxeboot_policy_unref(subject->policy);
	for (size_t i = 0; i < KINDS; i++)
		free(subject->macs[i]);
	free(subject->table);
}

static void row_decide(const struct subject *subject, enum kind kind)
{
	struct bench_figures figures = { .n = 0 };
	char what[80];
	const struct bench_row row = {
		.name = "decide", .what = what, .unit = "ns", .beside = "4 dependent reads",
		.goal = subject->fleet.hosts == 1000000 ? BENCH_RATIO_AT_MOST : BENCH_NO_GOAL, .least_or_most = 1,
	};

	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		double ours = decide(subject, kind);

		bench_add(&figures, ours * 1e9, read_table(subject) * 1e9);
	}
	snprintf(what, sizeof(what), "%u hosts, %u groups, %s", subject->fleet.hosts, subject->fleet.groups,
		 kinds[kind].what);
	bench_print(&row, &figures);
}

static void row_scan(const struct subject *subject)
{
	struct bench_figures figures = { .n = 0 };
	struct mac *list = calloc(subject->fleet.hosts, sizeof(*list));
	char what[80];
	const struct bench_row row = { .name = "scan", .what = what, .unit = "ns", .beside = "linear scan" };

	BENCH_MUST(subject->bench, list);
	for (unsigned i = 0; i < subject->fleet.hosts; i++)
		fleet_mac(i, list[i].bytes);
	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		double ours = decide(subject, HOST);

		bench_add(&figures, ours * 1e9, scan(subject, list) * 1e9);
	}
	snprintf(what, sizeof(what), "%u hosts, %u groups, known", subject->fleet.hosts, subject->fleet.groups);
	bench_print(&row, &figures);
	free(list);
}

static void measure(const struct bench *bench, unsigned hosts, unsigned groups)
{
	struct subject subject = {
		.bench = bench, .fleet = { .hosts = hosts, .groups = groups },
		.questions = bench->quick ? 1000 : groups > 100 ? 50000 : 400000,
	};

	if (!bench_wants(bench, "decide") && groups != 50)
		return;
	bench_tell(bench, "%u hosts, %u groups", hosts, groups);
	prepare(&subject);
	if (bench_wants(bench, "decide")) {
		row_decide(&subject, HOST);
		if (groups > 0)
			row_decide(&subject, GROUP);
		row_decide(&subject, DEFAULT);
	}
	if (bench_wants(bench, "scan") && groups == 50)
		row_scan(&subject);
	clean_up(&subject);
}

int main(int argc, char **argv)
{
	static const unsigned groups[] = { 0, 50, 1000 };
	struct bench bench;

	bench_begin(&bench, argc, argv);
	for (unsigned hosts = 10; hosts <= bench.most; hosts *= 10)
		for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
			measure(&bench, hosts, groups[i]);
	return bench_end(&bench);
}
