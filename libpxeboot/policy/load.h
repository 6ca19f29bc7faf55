/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A policy on its way in: what is known between the first file and the frozen policy.  One stage a file: read.c reads,
 * walk.c holds every setting against the schema, build_*.c make the structures and resolve what refers to what.
 * Each stage goes on after a fault, so that all of them are told at once; a setting that failed is marked, and later
 * stages see that it is there but not its value, lest one mistake be told twice.
 */
#ifndef POLICY_LOAD_H
#define POLICY_LOAD_H

#include <libconfig.h>

#include "policy/arena.h"
#include "policy/group_index.h"
#include "policy/index.h"
#include "policy/policy.h"
#include "policy/schema.h"
#include "policy/source.h"

#define BUILT_IN "(built in)"

/* A setting that stands once in a policy, wherever it is written: "server.dhcp.range". */
struct setting {
	const char *path;
	const struct schema_key *key;
	const config_setting_t *at;
	bool wins;			/* it was set by hand: what files say of it does not count */
};

/* One of its values, as text: "server.dhcp.range.0".  Defaults are among them. */
struct scalar {
	const char *path, *value;
	struct location where;
};

/* Profiles, hosts, …: what stands many times. */
struct node_list {
	const config_setting_t **nodes;
	size_t n, capacity;
};

/* A host that has a default or timeout of its own. */
struct chooser {
	const struct host *host;
	int number;			/* in its list */
	bool has_default;
	struct location where;		/* of that, else of the timeout */
};

struct policy_private {
	struct arena arena;
	struct scalar *scalars;
	size_t n_scalars;
	struct hash_index by_mac, by_uuid, by_serial, by_name, by_item, by_group;
	struct group_index groups[GROUP_SETS];
	const char **files;			/* that were read or looked for */
	size_t n_files, files_capacity;
};

struct load {
	struct pxeboot_policy *policy;
	struct arena *arena;			/* the policy's */
	struct pxeboot_diagnostics *diagnostics;
	const char *draft_file, *draft_text;	/* what this file would hold; or NULL */
	struct source **sources;
	size_t n_sources, sources_capacity;
	struct setting *settings;
	size_t n_settings, settings_capacity;
	struct node_list nodes[NODES_COUNT];
	size_t n_values[VALUE_KINDS];		/* strings of each kind that the walk has seen */
	struct chooser *choosers;
	size_t n_choosers, choosers_capacity;
	size_t n_errors;
	bool blind;				/* a file could not be read at all: anything may stand in it */
};

/* A fault, told as "subject: problem, expected …, got '…'; also at FILE:LINE; did you mean '…'?". */
struct fault {
	enum pxeboot_severity severity;		/* PXEBOOT_ERROR when left out */
	const char *id;
	const config_setting_t *at;		/* gives place and subject */
	const char *key;			/* of a member of @at that is missing */
	struct location where;			/* without @at, or when the place is another one */
	const char *subject;			/* without @at */
	const char *problem;
	const char *expected;
	const char *got;			/* user text; quoted and escaped */
	const char *got_what;			/* our own words in its stead */
	struct location also;
	const char *meant;
};

void load_fault(struct load *load, const struct fault *fault);
/* A file that a place or setting (may be NULL) names and that can't be read, with the system's reason. */
void load_unreadable(struct load *load, struct location where, const config_setting_t *at, const char *file, int error);

/* The place of a setting, through includes. */
struct location load_location(const config_setting_t *setting);
/* May @name be defined in a file that could not be read to its end?  Then nobody is told that it is missing. */
bool load_may_be_unread(const struct load *load, const char *name);

/* Whose setting it is. */
struct load *load_of(const config_setting_t *setting);

/* Marks: a setting that failed its check, and the number of an element of a long list or of a member's key. */
void load_mark_bad(config_setting_t *setting);
bool load_is_bad(const config_setting_t *setting);
void load_number(config_setting_t *setting, unsigned number);
int load_number_of(const config_setting_t *element);

