/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_tftp: requests for scripts of hosts through the real in.tftpd with our map, beside the same without a map (row
 * tftp); and beside a map with a rule for each of 1,000 hosts, which is where hand-written maps come to (row tftp-
 * rules).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "bench.h"
#include "lab.h"
#include "tftp_client.h"

#define RUNS 7
#define HOSTS 1000
#define TFTPD "/usr/sbin/in.tftpd"

struct subject {
	const struct bench *bench;
	struct lab lab;
	unsigned requests;
};

static const char policy_text[] =
	"server: { address = \"" LAB_SERVER "\"; root = \"/srv/pxeboot\"; tftp = \"tftp-hpa\"; };\n"
	"profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n";

static void write_root(const struct subject *subject)
{
	char name[40], text[40];

	for (unsigned i = 0; i < HOSTS; i++) {
		snprintf(name, sizeof(name), "root/hosts/%u.ipxe", i);
		snprintf(text, sizeof(text), "#!ipxe\necho %u\n", i);
		lab_write(&subject->lab, name, text);
	}
}

static void write_maps(const struct subject *subject)
{
	struct pxeboot_policy *policy = lab_policy(&subject->lab, policy_text);
	CLEANUP_FREE char *ours = lab_written(plugin_tftp_hpa.output, policy);
	CLEANUP_TEXT struct text rules = TEXT_INIT;

	for (unsigned i = 0; i < HOSTS; i++)
		text_addf(&rules, "re ^boot/%u$ hosts/%u.ipxe\n", i, i);
	BENCH_MUST(subject->bench, rules.error == 0);
	lab_write(&subject->lab, "ours.map", ours);
	lab_write(&subject->lab, "rules.map", rules.bytes);
	pxeboot_policy_unref(policy);
}

static void start(struct subject *subject, const char *map)
{
	CLEANUP_FREE char *root = lab_path(&subject->lab, "root");
	CLEANUP_FREE char *path = lab_path(&subject->lab, map ? map : "");
	const char *const with[] = { TFTPD, "-L", "-4", "-a", LAB_SERVER ":69", "-s", "-u", "nobody", "-m", path, root,
				     NULL };
	const char *const without[] = { TFTPD, "-L", "-4", "-a", LAB_SERVER ":69", "-s", "-u", "nobody", root, NULL };
	struct tftp_answer answer = { .error = -2 };

	subject->lab.tftpd = lab_start(&subject->lab, map ? with : without, "tftpd.log");
	lab_client_side(&subject->lab);
	for (int i = 0; i < 10 && answer.error == -2; i++) {
		usleep(200000);
		tftp_get(LAB_SERVER_IP, 0, "hosts/0.ipxe", &answer);
	}
	BENCH_MUST(subject->bench, answer.error == -1);
}

/* Requests a second; @rules: by the names that the rules know. */
static double ask(struct subject *subject, const char *map, bool rules)
{
	struct tftp_answer answer;
	char name[40], wanted[40];
	double begun, seconds;

	start(subject, map);
	begun = bench_now();
	for (unsigned i = 0; i < subject->requests; i++) {
		unsigned host = i * 389 % HOSTS;

		snprintf(name, sizeof(name), rules ? "boot/%u" : "hosts/%u.ipxe", host);
		snprintf(wanted, sizeof(wanted), "#!ipxe\necho %u\n", host);
		tftp_get(LAB_SERVER_IP, 0, name, &answer);
		BENCH_MUST(subject->bench, answer.error == -1 && strcmp(answer.bytes, wanted) == 0);
	}
	seconds = bench_now() - begun;
	lab_stop(&subject->lab.tftpd);
	return subject->requests / seconds;
}

static void measure(struct subject *subject, const struct bench_row *row, const char *map)
{
	struct bench_figures figures = { .n = 0 };

	bench_tell(subject->bench, "%s", row->name);
	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		double ours = ask(subject, "ours.map", false);

		bench_add(&figures, ours, ask(subject, map, map != NULL));
	}
	bench_print(row, &figures);
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { TFTPD, "tftpd-hpa", NULL };
	static const struct bench_row tftp = {
		.name = "tftp", .what = "our map", .unit = "requests/s", .beside = "no map", .goal = BENCH_RATIO_AT_LEAST,
		.least_or_most = 0.9,
	}, rules = {
		.name = "tftp-rules", .what = "our map", .unit = "requests/s", .beside = "a map of 1000 hosts",
		.goal = BENCH_RATIO_AT_LEAST, .least_or_most = 5,
	};
	struct bench bench;
	struct subject subject = { .bench = &bench };

	lab_begin(&subject.lab, programs);
	bench_begin(&bench, argc, argv);
	subject.requests = bench.quick ? 20 : 500;
	write_root(&subject);
	write_maps(&subject);
	if (bench_wants(&bench, "tftp"))
		measure(&subject, &tftp, NULL);
	if (bench_wants(&bench, "tftp-rules"))
		measure(&subject, &rules, "rules.map");
	lab_end(&subject.lab);
	return bench_end(&bench);
}
