/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real in.tftpd with the written map: names as firmware sends them, the administrator's rules before and after,
 * the one name for all; and maps that it must never be given.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"
#include "base/text.h"
#include "lab.h"
#include "plugin.h"
#include "tap.h"
#include "tftp_client.h"

#define KNOWN 0x0a4d0105u		/* 10.77.1.5, with a link */
#define UNKNOWN 0x0a4d0106u		/* without */

/* ---- Maps that are refused ---- */

static const struct {
	const char *rule, *id;
	bool fatal;			/* in.tftpd itself does not start with it */
} bad_rules[] = {
	{ "x ^a b", "tftpd.operation", true },
	{ "r~ ^a b", "tftpd.operation", true },
	{ "r", "tftpd.regex", true },
	{ "r # ^a b", "tftpd.regex", true },
	{ "r (a b", "tftpd.regex", true },
	{ "r a[ b", "tftpd.regex", true },
	{ "r ^(.*)$ clients/\\x/\\1", "tftpd.hex", false },
	{ "r ^a \\\\\\x", "tftpd.hex", false },
	{ "rg a aa", "tftpd.endless", false },
	{ "rgi A ba", "tftpd.endless", false },
	{ "rg ^ x", "tftpd.endless", false },
	{ "~a ^a nothing\\ here", "tftpd.garbage", false },
};

static const char *const good_rules[] = {
	"# r (", "   ", "r a b # (", "rg \\\\ /", "rg // /", "r ^a\\ b$ c", "r ^a\\#b$ c\\#d", "~a ^a",
	"a ^secret no\\ way",
	"r ^a \\\\x", "r4G ^a \\i/\\0", "ri ^A b\r", "r a", "re ^([a-z]+)$ \\U\\1\\E",
};

static bool has_finding(const struct pxeboot_diagnostics *findings, const char *id, unsigned line)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++)
		if (strcmp(finding->id, id) == 0 && finding->line == line && finding->severity == PXEBOOT_ERROR)
			return true;
	return false;
}

static int verify(const struct lab *lab, const char *map, struct pxeboot_diagnostics *findings)
{
	CLEANUP_FREE char *path = lab_path(lab, "map");

	lab_write(lab, "map", map);
	return plugin_tftp_hpa.output->verify(path, findings);
}

static bool starts(struct lab *lab)
{
	CLEANUP_FREE char *map = lab_path(lab, "map");
	bool started = lab_start_tftpd(lab, lab->directory, map);

	lab_stop(&lab->tftpd);
	return started;
}

static void check_bad_rules(struct lab *lab)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_rules); i++) {
		struct pxeboot_diagnostics *findings = NULL;
		char map[200];

		snprintf(map, sizeof(map), "# a comment\n%s\nr a b\n", bad_rules[i].rule);
		if (pxeboot_diagnostics_new(&findings) < 0)
			abort();
		tap_ok(verify(lab, map, findings) < 0 && has_finding(findings, bad_rules[i].id, 2),
		       "refused, line 2, %s: %s", bad_rules[i].id, bad_rules[i].rule);
		tap_ok(starts(lab) == !bad_rules[i].fatal, "in.tftpd %s with it",
		       bad_rules[i].fatal ? "does not start" : "starts");
		pxeboot_diagnostics_free(findings);
	}
}

static void check_good_rules(struct lab *lab)
{
	for (size_t i = 0; i < ARRAY_SIZE(good_rules); i++) {
		struct pxeboot_diagnostics *findings = NULL;

		if (pxeboot_diagnostics_new(&findings) < 0)
			abort();
		tap_ok(verify(lab, good_rules[i], findings) == 0 && pxeboot_diagnostics_count(findings) == 0,
		       "taken: %s", good_rules[i]);
		tap_ok(starts(lab), "in.tftpd starts with it");
		pxeboot_diagnostics_free(findings);
	}
}

static void check_many_rules(const struct lab *lab)
{
	for (unsigned count = 1024; count <= 1025; count++) {
		struct pxeboot_diagnostics *findings = NULL;
		CLEANUP_TEXT struct text map = TEXT_INIT;

		for (unsigned i = 0; i < count; i++)
			text_addf(&map, "r ^%u$ x\n", i);
		if (pxeboot_diagnostics_new(&findings) < 0)
			abort();
		tap_ok((verify(lab, map.bytes, findings) == 0) == (count == 1024) &&
		       has_finding(findings, "tftpd.too-many", 1025) == (count == 1025), "%u rules", count);
		pxeboot_diagnostics_free(findings);
	}
}

/* ---- The written map ---- */

#define POLICY(more) \
	"server: { address = \"10.77.0.1\"; root = \"%1$s/root\"; tftp = \"tftp-hpa\"; " more " };\n" \
	"profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n"

