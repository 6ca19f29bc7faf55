/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Known machines and the four indexes that find them.  Linear in their number: duplicates are met in the hash tables.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/load.h"

static bool same_mac(const void *table, uint32_t number, const void *key)
{
	const struct host *host = (const struct host *)table + number;

	for (uint32_t i = 0; i < host->n_macs; i++)
		if (!memcmp(host->macs[i], key, MAC_LENGTH))
			return true;
	return false;
}

static bool same_uuid(const void *table, uint32_t number, const void *key)
{
	const struct host *hosts = table;

	return !memcmp(hosts[number].uuid, key, UUID_LENGTH);
}

static bool same_serial(const void *table, uint32_t number, const void *key)
{
	const struct host *hosts = table;

	return !strcmp(hosts[number].serial, key);
}

static bool same_name(const void *table, uint32_t number, const void *key)
{
	const struct host *hosts = table;

	return !strcmp(hosts[number].name, key);
}

static const struct host *host_at(const struct pxeboot_policy *policy, uint32_t number)
{
	return number == INDEX_NONE ? NULL : &policy->hosts[number];
}

/* A policy hardly ever knows machines by all of these: what it has no keys of costs nothing. */
const struct host *policy_host_by_mac(const struct pxeboot_policy *policy, const uint8_t mac[MAC_LENGTH])
{
	const struct hash_index *index = &policy->private->by_mac;

	return !index->slots ? NULL : host_at(policy, index_find(index, index_hash(mac, MAC_LENGTH), same_mac,
								 policy->hosts, mac));
}

const struct host *policy_host_by_uuid(const struct pxeboot_policy *policy, const uint8_t uuid[UUID_LENGTH])
{
	const struct hash_index *index = &policy->private->by_uuid;

	return !index->slots ? NULL : host_at(policy, index_find(index, index_hash(uuid, UUID_LENGTH), same_uuid,
								 policy->hosts, uuid));
}

const struct host *policy_host_by_serial(const struct pxeboot_policy *policy, const char *serial)
{
	const struct hash_index *index = &policy->private->by_serial;

	return !index->slots ? NULL : host_at(policy, index_find(index, index_hash_string(serial), same_serial,
								 policy->hosts, serial));
}

const struct host *policy_host_by_name(const struct pxeboot_policy *policy, const char *name)
{
	return host_at(policy, index_find(&policy->private->by_name, index_hash_string(name), same_name,
					  policy->hosts, name));
}

struct identities policy_identities(const struct pxeboot_policy *policy)
{
	const struct policy_private *private = policy->private;

	return (struct identities) {
		.macs = private->by_mac.slots, .uuids = private->by_uuid.slots, .serials = private->by_serial.slots,
	};
}

/* Tells that another host, or this one, has a key already. */
static void check_claim(struct load *load, uint32_t other, const config_setting_t *at, const char *expected)
{
	if (other != INDEX_NONE)
		load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = at, .problem = "is taken",
			   .expected = expected, .got = load_string(at), .also = load->policy->hosts[other].where });
}

static int build_macs(struct load *load, const config_setting_t *const *at, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const struct hash_index *index = &load->policy->private->by_mac;
	const config_setting_t *list = at[HOST_MAC];
	unsigned n = load_count(list);

	if (!n)
		return 0;
	/* The one address of most hosts stands where it is compared with. */
	host->macs = n == 1 ? host->mac : arena_alloc(load->arena, n, sizeof(*host->macs));
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
		check_claim(load, index_add(index, index_hash(mac, MAC_LENGTH), same_mac, load->policy->hosts, mac, number),
			    setting, "one host of a MAC address");
		host->n_macs++;
	}
	return 0;
}

static int build_uuid(struct load *load, const config_setting_t *const *at, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const config_setting_t *setting = at[HOST_UUID];
	const char *string = load_string(setting);
	char text[37];

	if (!string || scalar_uuid(string, host->uuid))
		return 0;
	scalar_format_uuid(host->uuid, text);
	host->uuid_text = arena_string(load->arena, text);
	host->has_uuid = true;
	check_claim(load, index_add(&load->policy->private->by_uuid, index_hash(host->uuid, UUID_LENGTH), same_uuid,
				    load->policy->hosts, host->uuid, number), setting, "one host of a UUID");
	return host->uuid_text ? 0 : -ENOMEM;
}

