/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Our file beside an existing configuration of dnsmasq: what the administrator has decided stays, whichever of the two
 * files dnsmasq reads first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "base/macro.h"
#include "base/text.h"
#include "lab.h"
#include "plugin.h"
#include "tap.h"

static const char policy_text[] =
	"server: { address = \"10.77.0.1\"; root = \"/tmp\"; tftp = \"none\"; };\n"
	"hosts: ( { name = \"one\"; mac = \"52:54:00:11:00:01\"; boot = \"disk\"; loader = \"one.efi\"; } );\n"
	"groups: ( { name = \"cards\"; match = { mac = \"52:54:00:11\"; }; boot = \"disk\"; } );\n"
	"profiles: { disk: { label = \"Disk\"; action = \"disk\"; }; };\nboot = \"disk\";\n";

/* Machines with addresses of their own, and a boot file for old thin clients. */
static const char existing[] =
	"dhcp-range=10.77.1.0,10.77.200.254,255.255.0.0,1h\n"
	"dhcp-host=52:54:00:11:00:01,10.77.9.9,one\n"
	"dhcp-host=52:54:00:11:00:02,10.77.9.10,set:kept\n"
	"dhcp-boot=thin.bin,,10.77.0.1\n"
	"dhcp-boot=tag:kept,kept.bin,,10.77.0.1\n";

#define X64 .arch = ASK_BYTES(0, 7), .vendor = ASK_TEXT("PXEClient:Arch:00007:UNDI:003016")

static const struct {
	struct ask ask;
	const char *file;
	uint32_t address;		/* 0: any */
} cases[] = {
	{ { .what = "a thin client" }, "thin.bin", 0 },
	{ { .what = "a machine that boots from the network", X64 }, "snponly.efi", 0 },
	{ { .what = "its iPXE", X64, .user = ASK_TEXT("iPXE") }, "boot.ipxe", 0 },
	{ { .what = "a host with an address and a loader of its own", .mac = "52:54:00:11:00:01", X64 }, "one.efi",
	  0x0a4d0909 },
	{ { .what = "its iPXE, in a group", .mac = "52:54:00:11:00:01", X64, .user = ASK_TEXT("iPXE") },
	  "groups/cards.ipxe", 0x0a4d0909 },
	{ { .what = "its operating system", .mac = "52:54:00:11:00:01" }, "thin.bin", 0x0a4d0909 },
	{ { .what = "a host with the administrator's tag", .mac = "52:54:00:11:00:02" }, "kept.bin", 0x0a4d090a },
};

static void check_cases(struct asker *asker, const char *order)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct answer got;

		ask_server(asker, &cases[i].ask, &got);
		if (!tap_ok(got.wrong == NULL && strcmp(got.file, cases[i].file) == 0 &&
			    (cases[i].address == 0 || got.address == cases[i].address), "%s: %s: %s", order,
			    cases[i].ask.what, cases[i].file))
			printf("# got '%s', %08x, %s\n", got.file, got.address, got.wrong != NULL ? got.wrong : "");
	}
}

static void check_order(struct lab *lab, const char *order, const char *first, const char *second)
{
	struct asker asker = { .xid = 9000 };
	CLEANUP_TEXT struct text both = TEXT_INIT;

	text_addf(&both, "%s\n%s", first, second);
	if (!tap_ok(lab_start_dnsmasq(lab, both.bytes), "%s: dnsmasq starts", order))
		return;
	lab_client_side(lab);
	asker.socket = dhcp_socket("cli0");
	check_cases(&asker, order);
	close(asker.socket);
	lab_stop(&lab->dnsmasq);
}

int main(void)
{
	static const char *const programs[] = { "/usr/sbin/dnsmasq", "dnsmasq-base", NULL };
	struct pxeboot_policy *policy;
	CLEANUP_FREE char *ours = NULL;
	struct lab lab;

	lab_begin(&lab, programs);
	policy = lab_policy(&lab, policy_text);
	ours = lab_written(plugin_dnsmasq.output, policy);
	check_order(&lab, "ours last", existing, ours);
	check_order(&lab, "ours first", ours, existing);
	pxeboot_policy_unref(policy);
	lab_end(&lab);
	return tap_end();
}