static struct pxeboot_policy *load(const struct lab *lab, const char *format)
{
	CLEANUP_FREE char *text = NULL;
	int r;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	r = asprintf(&text, format, lab->directory);
#pragma GCC diagnostic pop
	if (r < 0)
		abort();
	return lab_policy(lab, text);
}

static void start_with(struct lab *lab, const struct pxeboot_policy *policy)
{
	CLEANUP_FREE char *written = lab_written(plugin_tftp_hpa.output, policy);
	CLEANUP_FREE char *root = lab_path(lab, "root");
	CLEANUP_FREE char *map = lab_path(lab, "map");

	tap_ok(verify(lab, written, NULL) == 0, "what is written is taken");
	tap_ok(lab_start_tftpd(lab, root, map), "in.tftpd starts with the written map");
	lab_client_side(lab);
}

struct fetch {
	const char *name, *bytes;
	int error;			/* -1 for a file */
	uint32_t from;			/* 0: any */
};

static void check_fetches(const struct fetch *fetches, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP_TEXT struct text shown = TEXT_INIT;
		struct tftp_answer got;

		tftp_get(LAB_SERVER_IP, fetches[i].from != 0 ? fetches[i].from : LAB_CLIENT_IP, fetches[i].name, &got);
		text_add_escaped(&shown, fetches[i].name);
		if (!tap_ok(got.error == fetches[i].error &&
			    (got.error != -1 || strcmp(got.bytes, fetches[i].bytes) == 0), "get '%s'", shown.bytes))
			printf("# expected %d '%s', got %d '%s'\n", fetches[i].error, fetches[i].bytes,
			       got.error, got.bytes);
	}
}

static void check_names(struct lab *lab)
{
	static const struct fetch fetches[] = {
		{ "undionly.kpxe", "loader of bios", -1, 0 },
		{ "/undionly.kpxe", "loader of bios", -1, 0 },
		{ "//undionly.kpxe", "loader of bios", -1, 0 },
		{ "\\undionly.kpxe", "loader of bios", -1, 0 },
		{ "undionly.kpxe\xff", "loader of bios", -1, 0 },
		{ "\\profiles\\disk.ipxe\xff", "a script", -1, 0 },
		{ "sub/dir/file", "deep", -1, 0 },
		{ "sub\\dir\\file", "deep", -1, 0 },
		{ "\\\\sub\\\\dir\\file\xff", "deep", -1, 0 },
		{ "missing", "", 1, 0 },
		{ "\\missing\xff", "", 1, 0 },
		{ "../../etc/passwd", "", 1, 0 },
		{ "netboot.0", "", 1, 0 },
	};
	struct pxeboot_policy *policy = load(lab, POLICY(""));

	lab_apply(lab, policy, "root");
	lab_write(lab, "root/sub/dir/file", "deep");
	lab_write(lab, "root/profiles/disk.ipxe", "a script");
	start_with(lab, policy);
	check_fetches(fetches, ARRAY_SIZE(fetches));
	lab_stop(&lab->tftpd);
	pxeboot_policy_unref(policy);
}

static void check_own_rules(struct lab *lab)
{
	static const struct fetch fetches[] = {
		{ "old-name", "deep", -1, 0 },			/* before: it sees what the client sent */
		{ "\\win\\name", "deep", -1, 0 },		/* before: with the backslashes */
		{ "/sub/late", "deep", -1, 0 },			/* after: it sees what we have cleaned */
		{ "sub\\late\xff", "deep", -1, 0 },
		{ "secret", "", 2, 0 },				/* after: refused */
		{ "\\secret", "", 2, 0 },
		{ "undionly.kpxe", "loader of bios", -1, 0 },
	};
	struct pxeboot_policy *policy;

	lab_write(lab, "before.map", "r ^old-name$ \\\\sub\\\\dir/file\nr ^\\\\win\\\\name$ /sub/dir/file");
	lab_write(lab, "after.map", "r ^sub/late$ sub/dir/file # cleaned\r\na ^secret$\n");
	policy = load(lab, POLICY("tftpd = { before = \"%1$s/before.map\"; after = \"%1$s/after.map\"; };"));
	start_with(lab, policy);
	check_fetches(fetches, ARRAY_SIZE(fetches));
	lab_stop(&lab->tftpd);
	pxeboot_policy_unref(policy);
}