static int build_serial(struct load *load, const config_setting_t *const *at, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const config_setting_t *setting = at[HOST_SERIAL];
	const char *string = load_string(setting);

	if (!string)
		return 0;
	host->serial = arena_string(load->arena, string);
	if (!host->serial)
		return -ENOMEM;
	check_claim(load, index_add(&load->policy->private->by_serial, index_hash_string(host->serial), same_serial,
				    load->policy->hosts, host->serial, number), setting, "one host of a serial number");
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

int build_own_loader(struct load *load, const config_setting_t *setting, const char **ret_loader,
		     const struct urls **ret_urls)
{
	const char *loader = load_string(setting);

	if (!loader)
		return 0;
	*ret_loader = arena_string(load->arena, loader);
	return *ret_loader ? build_loader_urls(load, loader, ret_urls) : -ENOMEM;
}

static int build_loader(struct load *load, const config_setting_t *setting, struct host *host)
{
	struct host_loader own = { .path = NULL };
	int r = build_own_loader(load, setting, &own.path, &own.urls);

	if (r || !own.path)
		return r;
	struct host_loader *loader = arena_alloc(load->arena, 1, sizeof(*loader));

	if (!loader)
		return -ENOMEM;
	*loader = own;
	host->loader = loader;
	return 0;
}

static int build_name(struct load *load, const config_setting_t *const *at, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const config_setting_t *setting = at[HOST_NAME];
	const char *name = load_string(setting);

	host->name = arena_string(load->arena, name ? name : "");
	if (!host->name)
		return -ENOMEM;
	if (name)
		check_claim(load, index_add(&load->policy->private->by_name, index_hash_string(name), same_name,
					    load->policy->hosts, name, number), setting, "one host of a name");
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

static void build_once(struct load *load, const config_setting_t *const *at, struct host *host)
{
	const config_setting_t *once = at[HOST_ONCE], *then = at[HOST_THEN];
	const config_setting_t *until_done = at[HOST_UNTIL_DONE], *tries = at[HOST_TRIES];

	check_needs(load, then, once, "once beside it");
	check_needs(load, until_done, once, "once beside it");
	check_needs(load, tries, load_flag(until_done) ? until_done : NULL, "until_done = true beside it");
	host->then = then ? build_reference(load, then) : -1;
	host->until_done = load_flag(until_done);
	if (host->until_done)
		host->tries = tries ? (uint8_t)load_integer(tries) : PXEBOOT_ONCE_TRIES;
}

static void build_boots(struct load *load, const config_setting_t *const *at, struct host *host)
{
	const config_setting_t *boot = at[HOST_BOOT], *once = at[HOST_ONCE];
	const config_setting_t *choice = at[HOST_DEFAULT], *timeout = at[HOST_TIMEOUT];

	host->menu_default = choice ? build_reference(load, choice) : -1;
	host->menu_timeout = timeout ? load_integer(timeout) : -1;
	host->boot = boot ? build_reference(load, boot) : load->policy->boot;
	host->once = once ? build_reference(load, once) : -1;
	build_once(load, at, host);
	host->secure = load_flag(at[HOST_SECURE]);
}

/* What it chooses is looked at when its menu is there. */
static int note_chooser(struct load *load, const config_setting_t *const *at, const struct host *host)
{
	const config_setting_t *setting = at[HOST_DEFAULT] ? at[HOST_DEFAULT] : at[HOST_TIMEOUT];

	if (!setting)
		return 0;
	if (array_grow(&load->choosers, load->n_choosers, &load->choosers_capacity, sizeof(*load->choosers)))
		return -ENOMEM;
	load->choosers[load->n_choosers++] = (struct chooser) {
		.host = host, .number = load_number_of(setting->parent), .has_default = at[HOST_DEFAULT] != NULL,
		.where = load_location(setting) };
	return 0;
}

static void check_identity(struct load *load, const config_setting_t *node, const config_setting_t *const *at)
{
	if (!at[HOST_MAC] && !at[HOST_UUID] && !at[HOST_SERIAL])
		load_fault(load, &(struct fault) { .id = "policy.missing", .at = node,
			   .problem = "nothing to know the host by", .expected = "mac, uuid or serial" });
}

static void note_what_it_says(struct pxeboot_policy *policy, size_t number)
{
	for (int what = 0; what < HOST_SAYS_COUNT; what++)
		if (host_says(&policy->hosts[number], (enum pxeboot_host_says)what))
			policy->end_of[what] = number + 1;
}

static int build_host(struct load *load, const config_setting_t *node, size_t number)
{
	struct host *host = &load->policy->hosts[number];
	const config_setting_t *at[HOST_KEYS];
	size_t n_vars = 0;

	load_members(node, at, HOST_KEYS);
	host->where = load_location(node);
	check_identity(load, node, at);
	int r = build_name(load, at, number);

	if (!r)
		r = build_macs(load, at, number);
	if (!r)
		r = build_uuid(load, at, number);
	if (!r)
		r = build_serial(load, at, number);
	if (!r)
		r = build_loader(load, at[HOST_LOADER], host);
	if (!r)
		r = build_variables(load, at[HOST_VARS], &host->vars, &n_vars);
	host->n_vars = (uint32_t)n_vars;
	build_boots(load, at, host);
	note_what_it_says(load->policy, number);
	return r ? r : note_chooser(load, at, host);
}

/* Room for what stands in the hosts that the walk has seen. */
static int reserve(struct load *load)
{
	struct policy_private *private = load->policy->private;
	int r = index_reserve(&private->by_mac, load->n_values[VALUE_MAC]);

	if (!r)
		r = index_reserve(&private->by_uuid, load->n_values[VALUE_UUID]);
	return r ? r : index_reserve(&private->by_serial, load->n_values[VALUE_SERIAL]);
}

/* Those that the walk has found. */
static int build_nodes(struct load *load)
{
	const struct node_list *list = &load->nodes[NODES_HOSTS];
	struct pxeboot_policy *policy = load->policy;
	int r = reserve(load);

	for (size_t i = 0; i < list->n && !r; i++)
		r = build_host(load, list->nodes[i], policy->n_hosts++);
	return r;
}

static int build_part(struct load *load, struct source *source, size_t part, size_t *number)
{
	struct tree tree;
	int r = source_parse_part(source, part, &tree);

	if (!r && !source->broken)
		r = load_walk_hosts(load, &tree, number);
	if (!r && !source->broken)
		r = build_nodes(load);
	tree_free(&tree);
	return r;
}

static int build_parts(struct load *load, struct source *source)
{
	size_t number = 0;
	int r = 0;

	for (size_t i = 0; i < source->n_parts && !source->broken && !r; i++)
		r = build_part(load, source, i, &number);
	return r;
}

/* Gives back what was too much. */
static int fit(struct load *load)
{
	struct policy_private *private = load->policy->private;
	int r = index_fit(&private->by_mac);

	if (!r)
		r = index_fit(&private->by_name);
	if (!r)
		r = index_fit(&private->by_uuid);
	return r ? r : index_fit(&private->by_serial);
}

int build_hosts(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	size_t n = load->nodes[NODES_HOSTS].n;

	for (size_t i = 0; i < load->n_sources; i++)
		n += load->sources[i]->hosts.n;
	policy->hosts = arena_alloc_aligned(load->arena, n, sizeof(*policy->hosts), HOST_LINE);
	int r = policy->hosts ? index_init(&policy->private->by_name, n) : -ENOMEM;

	/* Most hosts have one. */
	if (!r)
		r = index_init(&policy->private->by_mac, n);
	if (!r)
		r = build_nodes(load);

	for (size_t i = 0; i < load->n_sources && !r; i++)
		r = build_parts(load, load->sources[i]);
	return r ? r : fit(load);
}
