/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A loaded policy: everything checked, resolved to indexes, frozen.  Strings live in the policy's arena.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdatomic.h>

#include "base/diagnostics.h"
#include "base/scalar.h"
#include "base/text.h"
#include "client/client.h"
#include "pxeboot.h"

#define ARCH_BIT(arch) (1u << (arch))
#define ARCH_ALL PXEBOOT_ARCHS_ALL

enum action {			/* of a profile; ACTION_NONE is never kept */
	ACTION_NONE,
	ACTION_DISK,
	ACTION_EXIT,
	ACTION_SHELL,
	ACTION_REBOOT,
	ACTION_POWEROFF,
	ACTION_CONFIG,
	ACTION_DISCOVER,
};

/* What a profile boots; exactly one. */
enum payload {
	PAYLOAD_KERNEL,		/* kernel, initrds, args */
	PAYLOAD_ISO,
	PAYLOAD_SAN,
	PAYLOAD_WIM,
	PAYLOAD_EFI,
	PAYLOAD_CHAIN,
	PAYLOAD_ACTION,
};

struct variable {
	const char *name, *value;
	struct location where;
};

/* A template that an installer is given, with a machine's values in it. */
struct answer_file {
	const char *name;		/* how it is asked for: the last component of what the policy names */
	const char *written;		/* as the policy names it */
	const char *path;		/* where it was read, for findings */
	const char *text;		/* its bytes, read at load */
};

struct profile {
	const char *name;
	struct location where;
	const char *label;		/* the name where the policy gives none */
	enum payload payload;
	const char *target;		/* kernel, iso, san, wim, efi or chain */
	const char **initrds;
	size_t n_initrds;
	const char *args;		/* or NULL */
	const char *initiator;		/* of a network disk; or NULL: iPXE's own */
	struct answer_file *answers;
	size_t n_answers;
	bool private;			/* its answers are for whoever shows a token */
	struct variable *vars;		/* what its texts and answers fall back to */
	size_t n_vars;
	enum action action;
	unsigned archs;			/* bits; ARCH_ALL when the policy says nothing */
	struct location answers_where, args_where, target_where, initiator_where;
};

struct theme {
	struct pxeboot_theme look;	/* its colours are all set: iPXE's own where the policy names none */
	struct location where;
};

/* Who sees an entry: all of these must hold. */
struct audience {
	unsigned archs;			/* bits */
	const struct host **hosts;	/* any of them; none given: everybody */
	const struct group **groups;	/* likewise */
	size_t n_hosts, n_groups;
};

enum entry_kind {
	ENTRY_GAP,
	ENTRY_TARGET,
	ENTRY_BACK,
	ENTRY_FAILSAFE,			/* the loader's own way out; for machines that no other entry is sure to be for */
};

struct menu_entry {
	struct location where;
	enum entry_kind kind;
	const char *label;		/* of a target: its own where none is given */
	int target;			/* index of the item (policy.items); -1 of any kind but ENTRY_TARGET */
	char key;			/* 0: none */
	const char *password;		/* or NULL */
	struct audience audience;
};

struct menu {
	const char *name;
	struct location where;
	const char *title;
	const struct theme *theme;	/* or NULL */
	unsigned timeout;		/* seconds; 0: wait for ever */
	int default_target;		/* item index, or -1 */
	bool hidden, status;
	bool hosts_choose;		/* hosts have a default or timeout of their own for it */
	struct menu_entry *entries;	/* a gap or description of several lines is as many entries */
	size_t n_entries;
};

/* Profiles and menus share one namespace. */
struct item {
	const char *name;
	struct location where;
	struct profile *profile;	/* one of the two */
	struct menu *menu;
};

/* Whole URLs of a loader. */
struct urls {
	const char *http;		/* NULL without server.http */
	const char *tftp6, *http6;	/* over IPv6; NULL without server.address6, server.http6 */
};

struct host_loader {
	const char *path;
	const struct urls *urls;
};

/* There may be a million, in an array that begins at a multiple of HOST_LINE, the usual line of a processor's cache.  The
 * order of the members keeps a host small, and what decisions read in the first of its lines: the reading of one is most of
 * their time. */
#define HOST_LINE 64
struct host {
	const char *name;
	struct location where;
	uint8_t (*macs)[MAC_LENGTH];	/* of a host with one address: its mac */
	uint8_t mac[1][MAC_LENGTH];
	bool secure;			/* Secure Boot is on */
	bool until_done;		/* of once */
	uint32_t n_macs;
	int boot;			/* item index */
	const struct host_loader *loader;	/* or NULL */
	const char **mac_texts;

