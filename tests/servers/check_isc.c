/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What random policies do not have: the rules beside what administrators write in dhcpd.conf, long lists of option 93,
 * subnets of any size, and dhcpd's opinion of a candidate.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "base/file.h"
#include "base/macro.h"
#include "lab.h"
#include "plugin.h"
#include "tap.h"

#define POLICY \
	"server: { address = \"" LAB_SERVER "\"; root = \"/tmp\"; http = \"http://10.77.0.1:8080\"; " \
	"dhcp = { server = \"isc-dhcpd\"; }; };\n" \
	"profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n"
#define PXE(digits) ASK_TEXT("PXEClient:Arch:" digits ":UNDI:003016")

static bool says(const struct lab *lab, const char *words)
{
	CLEANUP_FREE char *path = lab_path(lab, "dhcpd.log");
	CLEANUP_FREE char *said = NULL;

	return file_read(path, 1000000, &said, NULL) == 0 && strstr(said, words) != NULL;
}

/* Starts it with @before, the policy's rules and @after; asks, and stops it. */
static bool ask(struct lab *lab, const struct pxeboot_policy *policy, const char *before, const char *after,
		const struct ask *ask, struct answer *ret)
{
	CLEANUP_FREE char *written = lab_written(plugin_isc_dhcp.output, policy);
	struct asker asker = { .policy = policy, .xid = 1000 };
	CLEANUP_FREE char *whole = NULL;

	if (asprintf(&whole, "%s\n%s\n%s", before, written, after) < 0)
		abort();
	if (!lab_start_dhcpd(lab, whole))
		return false;
	lab_client_side(lab);
	asker.socket = dhcp_socket("cli0");
	ask_server(&asker, ask, ret);
	close(asker.socket);
	lab_stop(&lab->dhcpd);
	return true;
}

/* ---- Beside others ---- */

#define NUMBER "option arch code 93 = unsigned integer 16;\nif option arch = 00:07 { log(info, \"their number\"); }\n"
#define IPXE \
	"option space ipxe;\noption ipxe-encap-opts code 175 = encapsulate ipxe;\n" \
	"option ipxe.http code 19 = unsigned integer 8;\nif exists ipxe.http { log(info, \"their feature\"); }\n"

static void check_beside(struct lab *lab)
{
	const struct ask ipxe = { .arch = ASK_BYTES(0, 7), .vendor = PXE("00007"), .ipxe = ASK_BYTES(19, 1, 1) };
	struct pxeboot_policy *policy = lab_policy(lab, POLICY);
	static const struct { const char *what, *before, *after; } rows[] = {
		{ "behind an administrator's options", NUMBER IPXE, "" },
		{ "before them", "", NUMBER IPXE },
		{ "between them", NUMBER, IPXE },
		{ "behind a file name of theirs", NUMBER IPXE "filename \"theirs.0\";\n", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct answer got;

		if (!tap_ok(ask(lab, policy, rows[i].before, rows[i].after, &ipxe, &got), "%s: dhcpd starts", rows[i].what))
			continue;
		tap_ok(got.wrong == NULL && strcmp(got.file, "http://10.77.0.1:8080/boot.ipxe") == 0, "%s: '%s'", rows[i].what,
		       got.file);
		tap_ok(says(lab, "their number") && says(lab, "their feature"), "%s: theirs mean what they meant", rows[i].what);
		tap_ok(!says(lab, "no raw packet"), "%s: dhcpd has no complaint when it starts", rows[i].what);
	}
	pxeboot_policy_unref(policy);
}

/* ---- Lists ---- */

static void check_lists(struct lab *lab)
{
	static const uint8_t sixteen[34] = { [1] = 41, [3] = 2, [30] = 0, [31] = 7 }, seventeen[34] = { [1] = 41, [32] = 0, [33] = 7 };
	const struct { const char *what; struct ask ask; const char *file; } rows[] = {
		{ "the last of sixteen numbers", { .arch = { sixteen, 32, true } }, "snponly.efi" },
		{ "one more is not looked at", { .arch = { seventeen, 34, true } }, "undionly.kpxe" },
		{ "seventeen in hexadecimal is another", { .arch = ASK_BYTES(0x17, 7) }, "" },
	};
	struct pxeboot_policy *policy = lab_policy(lab, POLICY);
	struct asker asker = { .policy = policy };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct answer got, expected;

		ask_decide(&asker, &rows[i].ask, &expected);
		tap_ok(ask(lab, policy, "", "", &rows[i].ask, &got) && got.wrong == NULL && strcmp(got.file, rows[i].file) == 0 &&
		       strcmp(expected.file, rows[i].file) == 0, "%s: '%s'", rows[i].what, got.file);
	}
	pxeboot_policy_unref(policy);
}

/* ---- Subnets: the only address that is left to offer is 10.77.1.0 or a neighbour of it ---- */

static void check_subnets(struct lab *lab)
{
	static const struct { const char *subnet; bool in; } rows[] = {
		{ "0.0.0.0/0", true }, { "10.0.0.0/7", true }, { "10.76.0.0/15", true }, { "10.78.0.0/15", false },
		{ "10.77.0.0/23", true }, { "10.77.2.0/23", false }, { "10.77.1.0/25", true }, { "10.77.1.128/25", false },
		{ "128.0.0.0/1", false }, { "10.77.1.3/32", false },
	};
	const struct ask ipxe = { .arch = ASK_BYTES(0, 7), .user = ASK_TEXT("iPXE") };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP_FREE char *text = NULL;
		struct pxeboot_policy *policy;
		struct answer got;

		if (asprintf(&text, POLICY "groups: ( { name = \"g\"; match = { subnet = \"%s\"; }; boot = \"disk\"; } );\n",
			     rows[i].subnet) < 0)
			abort();
		policy = lab_policy(lab, text);
		tap_ok(ask(lab, policy, "", "", &ipxe, &got) && got.address >> 7 == 0x0a4d0100u >> 7 &&
		       (strstr(got.file, "groups/g.ipxe") != NULL) == rows[i].in, "%s: '%s'", rows[i].subnet, got.file);
		pxeboot_policy_unref(policy);
	}
}

/* ---- Candidates ---- */

static void check_candidate(struct lab *lab, const char *text, bool good)
{
	CLEANUP_FREE char *path = lab_path(lab, "candidate");
	struct pxeboot_diagnostics *findings = NULL;
	const struct pxeboot_diagnostic *finding;
	int r;

	lab_write(lab, "candidate", text);
	if (pxeboot_diagnostics_new(&findings) < 0)
		abort();
	r = plugin_isc_dhcp.output->verify(path, findings);
	finding = pxeboot_diagnostics_get(findings, 0);
	tap_ok(good == (r == 0) && good == (finding == NULL), "a candidate: %s", finding != NULL ? finding->text : "fine");
	tap_ok(good || (strcmp(finding->id, "isc.test") == 0 && strstr(finding->text, " line 2: ") != NULL),
	       "what is wrong is told with its line");
	pxeboot_diagnostics_free(findings);
}

int main(void)
{
	static const char *const programs[] = { "/usr/sbin/dhcpd", "isc-dhcp-server", NULL };
	struct lab lab;

	lab_begin(&lab, programs);
	check_beside(&lab);
	check_lists(&lab);
	check_subnets(&lab);
	check_candidate(&lab, "# fine\nfilename \"a\";\n", true);
	check_candidate(&lab, "# wrong\nfilename a b;\n", false);
	lab_end(&lab);
	return tap_end();
}
