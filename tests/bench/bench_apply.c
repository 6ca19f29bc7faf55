/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_apply: `pxeboot apply` of 100,000 hosts into an empty boot root beside `cp -r` of the tree that comes out (row
 * first); with one host changed beside loading alone (row one); and `pxeboot check` beside that, too (row check).  Rows
 * growth-apply, growth-one and growth-check are the same from 10 hosts on.
 * Loading alone is this program, started in the same way: `bench_apply --load FILE`.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "bench.h"
#include "fleet.h"

#define RUNS 5
#define GROUPS 200
#define LOADER "/usr/lib/ipxe/undionly.kpxe"

struct subject {
	const struct bench *bench;
	const char *self;
	char *pxeboot, *conf, *root, *copy;
	struct fleet fleet;
	unsigned away;			/* trees that are put away */
	bool grows;
};

static bool wants(const struct subject *subject, const char *row, const char *growth)
{
	return subject->grows ? bench_wants_growth(subject->bench, growth) : bench_wants(subject->bench, row);
}

/* Each run changes another host, and the smallest fleet has ten. */
static unsigned runs_of(const struct subject *subject)
{
	unsigned runs = bench_runs(subject->bench, !subject->grows ? RUNS : subject->fleet.hosts > 10000 ? 1 : 3);

	return subject->grows && runs > 9 ? 9 : runs;
}

static void print(const struct subject *subject, struct bench_row row, const char *growth,
		  const struct bench_figures *figures)
{
	if (subject->grows) {
		row.name = growth;
		row.goal = BENCH_NO_GOAL;
	}
	bench_print(&row, figures);
}

static void show_log(const struct subject *subject, const char *log)
{
	CLEANUP_FREE char *path = bench_path(subject->bench, log);
	CLEANUP_FREE char *said = NULL;

	if (file_read(path, 1 << 20, &said, NULL) == 0)
		bench_tell(subject->bench, "%.2000s", said);
}

/* Seconds that it takes. */
static double timed(const struct subject *subject, const char *const *argv)
{
	double start = bench_now();
	int code = bench_run(subject->bench, "log", argv);
	double time = bench_now() - start;

	if (code != 0) {
		show_log(subject, "log");
		bench_fail(subject->bench, "%s %s: exit code %d", argv[0], argv[1], code);
	}
	return time;
}

#define TIMED(subject, ...) timed(subject, (const char *const[]) { __VA_ARGS__, NULL })

static double apply(const struct subject *subject)
{
	return TIMED(subject, subject->pxeboot, "apply", "--loaders", "-c", subject->conf);
}

static double load(const struct subject *subject)
{
	return TIMED(subject, subject->self, "--load", subject->conf);
}

/* ---- What comes out ---- */

static unsigned count_files(const char *directory)
{
	DIR *dir = opendir(directory);
	unsigned n = 0;

	if (dir != NULL) {
		for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
			n += entry->d_name[0] != '.';
		closedir(dir);
	}
	return n;
}

