/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_load: rows load and peak: the policy of 100,000 hosts beside libconfig alone reading the same file, in time
 * and in memory while it does; row after: bytes that each host takes when it is loaded; row proof: the proof beside
 * loading, from 100 to 100,000 hosts.
 *
 * Each load has a process of its own, so that none finds the memory of the one before.
 */
#include <libconfig.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "fleet.h"

#define RUNS 7
#define GROUPS 200

/* What one process found. */
struct found {
	double seconds, proof;
	double peak, after;		/* bytes */
	double classes;
};

/* ---- In a process of its own ---- */

static double allocated(void)
{
	struct mallinfo2 info = mallinfo2();

	return (double)info.uordblks + (double)info.hblkhd;
}

static double peak(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss * 1024;
}

static bool load_policy(const char *path, bool proves, struct found *found)
{
	struct pxeboot_policy *policy;
	struct pxeboot_proof proof = { 0 };
	double before = allocated(), high = peak(), start = bench_cpu();

	if (pxeboot_policy_load(path, NULL, &policy) < 0)
		return false;
	found->seconds = bench_cpu() - start;
	found->peak = peak() - high;
	found->after = allocated() - before;
	if (!proves)
		return true;
	start = bench_cpu();
	if (pxeboot_policy_prove(policy, NULL, NULL, NULL, &proof) < 0 ||
	    proof.loops + proof.holes + proof.misfits + proof.unknown > 0)
		return false;
	found->proof = bench_cpu() - start;
	found->classes = (double)proof.classes;
	return found->classes > 0;
}

static bool parse_alone(const char *path, struct found *found)
{
	double high = peak(), start = bench_cpu();
	config_t config;

	config_init(&config);
	if (!config_read_file(&config, path))
		return false;
	found->seconds = bench_cpu() - start;
	found->peak = peak() - high;
	return config_lookup(&config, "hosts") != NULL;
}

enum task { LOAD, LOAD_AND_PROVE, PARSE };

static struct found in_child(const struct bench *bench, enum task task, const char *path)
{
	struct found found = { .seconds = 0 };
	int ends[2], status;
	pid_t pid;

	BENCH_MUST(bench, pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		bool good = task == PARSE ? parse_alone(path, &found) : load_policy(path, task == LOAD_AND_PROVE, &found);

		_exit(!good || write(ends[1], &found, sizeof(found)) != sizeof(found));
	}
	close(ends[1]);
	BENCH_MUST(bench, pid > 0 && read(ends[0], &found, sizeof(found)) == sizeof(found));
	close(ends[0]);
	BENCH_MUST(bench, waitpid(pid, &status, 0) == pid && status == 0);
	return found;
}

/* ---- Rows ---- */

static void rows_load(const struct bench *bench, unsigned hosts)
{
	char what[60];
	const struct bench_row load = {
		.name = "load", .what = what, .unit = "ms", .beside = "libconfig alone", .goal = BENCH_RATIO_AT_MOST,
		.least_or_most = 1.6,
	}, most = {
		.name = "peak", .what = what, .unit = "MB of memory", .beside = "libconfig alone",
		.goal = BENCH_RATIO_AT_MOST, .least_or_most = 2,
	}, after = {
		.name = "after", .what = what, .unit = "bytes a host", .beside = "its text",
		.goal = BENCH_OURS_AT_MOST, .least_or_most = 200,
	};
	struct bench_figures times = { .n = 0 }, peaks = { .n = 0 }, kept = { .n = 0 };
	CLEANUP_FREE char *path = bench_path(bench, "load.conf");
	const struct fleet fleet = { .hosts = hosts, .groups = GROUPS }, empty = { .hosts = 1, .groups = GROUPS };
	double without;

	fleet_write(bench, &empty, path);
	without = in_child(bench, LOAD, path).after;
	fleet_write(bench, &fleet, path);
	bench_tell(bench, "loading %u hosts", hosts);
	for (unsigned i = 0; i < bench_runs(bench, RUNS); i++) {
		struct found ours = in_child(bench, LOAD, path), beside = in_child(bench, PARSE, path);

		bench_add(&times, ours.seconds * 1e3, beside.seconds * 1e3);
		bench_add(&peaks, ours.peak / 1e6, beside.peak / 1e6);
		bench_add(&kept, (ours.after - without) / (hosts - 1), fleet_host_length(&fleet, hosts - 1));
	}
	snprintf(what, sizeof(what), "%u hosts, %u groups", hosts, GROUPS);
	if (bench_wants(bench, "load"))
		bench_print(&load, &times);
	if (bench_wants(bench, "peak"))
		bench_print(&most, &peaks);
	if (bench_wants(bench, "after"))
		bench_print(&after, &kept);
}

static void row_proof(const struct bench *bench, unsigned hosts)
{
	struct bench_figures figures = { .n = 0 };
	CLEANUP_FREE char *path = bench_path(bench, "proof.conf");
	const struct fleet fleet = { .hosts = hosts, .groups = GROUPS };
	char what[80];
	const struct bench_row row = { .name = "proof", .what = what, .unit = "ms", .beside = "loading" };
	double classes = 0;

	bench_tell(bench, "proof of %u hosts", hosts);
	fleet_write(bench, &fleet, path);
	for (unsigned i = 0; i < bench_runs(bench, RUNS); i++) {
		struct found found = in_child(bench, LOAD_AND_PROVE, path);

		bench_add(&figures, found.proof * 1e3, found.seconds * 1e3);
		classes = found.classes;
	}
	snprintf(what, sizeof(what), "%u hosts, 200 groups, %.0f classes", hosts, classes);
	bench_print(&row, &figures);
}

int main(int argc, char **argv)
{
	struct bench bench;

	bench_begin(&bench, argc, argv);
	if (bench_wants(&bench, "load") || bench_wants(&bench, "peak") || bench_wants(&bench, "after"))
		rows_load(&bench, bench.quick ? 1000 : 100000);
	if (bench_wants(&bench, "proof"))
		for (unsigned hosts = 100; hosts <= (bench.quick ? 1000u : 100000u); hosts *= 10)
			row_proof(&bench, hosts);
	return bench_end(&bench);
}
