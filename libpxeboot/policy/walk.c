/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Holds every setting of every file against the schema.  What stands once is collected by its path, so that groups of
 * the same name come together over files; what stands many times is collected one by one.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/load.h"

struct walk {
	struct load *load;
	struct text path;		/* of the group that is looked at, where settings stand once */
	bool once;			/* false below hosts, profiles, … */
	bool wins;			/* in a source whose settings win */
	unsigned first;			/* number of the first element of the next list */
	int error;
};

static void walk_setting(struct walk *walk, const struct schema_key *key, config_setting_t *setting);

static const char *type_of(const config_setting_t *setting)
{
	static const char *const names[] = {
		[CONFIG_TYPE_GROUP] = "a group", [CONFIG_TYPE_INT] = "an integer", [CONFIG_TYPE_INT64] = "an integer",
		[CONFIG_TYPE_FLOAT] = "a fraction", [CONFIG_TYPE_STRING] = "a string",
		[CONFIG_TYPE_BOOL] = "true or false",
		[CONFIG_TYPE_ARRAY] = "a list", [CONFIG_TYPE_LIST] = "a list",
	};

	return setting->type > 0 && (size_t)setting->type < ARRAY_SIZE(names) ? names[setting->type] : "nothing";
}

static bool is_integer(const config_setting_t *setting)
{
	return setting->type == CONFIG_TYPE_INT || setting->type == CONFIG_TYPE_INT64;
}

static bool is_sequence(const config_setting_t *setting)
{
	return config_setting_is_array(setting) || config_setting_is_list(setting);
}

static bool has_type(const config_setting_t *setting, enum schema_type type)
{
	switch (type) {
	case SCHEMA_STRING:
		return setting->type == CONFIG_TYPE_STRING;
	case SCHEMA_STRINGS:
		return setting->type == CONFIG_TYPE_STRING || is_sequence(setting);
	case SCHEMA_INTEGER:
		return is_integer(setting);
	case SCHEMA_BOOLEAN:
		return setting->type == CONFIG_TYPE_BOOL;
	case SCHEMA_INTEGERS:
		return is_sequence(setting);
	case SCHEMA_GROUP:
	case SCHEMA_MAP:
		return config_setting_is_group(setting);
	case SCHEMA_LIST:
		/* "[ ]" and "( )" without anything between them are the same. */
		return config_setting_is_list(setting) || (is_sequence(setting) && !config_setting_length(setting));
	}
	return false;
}

static void tell(struct walk *walk, config_setting_t *setting, struct fault fault)
{
	fault.at = setting;
	load_fault(walk->load, &fault);
	load_mark_bad(setting);
}

static void wrong_type(struct walk *walk, config_setting_t *setting, enum schema_type type)
{
	tell(walk, setting, (struct fault) { .id = "policy.type", .problem = "wrong type",
	     .expected = schema_type_name(type), .got_what = type_of(setting) });
}

static void check_string(struct walk *walk, const struct schema_key *key, config_setting_t *setting)
{
	if (setting->type != CONFIG_TYPE_STRING) {
		wrong_type(walk, setting, SCHEMA_STRING);
		return;
	}
	const char *string = config_setting_get_string(setting);

	walk->load->n_values[key->value]++;
	if (!value_is(key->value, string))
		tell(walk, setting, (struct fault) { .id = "policy.value", .problem = "wrong value",
		     .expected = value_expected(key->value), .got = string,
		     .meant = value_nearest(key->value, string) });
}

static void wrong_count(struct walk *walk, config_setting_t *setting, unsigned expected, bool at_least)
{
	char count[48], got[16];

	snprintf(count, sizeof(count), "%u%s", expected, at_least ? " at least" : "");
	snprintf(got, sizeof(got), "%d", config_setting_length(setting));
	tell(walk, setting, (struct fault) { .id = "policy.range", .problem = "wrong number of elements",
	     .expected = count, .got = got });
}

static void check_strings(struct walk *walk, const struct schema_key *key, config_setting_t *setting)
{
	if (setting->type == CONFIG_TYPE_STRING) {
		check_string(walk, key, setting);
		return;
	}
	int n = config_setting_length(setting);

	if (n < key->min)
		wrong_count(walk, setting, (unsigned)key->min, true);
	for (int i = 0; i < n; i++)
		check_string(walk, key, config_setting_get_elem(setting, (unsigned)i));
}