/* Has the script of this host a line that goes to its profile? */
static bool host_boots(const struct subject *subject, unsigned number, unsigned profile)
{
	uint8_t mac[6];
	char path[200], wanted[40];
	CLEANUP_FREE char *script = NULL;

	fleet_mac(number, mac);
	snprintf(path, sizeof(path), "%s/hosts/%02x-%02x-%02x-%02x-%02x-%02x.ipxe", subject->root, mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	snprintf(wanted, sizeof(wanted), "/profiles/p%u.ipxe", profile % FLEET_PROFILES);
	return file_read(path, 65536, &script, NULL) == 0 && strstr(script, wanted) != NULL;
}

static void check_root(const struct subject *subject)
{
	CLEANUP_FREE char *hosts = NULL;

	BENCH_MUST(subject->bench, asprintf(&hosts, "%s/hosts", subject->root) > 0);
	/* And the file that says that there are some. */
	BENCH_MUST(subject->bench, count_files(hosts) == subject->fleet.hosts + 1);
	BENCH_MUST(subject->bench, host_boots(subject, 7, 7));
}

/* ---- Rows ---- */

/* What the profiles chain to, which is the administrator's. */
static void prepare_root(const struct subject *subject)
{
	char path[200];

	BENCH_MUST(subject->bench, mkdir(subject->root, 0755) == 0);
	for (unsigned i = 0; i < FLEET_PROFILES; i++) {
		snprintf(path, sizeof(path), "%s/p%u.ipxe", subject->root, i);
		BENCH_MUST(subject->bench, file_write(path, "#!ipxe\nexit\n", strlen("#!ipxe\nexit\n"), 0644) >= 0);
	}
}

static void put_away(struct subject *subject, const char *path)
{
	CLEANUP_FREE char *away = NULL;

	BENCH_MUST(subject->bench, asprintf(&away, "%s.%u", path, subject->away++) > 0 && rename(path, away) == 0);
}

/* Nothing is removed before the end: where ext4 makes a file, it looks for an inode that was not freed just now, and
 * passes by a hundred thousand of them each time. */
static void row_first(struct subject *subject)
{
	struct bench_figures figures = { .n = 0 }, on_disk = { .n = 0 };
	char what[60];
	struct bench_row row = { .name = "first", .what = what, .unit = "s", .beside = "cp -r of the tree",
				 .goal = BENCH_RATIO_AT_MOST, .least_or_most = 2 };
	/* The boot root stands for the rows that follow. */
	bool wanted = wants(subject, "first", "growth-apply");
	unsigned runs = wanted ? runs_of(subject) : 1;

	for (unsigned i = 0; i < runs; i++) {
		if (i > 0)
			put_away(subject, subject->root);
		prepare_root(subject);
		bench_tell(subject->bench, "apply, first time, %u of %u", i + 1, runs);
		double ours = apply(subject);

		check_root(subject);
		double copied = TIMED(subject, "/bin/cp", "-r", subject->root, subject->copy);

		bench_add(&figures, ours, copied);
		bench_add(&on_disk, ours, copied + TIMED(subject, "/bin/sync", "-f", subject->copy));
		put_away(subject, subject->copy);
	}
	snprintf(what, sizeof(what), "apply, %u hosts, empty root", subject->fleet.hosts);
	if (!wanted)
		return;
	print(subject, row, "growth-apply", &figures);
	/* As ours is when it ends. */
	row.beside = "cp -r, until it is on the disk";
	row.goal = BENCH_NO_GOAL;
	if (!subject->grows)
		print(subject, row, "growth-apply", &on_disk);
}

static void row_one(struct subject *subject)
{
	struct bench_figures figures = { .n = 0 };
	char what[60];
	const struct bench_row row = { .name = "one", .what = what, .unit = "ms", .beside = "loading alone",
				       .goal = BENCH_MORE_AT_MOST, .least_or_most = 50 };

	for (unsigned i = 0; i < runs_of(subject); i++) {
		bench_tell(subject->bench, "apply, one host changed");
		subject->fleet.moved++;
		fleet_write(subject->bench, &subject->fleet, subject->conf);
		double ours = apply(subject);

		BENCH_MUST(subject->bench, host_boots(subject, subject->fleet.moved, subject->fleet.moved + 1));
		BENCH_MUST(subject->bench, host_boots(subject, subject->fleet.moved - 1, subject->fleet.moved - 1));
		bench_add(&figures, ours * 1e3, load(subject) * 1e3);
	}
	snprintf(what, sizeof(what), "apply, 1 or 2 of %u hosts changed", subject->fleet.hosts);
	print(subject, row, "growth-one", &figures);
}

static void row_check(struct subject *subject)
{
	struct bench_figures figures = { .n = 0 };
	char what[60];
	const struct bench_row row = { .name = "check", .what = what, .unit = "ms", .beside = "loading alone",
				       .goal = BENCH_RATIO_AT_MOST, .least_or_most = 3 };

	for (unsigned i = 0; i < runs_of(subject); i++) {
		bench_tell(subject->bench, "check");
		double ours = TIMED(subject, subject->pxeboot, "check", "-c", subject->conf);

		bench_add(&figures, ours * 1e3, load(subject) * 1e3);
	}
	snprintf(what, sizeof(what), "%u hosts, %u groups", subject->fleet.hosts, GROUPS);
	print(subject, row, "growth-check", &figures);
}

static int load_alone(const char *path)
{
	struct pxeboot_policy *policy;

	if (pxeboot_policy_load(path, NULL, &policy) < 0)
		return 1;
	pxeboot_policy_unref(policy);
	return 0;
}

static void prepare(struct subject *subject, char **ret_server)
{
	const struct bench *bench = subject->bench;

	if (access(LOADER, R_OK) < 0) {
		printf("1..0 # SKIP no %s: install the package ipxe\n", LOADER);
		bench_end((struct bench *)(uintptr_t)bench);
		exit(BENCH_SKIPPED);
	}
	subject->pxeboot = bench_built(bench, "plugins/cli/pxeboot");
	subject->conf = bench_path(bench, "pxeboot.conf");
	subject->root = bench_path(bench, "root");
	subject->copy = bench_path(bench, "copy");
	BENCH_MUST(bench, asprintf(ret_server, "serve = [ \"bios\", \"x64-uefi\" ];\n"
				   "dnsmasq = { file = \"%s/dnsmasq.conf\"; };\n", bench->directory) > 0);
}

static void measure(struct subject *subject, const char *server, unsigned hosts)
{
	subject->fleet = (struct fleet) { .hosts = hosts, .groups = GROUPS, .root = subject->root, .server = server };
	fleet_write(subject->bench, &subject->fleet, subject->conf);
	/* Without a boot root there is nothing to change. */
	row_first(subject);
	if (wants(subject, "one", "growth-one"))
		row_one(subject);
	if (wants(subject, "check", "growth-check"))
		row_check(subject);
	put_away(subject, subject->root);
}

static bool wants_growth(const struct bench *bench)
{
	return bench_wants_growth(bench, "growth-apply") || bench_wants_growth(bench, "growth-one") ||
	       bench_wants_growth(bench, "growth-check");
}

int main(int argc, char **argv)
{
	struct bench bench;
	struct subject subject = { .bench = &bench, .self = argv[0] };
	CLEANUP_FREE char *server = NULL;

	if (argc == 3 && strcmp(argv[1], "--load") == 0)
		return load_alone(argv[2]);
	bench_begin(&bench, argc, argv);
	prepare(&subject, &server);
	if (bench_wants(&bench, "first") || bench_wants(&bench, "one") || bench_wants(&bench, "check"))
		measure(&subject, server, bench.quick ? 300 : 100000);
	subject.grows = true;
	for (unsigned hosts = 10; hosts <= bench.most && wants_growth(&bench); hosts *= 10)
		measure(&subject, server, hosts);
	free(subject.pxeboot);
	free(subject.conf);
	free(subject.root);
	free(subject.copy);
	return bench_end(&bench);
}
