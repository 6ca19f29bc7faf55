/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * decide: which rule wins, what DHCP names at each stage, and why the others lost.
 */
#include <errno.h>

#include "testing.h"

#define SERVER "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; %s };\n"
#define ITEMS "profiles: { one: { action = \"disk\"; }; two: { action = \"shell\"; }; };\n" \
	      "menus: { main: { title = \"Main\"; entries = ( { profile = \"one\"; } ); }; };\n" \
	      "boot = \"main\";\n"

static struct pxeboot_policy *policy_with(const char *server, const char *more)
{
	char text[8192];

	snprintf(text, sizeof(text), SERVER "%s%s", server, ITEMS, more);
	return policy_of(text);
}

/* One question: facts, stage (-1: where such a client stands), and the answer. */
struct row {
	const char *facts;
	int stage;
	enum pxeboot_decision_kind kind;
	const char *file, *boot, *rule;
};

static void check_row(const struct pxeboot_policy *policy, const struct row *row)
{
	struct pxeboot_client *client = client_of(row->facts);
	enum pxeboot_stage stage = row->stage < 0 ? pxeboot_stage_of(policy, client) : (enum pxeboot_stage)row->stage;
	struct pxeboot_decision decision;

	pxeboot_decide(policy, client, stage, NULL, &decision);
	ck_assert_msg(decision.kind == row->kind, "%s: got a %s", row->facts,
		      pxeboot_decision_kind_name(decision.kind));
	ck_assert_msg((decision.file == NULL) == (row->file == NULL), "%s: file %s", row->facts, decision.file);
	if (row->file)
		ck_assert_str_eq(decision.file, row->file);
	if (row->boot)
		ck_assert_str_eq(decision.boot, row->boot);
	if (row->rule)
		ck_assert_str_eq(decision.rule.name, row->rule);
	ck_assert_int_eq(decision.reason != NULL, decision.kind == PXEBOOT_DECISION_NONE);
	pxeboot_client_unref(client);
}

static void check_rows(struct pxeboot_policy *policy, const struct row *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++)
		check_row(policy, &rows[i]);
	pxeboot_policy_unref(policy);
}

#define NONE PXEBOOT_DECISION_NONE
#define LOADER PXEBOOT_DECISION_LOADER
#define SCRIPT PXEBOOT_DECISION_SCRIPT
#define MENU PXEBOOT_DECISION_MENU
#define PROFILE PXEBOOT_DECISION_PROFILE

