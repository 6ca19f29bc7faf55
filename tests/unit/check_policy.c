/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policy/: what a policy that loads holds, the terms, the schema.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/macro.h"
#include "base/text.h"
#include "policy/schema.h"
#include "policy_testing.h"

/* ---- The sample of the design ---------------------------------------------------------------------------------- */

START_TEST(test_settings)
{
	static const struct { const char *path, *value; } rows[] = {
		{ "nothing", NULL }, { "", NULL }, { "server", NULL }, { "server.nothing", NULL },
		{ "server.address.0", NULL }, { "server.dhcp.range.1", NULL }, { "server.dhcp.proxy", NULL },
		{ "server.one_name", NULL }, { "server.tftpd.before", NULL }, { "profiles.debian.kernel", NULL },
		{ "server.address", "10.77.0.1" }, { "server.root", "/srv/pxeboot" },
		{ "server.http", "http://10.77.0.1:8080" }, { "server.tftp", "dnsmasq" },
		{ "server.dhcp.range.0", "10.77.0.100,10.77.0.200,12h" }, { "server.dhcp.range",
		  "10.77.0.100,10.77.0.200,12h" },
		{ "server.dhcp.interface", "eth0" }, { "server.dhcp.server", "dnsmasq" },
		{ "server.isc.file", "/etc/dhcp/pxeboot.conf" }, { "server.isc.reload", "systemctl restart isc-dhcp-server" },
		{ "server.kea.file", "/etc/kea/pxeboot.json" }, { "server.kea.reload", "systemctl kill -s HUP kea-dhcp4-server" },
		{ "server.default_arch", "bios" },
		{ "server.serve.0", "bios" }, { "server.serve.1", "x64-uefi" }, { "server.serve.2", "arm64-uefi" },
		{ "server.serve.3", NULL }, { "server.dnsmasq.file", "/etc/dnsmasq.d/pxeboot.conf" },
		{ "server.dnsmasq.reload", "systemctl restart dnsmasq" }, { "server.tftpd.map",
		  "/etc/pxeboot/tftpd.map" },
		{ "server.tftpd.reload", "systemctl kill -s HUP tftpd-hpa" }, { "ipxe.user_class", "iPXE-pxeboot" },
		{ "loaders.x64-uefi", "snponly.efi" }, { "boot", "main" },
	};
	struct pxeboot_policy *policy = load_file("sample");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *value = pxeboot_policy_get(policy, rows[i].path);

		ck_assert_msg(!value == !rows[i].value && (!value || !strcmp(value, rows[i].value)), "%s: %s",
			rows[i].path,
			      value ? value : "(none)");
	}
	ck_assert_ptr_null(pxeboot_policy_get(NULL, "boot"));
	ck_assert_ptr_null(pxeboot_policy_get(policy, NULL));
	const char *hook = strrchr(pxeboot_policy_get(policy, "server.dnsmasq.hook"), '/');

	ck_assert_str_eq(hook, "/pxeboot-dnsmasq-hook");
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_server)
{
	struct pxeboot_policy *policy = load_file("sample");

	ck_assert_str_eq(policy->base, "http://10.77.0.1:8080");
	ck_assert_str_eq(policy->boot_url, "http://10.77.0.1:8080/boot.ipxe");
	ck_assert_str_eq(policy->user_class, "iPXE-pxeboot");
	ck_assert_uint_eq(policy->user_class_where.line, 10);
	ck_assert_uint_eq(policy->server_where.line, 1);
	ck_assert_uint_eq(policy->n_ranges, 1);
	ck_assert_uint_eq(policy->ranges[0].first, 0x0a4d0064);
	ck_assert_uint_eq(policy->ranges[0].last, 0x0a4d00c8);
	ck_assert_uint_eq(policy->default_arch, PXEBOOT_ARCH_BIOS);
	ck_assert_str_eq(policy->served[PXEBOOT_ARCH_BIOS].loader, "undionly.kpxe");
	ck_assert_str_eq(policy->served[PXEBOOT_ARCH_BIOS].urls->http, "http://10.77.0.1:8080/undionly.kpxe");
	ck_assert_str_eq(policy->served[PXEBOOT_ARCH_BIOS].where.file, "(built in)");
	ck_assert_uint_eq(policy->served[PXEBOOT_ARCH_BIOS].where.line, 0);
	ck_assert_uint_eq(policy->served[PXEBOOT_ARCH_X64_UEFI].where.line, 13);
	ck_assert_str_eq(pxeboot_policy_loader(policy, PXEBOOT_ARCH_X64_UEFI), "snponly.efi");
	ck_assert_ptr_nonnull(pxeboot_policy_loader(policy, PXEBOOT_ARCH_ARM64_UEFI));
	ck_assert_ptr_null(pxeboot_policy_loader(policy, PXEBOOT_ARCH_ARM32_UEFI));
	ck_assert_ptr_null(pxeboot_policy_loader(policy, PXEBOOT_ARCH_COUNT));
	ck_assert_ptr_null(pxeboot_policy_loader(policy, PXEBOOT_ARCH_NONE));
	ck_assert_uint_eq(policy->unknown_where.line, 49);
	ck_assert_str_eq(policy->items[policy->boot].name, "main");
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_profiles)
{
	static const struct { const char *name; enum payload payload; const char *target; } rows[] = {
		{ "debian", PAYLOAD_KERNEL, "debian/linux" }, { "live", PAYLOAD_ISO, "images/live.iso" },
		{ "san", PAYLOAD_SAN, "iscsi:10.77.0.1::::iqn.2026-11.lab:${name}" },
		{ "winpe", PAYLOAD_WIM, "winpe/sources/boot.wim" }, { "tool", PAYLOAD_EFI, "tools/program.efi" },
		{ "next", PAYLOAD_CHAIN, "tachibana.ipxe" },
	};
	struct pxeboot_policy *policy = load_file("sample");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct profile *profile = item(policy, rows[i].name)->profile;

		ck_assert_ptr_nonnull(profile);
		ck_assert_int_eq((int)profile->payload, (int)rows[i].payload);
		ck_assert_str_eq(profile->target, rows[i].target);
		ck_assert_uint_eq(profile->archs, strcmp(rows[i].name,
			"tool") ? ARCH_ALL : ARCH_BIT(PXEBOOT_ARCH_X64_UEFI));
	}
	const struct profile *debian = item(policy, "debian")->profile, *disk = item(policy, "disk")->profile;

	ck_assert_str_eq(debian->label, "Debian 12, unattended");
	ck_assert_uint_eq(debian->where.line, 17);
	ck_assert_uint_eq(debian->n_initrds, 1);
	ck_assert_str_eq(debian->initrds[0], "debian/initrd.gz");
	ck_assert_str_eq(debian->args, "auto=true priority=critical url=${answers} hostname=${name} ---");
	ck_assert_uint_eq(debian->args_where.line, 21);
	ck_assert_uint_eq(debian->n_answers, 1);
	ck_assert_str_eq(debian->answers[0].name, "debian.preseed");
	ck_assert_uint_eq(debian->answers_where.line, 22);
	ck_assert_uint_eq(debian->target_where.line, 19);
	ck_assert_ptr_nonnull(strstr(debian->answers[0].text, "hostname string ${name}\n"));
	ck_assert_int_eq((int)disk->payload, PAYLOAD_ACTION);
	ck_assert_int_eq((int)disk->action, ACTION_DISK);
	ck_assert_ptr_null(disk->args);
	ck_assert_uint_eq(disk->n_answers, 0);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_menus)
{
	struct pxeboot_policy *policy = load_file("sample");
	const struct menu *menu = item(policy, "main")->menu;
	const struct pxeboot_theme *theme = &menu->theme->look;

	ck_assert_str_eq(menu->title, "Tachibana lab");
	ck_assert_uint_eq(menu->timeout, 10);
	ck_assert_str_eq(policy->items[menu->default_target].name, "disk");
	ck_assert_uint_eq(menu->n_entries, 4);
	ck_assert_int_eq((int)menu->entries[0].kind, ENTRY_GAP);
	ck_assert_int_eq(menu->entries[0].target, -1);
	ck_assert_str_eq(menu->entries[0].label, "Install");
	ck_assert_str_eq(menu->entries[1].label, "Debian 12, unattended");
	ck_assert_int_eq(menu->entries[1].key, 'd');
	ck_assert_uint_eq(menu->entries[1].where.line, 39);
	ck_assert_str_eq(menu->entries[2].label, "Tools...");
	ck_assert_uint_eq(menu->entries[2].audience.archs, ARCH_BIT(PXEBOOT_ARCH_X64_UEFI) | ARCH_BIT(PXEBOOT_ARCH_BIOS));
	ck_assert_ptr_nonnull(policy->items[menu->entries[2].target].menu);
	ck_assert_uint_eq(menu->entries[3].audience.archs, ARCH_ALL);
	ck_assert_str_eq(theme->name, "night");
	ck_assert_str_eq(theme->picture, "night.png");
	ck_assert_uint_eq(theme->size[0], 1024);
	ck_assert_uint_eq(theme->size[1], 768);
	ck_assert_uint_eq(theme->margins[2], 96);
	ck_assert(theme->text.set && !theme->text.has_background);
	ck_assert_uint_eq(theme->text.foreground, 0xe8e8f0);
	ck_assert(theme->highlight.set && theme->highlight.has_background);
	ck_assert_uint_eq(theme->highlight.foreground, 0xffffff);
	ck_assert_uint_eq(theme->highlight.background, 0x3050a0);
	ck_assert_uint_eq(theme->gap.foreground, 0x88c0d0);
	ck_assert_int_eq(item(policy, "tools")->menu->default_target, -1);
	ck_assert_ptr_null(item(policy, "tools")->menu->theme);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_machines)
{
	struct pxeboot_policy *policy = load_file("sample");
	const uint8_t second[] = { 0x52, 0x54, 0, 0x12, 0x34, 0x57 }, nobody[] = { 0x52, 0x54, 0, 0x12, 0x34, 0x58 };
	const struct host *host = policy_host_by_mac(policy, second);
	const struct group *group = &policy->groups[0];

	ck_assert_ptr_nonnull(host);
	ck_assert_ptr_null(policy_host_by_mac(policy, nobody));
	ck_assert_ptr_null(policy_host_by_uuid(policy, (const uint8_t[UUID_LENGTH]) { 1 }));
	ck_assert_ptr_null(policy_host_by_serial(policy, ""));
	ck_assert_str_eq(host->name, "node1");
	ck_assert_uint_eq(host->n_macs, 2);
	ck_assert_str_eq(host->mac_texts[1], "52:54:00:12:34:57");
	ck_assert_str_eq(policy->items[host->boot].name, "debian");
	ck_assert_str_eq(policy->items[host->once].name, "disk");
	ck_assert_str_eq(host->loader->path, "ipxe.efi");
	ck_assert_str_eq(host->loader->urls->http, "http://10.77.0.1:8080/ipxe.efi");
	ck_assert_uint_eq(host->n_vars, 1);
	ck_assert_str_eq(host->vars[0].name, "role");
	ck_assert_str_eq(host->vars[0].value, "db");
	ck_assert_uint_eq(policy->n_groups, 1);
	ck_assert_str_eq(group->name, "arm");
	ck_assert_uint_eq(group->n_terms, 2);
	ck_assert_int_eq((int)group->terms[0].kind, TERM_ARCH);
	ck_assert_int_eq((int)group->terms[1].kind, TERM_SUBNET);
	ck_assert_int_eq((int)group->tested, PXEBOOT_WHERE_DHCP);
	ck_assert_str_eq(group->script, "groups/arm.ipxe");
	ck_assert_str_eq(group->script_url, "http://10.77.0.1:8080/groups/arm.ipxe");
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_views)
{
	struct pxeboot_policy *policy = load_file("sample");
	struct pxeboot_host host;
	struct pxeboot_group group;
	struct pxeboot_item view;

	memset(&host, 0x55, sizeof(host));
	ck_assert_int_eq(pxeboot_policy_host(policy, 1, &host), -ENOENT);
	ck_assert_int_eq(pxeboot_policy_host(NULL, 0, &host), -EINVAL);
	ck_assert_uint_eq(host.line, 0x55555555);
	ck_assert_int_eq(pxeboot_policy_host(policy, 0, &host), 0);
	ck_assert_str_eq(host.name, "node1");
	ck_assert_str_eq(host.macs[0], "52:54:00:12:34:56");
	ck_assert_uint_eq(host.line, 46);
	ck_assert_str_eq(host.boot, "debian");
	ck_assert_str_eq(host.once, "disk");
	ck_assert_ptr_null(host.then);
	ck_assert(!host.until_done);
	ck_assert_uint_eq(host.tries, 0);
	ck_assert_ptr_null(host.uuid);
	ck_assert_int_eq(pxeboot_policy_group(policy, 1, &group), -ENOENT);
	ck_assert_int_eq(pxeboot_policy_group(policy, 0, &group), 0);
	ck_assert_str_eq(group.terms[1].name, "subnet");
	ck_assert_str_eq(group.terms[1].values[0], "10.77.4.0/24");
	ck_assert_str_eq(group.boot, "main");
	ck_assert_int_eq(pxeboot_policy_item(policy, policy->n_items, &view), -ENOENT);
	ck_assert_int_eq(pxeboot_policy_item(policy, 0, &view), 0);
	ck_assert_str_eq(view.label, "Debian 12, unattended");
	ck_assert(!view.is_menu);
	ck_assert_int_eq(pxeboot_policy_item(policy, (size_t)policy->boot, &view), 0);
	ck_assert_str_eq(view.label, "Tachibana lab");
	ck_assert(view.is_menu);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Machines that nobody names ---------------------------------------------------------------------------------- */

static const struct {
	const char *override;
	const char *boot, *by;
	int action;			/* of a built-in profile */
} unknowns[] = {
	{ NULL, "main", "boot", ACTION_NONE },
	{ "unknown=menu", "main", "boot", ACTION_NONE },
	{ "unknown=disk", "disk", "unknown", ACTION_NONE },
	{ "unknown=main", "main", "unknown", ACTION_NONE },
	{ "unknown=ignore", "ignore", "unknown", ACTION_EXIT },
	{ "unknown=discover", "discover", "unknown", ACTION_DISCOVER },
};

START_TEST(test_unknown)
{
	const char *const list[] = { unknowns[_i].override, NULL };
	bool built_in = unknowns[_i].action != ACTION_NONE;
	struct pxeboot_policy *policy = NULL;
	const struct item *item;
	char path[256];

	snprintf(path, sizeof(path), "%s/policies/merged/pxeboot.conf", getenv("PXEBOOT_TESTS"));
	ck_assert_int_eq(pxeboot_policy_load_with(path, list, NULL, &policy), 0);
	item = &policy->items[policy->unknown];
	ck_assert_str_eq(item->name, unknowns[_i].boot);
	ck_assert_str_eq(policy->unknown_by, unknowns[_i].by);
	ck_assert_uint_eq(policy->n_items, built_in ? 4u : 3u);
	ck_assert_int_eq(policy_item_by_name(policy, unknowns[_i].boot), policy->unknown);
	if (built_in)
		ck_assert_int_eq((int)item->profile->action, unknowns[_i].action);
	/* Of hosts it says nothing. */
	ck_assert_str_eq(policy->items[policy->hosts[0].boot].name, "main");
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- By hand ----------------------------------------------------------------------------------------------- */

static const struct {
	const char *override, *path, *value;
	int code;
	const char *id;
} overrides[] = {
	{ "server.root", NULL, NULL, -EINVAL, "policy.override" },
	{ "server.nothing=x", NULL, NULL, -EINVAL, "policy.override" },
	{ "server=x", NULL, NULL, -EINVAL, "policy.override" },
	{ "profiles.debian.kernel=x", NULL, NULL, -EINVAL, "policy.override" },
	{ "=x", NULL, NULL, -EINVAL, "policy.override" },
	{ "server.root=relative", NULL, NULL, -EBADMSG, "policy.value" },
	{ "server.root=/a\"; x = \"", NULL, NULL, -EBADMSG, "policy.value" },
	{ "boot=nobody", NULL, NULL, -EBADMSG, "policy.reference" },
	{ "server.root=/srv/other", "server.root", "/srv/other", 0, NULL },
	{ "server.tftp=tftp-hpa", "server.tftp", "tftp-hpa", 0, NULL },
	{ "server.dhcp.range=10.0.0.1,10.0.0.9", "server.dhcp.range.0", "10.0.0.1,10.0.0.9", 0, NULL },
	{ "loaders.bios=x.kpxe", "loaders.bios", "x.kpxe", 0, NULL },
	{ "boot=disk", "boot", "disk", 0, NULL },
	{ "unknown=nobody", NULL, NULL, -EBADMSG, "policy.reference" },
	{ "unknown=discover", "unknown", "discover", 0, NULL },
	{ "server.state=/srv/state", "server.state", "/srv/state", 0, NULL },
	{ "server.state=state", NULL, NULL, -EBADMSG, "policy.value" },
	{ "server.live=https://10.77.0.1/live", "server.live", "https://10.77.0.1/live", 0, NULL },
	{ "server.live=http://10.77.0.1/live/", NULL, NULL, -EBADMSG, "policy.value" },
	{ "server.live=http://10.77.0.1/live?x=y", NULL, NULL, -EBADMSG, "policy.value" },
};

START_TEST(test_by_hand)
{
	const char *const list[] = { overrides[_i].override, NULL };
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_policy *policy = NULL;
	char path[256];

	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	snprintf(path, sizeof(path), "%s/policies/sample/pxeboot.conf", getenv("PXEBOOT_TESTS"));
	ck_assert_int_eq(pxeboot_policy_load_with(path, list, diagnostics, &policy), overrides[_i].code);
	ck_assert(!policy == (overrides[_i].code != 0));
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), overrides[_i].id != NULL);
	ck_assert(!overrides[_i].id || has_finding(diagnostics, overrides[_i].id, 0));
	if (policy) {
		ck_assert_str_eq(pxeboot_policy_get(policy, overrides[_i].path), overrides[_i].value);
		ck_assert_str_eq(pxeboot_policy_get(policy, "server.address"), "10.77.0.1");
	}
	pxeboot_policy_unref(policy);
	pxeboot_diagnostics_free(diagnostics);
}
END_TEST

