/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Known machines and the four indexes that find them.  Linear in their number: duplicates are met in the hash tables.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"


static bool same_mac(const void *table, struct index_slot slot, const void *key)
{
	const struct host *hosts = table;

	return !memcmp(hosts[slot.entry - 1].macs[slot.part], key, MAC_LENGTH);
}

static bool same_uuid(const void *table, struct index_slot slot, const void *key)
{
	const struct host *hosts = table;

	return !memcmp(hosts[slot.entry - 1].uuid, key, UUID_LENGTH);
}

static bool same_serial(const void *table, struct index_slot slot, const void *key)
{
	const struct host *hosts = table;

	return !strcmp(hosts[slot.entry - 1].serial, key);
}

static bool same_name(const void *table, struct index_slot slot, const void *key)
{
	const struct host *hosts = table;

	return !strcmp(hosts[slot.entry - 1].name, key);
}

static const struct host *host_at(const struct pxeboot_policy *policy, const struct index_slot *slot)
{
	return slot && slot->entry ? &policy->hosts[slot->entry - 1] : NULL;
}

const struct host *policy_host_by_mac(const struct pxeboot_policy *policy, const uint8_t mac[MAC_LENGTH])
{
	return host_at(policy, index_find(&policy->private->by_mac, index_hash(mac, MAC_LENGTH), same_mac,
					  policy->hosts, mac));
}

const struct host *policy_host_by_uuid(const struct pxeboot_policy *policy, const uint8_t uuid[UUID_LENGTH])
{
	return host_at(policy, index_find(&policy->private->by_uuid, index_hash(uuid, UUID_LENGTH), same_uuid,
					  policy->hosts, uuid));
}

const struct host *policy_host_by_serial(const struct pxeboot_policy *policy, const char *serial)
{
	return host_at(policy, index_find(&policy->private->by_serial, index_hash_string(serial), same_serial,
					  policy->hosts, serial));
}

const struct host *policy_host_by_name(const struct pxeboot_policy *policy, const char *name)
{
	return host_at(policy, index_find(&policy->private->by_name, index_hash_string(name), same_name,
					  policy->hosts, name));
}

/* Claims a key of the host for it, or tells who has it already. */
static void claim(struct load *load, struct index_slot *slot, size_t host, size_t part, const config_setting_t *at,
		  const char *expected)
{
	if (slot->entry) {
		load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = at, .problem = "is taken",
			   .expected = expected, .got = load_string(at),
			   .also = load->policy->hosts[slot->entry - 1].where });
		return;
	}
	*slot = (struct index_slot) { (uint32_t)host + 1, (uint32_t)part };
}

static int build_macs(struct load *load, const config_setting_t *node, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const struct hash_index *index = &load->policy->private->by_mac;
	const config_setting_t *list = load_member(node, "mac");
	unsigned n = load_count(list);

	if (!n)
		return 0;
	host->macs = arena_alloc(load->arena, n, sizeof(*host->macs));
	host->mac_texts = arena_alloc(load->arena, n, sizeof(*host->mac_texts));
	if (!host->macs || !host->mac_texts)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		const config_setting_t *setting = load_element(list, i);
		const char *string = load_string(setting);
		uint8_t *mac = host->macs[host->n_macs];
		char text[3 * MAC_LENGTH];

		if (!string || scalar_mac(string, mac))
			continue;
		scalar_format_mac(mac, ':', text);
		host->mac_texts[host->n_macs] = arena_string(load->arena, text);
		if (!host->mac_texts[host->n_macs])
			return -ENOMEM;
		claim(load, index_find(index, index_hash(mac, MAC_LENGTH), same_mac, load->policy->hosts, mac), number,
		      host->n_macs, setting, "one host of a MAC address");
		host->n_macs++;
	}
	return 0;
}

static int build_uuid(struct load *load, const config_setting_t *node, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const config_setting_t *setting = load_member(node, "uuid");
	const char *string = load_string(setting);
	char text[37];

	if (!string || scalar_uuid(string, host->uuid))
		return 0;
	scalar_format_uuid(host->uuid, text);
	host->uuid_text = arena_string(load->arena, text);
	host->has_uuid = true;
	claim(load, index_find(&load->policy->private->by_uuid, index_hash(host->uuid, UUID_LENGTH), same_uuid,
			       load->policy->hosts, host->uuid), number, 0, setting, "one host of a UUID");
	return host->uuid_text ? 0 : -ENOMEM;
}

static int build_serial(struct load *load, const config_setting_t *node, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const config_setting_t *setting = load_member(node, "serial");
	const char *string = load_string(setting);

	if (!string)
		return 0;
	host->serial = arena_string(load->arena, string);
	if (!host->serial)
		return -ENOMEM;
	claim(load, index_find(&load->policy->private->by_serial, index_hash_string(host->serial), same_serial,
			       load->policy->hosts, host->serial), number, 0, setting, "one host of a serial number");
	return 0;
}

static int build_url(struct load *load, const char *server, const char *path, const char **ret_url)
{
	char *base = server ? arena_join(load->arena, server, "/") : NULL;
	char *url = base ? arena_join(load->arena, base, path) : NULL;

	if (server && !url)
		return -ENOMEM;
	*ret_url = url;
	return 0;
}