	const char *uuid_text, *serial;	/* or NULL */
	struct variable *vars;
	uint32_t n_vars;
	int once, then;			/* item index, or -1 */
	int menu_default;		/* likewise */
	int menu_timeout;		/* seconds, or -1 */
	uint8_t uuid[UUID_LENGTH];
	bool has_uuid;
	uint8_t tries;			/* of once; 0 unless until_done */
};

static inline const char *host_loader_path(const struct host *host)
{
	return host->loader ? host->loader->path : NULL;
}

#define HOST_SAYS_COUNT (PXEBOOT_HOST_SAYS_ONCE + 1)
static inline bool host_says(const struct host *host, enum pxeboot_host_says what)
{
	return what == PXEBOOT_HOST_SAYS_LOADER ? host->loader != NULL : host->once >= 0;
}

/* The items that a host may boot: always, once, and after that; -1 where it has none. */
#define HOST_BOOTS 3
#define HOST_BOOTS_ONCE 1
static inline int host_boots(const struct host *host, size_t way)
{
	return way == 0 ? host->boot : way == 1 ? host->once : host->then;
}

struct group_value {			/* one value of a term, decoded by its kind */
	const char *text;
	unsigned archs;			/* arch, firmware: bits */
	uint8_t mac[MAC_LENGTH];
	size_t mac_length;
	struct ip4_prefix prefix;
};

enum term_kind { TERM_ARCH, TERM_FIRMWARE, TERM_MAC, TERM_SUBNET, TERM_VENDOR_CLASS, TERM_MANUFACTURER, TERM_PRODUCT };
#define TERM_COUNT 7

struct group_term {
	enum term_kind kind;
	struct group_value *values;
	size_t n_values;
	struct location where;
};

struct group {
	const char *name;
	struct location where;
	int boot;
	struct group_term *terms;
	size_t n_terms;
	enum pxeboot_where tested;
	const char *script;		/* "groups/NAME.ipxe" */
	const char *script_url;		/* what DHCP hands out: with server.http the URL, else the path */
	const char *loader;		/* or NULL; DHCP can test all terms of a group that has one, whoever else can, too */
	const struct urls *loader_urls;	/* NULL without a loader */
	const char *script6;		/* over IPv6; NULL without server.address6 */
	struct location loader_where;
	struct variable *vars;
	size_t n_vars;
	bool secure;
	struct pxeboot_term *view;	/* for pxeboot_policy_group() */
};

struct served {				/* one architecture */
	const char *loader;		/* NULL: not served */
	const struct urls *urls;	/* likewise */
	struct location where;		/* file "(built in)" for a default */
};

struct own_build {			/* ipxe.build, or ipxe.user_class alone */
	const char *version, *source;	/* or NULL */
	unsigned features;		/* bits, 1 << enum pxeboot_build_feature */
	bool features_known;
	unsigned archs;			/* bits: that have one; 0: there is none at all */
	struct pxeboot_build_file *files;
	size_t n_files;
};

struct dhcp_range {
	const char *text;		/* as written */
	uint32_t first, last;		/* host byte order */
};

struct pxeboot_policy {
	atomic_uint references;
	const char *path;		/* of the first file */
	const char *directory;		/* that holds it */

	/* server */
	const char *address, *root, *http, *live, *interface, *proxy, *one_name;
	const char *address6, *http6;
	struct dhcp_range *ranges;
	size_t n_ranges;
	bool offers_known;		/* the DHCP server tests the very address that it offers */
	struct location server_where, one_name_where;
	unsigned default_arch;
	const char *base;		/* server.http, or tftp://ADDRESS: what scripts put before every path */
	const char *done_at;		/* who hears that a machine is done, before "/done/TOKEN": server.live, or tftp://ADDRESS */
	const char *boot_url;		/* what DHCP hands to iPXE: server.http/boot.ipxe, or boot.ipxe */

	const char *tftp6;		/* tftp://[ADDRESS6]; this and the next two are NULL without server.address6 */
	const char *base6;		/* server.http6, or tftp6 */
	const char *boot_url6;		/* of the boot script */

	const char *user_class;		/* of the own build, or NULL: there is none */
	struct location user_class_where;
	struct own_build build;
	bool replaces;			/* ipxe.replace: an iPXE without pictures and colours, by the loader */
	struct location replace_where;
	const char *embed_next;		/* ipxe.embed.next, or NULL */
	struct location embed_next_where;
	unsigned embed_vlan;		/* ipxe.embed.vlan; 0: none */