START_TEST(test_where)
{
	struct pxeboot_policy *policy = load_file("merged");
	const char *file = NULL;
	unsigned line = 7;

	ck_assert_int_eq(pxeboot_policy_where(policy, "server.tftp", &file, &line), -ENOENT);
	ck_assert_int_eq(pxeboot_policy_where(policy, "server.nothing", &file, &line), -ENOENT);
	ck_assert_ptr_null(file);
	ck_assert_uint_eq(line, 7);
	ck_assert_int_eq(pxeboot_policy_where(policy, "server.dhcp.interface", &file, &line), 0);
	ck_assert_ptr_nonnull(strstr(file, "/policy.d/20-hosts.conf"));
	ck_assert_uint_eq(line, 5);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Defaults and groups --------------------------------------------------------------------------------------- */

#define SERVER(more) "server: { address = \"10.0.0.1\"; root = \"/srv/pxeboot\"; " more " };\n" \
	"profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n"

/* A web server tells nobody what it was asked for. */
START_TEST(test_done_at)
{
	static const struct { const char *server, *expected; } rows[] = {
		{ SERVER(""), "tftp://10.0.0.1" },
		{ SERVER("http = \"http://10.0.0.1:8080\";"), "tftp://10.0.0.1" },
		{ SERVER("http = \"http://10.0.0.1:8080\"; live = \"http://10.0.0.1/live\";"), "http://10.0.0.1/live" },
	};
	struct pxeboot_policy *policy = policy_of(rows[_i].server);

	ck_assert_str_eq(policy->done_at, rows[_i].expected);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_without_http)
{
	struct pxeboot_policy *policy = policy_of(SERVER("") "hosts: ( { name = \"a\"; serial = \"x\"; loader = "
		"\"y.efi\"; } );"
		"groups: ( { name = \"g\"; match = { mac = \"52:54\"; }; boot = \"disk\"; } );");

	ck_assert_str_eq(policy->base, "tftp://10.0.0.1");
	ck_assert_str_eq(policy->boot_url, "boot.ipxe");
	ck_assert_ptr_null(policy->served[PXEBOOT_ARCH_BIOS].urls->http);
	ck_assert_ptr_null(policy->hosts[0].loader->urls->http);
	ck_assert_str_eq(policy->groups[0].script_url, "groups/g.ipxe");
	ck_assert_ptr_null(policy->user_class);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_default_arch)
{
	struct pxeboot_policy *policy = policy_of(SERVER("serve = \"arm64-uefi\";") "loaders: { ia32-uefi = \"x.efi\"; "
		"};");

	ck_assert_ptr_null(pxeboot_policy_loader(policy, PXEBOOT_ARCH_BIOS));
	ck_assert_str_eq(pxeboot_policy_loader(policy, PXEBOOT_ARCH_IA32_UEFI), "x.efi");
	ck_assert_uint_eq(policy->default_arch, PXEBOOT_ARCH_ARM64_UEFI);
	ck_assert_str_eq(pxeboot_policy_get(policy, "server.default_arch"), "arm64-uefi");
	pxeboot_policy_unref(policy);
}
END_TEST

/* Most terms first, then the name, whatever the order of writing. */
START_TEST(test_order_of_groups)
{
	static const char *const order[] = { "c", "a", "d", "B", "b" };
	struct pxeboot_policy *policy = policy_of(SERVER("") "groups: ("
		"{ name = \"b\"; match = { arch = \"bios\"; }; boot = \"disk\"; },"
		"{ name = \"d\"; match = { arch = \"bios\"; product = \"x\"; }; boot = \"disk\"; },"
		"{ name = \"B\"; match = { arch = [ \"bios\", \"x64-uefi\" ]; }; boot = \"disk\"; },"
		"{ name = \"a\"; match = { arch = \"bios\"; product = \"x\"; }; boot = \"disk\"; },"
		"{ name = \"c\"; match = { arch = \"bios\"; product = \"x\"; manufacturer = \"y\"; }; boot = \"disk\"; "
			"} );");

	ck_assert_uint_eq(policy->n_groups, ARRAY_SIZE(order));
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		ck_assert_str_eq(policy->groups[i].name, order[i]);
	pxeboot_policy_unref(policy);
}
END_TEST

static const struct {
	const char *server, *match;
	enum pxeboot_where tested;
} places[] = {
	{ "", "arch = \"bios\";", PXEBOOT_WHERE_SCRIPT },
	{ "", "firmware = \"uefi\"; manufacturer = \"x\"; product = \"y\";", PXEBOOT_WHERE_SCRIPT },
	{ "one_name = \"x.0\";", "product = \"y\";", PXEBOOT_WHERE_SCRIPT },
	{ "", "mac = \"52:54:00\";", PXEBOOT_WHERE_DHCP },
	{ "", "arch = \"bios\"; vendor_class = \"PXEClient:Arch\";", PXEBOOT_WHERE_DHCP },
	{ "", "mac = \"52:54:00\"; product = \"y\";", PXEBOOT_WHERE_NOWHERE },
	{ "one_name = \"x.0\";", "mac = \"52:54:00\";", PXEBOOT_WHERE_NOWHERE },
	{ "", "subnet = \"10.0.0.0/24\";", PXEBOOT_WHERE_NOWHERE },
	{ "dhcp = { proxy = \"10.0.0.0\"; };", "subnet = \"10.0.0.0/24\";", PXEBOOT_WHERE_NOWHERE },
	{ "dhcp = { range = \"10.0.0.100,10.0.0.200\"; };", "subnet = \"10.0.0.0/24\";", PXEBOOT_WHERE_DHCP },
	{ "dhcp = { range = \"10.0.0.100,10.0.0.200\"; };", "subnet = \"0.0.0.0/0\";", PXEBOOT_WHERE_DHCP },
	{ "dhcp = { range = \"10.0.0.100,10.0.0.200\"; };", "subnet = \"10.0.1.0/24\";", PXEBOOT_WHERE_DHCP },
	{ "dhcp = { range = \"10.0.0.100,10.0.0.200\"; };", "subnet = \"10.0.0.0/25\";", PXEBOOT_WHERE_NOWHERE },
	{ "dhcp = { range = \"10.0.0.100,10.0.0.200\"; };", "subnet = \"10.0.0.150/32\";", PXEBOOT_WHERE_NOWHERE },
	{ "dhcp = { range = \"10.0.0.150,10.0.0.150\"; };", "subnet = \"10.0.0.150/32\";", PXEBOOT_WHERE_DHCP },
	{ "dhcp = { range = [ \"10.0.0.1,10.0.0.9\", \"10.0.1.1,10.0.1.9\" ]; };",
	  "subnet = [ \"10.0.1.0/24\", \"10.0.2.0/24\" ];", PXEBOOT_WHERE_DHCP },
};

START_TEST(test_places)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, "server: { address = \"10.0.0.1\"; root = \"/srv/pxeboot\"; %s };\n"
		  "profiles: { disk: { action = \"disk\"; }; }; boot = \"disk\";\n"
		  "groups: ( { name = \"g\"; match = { %s }; boot = \"disk\"; } );", places[_i].server,
		  places[_i].match);
	struct pxeboot_policy *policy = policy_of(text.bytes);
	struct pxeboot_group group;

	ck_assert_int_eq(pxeboot_policy_group(policy, 0, &group), 0);
	ck_assert_msg(group.where == places[_i].tested, "%s %s: %d", places[_i].server, places[_i].match,
		(int)group.where);
	ck_assert(!group.script_url == (group.where != PXEBOOT_WHERE_DHCP));
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Terms ------------------------------------------------------------------------------------------------------ */

