/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Profiles, and the namespace that they share with menus.
 */
#include <errno.h>
#include <string.h>

#include "policy/load.h"

static const struct {
	const char *key;
	enum payload payload;
	bool needs_http;		/* what reads it can't speak TFTP, or not in bearable time */
} payloads[] = {
	{ "kernel", PAYLOAD_KERNEL, false },
	{ "iso", PAYLOAD_ISO, true },
	{ "san", PAYLOAD_SAN, false },
	{ "wim", PAYLOAD_WIM, true },
	{ "efi", PAYLOAD_EFI, false },
	{ "chain", PAYLOAD_CHAIN, false },
	{ "action", PAYLOAD_ACTION, false },
};

static void payload_fault(struct load *load, const config_setting_t *at, const char *problem, const char *got)
{
	load_fault(load, &(struct fault) { .id = "policy.payload", .at = at, .problem = problem,
		   .expected = "exactly one of kernel, iso, san, wim, efi, chain and action", .got = got });
}

/* The one setting that says what is booted; NULL, and a fault, when there is none or a second one. */
static const config_setting_t *find_payload(struct load *load, const config_setting_t *node, size_t *ret_row)
{
	const config_setting_t *found = NULL;
	size_t row = 0;

	for (size_t i = 0; i < ARRAY_SIZE(payloads); i++) {
		const config_setting_t *setting = load_member(node, payloads[i].key);

		if (setting && found) {
			payload_fault(load, setting, "a second thing to boot", payloads[i].key);
			return NULL;
		}
		if (!setting)
			continue;
		found = setting;
		row = i;
	}
	if (found)
		*ret_row = row;
	else
		payload_fault(load, node, "nothing to boot", NULL);
	return found;
}

/* What belongs to a kernel, or to a network disk, means nothing elsewhere. */
static const struct {
	const char *key, *payload, *problem, *expected;
} belongings[] = {
	{ "initrd", "kernel", "goes with a kernel only", "kernel in the same profile" },
	{ "args", "kernel", "goes with a kernel only", "kernel in the same profile" },
	{ "initiator", "san", "goes with a network disk only", "san in the same profile" },
};

static void check_belongings(struct load *load, const config_setting_t *node)
{
	for (size_t i = 0; i < ARRAY_SIZE(belongings); i++) {
		const config_setting_t *setting = load_member(node, belongings[i].key);

		if (setting && !load_member(node, belongings[i].payload))
			load_fault(load, &(struct fault) { .id = "policy.payload", .at = setting,
				   .problem = belongings[i].problem, .expected = belongings[i].expected,
				   .got = belongings[i].key });
	}
}

static void check_http(struct load *load, const config_setting_t *setting, size_t row)
{
	const char *value = load_string(setting);

	/* A bad server.http is there, and told. */
	if (!payloads[row].needs_http || !value || value_is_url(value) || load_setting(load, "server.http") ||
	    load_may_be_unread(load, "http"))
		return;
	load_fault(load, &(struct fault) { .id = "policy.needs-http", .at = setting,
		   .problem = "can be fetched by HTTP only", .expected = "server.http to be set", .got = value });
}

static int build_payload(struct load *load, const config_setting_t *node, struct profile *profile)
{
	size_t row = 0;
	const config_setting_t *setting = find_payload(load, node, &row);
	const char *value = load_string(setting);

	check_belongings(load, node);
	if (!value)
		return 0;
	check_http(load, setting, row);
	profile->payload = payloads[row].payload;
	profile->target_where = load_location(setting);
	if (profile->payload == PAYLOAD_ACTION)
		return value_action(value, &profile->action);
	profile->target = arena_string(load->arena, value);
	return profile->target ? 0 : -ENOMEM;
}

static int build_initrds(struct load *load, const config_setting_t *node, struct profile *profile)
{
	const config_setting_t *list = load_member(node, "initrd");
	unsigned n = load_count(list);

	if (!n)
		return 0;
	profile->initrds = arena_alloc(load->arena, n, sizeof(*profile->initrds));
	if (!profile->initrds)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		const char *path = load_string(load_element(list, i));
		const char *copy = path ? arena_string(load->arena, path) : NULL;

		if (path && !copy)
			return -ENOMEM;
		if (copy)
			profile->initrds[profile->n_initrds++] = copy;
	}
	return 0;
}

static int build_profile(struct load *load, const config_setting_t *node, struct profile *profile)
{
	const char *label = load_member_string(node, "label"), *args = load_member_string(node, "args");
	const char *initiator = load_member_string(node, "initiator");

	profile->name = arena_string(load->arena, node->name);
	profile->where = load_location(node);
	profile->label = label ? arena_string(load->arena, label) : profile->name;
	profile->args = args ? arena_string(load->arena, args) : NULL;
	profile->initiator = initiator ? arena_string(load->arena, initiator) : NULL;
	profile->archs = build_archs(node);
	if (!profile->name || !profile->label || (args && !profile->args) || (initiator && !profile->initiator))
		return -ENOMEM;
	if (args)
		profile->args_where = load_location(load_member(node, "args"));
	if (initiator)
		profile->initiator_where = load_location(load_member(node, "initiator"));
	int r = build_payload(load, node, profile);

	if (!r)
		r = build_initrds(load, node, profile);
	return r ? r : build_answers(load, node, profile);
}

