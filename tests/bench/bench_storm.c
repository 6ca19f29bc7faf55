/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_storm: 500 machines, all switched on at once: DHCP as firmware, a loader, DHCP as iPXE, the scripts, and a kernel
 * of 1 MB; from the real dnsmasq and in.tftpd with our configuration, map and boot root, beside the same servers with a
 * hand-written configuration and one script, for one profile.  That names no machine; ours is measured so, too, and with
 * each of them as a host of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "fleet.h"
#include "lab.h"
#include "storm.h"
#include "tftp_client.h"

#define RUNS 5
#define DNSMASQ "/usr/sbin/dnsmasq"
#define TFTPD "/usr/sbin/in.tftpd"
#define RANGE "10.77.1.0,10.77.200.254,255.255.0.0,1h"
#define LOADER 284672			/* bytes: snponly.efi of Debian 13 */
#define KERNEL (1 << 20)

enum whose { OURS, OURS_BY_NAME, THEIRS };

struct subject {
	const struct bench *bench;
	struct lab lab;
	unsigned machines, storms;
	char *ours;			/* dnsmasq's configuration, whatever the hosts */
};

static const char theirs[] =
	"dhcp-range=" RANGE "\n"
	"dhcp-userclass=set:ipxe,iPXE\n"
	"dhcp-boot=tag:!ipxe,snponly.efi,," LAB_SERVER "\n"
	"dhcp-boot=tag:ipxe,boot.ipxe,," LAB_SERVER "\n";

#define FIRMWARE \
	{ STORM_ASK_FIRMWARE, NULL, NULL, 0 }, { STORM_FETCH_TOLD, NULL, NULL, LOADER }, { STORM_ASK_IPXE, NULL, NULL, 0 }

static const struct storm_step our_steps[] = {
	FIRMWARE,
	{ STORM_FETCH_TOLD, NULL, " ${base}/profiles/linux.ipxe ", 0 },
	{ STORM_FETCH, "profiles/linux.ipxe", " ${base}/linux ", 0 },
	{ STORM_FETCH, "linux", NULL, KERNEL },
}, our_steps_by_name[] = {
	FIRMWARE,
	{ STORM_FETCH_TOLD, NULL, " ${base}/hosts/${mac:hexhyp}.ipxe ", 0 },
	{ STORM_FETCH, "hosts/%s.ipxe", " ${base}/once/%s.ipxe ", 0 },
	{ STORM_MISS, "once/%s.ipxe", NULL, 0 },
	{ STORM_FETCH, "profiles/linux.ipxe", " ${base}/linux ", 0 },
	{ STORM_FETCH, "linux", NULL, KERNEL },
}, their_steps[] = {
	FIRMWARE,
	{ STORM_FETCH_TOLD, NULL, "/linux ", 0 },
	{ STORM_FETCH, "linux", NULL, KERNEL },
};

static const struct {
	const char *root;
	const struct storm_step *steps;
	size_t n_steps;
} sides[] = {
	[OURS] = { "ours", our_steps, ARRAY_SIZE(our_steps) },
	[OURS_BY_NAME] = { "by-name", our_steps_by_name, ARRAY_SIZE(our_steps_by_name) },
	[THEIRS] = { "theirs", their_steps, ARRAY_SIZE(their_steps) },
};

/* ---- Files ------------------------------------------------------------------------------------------------------- */

static void write_big(const struct subject *subject, const char *name, size_t length)
{
	CLEANUP_FREE char *path = lab_path(&subject->lab, name);
	CLEANUP_FREE char *bytes = malloc(length);
	uint64_t seed = length;

	BENCH_MUST(subject->bench, bytes && file_make_parents(path) >= 0);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)bench_random(&seed);
	BENCH_MUST(subject->bench, file_write(path, bytes, length, 0644) >= 0);
}

