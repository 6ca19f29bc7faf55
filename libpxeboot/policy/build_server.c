/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The server, and which loader each architecture gets.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/load.h"

static int build_ranges(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	const struct setting *setting = load_setting(load, "server.dhcp.range");
	unsigned n = setting ? load_count(setting->at) : 0;

	if (!n)
		return 0;
	policy->ranges = arena_alloc(load->arena, n, sizeof(*policy->ranges));
	if (!policy->ranges)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		struct dhcp_range *range = &policy->ranges[policy->n_ranges];
		char path[32];

		snprintf(path, sizeof(path), "server.dhcp.range.%u", i);
		range->text = load_value(load, path);
		if (range->text && !value_range(range->text, &range->first, &range->last))
			policy->n_ranges++;
	}
	return 0;
}

static bool is_isc(const char *server)
{
	return server && strcmp(server, "isc-dhcpd") == 0;
}

static void check_proxy(struct load *load)
{
	const struct setting *proxy = load_setting(load, "server.dhcp.proxy");
	const struct setting *range = load_setting(load, "server.dhcp.range");
	const char *server = load_value(load, "server.dhcp.server");

	if (proxy && server && strcmp(server, "dnsmasq") != 0)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = proxy->at,
			   .problem = "dnsmasq alone can be a proxy", .expected = "server.dhcp.server = \"dnsmasq\"",
			   .got = server, .also = load_location(load_setting(load, "server.dhcp.server")->at) });
	if (proxy && range)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = proxy->at,
			   .problem = "a server that hands out addresses is no proxy",
			   .expected = "either range or proxy", .also = load_location(range->at) });
}

/* A DHCP server's configuration says it, and not where one name is for all. */
static void build_raspberry(struct load *load)
{
	const struct setting *setting = load_setting(load, "server.raspberry_pi");
	const struct setting *one_name = load_setting(load, "server.one_name");
	const char *server = load_value(load, "server.dhcp.server");

	load->policy->raspberry_pi = setting && load_flag(setting->at);
	if (load->policy->raspberry_pi && server && strcmp(server, "none") == 0)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = setting->at,
			   .problem = "a DHCP server has to tell Raspberry Pis",
			   .expected = "another server.dhcp.server",
			   .got = server, .also = load_location(load_setting(load, "server.dhcp.server")->at) });
	if (load->policy->raspberry_pi && one_name)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = setting->at,
			   .problem = "DHCP that sends one name to all tells Raspberry Pis nothing of their own",
			   .expected = "either raspberry_pi or one_name", .also = load_location(one_name->at) });
}

static void check_ipv6(struct load *load)
{
	static const char *const needs[] = { "server.http6", "server.dhcp.range6", "server.dhcp.ra" };
	const struct setting *address6 = load_setting(load, "server.address6");
	const struct setting *one_name = load_setting(load, "server.one_name");

	for (size_t i = 0; i < ARRAY_SIZE(needs) && !address6; i++) {
		const struct setting *setting = load_setting(load, needs[i]);

		if (setting)
			load_fault(load, &(struct fault) { .id = "policy.missing", .at = setting->at,
				   .problem = "nobody is served over IPv6", .expected = "server.address6, too" });
	}
	if (address6 && one_name)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = address6->at,
			   .problem = "over IPv6 every machine is told a URL of its own", .expected = "no server.one_name",
			   .also = load_location(one_name->at) });
}

static void build_menu_kinds(struct load *load)
{
	const struct setting *setting = load_setting(load, "server.menus");

	for (unsigned i = 0; setting && i < load_count(setting->at); i++) {
		const char *kind = load_string(load_element(setting->at, i));

		load->policy->grub |= kind && !strcmp(kind, "grub");
		load->policy->pxelinux |= kind && !strcmp(kind, "pxelinux");
	}
}

static int build_urls(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;

	const char *tftp = arena_join(load->arena, "tftp://", policy->address ? policy->address : "");

	policy->base = policy->http ? policy->http : tftp;
	policy->done_at = policy->live ? policy->live : tftp;
	policy->boot_url = policy->http ? arena_join(load->arena, policy->http, "/boot.ipxe") : "boot.ipxe";
	return tftp && policy->boot_url ? 0 : -ENOMEM;
}

static int build_bases6(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	char *head;

	if (!policy->address6) {
		policy->http6 = NULL;	/* which was told */
		return 0;
	}
	head = arena_join(load->arena, "tftp://[", policy->address6);
	policy->tftp6 = head ? arena_join(load->arena, head, "]") : NULL;
	policy->base6 = policy->http6 ? policy->http6 : policy->tftp6;
	policy->boot_url6 = policy->base6 ? arena_join(load->arena, policy->base6, "/boot.ipxe") : NULL;
	return policy->boot_url6 ? 0 : -ENOMEM;
}