/* Reading of settings that the walk has seen.  A bad one has no value: NULL or 0. */
const config_setting_t *load_member(const config_setting_t *group, const char *name);
/* All members at once, each at the number of its key, which is below @n; NULL where there is none. */
void load_members(const config_setting_t *group, const config_setting_t **ret_members, size_t n);
const char *load_string(const config_setting_t *setting);		/* NULL is fine */
const char *load_member_string(const config_setting_t *group, const char *name);
int load_integer(const config_setting_t *setting);
bool load_flag(const config_setting_t *setting);			/* NULL is fine */
/* Elements of a list, strings of one string or a list of strings; none in NULL or in a bad setting. */
unsigned load_count(const config_setting_t *setting);
const config_setting_t *load_element(const config_setting_t *setting, unsigned number);

/* Of settings that stand once. */
const struct setting *load_setting(const struct load *load, const char *path);
const struct scalar *load_scalar(const struct load *load, const char *path);
/* Its text, or the schema's default; NULL. */
const char *load_value(const struct load *load, const char *path);
/* Where it stands; else the policy's first file. */
struct location load_place(const struct load *load, const char *path);

/* Remembers a file or directory that the policy depends on. */
int load_depends(struct load *load, const char *path) MUST_USE;

/* Adds a source that was read; takes it over, also on failure. */
int load_add_source(struct load *load, struct source *source) MUST_USE;

/* The stages.  0 or -ENOMEM and the like; faults in the policy are counted, not returned. */
int load_read(struct load *load, const char *path) MUST_USE;		/* -ENOENT …: the first file */
/* Settings by hand, each a source of its own that comes first.  -EINVAL for one that does not exist. */
int load_overrides(struct load *load, const char *const *overrides) MUST_USE;
int load_walk(struct load *load) MUST_USE;
/* The same for a part of a source's hosts: load->nodes are those alone.  @number: of the first, then of the next. */
int load_walk_hosts(struct load *load, const struct tree *tree, size_t *number) MUST_USE;
int load_scalars(struct load *load) MUST_USE;
int build_server(struct load *load) MUST_USE;
int build_ipxe(struct load *load) MUST_USE;
int build_everybodys_variables(struct load *load) MUST_USE;
int build_items(struct load *load) MUST_USE;
int build_themes(struct load *load) MUST_USE;
int build_boot(struct load *load) MUST_USE;
int build_unknown(struct load *load) MUST_USE;
int build_hosts(struct load *load) MUST_USE;
int build_groups(struct load *load) MUST_USE;
int build_menus(struct load *load) MUST_USE;
int load_mark_rest(struct load *load) MUST_USE;
/* The loader of a host or group, and its URLs; both NULL where @setting is. */
int build_own_loader(struct load *load, const config_setting_t *setting, const char **ret_loader,
		     const struct urls **ret_urls) MUST_USE;
/* The URLs of a file in the boot root. */
int build_loader_urls(struct load *load, const char *path, const struct urls **ret_urls) MUST_USE;
/* Finds out who can test the group, and warns when nobody can; DHCP must, where it has a loader. */
void place_group(struct load *load, struct group *group);

/* The lines of one menu, whose theme is known. */
int build_entries(struct load *load, const config_setting_t *node, struct menu *menu) MUST_USE;
/* Warns of text that is longer than @columns, or that iPXE can't show on one of @archs. */
void check_menu_text(struct load *load, const config_setting_t *at, const char *text, unsigned columns, unsigned archs);

/* Shared by the builders. */
/* @group may be NULL: no variables. */
int build_variables(struct load *load, const config_setting_t *group, struct variable **ret_vars, size_t *ret_n)
	MUST_USE;
/* Architectures of the member "arch"; all when there is none. */
unsigned build_archs(const config_setting_t *node);
/* Those of a firmware, "bios" or "uefi". */
unsigned build_firmware_archs(const char *firmware);
/* Answer files and vars of a profile. */
int build_answers(struct load *load, const config_setting_t *node, struct profile *profile) MUST_USE;
/* Reads a file that @setting names beside the policy file that it stands in: also through a symbolic link to that file.
 * -ENOENT and the like; @ret_path (the caller frees it) is where it was looked for, also on failure. */
int build_beside(const config_setting_t *setting, const char *name, size_t limit, char **ret_path, char **ret_bytes,
		 size_t *ret_length) MUST_USE;
/* The item that a setting names; -1, and a fault where it names none. */
int build_reference(struct load *load, const config_setting_t *setting);

#endif