/* libconfig gives an int or, with an 'L' behind it, 64 bits; both are compared as 64 bits, so that nothing wraps. */
static void check_integer(struct walk *walk, const struct schema_key *key, config_setting_t *setting)
{
	if (!is_integer(setting)) {
		wrong_type(walk, setting, SCHEMA_INTEGER);
		return;
	}
	long long number = setting->type == CONFIG_TYPE_INT ? config_setting_get_int(setting) :
							     config_setting_get_int64(setting);
	char expected[48], got[24];

	if (number >= key->min && number <= key->max)
		return;
	snprintf(expected, sizeof(expected), "%lld to %lld", key->min, key->max);
	snprintf(got, sizeof(got), "%lld", number);
	tell(walk, setting, (struct fault) { .id = "policy.range", .problem = "out of range", .expected = expected,
	     .got = got });
}

static void check_integers(struct walk *walk, const struct schema_key *key, config_setting_t *setting)
{
	unsigned n = (unsigned)config_setting_length(setting);

	if (n != key->count)
		wrong_count(walk, setting, key->count, false);
	for (unsigned i = 0; i < n; i++)
		check_integer(walk, key, config_setting_get_elem(setting, i));
}

static void unknown_key(struct walk *walk, const struct schema_key *parent, config_setting_t *setting)
{
	CLEANUP_TEXT struct text expected = TEXT_INIT;
	const struct schema_key *nearest = schema_nearest(parent, setting->name);

	text_add(&expected, "one of");
	for (size_t i = 0; i < parent->n_keys; i++)
		text_addf(&expected, "%s %s", i ? "," : "", parent->keys[i].name);
	walk->error = expected.error;
	tell(walk, setting, (struct fault) { .id = "policy.unknown-key", .problem = "unknown key",
	     .expected = expected.error ? NULL : expected.bytes, .got = setting->name,
	     .meant = nearest ? nearest->name : NULL });
}

static void check_name(struct walk *walk, const struct schema_key *map, config_setting_t *setting)
{
	if (!value_is(map->value, setting->name))
		tell(walk, setting, (struct fault) { .id = "policy.value", .problem = "wrong name",
		     .expected = value_expected(map->value), .got = setting->name });
}

/* Gives bits: 1 << number of each key that is there. */
static uint64_t walk_members(struct walk *walk, const struct schema_key *parent, config_setting_t *group)
{
	int n = config_setting_length(group);
	uint64_t seen = 0;

	for (int i = 0; i < n && !walk->error; i++) {
		config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
		const struct schema_key *key = schema_find(parent, setting->name);

		if (!key) {
			unknown_key(walk, parent, setting);
			continue;
		}
		seen |= 1ull << (key - parent->keys);
		load_number(setting, (unsigned)(key - parent->keys));
		if (parent->type == SCHEMA_MAP)
			check_name(walk, parent, setting);
		walk_setting(walk, key, setting);
	}
	return seen;
}

static const char *expected_of(const struct schema_key *key)
{
	return key->type == SCHEMA_STRING ? value_expected(key->value) : schema_type_name(key->type);
}

static void check_required(struct walk *walk, const struct schema_key *parent, const config_setting_t *group, uint64_t seen)
{
	for (size_t i = 0; i < parent->n_keys; i++) {
		const struct schema_key *key = &parent->keys[i];

		if (key->required && !(seen & 1ull << i))
			load_fault(walk->load, &(struct fault) { .id = "policy.missing", .at = group, .key = key->name,
				   .problem = "missing", .expected = expected_of(key) });
	}
}

/* One of many: it is complete where it stands. */
static void walk_node(struct walk *walk, const struct schema_key *key, config_setting_t *node)
{
	bool once = walk->once;

	walk->once = false;
	uint64_t seen = walk_members(walk, key, node);

	walk->once = once;
	check_required(walk, key, node, seen);
	if (!key->nodes)
		return;
	struct node_list *list = &walk->load->nodes[key->nodes];

	if (!walk->error)
		walk->error = array_grow(&list->nodes, list->n, &list->capacity, sizeof(*list->nodes));
	if (!walk->error)
		list->nodes[list->n++] = node;
}

static void walk_list(struct walk *walk, const struct schema_key *key, config_setting_t *list)
{
	unsigned n = (unsigned)config_setting_length(list), first = walk->first;

	walk->first = 0;
	if (n < key->min)
		wrong_count(walk, list, (unsigned)key->min, true);
	for (unsigned i = 0; i < n && !walk->error; i++) {
		config_setting_t *node = config_setting_get_elem(list, i);

		load_number(node, first + i);
		if (config_setting_is_group(node))
			walk_node(walk, key, node);
		else
			wrong_type(walk, node, SCHEMA_GROUP);
	}
}