static const struct {
	const char *match, *facts;
	int arch;
	bool matches;
} terms[] = {
	{ "arch = \"bios\";", "", PXEBOOT_ARCH_NONE, false },
	{ "arch = \"bios\";", "", PXEBOOT_ARCH_X64_UEFI, false },
	{ "arch = \"bios\";", "", PXEBOOT_ARCH_BIOS, true },
	{ "arch = [ \"bios\", \"x64-uefi\" ];", "", PXEBOOT_ARCH_X64_UEFI, true },
	{ "firmware = \"bios\";", "", PXEBOOT_ARCH_X64_UEFI, false },
	{ "firmware = \"bios\";", "", PXEBOOT_ARCH_NONE, false },
	{ "firmware = \"bios\";", "", PXEBOOT_ARCH_BIOS, true },
	{ "firmware = \"uefi\";", "", PXEBOOT_ARCH_BIOS, false },
	{ "firmware = \"uefi\";", "", PXEBOOT_ARCH_LOONG64_UEFI, true },
	{ "firmware = [ \"uefi\", \"bios\" ];", "", PXEBOOT_ARCH_BIOS, true },
	{ "mac = \"52:54:00\";", "", PXEBOOT_ARCH_NONE, false },
	{ "mac = \"52:54:00\";", "mac=52:54:01:00:00:00", PXEBOOT_ARCH_NONE, false },
	{ "mac = \"52:54:00\";", "mac=52:54:00:ff:ff:ff", PXEBOOT_ARCH_NONE, true },
	{ "mac = [ \"00\", \"52:54:00:ff:ff:ff\" ];", "mac=52:54:00:ff:ff:ff", PXEBOOT_ARCH_NONE, true },
	{ "subnet = \"10.0.0.0/24\";", "", PXEBOOT_ARCH_NONE, false },
	{ "subnet = \"10.0.0.0/24\";", "ip=10.0.1.0", PXEBOOT_ARCH_NONE, false },
	{ "subnet = \"10.0.0.0/24\";", "ip=10.0.0.255", PXEBOOT_ARCH_NONE, true },
	{ "vendor_class = \"PXEClient\";", "", PXEBOOT_ARCH_NONE, false },
	{ "vendor_class = \"PXEClient\";", "vendor_class=PXEClien", PXEBOOT_ARCH_NONE, false },
	{ "vendor_class = \"PXEClient\";", "vendor_class=PXEClient:Arch:00007", PXEBOOT_ARCH_NONE, true },
	{ "manufacturer = \"ACME\";", "manufacturer=ACM", PXEBOOT_ARCH_NONE, false },
	{ "manufacturer = \"ACME\";", "manufacturer=ACMEs", PXEBOOT_ARCH_NONE, false },
	{ "manufacturer = \"ACME\";", "product=ACME", PXEBOOT_ARCH_NONE, false },
	{ "manufacturer = \"ACME\";", "manufacturer=ACME", PXEBOOT_ARCH_NONE, true },
	{ "product = [ \"a\", \"b\" ];", "product=b", PXEBOOT_ARCH_NONE, true },
};