static bool same_item(const void *table, uint32_t number, const void *key)
{
	const struct item *items = table;

	return !strcmp(items[number].name, key);
}

int policy_item_by_name(const struct pxeboot_policy *policy, const char *name)
{
	uint32_t number = index_find(&policy->private->by_item, index_hash_string(name), same_item, policy->items, name);

	return number == INDEX_NONE ? -1 : (int)number;
}

/* Names it, or tells that somebody else has the name; its number grows in any case. */
static int add_item(struct load *load, const config_setting_t *node, struct profile *profile, struct menu *menu)
{
	struct pxeboot_policy *policy = load->policy;
	struct item *item = &policy->items[policy->n_items];

	item->name = profile ? profile->name : arena_string(load->arena, node->name);
	if (!item->name)
		return -ENOMEM;
	item->where = load_location(node);
	item->profile = profile;
	item->menu = menu;
	uint32_t other = index_add(&policy->private->by_item, index_hash_string(item->name), same_item, policy->items,
				   item->name, policy->n_items);

	if (other != INDEX_NONE)
		load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = node,
			   .problem = "name is taken", .expected = "one profile or menu of a name", .got = item->name,
			   .also = policy->items[other].where });
	policy->n_items++;
	return 0;
}

static int add_profiles(struct load *load, struct profile *profiles)
{
	const struct node_list *list = &load->nodes[NODES_PROFILES];
	int r = 0;

	for (size_t i = 0; i < list->n && !r; i++) {
		r = build_profile(load, list->nodes[i], &profiles[i]);
		if (!r)
			r = add_item(load, list->nodes[i], &profiles[i], NULL);
	}
	return r;
}

/* Menus get their names here and their contents in build_menus(): they may name each other in any order.  There is room for
 * one more, of build_unknown(). */
int build_items(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	size_t n_profiles = load->nodes[NODES_PROFILES].n, n_menus = load->nodes[NODES_MENUS].n;
	struct profile *profiles = arena_alloc(load->arena, n_profiles, sizeof(*profiles));
	struct menu *menus = arena_alloc(load->arena, n_menus, sizeof(*menus));

	policy->items = arena_alloc(load->arena, n_profiles + n_menus + 1, sizeof(*policy->items));
	if (!profiles || !menus || !policy->items)
		return -ENOMEM;
	int r = index_init(&policy->private->by_item, n_profiles + n_menus + 1);

	if (!r)
		r = add_profiles(load, profiles);
	for (size_t i = 0; i < n_menus && !r; i++)
		r = add_item(load, load->nodes[NODES_MENUS].nodes[i], NULL, &menus[i]);
	return r;
}

int build_boot(struct load *load)
{
	const struct setting *setting = load_setting(load, "boot");

	load->policy->boot = setting ? build_reference(load, setting->at) : -1;
	return 0;
}

/* ---- Machines that nobody names ------------------------------------------------------------------------------------ */

/* Words that stand for more than a name. */
static const struct word {
	const char *word, *label;
	enum action action;
} words[] = {
	{ "menu", NULL, ACTION_NONE },		/* as boot says */
	{ "ignore", "Go on without this server", ACTION_EXIT },
	{ "discover", "Wait to be assigned", ACTION_DISCOVER },
};

static const struct word *find_word(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(words); i++)
		if (!strcmp(name, words[i].word))
			return &words[i];
	return NULL;
}

static int add_built_in(struct load *load, const config_setting_t *at, const struct word *word)
{
	struct profile *profile = arena_alloc(load->arena, 1, sizeof(*profile));

	if (!profile)
		return -ENOMEM;
	*profile = (struct profile){ .name = word->word, .label = word->label, .where = load_location(at),
				     .payload = PAYLOAD_ACTION, .action = word->action, .archs = ARCH_ALL };
	profile->target_where = profile->where;
	load->policy->unknown = (int)load->policy->n_items;
	return add_item(load, at, profile, NULL);
}

static int build_unknown_by_word(struct load *load, const config_setting_t *at, const struct word *word)
{
	struct pxeboot_policy *policy = load->policy;
	int item = policy_item_by_name(policy, word->word);

	if (item >= 0)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = at, .problem = "is a word of its own here",
			   .expected = "no profile and no menu of that name", .got = word->word,
			   .also = policy->items[item].where });
	else if (word->action != ACTION_NONE)
		return add_built_in(load, at, word);
	return 0;
}

/* After everything that names items: a built-in profile is nothing that a menu or host can name. */
int build_unknown(struct load *load)
{
	const struct setting *setting = load_setting(load, "unknown"), *boot = load_setting(load, "boot");
	const char *name = setting ? load_string(setting->at) : NULL;
	const struct word *word = find_word(name);
	struct pxeboot_policy *policy = load->policy;

	policy->unknown = policy->boot;
	policy->unknown_by = "boot";
	if (boot)
		policy->unknown_where = load_location(boot->at);
	if (!name)
		return 0;
	if (!word || word->action != ACTION_NONE) {
		policy->unknown_by = "unknown";
		policy->unknown_where = load_location(setting->at);
	}
	if (word)
		return build_unknown_by_word(load, setting->at, word);
	policy->unknown = build_reference(load, setting->at);
	return 0;
}