	struct served served[PXEBOOT_ARCH_COUNT];
	struct kernel_shim {
		const char *path;	/* or NULL */
		struct location where;
	} shims[PXEBOOT_ARCH_COUNT];	/* ipxe.shim: for kernels */

	struct variable *vars;		/* of every machine */
	size_t n_vars;
	bool grub, pxelinux;		/* server.menus */
	bool raspberry_pi;		/* server.raspberry_pi */
	bool groups_matter;		/* to an entry of a menu */

	struct item *items;
	size_t n_items;
	struct theme *themes;
	size_t n_themes;
	struct host *hosts;
	size_t n_hosts;
	size_t end_of[HOST_SAYS_COUNT];	/* behind the last host that says it, by enum pxeboot_host_says; 0: none does */
	struct group *groups;		/* in the order in which they win */
	size_t n_groups;
	int boot;			/* of hosts without one of their own; item index */
	int unknown;			/* of machines that neither a host nor a group names; item index */
	const char *unknown_by;		/* the setting that says so: "boot" or "unknown" */
	struct location unknown_where;

	uint64_t rest;			/* the mark of all but the hosts (see base/mark.h) */
	struct policy_private *private;	/* arena, hash indexes, scalar settings */
};

/* One hash look-up each; NULL when no host has it. */
const struct host *policy_host_by_mac(const struct pxeboot_policy *policy, const uint8_t mac[MAC_LENGTH]);
const struct host *policy_host_by_uuid(const struct pxeboot_policy *policy, const uint8_t uuid[UUID_LENGTH]);
const struct host *policy_host_by_serial(const struct pxeboot_policy *policy, const char *serial);
const struct host *policy_host_by_name(const struct pxeboot_policy *policy, const char *name);
const struct group *policy_group_by_name(const struct pxeboot_policy *policy, const char *name);
/* By what hosts are known. */
struct identities {
	bool macs, uuids, serials;	/* one host at least */
};
struct identities policy_identities(const struct pxeboot_policy *policy);

bool audience_is_everybody(const struct audience *audience);
/* Is such a machine among them?  @host and @group: that it is and falls under, or NULL; with PXEBOOT_ARCH_NONE it sees what
 * is for all architectures. */
bool audience_has(const struct audience *audience, int arch, const struct host *host, const struct group *group);
/* Do scripts mean this entry when @target is the default?  They name the first entry that leads there: one with a password
 * by itself, others by where they lead. */
bool menu_entry_is_default(const struct menu *menu, const struct menu_entry *entry, int target);
/* As of lines of one entry, such as its description, and of entries that are for everybody. */
bool audience_is_same(const struct audience *a, const struct audience *b);

/* Item index by name, or -1. */
int policy_item_by_name(const struct pxeboot_policy *policy, const char *name);

const struct theme *policy_theme_by_name(const struct pxeboot_policy *policy, const char *name);

/* Characters in a row of iPXE's console with this theme (NULL: none), where its picture is smallest: 80 at most. */
unsigned theme_columns(const struct theme *theme);
/* What iPXE shows of an item's text; of the title it is two less than the row. */
#define MENU_MARGIN 6

/* Adds the path of what the loader fetches from beside itself, if it is a shim by its name; else false.  @archs: bits of the
 * machines that get it. */
bool shim_second_stage(const char *loader, unsigned archs, struct text *path);

/* The feature of a name; -1. */
int build_feature_by_name(const char *name);

const char *term_name(enum term_kind kind);
/* Groups among which the first that matches is looked for.  Of none that no stage can test. */
enum group_set {
	GROUPS_ALL,
	GROUPS_DHCP,			/* those that DHCP marks by a tag, and hands their script to */
	GROUPS_LOADER,			/* those with a loader of their own */
};
#define GROUP_SETS 3
/* NULL when none of them matches.  It looks at what the client may match, not at every group there is. */
const struct group *policy_first_group(const struct pxeboot_policy *policy, enum group_set set,
				       const struct pxeboot_client *client, int arch);
/* Do all of its terms match, and can a stage test them? */
bool group_matches(const struct group *group, const struct pxeboot_client *client, int arch);

/* Does the term match?  @arch is the architecture that was chosen for the client, or PXEBOOT_ARCH_NONE. */
bool term_matches(const struct group_term *term, const struct pxeboot_client *client, int arch);
/* Lends what the client has where such a term looks: 0, -ENODATA absent, -EBADMSG malformed. */
int term_got(enum term_kind kind, const struct pxeboot_client *client, int arch, const char **ret_text);

#endif