START_TEST(test_terms)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, SERVER("") "groups: ( { name = \"g\"; match = { %s }; boot = \"disk\"; } );", terms[_i].match);
	struct pxeboot_policy *policy = policy_of(text.bytes);
	struct pxeboot_client *client = client_of(terms[_i].facts);

	ck_assert_msg(term_matches(&policy->groups[0].terms[0], client, terms[_i].arch) == terms[_i].matches, "%s %s",
		      terms[_i].match, terms[_i].facts);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* A fact that did not parse is no fact: its decoded form is not looked at. */
START_TEST(test_malformed_fact)
{
	struct pxeboot_policy *policy = policy_of(SERVER("")
		"groups: ( { name = \"g\"; match = { mac = \"00\"; }; boot = \"disk\"; } );");
	struct pxeboot_client *client = client_of("");

	ck_assert_int_eq(pxeboot_client_set(client, PXEBOOT_FACT_MAC, "zz", NULL), -EBADMSG);
	ck_assert(!term_matches(&policy->groups[0].terms[0], client, PXEBOOT_ARCH_NONE));
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- The schema ------------------------------------------------------------------------------------------------- */

static void check_key(void *context, const char *path, const struct schema_key *key)
{
	size_t *n = context;

	ck_assert_msg(key->doc && *key->doc, "%s", path);
	ck_assert_msg(!(key->required && key->fallback), "%s", path);
	ck_assert_msg(!key->fallback || !strncmp(path, "server.", 7) || !strchr(path, '.'), "%s", path);
	ck_assert_msg((key->type == SCHEMA_GROUP || key->type == SCHEMA_MAP ||
		key->type == SCHEMA_LIST) == (key->n_keys > 0),
		      "%s", path);
	ck_assert_msg(key->type != SCHEMA_MAP || (key->n_keys == 1 && !strcmp(key->keys[0].name, "*")), "%s", path);
	*n += !strcmp(path, "boot") || !strcmp(path, "hosts.*.vars.*") || !strcmp(path, "server.dhcp.range");
}

START_TEST(test_schema)
{
	size_t n = 0;

	ck_assert_int_eq(schema_visit(&schema_root, check_key, &n), 0);
	ck_assert_uint_eq(n, 3);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy");
	TCase *tests = tcase_create("policy");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, test_settings);
	tcase_add_test(tests, test_server);
	tcase_add_test(tests, test_profiles);
	tcase_add_test(tests, test_menus);
	tcase_add_test(tests, test_machines);
	tcase_add_test(tests, test_views);
	tcase_add_loop_test(tests, test_by_hand, 0, (int)ARRAY_SIZE(overrides));
	tcase_add_test(tests, test_where);
	tcase_add_test(tests, test_without_http);
	tcase_add_test(tests, test_default_arch);
	tcase_add_test(tests, test_order_of_groups);
	tcase_add_loop_test(tests, test_places, 0, (int)ARRAY_SIZE(places));
	tcase_add_loop_test(tests, test_done_at, 0, 3);
	tcase_add_loop_test(tests, test_terms, 0, (int)ARRAY_SIZE(terms));
	tcase_add_test(tests, test_malformed_fact);
	tcase_add_test(tests, test_schema);
	tcase_add_loop_test(tests, test_unknown, 0, ARRAY_SIZE(unknowns));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
