/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_power: from power-on to the menu, on real firmware with the stock loaders of Debian 13 (conf/loaders), in the lab
 * of `pxeboot try`: how many requests for files the capture has, and when the menu's script was fetched.  Beside it, in the
 * same lab, a dnsmasq whose configuration is a few lines written by hand, and one script with the same menu.  Ours is
 * measured for a machine that the policy names, and for one that it does not, though it names others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "bench.h"

#define RUNS 3
#define TRIES 3				/* of one machine, on a machine that has much else to do */
#define LOADER_MAX (4u << 20)
#define CAPTURE_MAX (64u << 20)
#define LOG_MAX (1u << 20)
#define REQUESTS_MAX 256
#define DNSMASQ "/usr/sbin/dnsmasq"
#define RANGE "10.77.0.100,10.77.0.200,12h"

enum whose { UNKNOWN, KNOWN, THEIRS };

struct subject {
	const struct bench *bench;
	const char *lab;		/* with the loaders */
	char *pxeboot, *path, *kept, *configurations[THEIRS + 1];
};

struct boot {
	double requests, menu;		/* how many; seconds after power-on */
};

static const char *const loaders[] = { "undionly.kpxe", "snponly.efi" };

/* ---- Files ------------------------------------------------------------------------------------------------------- */

static void write_file(const struct subject *subject, const char *name, const char *text, mode_t mode)
{
	CLEANUP_FREE char *path = bench_path(subject->bench, name);

	BENCH_MUST(subject->bench, file_make_parents(path) >= 0 && file_write(path, text, strlen(text), mode) >= 0);
}

static void copy_loader(const struct subject *subject, const char *root, const char *loader)
{
	CLEANUP_FREE char *from = NULL, *name = NULL, *bytes = NULL, *to = NULL;
	size_t length;

	BENCH_MUST(subject->bench, asprintf(&from, "%s/%s", subject->lab, loader) > 0 &&
				   asprintf(&name, "%s/%s", root, loader) > 0);
	to = bench_path(subject->bench, name);
	BENCH_MUST(subject->bench, file_read(from, LOADER_MAX, &bytes, &length) == 0 && file_make_parents(to) >= 0 &&
				   file_write(to, bytes, length, 0644) >= 0);
}

static void write_policy(struct subject *subject, enum whose whose, const char *mac)
{
	static const char *const names[] = { [UNKNOWN] = "unknown.conf", [KNOWN] = "known.conf", [THEIRS] = "theirs.conf" };
	CLEANUP_FREE char *root = bench_path(subject->bench, whose == THEIRS ? "theirs" : "root");
	CLEANUP_TEXT struct text out = TEXT_INIT;

	text_addf(&out, "server: { address = \"10.77.0.1\"; root = \"%s\"; dhcp = { range = \"" RANGE "\"; }; };\n", root);
	text_add(&out, "profiles: { disk: { label = \"The disk\"; action = \"disk\"; };\n"
		       "\tlinux: { label = \"Linux\"; kernel = \"linux\"; }; };\n"
		       "menus: { main: { title = \"Boot\"; entries = ( { profile = \"linux\"; }, { profile = \"disk\"; } ); }; };\n");
	text_addf(&out, "hosts: ( { name = \"node1\"; mac = \"%s\"; boot = \"main\"; } );\nboot = \"main\";\n", mac);
	BENCH_MUST(subject->bench, out.error == 0);
	write_file(subject, names[whose], out.bytes, 0644);
	subject->configurations[whose] = bench_path(subject->bench, names[whose]);
}

