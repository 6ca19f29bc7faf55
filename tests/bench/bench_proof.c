/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_proof [--quick]: what the proof of a policy costs beside loading it, from 100 to 100,000 hosts, with 200 groups
 * and 50 profiles.  Prints one row each, tab-separated: row, ours in ms, beside in ms, ratio, classes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "pxeboot.h"

#define PROFILES 50
#define GROUPS 200
#define RUNS 5

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* Half of the groups are the DHCP server's, half the scripts'; many overlap. */
static void add_group(struct text *out, unsigned i)
{
	text_addf(out, "%s{ name = \"g%u\"; boot = \"p%u\"; match = { ", i ? ",\n" : "", i, i % PROFILES);
	switch (i % 4) {
	case 0:
		text_addf(out, "mac = [ \"52:54:%02x\", \"02:%02x\" ]; ", i, i);
		break;
	case 1:
		text_addf(out, "mac = \"52:54:%02x\"; firmware = \"%s\"; ", i - 1, i % 8 == 1 ? "bios" : "uefi");
		break;
	case 2:
		text_addf(out, "product = \"model %u\"; ", i / 8);
		break;
	case 3:
		text_addf(out, "product = [ \"model %u\", \"kind %u\" ]; manufacturer = \"maker %u\"; ", i / 8, i, i % 16);
		break;
	}
	text_add(out, "}; }");
}

static char *policy_of(unsigned hosts)
{
	struct text out = TEXT_INIT;
	char *bytes;

	text_add(&out, "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; http = \"http://10.77.0.1:8080\"; };\n"
		       "ipxe: { user_class = \"iPXE-own\"; };\nprofiles: {\n");
	for (unsigned i = 0; i < PROFILES; i++)
		text_addf(&out, " p%u: { kernel = \"p%u/linux\"; initrd = \"p%u/initrd\"; args = \"name=${name}\"; };\n", i, i, i);
	text_add(&out, "};\nmenus: { main: { timeout = 10; default = \"p0\"; entries = (\n");
	for (unsigned i = 0; i < PROFILES; i++)
		text_addf(&out, "%s{ profile = \"p%u\"; }", i ? ",\n" : "", i);
	text_add(&out, "); }; };\nboot = \"main\";\ngroups: (\n");
	for (unsigned i = 0; i < GROUPS; i++)
		add_group(&out, i);
	text_add(&out, ");\nhosts: (\n");
	for (unsigned i = 0; i < hosts; i++)
		text_addf(&out, "%s{ name = \"h%u\"; mac = \"52:54:%02x:%02x:%02x:%02x\"; boot = \"p%u\"; }", i ? ",\n" : "", i,
			  i * 7 & 0xff, i >> 16 & 0xff, i >> 8 & 0xff, i & 0xff, i % PROFILES);
	text_add(&out, ");\n");
	return text_take(&out, &bytes, NULL) < 0 ? NULL : bytes;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double median(double *times, size_t n)
{
	qsort(times, n, sizeof(*times), compare);
	return times[n / 2];
}

static int run_once(const char *path, double *ret_load, double *ret_prove, struct pxeboot_proof *ret_proof)
{
	struct pxeboot_policy *policy;
	double start = now(), loaded;
	int r = pxeboot_policy_load(path, NULL, &policy);

	if (r < 0)
		return r;
	loaded = now();
	r = pxeboot_policy_prove(policy, NULL, NULL, NULL, ret_proof);
	*ret_load = loaded - start;
	*ret_prove = now() - loaded;
	pxeboot_policy_unref(policy);
	return r;
}

static int bench(const char *path, unsigned hosts, size_t runs)
{
	double load[RUNS], prove[RUNS], ours, beside;
	char *text = policy_of(hosts);
	struct pxeboot_proof proof = { 0 };
	int r = text ? file_write(path, text, strlen(text), 0644) : -1;

	free(text);
	for (size_t i = 0; i < runs && r >= 0; i++)
		r = run_once(path, &load[i], &prove[i], &proof);
	if (r < 0 || proof.classes == 0 || proof.loops + proof.holes + proof.misfits + proof.unknown > 0) {
		fprintf(stderr, "bench_proof: %u hosts: %s\n", hosts, r < 0 ? strerror(-r) : "the proof found faults");
		return -1;
	}
	ours = median(prove, runs);
	beside = median(load, runs);
	printf("proof, %u hosts\t%.1f\t%.1f\t%.2f\t%zu\n", hosts, ours, beside, ours / beside, proof.classes);
	return fflush(stdout);
}

int main(int argc, char **argv)
{
	bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
	char directory[] = "/tmp/pxeboot-bench.XXXXXX", path[64];
	int r = mkdtemp(directory) ? 0 : -1;

	snprintf(path, sizeof(path), "%s/pxeboot.conf", directory);
	for (unsigned hosts = 100; r == 0 && hosts <= (quick ? 1000 : 100000); hosts *= 10)
		r = bench(path, hosts, quick ? 1 : RUNS);
	unlink(path);
	rmdir(directory);
	return r ? 1 : 0;
}