START_TEST(firmware_gets_the_loader_of_its_architecture)
{
	static const struct row rows[] = {
		{ "mac=52:54:00:00:00:01", -1, NONE, NULL, NULL, NULL },
		{ "arch=2", -1, NONE, NULL, NULL, NULL },
		{ "arch=6", -1, NONE, NULL, NULL, NULL },
		{ "arch=41", -1, NONE, NULL, NULL, NULL },
		{ "arch=65535", -1, NONE, NULL, NULL, NULL },
		{ "arch=16", -1, NONE, NULL, NULL, NULL },
		{ "arch=0", -1, LOADER, "undionly.kpxe", "main", "boot" },
		{ "arch=7", -1, LOADER, "snponly.efi", "main", "boot" },
		{ "arch=9", -1, LOADER, "snponly.efi", "main", "boot" },
		{ "arch=11", -1, LOADER, "ipxe-arm64.efi", "main", "boot" },
		{ "arch=0,7", -1, LOADER, "snponly.efi", "main", "boot" },
		{ "arch=6,0", -1, LOADER, "undionly.kpxe", "main", "boot" },
		{ "arch=16,0", -1, LOADER, "undionly.kpxe", "main", "boot" },
		{ "vendor_class=PXEClient:Arch:00007:UNDI:003016", -1, LOADER, "snponly.efi", "main", "boot" },
		{ "arch=11 vendor_class=PXEClient:Arch:00007:UNDI:003016", -1, LOADER, "ipxe-arm64.efi", "main", "boot" },
		{ "mac=b8:27:eb:00:00:01 arch=0", -1, NONE, NULL, NULL, NULL },
		{ "mac=b8:27:eb:00:00:01 arch=0,6", -1, NONE, NULL, NULL, NULL },
		{ "mac=b8:27:eb:00:00:01 arch=0,11", -1, LOADER, "ipxe-arm64.efi", "main", "boot" },
		{ "mac=b8:27:eb:00:00:01 arch=11", -1, LOADER, "ipxe-arm64.efi", "main", "boot" },
	};

	check_rows(policy_with("", ""), rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

START_TEST(raspberry_pi_is_told)
{
	static const struct {
		const char *setting, *facts;
		bool told;
	} rows[] = {
		{ "", "mac=b8:27:eb:00:00:01 arch=0", false },
		{ "raspberry_pi = false;", "mac=b8:27:eb:00:00:01 arch=0", false },
		{ "raspberry_pi = true;", "mac=52:54:00:00:00:01 arch=0", false },
		{ "raspberry_pi = true;", "mac=b8:27:eb:00:00:01 arch=11", false },
		{ "raspberry_pi = true;", "mac=b8:27:eb:00:00:01 arch=20", false },
		{ "raspberry_pi = true;", "mac=b8:27:eb:00:00:01 arch=0 user_class=iPXE", false },
		{ "raspberry_pi = true;", "mac=b8:27:eb:00:00:01", false },
		{ "raspberry_pi = true; address6 = \"fd77::1\";", "family=ipv6 mac=b8:27:eb:00:00:01 arch=0", false },
		{ "raspberry_pi = true;", "mac=b8:27:eb:00:00:01 arch=0", true },
		{ "raspberry_pi = true; serve = \"arm64-uefi\";", "mac=dc:a6:32:00:00:01 arch=0", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pxeboot_policy *policy = policy_with(rows[i].setting, "");
		struct pxeboot_client *client = client_of(rows[i].facts);
		struct pxeboot_decision decision;

		pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
		ck_assert_msg(decision.raspberry_pi == rows[i].told && (!rows[i].told || decision.kind == NONE), "%zu", i);
		pxeboot_client_unref(client);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

START_TEST(http_boot_gets_a_whole_url)
{
	static const struct row rows[] = {
		{ "arch=15", -1, NONE, NULL, NULL, NULL },
		{ "arch=16", -1, LOADER, "http://10.77.0.1:8080/snponly.efi", "main", NULL },
		{ "arch=20", -1, LOADER, "http://10.77.0.1:8080/undionly.kpxe", "main", NULL },
		{ "arch=7,16", -1, LOADER, "snponly.efi", "main", NULL },
		{ "arch=7 user_class=iPXE", -1, SCRIPT, "http://10.77.0.1:8080/boot.ipxe", "main", NULL },
	};

	check_rows(policy_with("http = \"http://10.77.0.1:8080\";", ""), rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

#define SIX "address6 = \"fd77::1\";"
#define HTTP6 "http6 = \"http://[fd77::1]:8080\";"

START_TEST(over_ipv6_everything_is_a_whole_url)
{
	static const struct row none[] = {
		{ "family=ipv6 arch=7", -1, NONE, NULL, NULL, NULL },
		{ "family=ipv6 arch=16", -1, NONE, NULL, NULL, NULL },
		{ "family=ipv6 arch=7 user_class=iPXE", -1, NONE, NULL, NULL, NULL },
		{ "family=ipv4 arch=7", -1, LOADER, "snponly.efi", "main", NULL },
	};
	static const struct row tftp[] = {
		{ "family=ipv6", -1, NONE, NULL, NULL, NULL },
		{ "family=ipv6 arch=6", -1, NONE, NULL, NULL, NULL },
		{ "family=ipv6 arch=16", -1, NONE, NULL, NULL, NULL },
		{ "family=ipv6 vendor_class=PXEClient:Arch:00007:UNDI:003000", -1, NONE, NULL, NULL, NULL },
		{ "family=ipv6 arch=7", -1, LOADER, "tftp://[fd77::1]/snponly.efi", "main", NULL },
		{ "family=ipv6 arch=16,11", -1, LOADER, "tftp://[fd77::1]/ipxe-arm64.efi", "main", NULL },
		{ "family=ipv6 arch=7 user_class=iPXE", -1, SCRIPT, "tftp://[fd77::1]/boot.ipxe", "main", NULL },
		{ "arch=7", -1, LOADER, "snponly.efi", "main", NULL },
		{ "arch=16", -1, LOADER, "http://10.77.0.1/snponly.efi", "main", NULL },
		{ "arch=16,11", -1, LOADER, "http://10.77.0.1/snponly.efi", "main", NULL },
	};
	static const struct row http[] = {
		{ "family=ipv6 arch=7", -1, LOADER, "tftp://[fd77::1]/snponly.efi", "main", NULL },
		{ "family=ipv6 arch=16", -1, LOADER, "http://[fd77::1]:8080/snponly.efi", "main", NULL },
		{ "family=ipv6 arch=7 user_class=iPXE", -1, SCRIPT, "http://[fd77::1]:8080/boot.ipxe", "main", NULL },
		{ "arch=16", -1, NONE, NULL, NULL, NULL },
	};

	check_rows(policy_with("", ""), none, sizeof(none) / sizeof(none[0]));
	check_rows(policy_with(SIX " http = \"http://10.77.0.1\";", ""), tftp, sizeof(tftp) / sizeof(tftp[0]));
	check_rows(policy_with(SIX HTTP6, ""), http, sizeof(http) / sizeof(http[0]));
}
END_TEST

/* Hosts and groups by their MAC addresses; a subnet is IPv4's, and the vendor class is where no DHCPv6 server looks. */
START_TEST(over_ipv6_hosts_and_groups_are_known)
{
	static const struct row rows[] = {
		{ "family=ipv6 arch=7 mac=52:54:00:00:00:01", -1, LOADER, "tftp://[fd77::1]/own.efi", "one", "h" },
		{ "family=ipv6 arch=16 mac=52:54:00:00:00:01", -1, LOADER, "http://[fd77::1]:8080/own.efi", "one", "h" },
		{ "family=ipv6 arch=7 mac=52:55:00:00:00:01", -1, LOADER, "tftp://[fd77::1]/many.efi", "two", "macs" },
		{ "family=ipv6 arch=7 mac=52:55:00:00:00:01 user_class=iPXE", -1, SCRIPT,
		  "http://[fd77::1]:8080/groups/macs.ipxe", "two", "macs" },
		{ "family=ipv6 arch=7 user_class=iPXE vendor_class=PXEClient ip=10.0.0.5", -1, SCRIPT,
		  "http://[fd77::1]:8080/boot.ipxe", "main", "boot" },
		{ "arch=7 user_class=iPXE vendor_class=PXEClient", -1, SCRIPT, "groups/classes.ipxe", "two", "classes" },
		{ "arch=7 user_class=iPXE ip=10.0.0.5", -1, SCRIPT, "groups/subnets.ipxe", "two", "subnets" },
	};

	check_rows(policy_with(SIX HTTP6 "dhcp = { range = \"10.0.0.2,10.0.0.9\"; };",
			       "hosts: ( { name = \"h\"; mac = \"52:54:00:00:00:01\"; boot = \"one\"; loader = \"own.efi\"; } );\n"
			       "groups: ( { name = \"macs\"; match = { mac = \"52:55\"; }; boot = \"two\"; loader = \"many.efi\"; },\n"
			       "{ name = \"classes\"; match = { vendor_class = \"PXEClient\"; }; boot = \"two\"; },\n"
			       "{ name = \"subnets\"; match = { subnet = \"10.0.0.0/24\"; }; boot = \"two\"; } );\n"),
		   rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

/* Over DHCPv6 our own build names itself so, and no word more. */
START_TEST(over_ipv6_a_foreign_ipxe_is_replaced_once)
{
	static const struct row rows[] = {
		{ "family=ipv6 arch=7 user_class=iPXE", -1, LOADER, "tftp://[fd77::1]/snponly.efi", "main", NULL },
		{ "family=ipv6 arch=6 user_class=iPXE", -1, SCRIPT, "tftp://[fd77::1]/boot.ipxe", "main", NULL },
		{ "family=ipv6 arch=7 user_class=iPXE-own", -1, SCRIPT, "tftp://[fd77::1]/boot.ipxe", "main", NULL },
		{ "family=ipv6 arch=7 user_class=iPXE-own2", -1, LOADER, "tftp://[fd77::1]/snponly.efi", "main", NULL },
	};

	check_rows(policy_with(SIX, "ipxe: { user_class = \"iPXE-own\"; };"), rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

START_TEST(an_ipxe_is_never_given_what_it_cannot_leave)
{
	static const struct row any[] = {
		{ "arch=7 user_class=iPXE", -1, SCRIPT, "boot.ipxe", "main", NULL },
		{ "arch=7 user_class=iPXE-pxeboot", -1, SCRIPT, "boot.ipxe", "main", NULL },
		{ "arch=6 user_class=iPXE", -1, SCRIPT, "boot.ipxe", "main", NULL },
		{ "arch=7 features=menu", -1, SCRIPT, "boot.ipxe", "main", NULL },
		{ "arch=7 user_class=ipxe", -1, LOADER, "snponly.efi", "main", NULL },
		{ "arch=7 user_class=other,iPXE", -1, LOADER, "snponly.efi", "main", NULL },
	};
	static const struct row own[] = {
		{ "arch=7 user_class=iPXE", PXEBOOT_STAGE_IPXE_FOREIGN, LOADER, "snponly.efi", "main", NULL },
		{ "arch=7 user_class=iPXE", -1, LOADER, "snponly.efi", "main", NULL },
		{ "arch=0 features=menu", -1, LOADER, "undionly.kpxe", "main", NULL },
		{ "arch=7 user_class=iPXE-pxeboot", -1, SCRIPT, "boot.ipxe", "main", NULL },
		{ "arch=6 user_class=iPXE", -1, SCRIPT, "boot.ipxe", "main", NULL },
		{ "user_class=iPXE", -1, SCRIPT, "boot.ipxe", "main", NULL },
		{ "arch=16 user_class=iPXE", -1, SCRIPT, "boot.ipxe", "main", NULL },	/* no loader over HTTP for it */
		/* A host's own loader may be foreign itself: an iPXE is never sent back to it. */
		{ "mac=52:54:00:00:00:01 arch=7", -1, LOADER, "special.efi", "two", "node1" },
		{ "mac=52:54:00:00:00:01 arch=7 user_class=iPXE", -1, LOADER, "snponly.efi", "two", "node1" },
		{ "mac=52:54:00:00:00:01 arch=7 user_class=iPXE-pxeboot", -1, SCRIPT, "boot.ipxe", "two", "node1" },
	};

	check_rows(policy_with("", ""), any, sizeof(any) / sizeof(any[0]));
	check_rows(policy_with("", "ipxe = { user_class = \"iPXE-pxeboot\"; };\n"
				   "hosts: ( { name = \"node1\"; mac = \"52:54:00:00:00:01\"; boot = \"two\"; "
				   "loader = \"special.efi\"; } );\n"),
		   own, sizeof(own) / sizeof(own[0]));
}
END_TEST

/* The MAC address may be one host's and the UUID another's. */
START_TEST(a_host_gets_its_own_loader)
{
#define UUID_OF_TWO " uuid=00112233-4455-6677-8899-aabbccddeeff"
	static const struct row rows[] = {
		{ "arch=7" UUID_OF_TWO, -1, LOADER, "two.efi", "main", "two" },
		{ "mac=52:54:00:00:00:01 arch=7" UUID_OF_TWO, -1, LOADER, "one.efi", "main", "one" },
		{ "mac=52:54:00:00:00:02 arch=7" UUID_OF_TWO, -1, LOADER, "two.efi", "main", "plain" },
		{ "mac=52:54:00:00:00:02 arch=7", -1, LOADER, "snponly.efi", "main", "plain" },
		/* Any number of an architecture does; digits of a vendor class must mean one. */
		{ "mac=52:54:00:00:00:01 arch=99", -1, LOADER, "one.efi", "main", "one" },
		{ "mac=52:54:00:00:00:01 vendor_class=PXEClient:Arch:00006", -1, LOADER, "one.efi", "main", "one" },
		{ "mac=52:54:00:00:00:01 vendor_class=PXEClient:Arch:00099", -1, NONE, NULL, NULL, "one" },
		{ "mac=52:54:00:00:00:01", -1, NONE, NULL, NULL, "one" },
	};

	check_rows(policy_with("", "hosts: ( { name = \"one\"; mac = \"52:54:00:00:00:01\"; loader = \"one.efi\"; },\n"
				   "{ name = \"two\"; uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; "
				   "loader = \"two.efi\"; },\n"
				   "{ name = \"plain\"; mac = \"52:54:00:00:00:02\"; } );\n"),
		   rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

/* A group's loader is for machines that DHCP finds in it, before and whatever their rule is. */
START_TEST(a_group_gets_its_own_loader)
{
	static const struct row rows[] = {
		{ "mac=52:54:11:00:00:01 arch=7", -1, LOADER, "prefix.efi", "one", "prefix" },
		{ "mac=52:54:11:00:00:01 arch=11", -1, LOADER, "prefix.efi", "one", "prefix" },
		{ "mac=52:54:11:00:00:01 arch=99", -1, LOADER, "prefix.efi", "one", "prefix" },
		{ "mac=52:54:11:00:00:01 arch=0", -1, LOADER, "both.efi", "two", "both" },
		{ "mac=52:54:11:00:00:01 arch=0 product=P", -1, LOADER, "both.efi", "two", "both" },
		{ "mac=52:54:00:00:00:01 arch=7", -1, LOADER, "snponly.efi", "main", "boot" },
		{ "mac=52:54:00:00:00:01 arch=7 product=P", -1, LOADER, "snponly.efi", "main", "boot" },
		{ "mac=52:54:11:00:00:02 arch=7", -1, LOADER, "host.efi", "main", "own" },
		{ "mac=52:54:11:00:00:03 arch=7", -1, LOADER, "prefix.efi", "main", "plain" },
		{ "mac=52:54:11:00:00:01", -1, NONE, NULL, NULL, "prefix" },
		{ "mac=52:54:11:00:00:01 arch=16", -1, LOADER, "http://10.77.0.1/prefix.efi", "one", "prefix" },
		{ "mac=52:54:11:00:00:01 arch=7 user_class=iPXE", -1, SCRIPT, "http://10.77.0.1/groups/prefix.ipxe", "one", "prefix" },
		/* Another group may be the rule: of a group without a loader DHCP knows nothing here. */
		{ "mac=52:54:11:00:00:01 arch=6", -1, LOADER, "prefix.efi", "two", "ia32" },
	};

	check_rows(policy_with("http = \"http://10.77.0.1\";",
			       "hosts: ( { name = \"own\"; mac = \"52:54:11:00:00:02\"; loader = \"host.efi\"; },\n"
			       "{ name = \"plain\"; mac = \"52:54:11:00:00:03\"; } );\n"
			       "groups: ( { name = \"prefix\"; match = { mac = \"52:54:11\"; }; boot = \"one\"; loader = \"prefix.efi\"; },\n"
			       "{ name = \"ia32\"; match = { arch = \"ia32-uefi\"; firmware = \"uefi\"; }; boot = \"two\"; },\n"
			       "{ name = \"both\"; match = { mac = \"52:54:11\"; arch = \"bios\"; }; boot = \"two\"; "
			       "loader = \"both.efi\"; } );\n"),
		   rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

static const char rules[] =
	"hosts: ( { name = \"node1\"; mac = \"52:54:00:00:00:01\"; boot = \"one\"; },\n"
	"         { name = \"node2\"; uuid = \"00112233-4455-6677-8899-aabbccddeeff\"; boot = \"two\"; },\n"
	"         { name = \"node3\"; serial = \"ABC123\"; boot = \"two\"; } );\n"
	"groups: ( { name = \"a\"; match = { product = \"P\"; }; boot = \"one\"; },\n"
	"          { name = \"c\"; match = { product = \"P\"; manufacturer = \"M\"; }; boot = \"two\"; },\n"
	"          { name = \"b\"; match = { product = \"P\"; manufacturer = \"M\"; }; boot = \"one\"; },\n"
	"          { name = \"dhcp\"; match = { mac = \"52:54:11\"; }; boot = \"two\"; } );\n";

START_TEST(host_then_group_then_default)
{
	enum { AT = PXEBOOT_STAGE_SCRIPT };
	static const struct row rows[] = {
		{ "mac=52:54:00:00:00:09", AT, MENU, NULL, "main", "boot" },
		{ "mac=52:54:00:00:00:01 product=P", AT, PROFILE, NULL, "one", "node1" },
		{ "uuid=00112233-4455-6677-8899-AABBCCDDEEFF", AT, PROFILE, NULL, "two", "node2" },
		{ "serial=ABC123", AT, PROFILE, NULL, "two", "node3" },
		{ "mac=52:54:00:00:00:01 serial=ABC123", AT, PROFILE, NULL, "one", "node1" },
		{ "product=P", AT, PROFILE, NULL, "one", "a" },
		{ "product=P manufacturer=X", AT, PROFILE, NULL, "one", "a" },
		{ "product=P manufacturer=M", AT, PROFILE, NULL, "one", "b" },
		{ "mac=52:54:11:00:00:01", AT, PROFILE, NULL, "two", "dhcp" },
		{ "mac=52:54:11:00:00:01 product=P", AT, PROFILE, NULL, "one", "a" },
		{ "mac=52:54:11:00:00:01 user_class=iPXE", -1, SCRIPT, "groups/dhcp.ipxe", "two", "dhcp" },
		{ "mac=52:54:00:00:00:01 user_class=iPXE", -1, SCRIPT, "boot.ipxe", "one", "node1" },
		{ "arch=7", PXEBOOT_STAGE_OS, NONE, NULL, NULL, NULL },
	};

	check_rows(policy_with("", rules), rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

START_TEST(a_host_is_found_by_what_it_is_known_by)
{
	static const struct { const char *facts; int index; } hosts[] = {
		{ "product=P", -1 }, { "mac=52:54:00:00:00:09", -1 }, { "serial=abc123", -1 },
		{ "mac=52:54:00:00:00:01", 0 }, { "uuid=00112233-4455-6677-8899-AABBCCDDEEFF", 1 },
		{ "serial=ABC123", 2 }, { "mac=52:54:00:00:00:01 serial=ABC123", 0 },
	};
	struct pxeboot_policy *policy = policy_with("", rules);
	size_t index = 77;

	ck_assert_int_eq(pxeboot_policy_host_of(policy, NULL, &index), -EINVAL);
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct pxeboot_client *client = client_of(hosts[i].facts);

		index = 77;
		ck_assert_int_eq(pxeboot_policy_host_of(policy, client, &index), hosts[i].index < 0 ? -ENOENT : 0);
		ck_assert_uint_eq(index, hosts[i].index < 0 ? 77 : (size_t)hosts[i].index);
		pxeboot_client_unref(client);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(one_name_is_all_that_dhcp_says)
{
	static const struct row rows[] = {
		{ "mac=52:54:00:00:00:01", -1, LOADER, "pxeboot.0", "main", NULL },
		{ "arch=0", -1, LOADER, "pxeboot.0", "main", NULL },
		{ "arch=7", -1, LOADER, "pxeboot.0", "main", NULL },
		{ "arch=7 user_class=iPXE", -1, LOADER, "pxeboot.0", "main", NULL },
		{ "arch=7", PXEBOOT_STAGE_SCRIPT, MENU, NULL, "main", NULL },
	};

	check_rows(policy_with("one_name = \"pxeboot.0\"; tftp = \"tftp-hpa\";", ""), rows,
		   sizeof(rows) / sizeof(rows[0]));
}
END_TEST

struct heard {
	size_t n;
	char text[1024];
};

static void hear(void *context, const struct pxeboot_loss *loss)
{
	struct heard *heard = context;
	size_t used = strlen(heard->text), left = sizeof(heard->text) - used;
	const struct pxeboot_term *term = loss->term;

	heard->n++;
	ck_assert_int_eq(term != NULL, loss->n_failed > 0);
	ck_assert(loss->why || term);
	if (loss->why)
		snprintf(heard->text + used, left, "%s %s:%u %s\n", loss->rule.kind, loss->rule.name, loss->rule.line,
			 loss->why);
	else
		snprintf(heard->text + used, left, "%s %s:%u %zu: %s %s, is %s\n", loss->rule.kind, loss->rule.name,
			 loss->rule.line, loss->n_failed, term->name, term->values[term->n_values - 1],
			 loss->got_error ? strerror(-loss->got_error) : loss->got);
}

START_TEST(losers_are_named_with_their_reasons)
{
	struct pxeboot_policy *policy = policy_with("", rules);
	struct pxeboot_client *client = client_of("product=P manufacturer=M mac=52:54:00:00:00:09");
	struct pxeboot_decision explained, decided;
	struct heard heard = { 0 };

	pxeboot_explain(policy, client, PXEBOOT_STAGE_SCRIPT, NULL, hear, &heard, &explained);
	pxeboot_decide(policy, client, PXEBOOT_STAGE_SCRIPT, NULL, &decided);
	ck_assert_int_eq(explained.kind, decided.kind);
	ck_assert_str_eq(explained.rule.name, decided.rule.name);
	ck_assert_uint_eq(explained.rule.line, 10);
	ck_assert_uint_eq(heard.n, 4);
	ck_assert_str_eq(heard.text, "group c:9 the other group comes first\n"
				     "group a:8 the other group comes first\n"
				     "group dhcp:11 1: mac 52:54:11, is 52:54:00:00:00:09\n"
				     "default boot:4 it is for machines that no rule names\n");
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* What the client has where each term looks. */
START_TEST(a_term_that_failed_says_what_the_client_has)
{
	static const struct {
		const char *term, *facts, *expected;
	} rows[] = {
		{ "product = \"B\"; manufacturer = \"C\"", "mac=52:54:00:00:00:09",
		  "group g:5 2: manufacturer C, is No data available\n" },
		{ "vendor_class = \"A\"; product = \"B\"", "mac=52:54:00:00:00:09",
		  "group g:5 no stage can test its terms\n" },
		{ "product = \"B\"", "product=", "group g:5 1: product B, is \n" },
		{ "product = \"B\"", "product=C", "group g:5 1: product B, is C\n" },
		{ "vendor_class = \"PXEClient:Arch:00007\"", "vendor_class=PXEClient:Arch:00006",
		  "group g:5 1: vendor_class PXEClient:Arch:00007, is PXEClient:Arch:00006\n" },
		{ "arch = \"bios\"", "arch=7", "group g:5 1: arch bios, is x64-uefi\n" },
		{ "arch = \"bios\"", "arch=41", "group g:5 1: arch bios, is 41\n" },
		{ "arch = \"bios\"", "mac=52:54:00:00:00:09", "group g:5 1: arch bios, is No data available\n" },
		{ "firmware = \"bios\"", "arch=7", "group g:5 1: firmware bios, is uefi\n" },
		{ "firmware = \"uefi\"; arch = \"x64-uefi\"", "arch=0", "group g:5 2: arch x64-uefi, is bios\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char groups[256];
		struct pxeboot_client *client = client_of(rows[i].facts);
		struct pxeboot_decision decision;
		struct pxeboot_policy *policy;
		struct heard heard = { 0 };

		snprintf(groups, sizeof(groups), "groups = ( { name = \"g\"; match = { %s; }; boot = \"one\"; } );\n",
			 rows[i].term);
		policy = policy_with("", groups);
		pxeboot_explain(policy, client, PXEBOOT_STAGE_SCRIPT, NULL, hear, &heard, &decision);
		ck_assert_str_eq(heard.text, rows[i].expected);
		pxeboot_client_unref(client);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

/* Brute force: whatever a client says, an iPXE of ours always gets a script, and a loader is never the answer twice. */
START_TEST(no_chain_is_longer_than_two_loaders)
{
	static const char *const classes[] = { "", " user_class=iPXE", " user_class=iPXE-pxeboot", " features=menu" };
	struct pxeboot_policy *policy = policy_with("serve = [ \"bios\", \"ia32-uefi\", \"x64-uefi\", \"arm64-uefi\" ];",
						    "ipxe = { user_class = \"iPXE-pxeboot\"; };\n");

	for (unsigned code = 0; code < 64; code++)
		for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
			char facts[64];
			struct pxeboot_client *client;
			struct pxeboot_decision decision;

			snprintf(facts, sizeof(facts), "arch=%u%s", code, classes[i]);
			client = client_of(facts);
			pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
			if (i == 2)
				ck_assert_int_eq(decision.kind, PXEBOOT_DECISION_SCRIPT);
			if (i > 0)
				ck_assert_int_ne(decision.kind, PXEBOOT_DECISION_NONE);
			pxeboot_client_unref(client);
		}
	pxeboot_policy_unref(policy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decide");
	TCase *tests = tcase_create("decide");

	tcase_add_test(tests, over_ipv6_everything_is_a_whole_url);
	tcase_add_test(tests, over_ipv6_hosts_and_groups_are_known);
	tcase_add_test(tests, over_ipv6_a_foreign_ipxe_is_replaced_once);
	tcase_add_test(tests, firmware_gets_the_loader_of_its_architecture);
	tcase_add_test(tests, raspberry_pi_is_told);
	tcase_add_test(tests, http_boot_gets_a_whole_url);
	tcase_add_test(tests, an_ipxe_is_never_given_what_it_cannot_leave);
	tcase_add_test(tests, a_host_gets_its_own_loader);
	tcase_add_test(tests, a_group_gets_its_own_loader);
	tcase_add_test(tests, host_then_group_then_default);
	tcase_add_test(tests, a_host_is_found_by_what_it_is_known_by);
	tcase_add_test(tests, one_name_is_all_that_dhcp_says);
	tcase_add_test(tests, losers_are_named_with_their_reasons);
	tcase_add_test(tests, a_term_that_failed_says_what_the_client_has);
	tcase_add_test(tests, no_chain_is_longer_than_two_loaders);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