/* A dnsmasq that takes another configuration than it is told; all else that the lab asks of it stays. */
static void write_theirs(struct subject *subject)
{
	CLEANUP_FREE char *root = bench_path(subject->bench, "theirs");
	CLEANUP_FREE char *conf = bench_path(subject->bench, "theirs-dnsmasq.conf");
	CLEANUP_TEXT struct text text = TEXT_INIT, program = TEXT_INIT;

	text_addf(&text, "dhcp-range=" RANGE "\nenable-tftp\ntftp-root=%s\n"
		  "dhcp-match=set:bios,option:client-arch,0\ndhcp-userclass=set:ipxe,iPXE\n"
		  "dhcp-boot=tag:!ipxe,tag:bios,undionly.kpxe\ndhcp-boot=tag:!ipxe,tag:!bios,snponly.efi\n"
		  "dhcp-boot=tag:ipxe,menus/main.ipxe\n", root);
	text_addf(&program, "#!/bin/sh\nfor word; do\n\tshift\n\tcase $word in --conf-file=*) word=--conf-file=%s ;; esac\n"
		  "\tset -- \"$@\" \"$word\"\ndone\nexec " DNSMASQ " \"$@\"\n", conf);
	BENCH_MUST(subject->bench, text.error == 0 && program.error == 0);
	write_file(subject, "theirs-dnsmasq.conf", text.bytes, 0644);
	write_file(subject, "bin/dnsmasq", program.bytes, 0755);
	write_file(subject, "theirs/menus/main.ipxe", "#!ipxe\nmenu Boot\nitem linux Linux\nitem disk The disk\n"
		   "choose what && goto ${what}\n:linux\nkernel tftp://10.77.0.1/linux\nboot\n:disk\nexit 1\n", 0644);
}

static void write_files(struct subject *subject)
{
	for (size_t i = 0; i < ARRAY_SIZE(loaders); i++) {
		copy_loader(subject, "root", loaders[i]);
		copy_loader(subject, "theirs", loaders[i]);
	}
	write_policy(subject, UNKNOWN, "52:54:00:77:00:99");
	write_policy(subject, KNOWN, "52:54:00:77:00:01");	/* whom `try` switches on */
	write_policy(subject, THEIRS, "52:54:00:77:00:99");
	write_theirs(subject);
}

/* ---- What the capture has ---------------------------------------------------------------------------------------- */

static uint32_t number(const uint8_t *bytes, size_t n)
{
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* The port from which this frame asks TFTP for a file, else 0. */
static unsigned asks_from(const uint8_t *frame, size_t length)
{
	size_t udp = 14 + (length > 14 ? (frame[14] & 0xfu) * 4 : 0);

	if (length < 42 || number(frame + 12, 2) != 0x0800 || frame[23] != 17 || length < udp + 10)
		return 0;
	return number(frame + udp + 2, 2) == 69 && number(frame + udp + 8, 2) == 1 ? number(frame + udp, 2) : 0;
}

/* One that is sent again comes from the same port. */
static void count(const struct subject *subject, unsigned port, unsigned *ports, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		if (ports[i] == port)
			return;
	BENCH_MUST(subject->bench, *n < REQUESTS_MAX);
	ports[(*n)++] = port;
}

static size_t count_requests(const struct subject *subject)
{
	CLEANUP_FREE char *path = NULL, *bytes = NULL;
	unsigned ports[REQUESTS_MAX];
	size_t length, n = 0;
	uint32_t frame;

	BENCH_MUST(subject->bench, asprintf(&path, "%s/capture.pcap", subject->kept) > 0 &&
				   file_read(path, CAPTURE_MAX, &bytes, &length) == 0);
	for (size_t at = 24; at + 16 <= length; at += 16 + frame) {	/* the file's head, each frame's */
		memcpy(&frame, bytes + at + 8, sizeof(frame));
		BENCH_MUST(subject->bench, frame <= length - at - 16);
		unsigned port = asks_from((const uint8_t *)bytes + at + 16, frame);
		if (port)
			count(subject, port, ports, &n);
	}
	return n;
}

/* ---- One machine ------------------------------------------------------------------------------------------------- */

/* False where the machine did not come to its menu. */
static bool boots(const struct subject *subject, enum whose whose, const char *firmware, struct boot *ret_boot)
{
	const char *const argv[] = { subject->pxeboot, "try", "-c", subject->configurations[whose], "--firmware", firmware,
				     "--until", "menu", "--press", "none", "--keep", subject->kept, NULL };
	CLEANUP_FREE char *log = bench_path(subject->bench, "said");
	CLEANUP_FREE char *said = NULL;
	const char *menu, *line;
	int code;

	setenv("PATH", subject->path, 1);
	if (whose != THEIRS)
		setenv("PATH", strchr(subject->path, ':') + 1, 1);
	code = bench_run(subject->bench, "said", argv);
	BENCH_MUST(subject->bench, file_read(log, LOG_MAX, &said, NULL) == 0);
	menu = strstr(said, "  MENU     ");
	/* It is told, too, that DHCP names another file than the policy: theirs does. */
	if (!menu || !strstr(menu, "the menu is on the screen") || (whose != THEIRS && code != 0))
		return false;
	for (line = menu; line > said && line[-1] != '\n';)
		line--;
	*ret_boot = (struct boot){ .requests = (double)count_requests(subject), .menu = strtod(line, NULL) };
	return true;
}

static struct boot boot(const struct subject *subject, enum whose whose, const char *firmware)
{
	CLEANUP_FREE char *log = bench_path(subject->bench, "said");
	CLEANUP_FREE char *said = NULL;
	struct boot boot;

	for (int i = 0; i < TRIES; i++)
		if (boots(subject, whose, firmware, &boot))
			return boot;
	(void)!file_read(log, LOG_MAX, &said, NULL);
	bench_fail(subject->bench, "%s does not come to its menu:\n%s", firmware, said ? said : "");
}

/* ---- The row ----------------------------------------------------------------------------------------------------- */

static void print(const char *firmware, enum whose whose, const struct bench_figures *requests,
		  const struct bench_figures *menu)
{
	struct bench_row row = { .name = "power", .unit = "requests", .beside = "hand-written, one script",
				 .goal = BENCH_MORE_AT_MOST, .least_or_most = 2 };
	char what[60];

	snprintf(what, sizeof(what), "%s, %s", firmware, whose == KNOWN ? "a host" : "unknown machine");
	row.what = what;
	bench_print(&row, requests);
	row.unit = "s";
	row.goal = BENCH_NO_GOAL;
	bench_print(&row, menu);
}

static void measure(const struct subject *subject, const char *firmware)
{
	struct bench_figures requests[THEIRS] = { { .n = 0 } }, menu[THEIRS] = { { .n = 0 } };

	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		struct boot theirs = boot(subject, THEIRS, firmware);

		for (enum whose whose = UNKNOWN; whose < THEIRS; whose++) {
			struct boot ours = boot(subject, whose, firmware);

			bench_add(&requests[whose], ours.requests, theirs.requests);
			bench_add(&menu[whose], ours.menu, theirs.menu);
			bench_tell(subject->bench, "power: %s: %.0f requests beside %.0f", firmware, ours.requests, theirs.requests);
		}
	}
	for (enum whose whose = UNKNOWN; whose < THEIRS; whose++)
		print(firmware, whose, &requests[whose], &menu[whose]);
}