/* The architectures of server.serve get their default loader. */
static void serve_defaults(struct load *load)
{
	const struct setting *setting = load_setting(load, "server.serve");
	unsigned n = setting ? load_count(setting->at) : PXEBOOT_ARCH_COUNT;
	struct served *served = load->policy->served;

	for (unsigned i = 0; i < n; i++) {
		char path[32];

		snprintf(path, sizeof(path), "server.serve.%u", i);
		const struct scalar *scalar = load_scalar(load, path);

		if (!scalar)
			continue;
		int arch = pxeboot_arch_by_name(scalar->value);

		served[arch].loader = pxeboot_arch_get(arch)->loader;
		served[arch].where = (struct location) { BUILT_IN, 0 };
	}
}

static int build_served(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;

	serve_defaults(load);
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		struct served *served = &policy->served[arch];
		char path[64];

		snprintf(path, sizeof(path), "loaders.%s", pxeboot_arch_get(arch)->name);
		const struct scalar *own = load_scalar(load, path);

		if (own)
			*served = (struct served) { .loader = own->value, .where = own->where };
		if (served->loader && build_loader_urls(load, served->loader, &served->urls))
			return -ENOMEM;
	}
	return 0;
}

static int first_served(const struct pxeboot_policy *policy)
{
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (policy->served[arch].loader)
			return arch;
	return PXEBOOT_ARCH_NONE;
}

/* Something in server.serve or loaders was told already: what is served is not known. */
static bool served_is_unsure(const struct load *load)
{
	const struct setting *serve = load_setting(load, "server.serve"), *loaders = load_setting(load, "loaders");
	bool unsure = (serve && load_is_bad(serve->at)) || (loaders && load_is_bad(loaders->at));

	for (unsigned i = 0; serve && i < load_count(serve->at); i++)
		unsure |= !load_string(load_element(serve->at, i));
	for (unsigned i = 0; loaders && i < load_count(loaders->at); i++)
		unsure |= !load_string(load_element(loaders->at, i));
	return unsure;
}

/* Where the policy does not say and BIOS is not served, the best of those that are. */
static void build_default_arch(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	const struct setting *setting = load_setting(load, "server.default_arch");
	struct scalar *scalar = (struct scalar *)load_scalar(load, "server.default_arch");
	int arch = scalar ? pxeboot_arch_by_name(scalar->value) : PXEBOOT_ARCH_NONE;

	if (arch == PXEBOOT_ARCH_NONE || served_is_unsure(load))
		return;
	if (!policy->served[arch].loader && setting) {
		load_fault(load, &(struct fault) { .id = "policy.value", .at = setting->at,
			   .problem = "architecture is not served", .expected = "one of server.serve or loaders",
			   .got = scalar->value });
		return;
	}
	if (!policy->served[arch].loader)
		arch = first_served(policy);
	if (arch == PXEBOOT_ARCH_NONE) {
		load_fault(load, &(struct fault) { .id = "policy.value", .where = load_place(load, "server.serve"),
			   .subject = "server.serve", .problem = "no architecture is served",
			   .expected = "one in server.serve or loaders" });
		return;
	}
	policy->default_arch = (unsigned)arch;
	scalar->value = pxeboot_arch_get(arch)->name;
}

int build_server(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;

	policy->address = load_value(load, "server.address");
	policy->root = load_value(load, "server.root");
	policy->http = load_value(load, "server.http");
	policy->address6 = load_value(load, "server.address6");
	policy->http6 = load_value(load, "server.http6");
	policy->live = load_value(load, "server.live");
	policy->interface = load_value(load, "server.dhcp.interface");
	policy->proxy = load_value(load, "server.dhcp.proxy");
	policy->offers_known = is_isc(load_value(load, "server.dhcp.server"));
	policy->one_name = load_value(load, "server.one_name");
	policy->server_where = load_place(load, "server");
	policy->one_name_where = load_place(load, policy->one_name ? "server.one_name" : "server");
	check_proxy(load);
	build_raspberry(load);
	check_ipv6(load);
	build_menu_kinds(load);
	int r = build_ranges(load);

	if (!r)
		r = build_urls(load);
	if (!r)
		r = build_bases6(load);
	if (!r)
		r = build_served(load);
	if (!r)
		build_default_arch(load);
	return r;
}
