/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every setting that a policy can have, once: loader, pxeboot_policy_get(), printers and the manual share this table.
 */
#ifndef POLICY_SCHEMA_H
#define POLICY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/value.h"

enum schema_type {
	SCHEMA_STRING,
	SCHEMA_STRINGS,		/* one string or a list of them; min: how many at least */
	SCHEMA_INTEGER,		/* from min to max */
	SCHEMA_BOOLEAN,
	SCHEMA_INTEGERS,	/* count of them, each from min to max */
	SCHEMA_GROUP,		/* the keys below */
	SCHEMA_MAP,		/* names of the administrator's choice; keys[0] says what each of them is */
	SCHEMA_LIST,		/* a list of groups of the keys below; min: how many at least, in each place */
};

/* What is collected one by one, over all files, in the order of reading. */
enum schema_nodes {
	NODES_NONE,
	NODES_PROFILES,
	NODES_THEMES,
	NODES_MENUS,
	NODES_HOSTS,
	NODES_GROUPS,
	NODES_BUILT,
};
#define NODES_COUNT 7

struct schema_key {
	const char *name;		/* "*" below a map */
	enum schema_type type;
	enum value_kind value;		/* of strings; of a map: of its names */
	bool required;
	const char *fallback;		/* as text, elements joined by ','; NULL: none */
	long long min, max;
	unsigned count;
	enum schema_nodes nodes;
	const struct schema_key *keys;
	size_t n_keys;
	const char *doc;
};

/* The keys of a host. */
enum host_key {
	HOST_NAME, HOST_MAC, HOST_UUID, HOST_SERIAL, HOST_BOOT, HOST_ONCE, HOST_THEN, HOST_UNTIL_DONE, HOST_TRIES, HOST_DEFAULT,
	HOST_TIMEOUT, HOST_LOADER, HOST_SECURE, HOST_VARS,
};
#define HOST_KEYS 14

/* No group has more keys. */
#define SCHEMA_KEYS_MAX 64

/* The whole file, a group. */
extern const struct schema_key schema_root;

/* The key of that name, which is the only one below a map; NULL. */
const struct schema_key *schema_find(const struct schema_key *parent, const char *name);
/* The key whose name is nearest to a mistyped one; NULL when none is near. */
const struct schema_key *schema_nearest(const struct schema_key *parent, const char *name);
const char *schema_type_name(enum schema_type type);

/* Calls @visit for every key below @parent, depth first, with its whole path: "server.dhcp.range", "profiles.*.kernel",
 * "hosts.*.mac".  Paths are lent for the call. */
int schema_visit(const struct schema_key *parent,
		 void (*visit)(void *context, const char *path, const struct schema_key *key), void *context);

#endif