static void begin(struct subject *subject)
{
	CLEANUP_FREE char *bin = bench_path(subject->bench, "bin");
	const char *path = getenv("PATH");

	subject->pxeboot = bench_built(subject->bench, "plugins/cli/pxeboot");
	subject->kept = bench_path(subject->bench, "kept");
	BENCH_MUST(subject->bench, asprintf(&subject->path, "%s:%s", bin, path ? path : "/usr/bin:/bin") > 0);
	write_files(subject);
}

static void end(struct subject *subject)
{
	free(subject->pxeboot);
	free(subject->path);
	free(subject->kept);
	for (enum whose whose = UNKNOWN; whose <= THEIRS; whose++)
		free(subject->configurations[whose]);
}

static const char *missing(const char *lab)
{
	char path[1000];

	if (geteuid() != 0)
		return "needs root: pxeboot try makes a lab of namespaces";
	if (access(DNSMASQ, X_OK) < 0 || access("/usr/bin/qemu-system-x86_64", X_OK) < 0 ||
	    access("/usr/share/OVMF/OVMF_CODE_4M.fd", R_OK) < 0)
		return "no dnsmasq, QEMU or OVMF: run conf/packages lab";
	for (size_t i = 0; i < ARRAY_SIZE(loaders); i++) {
		snprintf(path, sizeof(path), "%s/%s", lab ? lab : "", loaders[i]);
		if (!lab || access(path, R_OK) < 0)
			return "no loaders where PXEBOOT_LAB says: run conf/loaders";
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct bench bench;
	struct subject subject = { .bench = &bench, .lab = getenv("PXEBOOT_LAB") };
	const char *why = missing(subject.lab);

	if (why) {
		printf("1..0 # SKIP %s\n", why);
		return BENCH_SKIPPED;
	}
	bench_begin(&bench, argc, argv);
	begin(&subject);
	measure(&subject, "x64-uefi");
	if (!bench.quick)
		measure(&subject, "bios");
	end(&subject);
	return bench_end(&bench);
}
