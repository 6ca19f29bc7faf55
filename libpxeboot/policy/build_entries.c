/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lines of a menu: what they say, where they lead, and who sees them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/load.h"

/* The only one of gap, profile, menu and back; NULL, and a fault, when there is none or a second one. */
static const config_setting_t *entry_content(struct load *load, const config_setting_t *node)
{
	static const char *const keys[] = { "gap", "profile", "menu", "back" };
	const config_setting_t *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const config_setting_t *setting = load_member(node, keys[i]);

		if (setting && found) {
			load_fault(load, &(struct fault) { .id = "policy.conflict", .at = setting,
				   .problem = "one entry is one thing", .got = keys[i],
				   .expected = "exactly one of gap, profile, menu and back",
				   .also = load_location(found) });
			return NULL;
		}
		found = setting ? setting : found;
	}
	if (!found)
		load_fault(load, &(struct fault) { .id = "policy.missing", .at = node, .problem = "empty entry",
			   .expected = "exactly one of gap, profile, menu and back" });
	return found;
}

static int build_target(struct load *load, const config_setting_t *setting)
{
	const struct pxeboot_policy *policy = load->policy;
	int target = build_reference(load, setting);
	bool wants_menu = !strcmp(setting->name, "menu");

	if (target < 0 || !policy->items[target].menu != wants_menu)
		return target;
	load_fault(load, &(struct fault) { .id = "policy.reference", .at = setting,
		   .problem = wants_menu ? "is a profile" : "is a menu",
		   .expected = wants_menu ? "a menu" : "a profile",
		   .got = load_string(setting), .also = policy->items[target].where });
	return -1;
}

/* ---- Who sees it -------------------------------------------------------------------------------------------------- */

static void unknown_name(struct load *load, const config_setting_t *setting, const char *expected)
{
	if (!load_may_be_unread(load, load_string(setting)))
		load_fault(load, &(struct fault) { .id = "policy.reference", .at = setting, .problem = "unknown name",
			   .expected = expected, .got = load_string(setting) });
}

static int build_hosts_of(struct load *load, const config_setting_t *list, struct audience *audience)
{
	unsigned n = load_count(list);

	audience->hosts = arena_alloc(load->arena, n, sizeof(struct host *));
	if (!audience->hosts)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		const config_setting_t *setting = load_element(list, i);
		const char *name = load_string(setting);
		const struct host *host = name ? policy_host_by_name(load->policy, name) : NULL;

		if (host)
			audience->hosts[audience->n_hosts++] = host;
		else if (name)
			unknown_name(load, setting, "a host");
	}
	return 0;
}

static int build_groups_of(struct load *load, const config_setting_t *list, struct audience *audience)
{
	unsigned n = load_count(list);

	audience->groups = arena_alloc(load->arena, n, sizeof(struct group *));
	if (!audience->groups)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		const config_setting_t *setting = load_element(list, i);
		const char *name = load_string(setting);
		const struct group *group = name ? policy_group_by_name(load->policy, name) : NULL;

		if (group)
			audience->groups[audience->n_groups++] = group;
		else if (name)
			unknown_name(load, setting, "a group");
	}
	load->policy->groups_matter |= audience->n_groups > 0;
	return 0;
}

static unsigned build_firmwares(const config_setting_t *node)
{
	const config_setting_t *list = load_member(node, "firmware");
	unsigned archs = 0;

	for (unsigned i = 0; i < load_count(list); i++) {
		const char *firmware = load_string(load_element(list, i));

		archs |= firmware ? build_firmware_archs(firmware) : 0;
	}
	return archs ? archs : ARCH_ALL;
}

static int build_audience(struct load *load, const config_setting_t *node, struct menu_entry *entry)
{
	const struct profile *profile = entry->target < 0 ? NULL : load->policy->items[entry->target].profile;
	struct audience *audience = &entry->audience;

	audience->archs = build_archs(node) & build_firmwares(node) & (profile ? profile->archs : ARCH_ALL);
	if (!audience->archs)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = node,
			   .problem = "no machine can see it", .expected = profile ?
			   "an architecture of its profile, with its firmware" : "an architecture with its firmware" });
	int r = build_hosts_of(load, load_member(node, "hosts"), audience);

	return r ? r : build_groups_of(load, load_member(node, "groups"), audience);
}

/* ---- What it says ------------------------------------------------------------------------------------------------- */