/* Groups of one name come together; any other setting stands once. */
static void collect(struct walk *walk, const struct schema_key *key, config_setting_t *setting)
{
	struct load *load = walk->load;
	struct setting *other = (struct setting *)load_setting(load, walk->path.bytes);	/* the load is ours */

	if (other && other->wins && !walk->wins) {
		/* A group by hand holds one setting; faults are better told at the file's. */
		if (key->type == SCHEMA_GROUP || key->type == SCHEMA_MAP)
			other->at = setting;
		return;
	}
	if (other && key->type != SCHEMA_GROUP && key->type != SCHEMA_MAP && key->type != SCHEMA_LIST)
		tell(walk, setting, (struct fault) { .id = "policy.duplicate", .problem = "set twice",
		     .expected = "one place", .also = load_location(other->at) });
	if (other)
		return;
	const char *path = arena_string(load->arena, walk->path.bytes);

	walk->error = path ? array_grow(&load->settings, load->n_settings, &load->settings_capacity,
					sizeof(*load->settings)) : -ENOMEM;
	if (!walk->error)
		load->settings[load->n_settings++] = (struct setting) { path, key, setting, walk->wins };
}

static void walk_content(struct walk *walk, const struct schema_key *key, config_setting_t *setting)
{
	switch (key->type) {
	case SCHEMA_STRING:
		check_string(walk, key, setting);
		break;
	case SCHEMA_STRINGS:
		check_strings(walk, key, setting);
		break;
	case SCHEMA_INTEGER:
		check_integer(walk, key, setting);
		break;
	case SCHEMA_BOOLEAN:
		break;
	case SCHEMA_INTEGERS:
		check_integers(walk, key, setting);
		break;
	case SCHEMA_GROUP:
		if (key->nodes)
			walk_node(walk, key, setting);
		else
			walk_members(walk, key, setting);
		break;
	case SCHEMA_MAP:
		walk_members(walk, key, setting);
		break;
	case SCHEMA_LIST:
		walk_list(walk, key, setting);
		break;
	}
}

/* A key that is set twice or has a wrong name was told already; what stands below a profile of a wrong name counts. */
static void check_content(struct walk *walk, const struct schema_key *key, config_setting_t *setting)
{
	if (walk->error || (load_is_bad(setting) && !key->nodes))
		return;
	if (has_type(setting, key->type))
		walk_content(walk, key, setting);
	else
		wrong_type(walk, setting, key->type);
}

static void walk_setting(struct walk *walk, const struct schema_key *key, config_setting_t *setting)
{
	size_t length = walk->path.length;

	if (walk->once && !key->nodes) {
		text_addf(&walk->path, "%s%s", length ? "." : "", setting->name);
		walk->error = walk->path.error;
		if (!walk->error)
			collect(walk, key, setting);
	}
	check_content(walk, key, setting);
	if (walk->path.length > length) {
		walk->path.length = length;
		walk->path.bytes[length] = '\0';
	}
}

/* Told at the group that it should be in, or at the first file. */
static void missing_setting(struct load *load, const char *path, const struct schema_key *key)
{
	char above[64];
	const char *dot = strrchr(path, '.');

	snprintf(above, sizeof(above), "%.*s", dot ? (int)(dot - path) : 0, path);
	const struct setting *parent = load_setting(load, above);

	if (load_may_be_unread(load, key->name))
		return;
	load_fault(load, &(struct fault) { .id = "policy.missing", .subject = path, .problem = "missing",
		   .where = parent ? load_location(parent->at) : (struct location) { load->policy->path, 0 },
		   .expected = expected_of(key) });
}

static void visit_required(void *context, const char *path, const struct schema_key *key)
{
	struct load *load = context;

	/* "*" stands for what is complete where it stands: that was looked at there. */
	if (key->required && !strchr(path, '*') && !load_setting(load, path))
		missing_setting(load, path, key);
}

int load_walk(struct load *load)
{
	struct walk walk = { .load = load, .path = TEXT_INIT, .once = true };

	for (size_t i = 0; i < load->n_sources && !walk.error; i++) {
		walk.wins = load->sources[i]->wins;
		if (!load->sources[i]->broken)
			walk_members(&walk, &schema_root, config_root_setting(&load->sources[i]->tree.config));
	}
	text_free(&walk.path);
	return walk.error ? walk.error : schema_visit(&schema_root, visit_required, load);
}

int load_walk_hosts(struct load *load, const struct tree *tree, size_t *number)
{
	struct walk walk = { .load = load, .path = TEXT_INIT, .first = (unsigned)*number };
	config_setting_t *list = config_lookup(&tree->config, "hosts");

	load->nodes[NODES_HOSTS].n = 0;
	if (!list)
		return 0;
	walk_list(&walk, schema_find(&schema_root, "hosts"), list);
	*number += (size_t)config_setting_length(list);
	return walk.error;
}