/* What `apply --reload` does: the checked map takes the old one's place by rename, and SIGHUP makes it count. */
static void check_reread(struct lab *lab)
{
	static const struct fetch before = { "moved", "", 1, 0 }, after = { "moved", "deep", -1, 0 };
	struct pxeboot_policy *policy = load(lab, POLICY(""));
	CLEANUP_FREE char *written = NULL;

	start_with(lab, policy);
	check_fetches(&before, 1);
	pxeboot_policy_unref(policy);
	lab_write(lab, "before.map", "r ^moved$ sub/dir/file\n");
	policy = load(lab, POLICY("tftpd = { before = \"%1$s/before.map\"; };"));
	written = lab_written(plugin_tftp_hpa.output, policy);
	tap_ok(verify(lab, written, NULL) == 0, "the new map is taken");
	check_fetches(&before, 1);
	tap_ok(kill(lab->tftpd, SIGHUP) == 0, "SIGHUP");
	usleep(300000);
	check_fetches(&after, 1);
	lab_stop(&lab->tftpd);
	pxeboot_policy_unref(policy);
}

/* An administrator's mistake is told with the administrator's file and line, and nothing is written. */
static void check_own_mistakes(struct lab *lab)
{
	CLEANUP_FREE char *file = lab_path(lab, "after.map");
	CLEANUP_TEXT struct text out = TEXT_INIT;
	struct pxeboot_diagnostics *findings = NULL;
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_policy *policy;
	int r;

	lab_write(lab, "after.map", "r a b\n\nr ^(.*)$ \\x/\\1\n");
	policy = load(lab, POLICY("tftpd = { after = \"%1$s/after.map\"; };"));
	if (pxeboot_diagnostics_new(&findings) < 0)
		abort();
	r = plugin_tftp_hpa.output->write(policy, &out, findings);
	finding = pxeboot_diagnostics_get(findings, 0);
	tap_ok(r < 0 && has_finding(findings, "tftpd.hex", 3) && strcmp(finding->file, file) == 0,
	       "a mistake in the administrator's rules is told with its file and line");
	tap_ok(plugin_tftp_hpa.check(policy, findings) < 0, "check says so too");
	pxeboot_diagnostics_free(findings);
	pxeboot_policy_unref(policy);
}

/* Nor may they lead the policy's own names elsewhere. */
static void check_own_names(struct lab *lab)
{
	static const struct { const char *rules; unsigned line; } rows[] = {
		{ "r ^undionly other\n", 1 },
		{ "r x x\nre ^snponly\\.efi$ ipxe.efi\n", 2 },
		{ "a \\.ipxe$\n", 1 },
		{ "r x x\nr ^profiles/ old/\n", 2 },
		{ "r ^(.*)\\.cfg$ \\1\na ^secret\n", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_diagnostics *findings = NULL;
		struct pxeboot_policy *policy;

		lab_write(lab, "after.map", rows[i].rules);
		policy = load(lab, POLICY("tftpd = { after = \"%1$s/after.map\"; };"));
		if (pxeboot_diagnostics_new(&findings) < 0)
			abort();
		tap_ok((plugin_tftp_hpa.check(policy, findings) < 0) == (rows[i].line > 0) &&
		       (rows[i].line == 0 || has_finding(findings, "tftpd.renamed", rows[i].line)),
		       "the policy's names through rules %zu", i);
		pxeboot_diagnostics_free(findings);
		pxeboot_policy_unref(policy);
	}
}

static void check_one_name(struct lab *lab)
{
	static const struct fetch fetches[] = {
		{ "net+boot.0", "loader of bios", -1, KNOWN },
		{ "/net+boot.0", "loader of bios", -1, KNOWN },
		{ "\\net+boot.0\xff", "loader of bios", -1, KNOWN },
		{ "net+boot.0", "", 1, UNKNOWN },
		{ "net+bootx0", "", 1, KNOWN },
		{ "nettboot.0", "", 1, KNOWN },
		{ "sub/net+boot.0", "", 1, KNOWN },
		{ "snponly.efi", "loader of x64-uefi", -1, UNKNOWN },
	};
	struct pxeboot_policy *policy = load(lab, POLICY("one_name = \"net+boot.0\"; "
						"dhcp = { range = \"10.77.1.5,10.77.1.5\"; };"));

	lab_apply(lab, policy, "root");
	lab_add_client(lab, KNOWN);
	lab_add_client(lab, UNKNOWN);
	start_with(lab, policy);
	check_fetches(fetches, ARRAY_SIZE(fetches));
	lab_stop(&lab->tftpd);
	pxeboot_policy_unref(policy);
}

int main(void)
{
	static const char *const programs[] = { "/usr/sbin/in.tftpd", "tftpd-hpa", NULL };
	struct lab lab;

	lab_begin(&lab, programs);
	check_bad_rules(&lab);
	check_good_rules(&lab);
	check_many_rules(&lab);
	check_names(&lab);
	check_own_rules(&lab);
	check_reread(&lab);
	check_own_mistakes(&lab);
	check_own_names(&lab);
	check_one_name(&lab);
	lab_end(&lab);
	return tap_end();
}