static void add_hosts(const struct subject *subject, struct text *out)
{
	uint8_t mac[6];

	text_add(out, "hosts: (\n");
	for (unsigned i = 0; i < subject->machines; i++) {
		fleet_mac(i, mac);
		text_addf(out, "%s{ name = \"node%u\"; mac = \"%02x:%02x:%02x:%02x:%02x:%02x\"; boot = \"linux\"; }", i ? ",\n" : "", i,
			  mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	}
	text_add(out, " );\n");
}

static struct pxeboot_policy *load(const struct subject *subject, bool by_name)
{
	CLEANUP_TEXT struct text out = TEXT_INIT;

	text_add(&out, "server: { address = \"" LAB_SERVER "\"; root = \"/srv/pxeboot\"; tftp = \"tftp-hpa\"; "
		       "dhcp = { range = \"" RANGE "\"; interface = \"srv0\"; }; };\n"
		       "profiles: { linux: { kernel = \"linux\"; args = \"console=ttyS0\"; }; };\nboot = \"linux\";\n");
	if (by_name)
		add_hosts(subject, &out);
	BENCH_MUST(subject->bench, out.error == 0);
	return lab_policy(&subject->lab, out.bytes);
}

static void write_root(const struct subject *subject, enum whose whose)
{
	struct pxeboot_policy *policy = whose == THEIRS ? NULL : load(subject, whose == OURS_BY_NAME);
	CLEANUP_FREE char *loader = NULL, *kernel = NULL;

	if (policy)
		lab_apply(&subject->lab, policy, sides[whose].root);
	else
		lab_write(&subject->lab, "theirs/boot.ipxe", "#!ipxe\nkernel tftp://" LAB_SERVER "/linux console=ttyS0\nboot\n");
	pxeboot_policy_unref(policy);
	BENCH_MUST(subject->bench, asprintf(&loader, "%s/snponly.efi", sides[whose].root) > 0 &&
				   asprintf(&kernel, "%s/linux", sides[whose].root) > 0);
	write_big(subject, loader, LOADER);
	write_big(subject, kernel, KERNEL);
}

static void write_files(struct subject *subject)
{
	struct pxeboot_policy *policy = load(subject, false);
	CLEANUP_FREE char *map = lab_written(plugin_tftp_hpa.output, policy);

	subject->ours = lab_written(plugin_dnsmasq.output, policy);
	lab_write(&subject->lab, "map", map);
	pxeboot_policy_unref(policy);
	for (enum whose whose = OURS; whose <= THEIRS; whose++)
		write_root(subject, whose);
}

/* ---- Servers ----------------------------------------------------------------------------------------------------- */

static void start_tftpd(struct subject *subject, const char *name, bool mapped)
{
	CLEANUP_FREE char *root = lab_path(&subject->lab, name);
	CLEANUP_FREE char *map = lab_path(&subject->lab, "map");
	const char *const with[] = { TFTPD, "-L", "-4", "-a", LAB_SERVER ":69", "-s", "-u", "nobody", "-m", map, root, NULL };
	const char *const without[] = { TFTPD, "-L", "-4", "-a", LAB_SERVER ":69", "-s", "-u", "nobody", root, NULL };
	struct tftp_answer answer = { .error = -2 };

	subject->lab.tftpd = lab_start(&subject->lab, mapped ? with : without, "tftpd.log");
	lab_client_side(&subject->lab);
	for (int i = 0; i < 10 && answer.error == -2; i++) {
		usleep(200000);
		tftp_get(LAB_SERVER_IP, 0, "boot.ipxe", &answer);
	}
	BENCH_MUST(subject->bench, answer.error == -1);
}

static double storm(struct subject *subject, enum whose whose)
{
	double seconds;

	BENCH_MUST(subject->bench, lab_start_dnsmasq(&subject->lab, whose == THEIRS ? theirs : subject->ours));
	start_tftpd(subject, sides[whose].root, whose != THEIRS);
	lab_client_side(&subject->lab);
	seconds = storm_run(subject->bench, subject->machines, subject->storms++, sides[whose].steps, sides[whose].n_steps);
	lab_stop(&subject->lab.tftpd);
	lab_stop(&subject->lab.dnsmasq);
	return seconds;
}

/* ---- The row ----------------------------------------------------------------------------------------------------- */

static void measure(struct subject *subject)
{
	static const char *const names[] = { "as theirs, which names none", "each a host of its own" };
	struct bench_row row = { .name = "storm", .unit = "s", .beside = "hand-written, one profile",
				 .goal = BENCH_RATIO_AT_MOST, .least_or_most = 1.1 };
	struct bench_figures figures[2] = { { .n = 0 }, { .n = 0 } };
	char what[60];

	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		double named = storm(subject, OURS_BY_NAME), beside = storm(subject, THEIRS), ours = storm(subject, OURS);

		bench_add(&figures[0], ours, beside);
		bench_add(&figures[1], named, beside);
		bench_tell(subject->bench, "storm: %.2f s, as hosts %.2f s, beside %.2f s", ours, named, beside);
	}
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		snprintf(what, sizeof(what), "%u machines, %s", subject->machines, names[i]);
		row.what = what;
		bench_print(&row, &figures[i]);
	}
}

int main(int argc, char **argv)
{
	static const char *const programs[] = { DNSMASQ, "dnsmasq-base-lua", TFTPD, "tftpd-hpa", NULL };
	struct bench bench;
	struct subject subject = { .bench = &bench };

	lab_begin(&subject.lab, programs);
	bench_begin(&bench, argc, argv);
	subject.lab.quick = true;
	subject.machines = bench.quick ? 20 : 500;
	write_files(&subject);
	measure(&subject);
	free(subject.ours);
	lab_end(&subject.lab);
	return bench_end(&bench);
}