/* Bytes that are sure to be shown: iPXE counts bytes, and what a variable will be is not known here. */
static size_t sure_length(const char *text)
{
	size_t length = 0;

	while (*text) {
		const char *end = strncmp(text, "${", 2) ? NULL : strchr(text, '}');
		const char *fallback = end ? strstr(text, ":-") : NULL;

		if (fallback && fallback < end)
			length += (size_t)(end - fallback) - 2;
		length += !end;
		text = end ? end + 1 : text + 1;
	}
	return length;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

void check_menu_text(struct load *load, const config_setting_t *at, const char *text, unsigned columns, unsigned archs)
{
	char expected[48], got[24];

	if (sure_length(text) > columns) {
		snprintf(expected, sizeof(expected), "%u columns at most", columns);
		snprintf(got, sizeof(got), "%zu", sure_length(text));
		load_fault(load, &(struct fault) { .severity = PXEBOOT_WARNING, .id = "menu.overflow", .at = at,
			   .problem = "the end of it is cut off", .expected = expected, .got = got });
	}
	if (!is_ascii(text) && (archs & ARCH_BIT(PXEBOOT_ARCH_BIOS)) && load->policy->served[PXEBOOT_ARCH_BIOS].loader)
		load_fault(load, &(struct fault) { .severity = PXEBOOT_WARNING, .id = "menu.unshowable", .at = at,
			   .problem = "iPXE on BIOS shows blocks or other letters for what is not ASCII",
			   .expected = "ASCII where BIOS machines see it", .got = text });
}

/* ---- Entries ------------------------------------------------------------------------------------------------------ */

static const char *item_label(const struct item *item)
{
	return item->profile ? item->profile->label : item->menu->title;
}

static int build_label(struct load *load, const config_setting_t *node, const config_setting_t *content,
		       struct menu_entry *entry)
{
	const config_setting_t *own = load_member(node, "label");
	const char *label = load_string(entry->kind == ENTRY_BACK ? content : own);

	if (!label && !own && entry->target >= 0)
		label = item_label(&load->policy->items[entry->target]);
	entry->label = arena_string(load->arena, label ? label : "");
	return entry->label ? 0 : -ENOMEM;
}

static int build_choice(struct load *load, const config_setting_t *node, const config_setting_t *content,
			struct menu_entry *entry)
{
	const char *key = load_member_string(node, "key"), *password = load_member_string(node, "password");

	entry->kind = strcmp(content->name, "back") ? ENTRY_TARGET : ENTRY_BACK;
	entry->target = entry->kind == ENTRY_TARGET ? build_target(load, content) : -1;
	entry->key = key ? *key : 0;
	entry->password = password ? arena_string(load->arena, password) : NULL;
	if (password && !entry->password)
		return -ENOMEM;
	int r = build_label(load, node, content, entry);

	return r ? r : build_audience(load, node, entry);
}

/* A gap or description: one entry a line, all with the same audience. */
static int add_lines(struct load *load, const config_setting_t *list, const char *indent,
		     const struct audience *audience, struct menu *menu)
{
	for (unsigned i = 0; i < load_count(list); i++) {
		const config_setting_t *setting = load_element(list, i);
		const char *text = load_string(setting);
		struct menu_entry *entry = &menu->entries[menu->n_entries];

		if (!text)
			continue;
		*entry = (struct menu_entry) { .where = load_location(setting), .kind = ENTRY_GAP, .target = -1,
					       .label = arena_join(load->arena, indent, text), .audience = *audience };
		if (!entry->label)
			return -ENOMEM;
		check_menu_text(load, setting, entry->label, theme_columns(menu->theme) - MENU_MARGIN,
				audience->archs);
		menu->n_entries++;
	}
	return 0;
}

static void refuse_on(struct load *load, const config_setting_t *node, const char *what, const char *const *keys)
{
	for (; *keys; keys++)
		if (load_member(node, *keys))
			load_fault(load, &(struct fault) { .id = "policy.conflict", .at = load_member(node, *keys),
				   .problem = what, .expected = "an entry that leads somewhere", .got = *keys });
}

static int add_gap(struct load *load, const config_setting_t *node, const config_setting_t *content, struct menu *menu)
{
	struct menu_entry model = { .target = -1 };
	int r = build_audience(load, node, &model);

	refuse_on(load, node, "a gap can't be picked",
		  (const char *const[]) { "key", "label", "description", "password", NULL });
	return r ? r : add_lines(load, content, "", &model.audience, menu);
}

static int add_choice(struct load *load, const config_setting_t *node, const config_setting_t *content,
		      struct menu *menu)
{
	struct menu_entry *entry = &menu->entries[menu->n_entries];
	const config_setting_t *label = load_member(node, "label");
	int r = build_choice(load, node, content, entry);

	if (r)
		return r;
	entry->where = load_location(node);
	menu->n_entries++;
	if (entry->kind == ENTRY_BACK)
		refuse_on(load, node, "back has its text already", (const char *const[]) { "label", "password", NULL });
	check_menu_text(load, label ? label : content, entry->label, theme_columns(menu->theme) - MENU_MARGIN,
			entry->audience.archs);
	return add_lines(load, load_member(node, "description"), "  ", &entry->audience, menu);
}

struct taken_key {
	struct location where;		/* of the last entry that has it */
	unsigned archs;			/* that see one */
};

/* Entries that no machine sees together may share a key. */
static void check_key(struct load *load, const config_setting_t *node, const struct menu_entry *entry,
		      struct taken_key taken[128])
{
	struct taken_key *key = &taken[entry->key & 0x7f];
	const char got[] = { entry->key, '\0' };

	if (!entry->key)
		return;
	if (key->archs & entry->audience.archs)
		load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = load_member(node, "key"),
			   .problem = "key is taken", .expected = "one entry of a key", .got = got,
			   .also = key->where });
	key->archs |= entry->audience.archs;
	key->where = entry->where;
}