int build_loader_urls(struct load *load, const char *path, const struct urls **ret_urls)
{
	struct urls *urls = arena_alloc(load->arena, 1, sizeof(*urls));
	int r = urls ? build_url(load, load->policy->http, path, &urls->http) : -ENOMEM;

	if (!r)
		r = build_url(load, load->policy->tftp6, path, &urls->tftp6);
	if (!r)
		r = build_url(load, load->policy->http6, path, &urls->http6);
	if (!r)
		*ret_urls = urls;
	return r;
}

int build_own_loader(struct load *load, const config_setting_t *node, const char **ret_loader,
		     const struct urls **ret_urls)
{
	const char *loader = load_member_string(node, "loader");

	if (!loader)
		return 0;
	*ret_loader = arena_string(load->arena, loader);
	return *ret_loader ? build_loader_urls(load, loader, ret_urls) : -ENOMEM;
}

static int build_name(struct load *load, const config_setting_t *node, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const config_setting_t *setting = load_member(node, "name");
	const char *name = load_string(setting);

	host->name = arena_string(load->arena, name ? name : "");
	if (!host->name)
		return -ENOMEM;
	if (name)
		claim(load, index_find(&load->policy->private->by_name, index_hash_string(name), same_name,
				       load->policy->hosts, name), number, 0, setting, "one host of a name");
	return 0;
}

/* @setting says nothing without @other. */
static void check_needs(struct load *load, const config_setting_t *setting, const config_setting_t *other,
			const char *expected)
{
	if (setting && !other)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = setting, .problem = "says nothing here",
			   .expected = expected });
}

static void build_once(struct load *load, const config_setting_t *node, struct host *host)
{
	const config_setting_t *once = load_member(node, "once"), *then = load_member(node, "then");
	const config_setting_t *until_done = load_member(node, "until_done"), *tries = load_member(node, "tries");

	check_needs(load, then, once, "once beside it");
	check_needs(load, until_done, once, "once beside it");
	check_needs(load, tries, load_flag(until_done) ? until_done : NULL, "until_done = true beside it");
	host->then = then ? build_reference(load, then) : -1;
	host->until_done = load_flag(until_done);
	if (host->until_done)
		host->tries = tries ? (uint8_t)load_integer(tries) : PXEBOOT_ONCE_TRIES;
}

static void build_boots(struct load *load, const config_setting_t *node, struct host *host)
{
	const config_setting_t *boot = load_member(node, "boot"), *once = load_member(node, "once");
	const config_setting_t *choice = load_member(node, "default"), *timeout = load_member(node, "timeout");

	host->menu_default = choice ? build_reference(load, choice) : -1;
	host->menu_timeout = timeout ? load_integer(timeout) : -1;
	host->boot = boot ? build_reference(load, boot) : load->policy->boot;
	host->once = once ? build_reference(load, once) : -1;
	build_once(load, node, host);
	host->secure = load_flag(load_member(node, "secure"));
}

static void check_identity(struct load *load, const config_setting_t *node)
{
	if (!load_member(node, "mac") && !load_member(node, "uuid") && !load_member(node, "serial"))
		load_fault(load, &(struct fault) { .id = "policy.missing", .at = node,
			   .problem = "nothing to know the host by", .expected = "mac, uuid or serial" });
}

static int build_host(struct load *load, const config_setting_t *node, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	size_t n_vars = 0;

	host->where = load_location(node);
	check_identity(load, node);
	int r = build_name(load, node, number);

	if (!r)
		r = build_macs(load, node, number);
	if (!r)
		r = build_uuid(load, node, number);
	if (!r)
		r = build_serial(load, node, number);
	if (!r)
		r = build_own_loader(load, node, &host->loader, &host->loader_urls);
	if (!r)
		r = build_variables(load, node, &host->vars, &n_vars);
	host->n_vars = (uint32_t)n_vars;
	build_boots(load, node, host);
	return r;
}

/* Each index is as big as what will be put in, so that no host is moved twice. */
static int init_indexes(struct load *load)
{
	const struct node_list *list = &load->nodes[NODES_HOSTS];
	struct policy_private *private = load->policy->private;
	size_t n_macs = 0, n_uuids = 0, n_serials = 0;

	for (size_t i = 0; i < list->n; i++) {
		n_macs += load_count(load_member(list->nodes[i], "mac"));
		n_uuids += load_member(list->nodes[i], "uuid") != NULL;
		n_serials += load_member(list->nodes[i], "serial") != NULL;
	}
	int r = index_init(&private->by_mac, n_macs);

	if (!r)
		r = index_init(&private->by_name, list->n);
	if (!r)
		r = index_init(&private->by_uuid, n_uuids);
	return r ? r : index_init(&private->by_serial, n_serials);
}

int build_hosts(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	const struct node_list *list = &load->nodes[NODES_HOSTS];

	policy->hosts = arena_alloc(load->arena, list->n, sizeof(*policy->hosts));
	int r = policy->hosts ? init_indexes(load) : -ENOMEM;

	for (; policy->n_hosts < list->n && !r; policy->n_hosts++)
		r = build_host(load, list->nodes[policy->n_hosts], policy->n_hosts);
	return r;
}