/* How many entries there will be at most: each line of a gap or description is one. */
static size_t count_lines(const config_setting_t *list)
{
	size_t n = 0;

	for (unsigned i = 0; i < load_count(list); i++) {
		const config_setting_t *node = load_element(list, i);

		if (!config_setting_is_group(node))
			continue;
		n += 1 + load_count(load_member(node, "gap")) + load_count(load_member(node, "description"));
	}
	return n;
}

/* Machines of an architecture that no entry is for, whoever they are, would be shown a menu without a way out. */
static int add_failsafe(struct load *load, const config_setting_t *node, struct menu *menu)
{
	struct menu_entry *entry = &menu->entries[menu->n_entries];
	unsigned archs = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		archs |= load->policy->served[arch].loader ? ARCH_BIT(arch) : 0;
	for (size_t i = 0; i < menu->n_entries; i++) {
		const struct menu_entry *other = &menu->entries[i];

		if (other->kind == ENTRY_TARGET && !other->audience.n_hosts && !other->audience.n_groups)
			archs &= ~other->audience.archs;
	}
	if (!archs)
		return 0;
	*entry = (struct menu_entry) { .where = load_location(node), .kind = ENTRY_FAILSAFE, .target = -1,
				       .audience.archs = archs,
				       .label = arena_string(load->arena, "Nothing more is here for this machine") };
	menu->n_entries++;
	return entry->label ? 0 : -ENOMEM;
}

int build_entries(struct load *load, const config_setting_t *node, struct menu *menu)
{
	const config_setting_t *list = load_member(node, "entries");
	struct taken_key taken[128] = { 0 };
	bool selectable = false;
	int r = 0;

	menu->entries = arena_alloc(load->arena, count_lines(list) + 1, sizeof(*menu->entries));
	if (!menu->entries)
		return -ENOMEM;
	for (unsigned i = 0; i < load_count(list) && !r; i++) {
		const config_setting_t *entry = load_element(list, i);
		bool is_group = config_setting_is_group(entry);
		const config_setting_t *content = is_group ? entry_content(load, entry) : NULL;
		size_t number = menu->n_entries;

		/* What has a fault was told, and might have been something to pick. */
		selectable |= !content || strcmp(content->name, "gap");
		if (!content)
			continue;
		if (!strcmp(content->name, "gap")) {
			r = add_gap(load, entry, content, menu);
			continue;
		}
		r = add_choice(load, entry, content, menu);
		check_key(load, entry, &menu->entries[number], taken);
	}
	if (!r && list && !load_is_bad(list) && !selectable)
		load_fault(load, &(struct fault) { .id = "policy.missing", .at = list, .problem = "nothing to pick",
			   .expected = "a profile or a menu" });
	return r ? r : add_failsafe(load, node, menu);
}
