/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table.  A new setting is a row here, a field in policy.h, and a line where it is built. */
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "policy/nearest.h"
#include "policy/schema.h"

/* Does not compile with too many keys. */
#define KEYS(table) .keys = table, \
	.n_keys = ARRAY_SIZE(table) + 0 * sizeof(char[ARRAY_SIZE(table) <= SCHEMA_KEYS_MAX ? 1 : -1])
#define MAX_SECONDS 86400
#define MAX_VLAN 4094
#define MAX_PIXELS 16384

static const struct schema_key dhcp_keys[] = {
	{ "server", SCHEMA_STRING, VALUE_DHCP, .fallback = "dnsmasq", .doc = "who hands out the names of boot files" },
	{ "range", SCHEMA_STRINGS, VALUE_RANGE, .min = 1, .doc = "addresses that dnsmasq hands out" },
	{ "range6", SCHEMA_STRINGS, VALUE_RANGE6, .min = 1, .doc = "IPv6 addresses that dnsmasq hands out" },
	{ "ra", SCHEMA_BOOLEAN, .doc = "dnsmasq tells machines to ask for them, as no router does" },
	{ "interface", SCHEMA_STRING, VALUE_INTERFACE, .doc = "where dnsmasq listens" },
	{ "proxy", SCHEMA_STRING, VALUE_ADDRESS, .doc = "subnet that another DHCP server looks after" },
};

static const struct schema_key dnsmasq_keys[] = {
	{ "file", SCHEMA_STRING, VALUE_ABSOLUTE, .fallback = "/etc/dnsmasq.d/pxeboot.conf",
		.doc = "the configuration that is written" },
	{ "reload", SCHEMA_STRING, VALUE_TEXT, .fallback = "systemctl restart dnsmasq",
		.doc = "command that makes it read" },
	{ "hook", SCHEMA_STRING, VALUE_ABSOLUTE, .fallback = PXEBOOT_LIBEXECDIR "/pxeboot-dnsmasq-hook",
		.doc = "its dhcp-script" },
	{ "lua", SCHEMA_STRING, VALUE_ABSOLUTE, .doc = "its dhcp-luascript, which does the hook's work: pxeboot.lua" },
	{ "hook_user", SCHEMA_STRING, VALUE_NAME, .doc = "whom it runs its dhcp-script as: records every machine" },
	{ "hook_conf", SCHEMA_STRING, VALUE_ABSOLUTE, .fallback = PXEBOOT_SYSCONFDIR "/hook.conf",
		.doc = "what the dhcp-script knows of the policy" },
};

static const struct schema_key kea_keys[] = {
	{ "file", SCHEMA_STRING, VALUE_ABSOLUTE, .fallback = "/etc/kea/pxeboot.json", .doc = "the client classes that are written" },
	{ "reload", SCHEMA_STRING, VALUE_TEXT, .fallback = "systemctl kill -s HUP kea-dhcp4-server",
		.doc = "command that makes it read" },
};

static const struct schema_key isc_keys[] = {
	{ "file", SCHEMA_STRING, VALUE_ABSOLUTE, .fallback = "/etc/dhcp/pxeboot.conf", .doc = "the rules that are written" },
	{ "reload", SCHEMA_STRING, VALUE_TEXT, .fallback = "systemctl restart isc-dhcp-server",
		.doc = "command that makes it read" },
};

static const struct schema_key tftpd_keys[] = {
	{ "map", SCHEMA_STRING, VALUE_ABSOLUTE, .fallback = "/etc/pxeboot/tftpd.map",
		.doc = "the map that is written" },
	{ "before", SCHEMA_STRING, VALUE_ABSOLUTE, .doc = "the administrator's own rules, put before ours" },
	{ "after", SCHEMA_STRING, VALUE_ABSOLUTE, .doc = "the administrator's own rules, put after ours" },
	{ "reload", SCHEMA_STRING, VALUE_TEXT, .fallback = "systemctl kill -s HUP tftpd-hpa",
		.doc = "command that makes it read" },
};

static const struct schema_key server_keys[] = {
	{ "address", SCHEMA_STRING, VALUE_ADDRESS, .required = true, .doc = "what clients are told" },
	{ "root", SCHEMA_STRING, VALUE_ABSOLUTE, .required = true, .doc = "the boot root" },
	{ "http", SCHEMA_STRING, VALUE_HTTP, .doc = "a web server over the same root" },
	{ "address6", SCHEMA_STRING, VALUE_ADDRESS6, .doc = "what clients are told that ask over IPv6" },
	{ "http6", SCHEMA_STRING, VALUE_HTTP6, .doc = "the web server, for them" },
	{ "live", SCHEMA_STRING, VALUE_HTTP, .doc = "where the FastCGI program answers; asked before the boot root's scripts" },
	{ "state", SCHEMA_STRING, VALUE_ABSOLUTE, .fallback = "/var/lib/pxeboot",
		.doc = "directory of what is remembered of machines" },
	{ "tftp", SCHEMA_STRING, VALUE_TFTP, .fallback = "dnsmasq", .doc = "who serves TFTP" },
	{ "serve", SCHEMA_STRINGS, VALUE_ARCH, .fallback = "bios,x64-uefi,arm64-uefi",
		.doc = "architectures that get their default loader" },
	{ "default_arch", SCHEMA_STRING, VALUE_ARCH, .fallback = "bios",
		.doc = "what an unknown machine is taken for where DHCP sends one name only" },
	{ "raspberry_pi", SCHEMA_BOOLEAN, .doc = "boot ROMs of Raspberry Pis are told to fetch their firmware from the boot root" },
	{ "menus", SCHEMA_STRINGS, VALUE_MENUS, .doc = "boot loaders besides iPXE that get the same menus" },
	{ "one_name", SCHEMA_STRING, VALUE_FILE_NAME, .doc = "the only boot file name that DHCP can send" },
	{ "dhcp", SCHEMA_GROUP, KEYS(dhcp_keys), .doc = "who answers DHCP, and what dnsmasq does about it" },
	{ "dnsmasq", SCHEMA_GROUP, KEYS(dnsmasq_keys), .doc = "where its configuration lives" },
	{ "kea", SCHEMA_GROUP, KEYS(kea_keys), .doc = "where its client classes live" },
	{ "isc", SCHEMA_GROUP, KEYS(isc_keys), .doc = "where the rules for ISC dhcpd live" },
	{ "tftpd", SCHEMA_GROUP, KEYS(tftpd_keys), .doc = "where in.tftpd's map lives" },
};

static const struct schema_key shim_names[] = {
	{ "*", SCHEMA_STRING, VALUE_FILE, .doc = "of one architecture" },
};

static const struct schema_key built_keys[] = {
	{ "arch", SCHEMA_STRING, VALUE_ARCH, .required = true, .doc = "whose loader it is" },
	{ "file", SCHEMA_STRING, VALUE_FILE, .required = true, .doc = "where it lies in the boot root" },
	{ "size", SCHEMA_INTEGER, .min = 1, .max = INT64_MAX, .doc = "bytes" },
	{ "sha256", SCHEMA_STRING, VALUE_SHA256, .doc = "of its bytes" },
	{ "signed", SCHEMA_BOOLEAN, .doc = "for Secure Boot, with a key of one's own" },
};
static const struct schema_key build_keys[] = {
	{ "user_class", SCHEMA_STRING, VALUE_USER_CLASS, .doc = "how it names itself" },
	{ "version", SCHEMA_STRING, VALUE_TEXT, .doc = "what it prints" },
	{ "source", SCHEMA_STRING, VALUE_TEXT, .doc = "what it was made of" },
	{ "features", SCHEMA_STRINGS, VALUE_FEATURE, .doc = "what it can do" },
	{ "arch", SCHEMA_STRINGS, VALUE_ARCH, .min = 1, .doc = "architectures that have one" },
	{ "files", SCHEMA_LIST, KEYS(built_keys), .min = 1, .nodes = NODES_BUILT,
		.doc = "its binaries, one for each architecture" },
};
static const struct schema_key embed_keys[] = {
	{ "next", SCHEMA_STRING, VALUE_CHAIN, .doc = "the script that it runs where it finds nothing of ours" },
	{ "vlan", SCHEMA_INTEGER, .min = 1, .max = MAX_VLAN, .doc = "the VLAN that it tries where none gives an address" },
};

static const struct schema_key ipxe_keys[] = {
	{ "user_class", SCHEMA_STRING, VALUE_USER_CLASS, .doc = "how the own build of iPXE names itself" },
	{ "build", SCHEMA_GROUP, KEYS(build_keys), .doc = "what is known of it; see IPXE OF OTHERS" },
	{ "replace", SCHEMA_STRING, VALUE_REPLACE, .doc = "which iPXE the scripts replace by the loader" },
	{ "shim", SCHEMA_MAP, VALUE_ARCH, KEYS(shim_names),
		.doc = "by whose keys a signed iPXE starts kernels; see SECURE BOOT" },
	{ "embed", SCHEMA_GROUP, KEYS(embed_keys), .doc = "the script in the own build of iPXE" },
};

static const struct schema_key loader_names[] = {
	{ "*", SCHEMA_STRING, VALUE_FILE, .doc = "loader of one architecture" },
};

static const struct schema_key variable_names[] = {
	{ "*", SCHEMA_STRING, VALUE_TEXT, .doc = "value of one variable" },
};

static const struct schema_key profile_keys[] = {
	{ "label", SCHEMA_STRING, VALUE_TEXT, .doc = "what menus show" },
	{ "kernel", SCHEMA_STRING, VALUE_FILE_OR_URL, .doc = "a Linux kernel" },
	{ "initrd", SCHEMA_STRINGS, VALUE_FILE_OR_URL, .doc = "its initial file systems" },
	{ "args", SCHEMA_STRING, VALUE_TEXT, .doc = "its command line" },
	{ "answers", SCHEMA_STRINGS, VALUE_ANSWERS, .min = 1, .doc = "templates of an installer's answer files" },
	{ "private", SCHEMA_BOOLEAN, .doc = "its answer files are for one-shot boots alone, and not in the boot root" },
	{ "vars", SCHEMA_MAP, VALUE_NAME, KEYS(variable_names), .doc = "what its texts and templates fall back to" },
	{ "iso", SCHEMA_STRING, VALUE_ISO, .doc = "image of a disc" },
	{ "san", SCHEMA_STRING, VALUE_SAN, .doc = "network disk" },
	{ "initiator", SCHEMA_STRING, VALUE_INITIATOR, .doc = "the name that the machine logs in to an iSCSI disk by" },
	{ "wim", SCHEMA_STRING, VALUE_FILE, .doc = "Windows image" },
	{ "efi", SCHEMA_STRING, VALUE_FILE_OR_URL, .doc = "EFI program" },
	{ "chain", SCHEMA_STRING, VALUE_CHAIN, .doc = "another script" },
	{ "action", SCHEMA_STRING, VALUE_ACTION, .doc = "what the machine does by itself" },
	{ "arch", SCHEMA_STRINGS, VALUE_ARCH, .min = 1, .doc = "architectures that it is for" },
};
static const struct schema_key profile_names[] = {
	{ "*", SCHEMA_GROUP, KEYS(profile_keys), .nodes = NODES_PROFILES, .doc = "one thing that can be booted" },
};

static const struct schema_key colour_keys[] = {
	{ "text", SCHEMA_STRING, VALUE_COLOUR, .doc = "of items" },
	{ "highlight", SCHEMA_STRING, VALUE_COLOUR, .doc = "of the chosen item" },
	{ "gap", SCHEMA_STRING, VALUE_COLOUR, .doc = "of headings" },
	{ "title", SCHEMA_STRING, VALUE_COLOUR, .doc = "of the line above; foreground only" },
	{ "shell", SCHEMA_STRING, VALUE_COLOUR, .doc = "of iPXE's shell and messages" },
};
static const struct schema_key theme_keys[] = {
	{ "picture", SCHEMA_STRING, VALUE_FILE,
		.doc = "background, a PNG file: beside the policy file that names it, else in the boot root's themes/" },
	{ "size", SCHEMA_INTEGERS, .count = 2, .min = 1, .max = MAX_PIXELS, .doc = "width and height, pixels" },
	{ "margins", SCHEMA_INTEGERS, .count = 4, .min = 0, .max = MAX_PIXELS,
		.doc = "left, right, top, bottom, pixels" },
	{ "colours", SCHEMA_GROUP, KEYS(colour_keys), .doc = "foreground, or foreground on background" },
};
static const struct schema_key theme_names[] = {
	{ "*", SCHEMA_GROUP, KEYS(theme_keys), .nodes = NODES_THEMES, .doc = "how a menu looks" },
};

static const struct schema_key entry_keys[] = {
	{ "gap", SCHEMA_STRINGS, VALUE_TEXT, .min = 1, .doc = "a heading, of one or several lines" },
	{ "profile", SCHEMA_STRING, VALUE_NAME, .doc = "a profile to pick" },
	{ "menu", SCHEMA_STRING, VALUE_NAME, .doc = "a menu to go to" },
	{ "back", SCHEMA_STRING, VALUE_TEXT, .doc = "its text: back to the menu that led here" },
	{ "key", SCHEMA_STRING, VALUE_KEY, .doc = "its shortcut" },
	{ "label", SCHEMA_STRING, VALUE_TEXT, .doc = "its text; otherwise the target's own" },
	{ "description", SCHEMA_STRINGS, VALUE_TEXT, .min = 1, .doc = "lines below it" },
	{ "password", SCHEMA_STRING, VALUE_MATCH, .doc = "asked for before it is taken; see PASSWORDS" },
	{ "arch", SCHEMA_STRINGS, VALUE_ARCH, .min = 1, .doc = "architectures that see it" },
	{ "firmware", SCHEMA_STRINGS, VALUE_FIRMWARE, .min = 1, .doc = "bios or uefi: machines that see it" },
	{ "hosts", SCHEMA_STRINGS, VALUE_NAME, .min = 1, .doc = "hosts that see it" },
	{ "groups", SCHEMA_STRINGS, VALUE_NAME, .min = 1, .doc = "groups whose machines see it" },
};
static const struct schema_key menu_keys[] = {
	{ "title", SCHEMA_STRING, VALUE_TEXT, .doc = "the line above" },
	{ "theme", SCHEMA_STRING, VALUE_NAME, .doc = "how it looks; otherwise as the menu that led to it" },
	{ "timeout", SCHEMA_INTEGER, .min = 0, .max = MAX_SECONDS,
		.doc = "seconds until the default is taken; 0: never" },
	{ "default", SCHEMA_STRING, VALUE_NAME, .doc = "the entry that waits to be taken" },
	{ "hidden", SCHEMA_BOOLEAN, .doc = "shown only when a key is pressed before the timeout" },
	{ "status", SCHEMA_BOOLEAN, .doc = "begins with the machine's name, MAC, address and architecture" },
	{ "entries", SCHEMA_LIST, KEYS(entry_keys), .required = true, .doc = "its lines" },
};
static const struct schema_key menu_names[] = {
	{ "*", SCHEMA_GROUP, KEYS(menu_keys), .nodes = NODES_MENUS, .doc = "profiles and menus to pick from" },
};

static const struct schema_key host_keys[HOST_KEYS] = {
	[HOST_NAME] = { "name", SCHEMA_STRING, VALUE_NAME, .required = true, .doc = "its name" },
	[HOST_MAC] = { "mac", SCHEMA_STRINGS, VALUE_MAC, .min = 1, .doc = "MAC addresses of its interfaces" },
	[HOST_UUID] = { "uuid", SCHEMA_STRING, VALUE_UUID, .doc = "its UUID" },
	[HOST_SERIAL] = { "serial", SCHEMA_STRING, VALUE_SERIAL, .doc = "its serial number" },
	[HOST_BOOT] = { "boot", SCHEMA_STRING, VALUE_NAME, .doc = "profile or menu; otherwise everybody else's" },
	[HOST_ONCE] = { "once", SCHEMA_STRING, VALUE_NAME, .doc = "profile or menu of its next boot alone" },
	[HOST_THEN] = { "then", SCHEMA_STRING, VALUE_NAME, .doc = "profile or menu of the boots after once; otherwise as boot says" },
	[HOST_UNTIL_DONE] = { "until_done", SCHEMA_BOOLEAN, .doc = "once lasts until somebody says that it is done" },
	[HOST_TRIES] = { "tries", SCHEMA_INTEGER, .min = 1, .max = PXEBOOT_ONCE_TRIES_MAX, .doc = "boots that it may take, 3 otherwise" },
	[HOST_DEFAULT] = { "default", SCHEMA_STRING, VALUE_NAME, .doc = "of the menu that it boots, instead of the menu's own" },
	[HOST_TIMEOUT] = { "timeout", SCHEMA_INTEGER, .min = 0, .max = MAX_SECONDS, .doc = "likewise, seconds" },
	[HOST_LOADER] = { "loader", SCHEMA_STRING, VALUE_FILE, .doc = "its own loader" },
	[HOST_SECURE] = { "secure", SCHEMA_BOOLEAN, .doc = "it has Secure Boot on" },
	[HOST_VARS] = { "vars", SCHEMA_MAP, VALUE_NAME, KEYS(variable_names), .doc = "what templates know of it" },
};

/* In the order of enum term_kind. */
static const struct schema_key match_keys[] = {
	{ "arch", SCHEMA_STRINGS, VALUE_ARCH, .min = 1, .doc = "architecture" },
	{ "firmware", SCHEMA_STRINGS, VALUE_FIRMWARE, .min = 1, .doc = "bios or uefi" },
	{ "mac", SCHEMA_STRINGS, VALUE_MAC_PREFIX, .min = 1, .doc = "how the MAC address begins" },
	{ "subnet", SCHEMA_STRINGS, VALUE_SUBNET, .min = 1, .doc = "where the client's address is" },
	{ "vendor_class", SCHEMA_STRINGS, VALUE_MATCH, .min = 1, .doc = "how DHCP option 60 begins" },
	{ "manufacturer", SCHEMA_STRINGS, VALUE_MATCH, .min = 1, .doc = "who made it, as SMBIOS says" },
	{ "product", SCHEMA_STRINGS, VALUE_MATCH, .min = 1, .doc = "its model, as SMBIOS says" },
};
static const struct schema_key group_keys[] = {
	{ "name", SCHEMA_STRING, VALUE_NAME, .required = true, .doc = "its name" },
	{ "match", SCHEMA_GROUP, .required = true, KEYS(match_keys), .doc = "all of these must match" },
	{ "boot", SCHEMA_STRING, VALUE_NAME, .required = true, .doc = "profile or menu" },
	{ "loader", SCHEMA_STRING, VALUE_FILE, .doc = "its machines' loader; DHCP must know all that it matches by" },
	{ "secure", SCHEMA_BOOLEAN, .doc = "its machines have Secure Boot on" },
	{ "vars", SCHEMA_MAP, VALUE_NAME, KEYS(variable_names), .doc = "what templates know of its machines" },
};

static const struct schema_key root_keys[] = {
	{ "server", SCHEMA_GROUP, KEYS(server_keys), .doc = "this server" },
	{ "ipxe", SCHEMA_GROUP, KEYS(ipxe_keys), .doc = "the own build of iPXE" },
	{ "loaders", SCHEMA_MAP, VALUE_ARCH, KEYS(loader_names), .doc = "what each architecture's firmware loads" },
	{ "vars", SCHEMA_MAP, VALUE_NAME, KEYS(variable_names), .doc = "what templates know of every machine" },
	{ "profiles", SCHEMA_MAP, VALUE_NAME, KEYS(profile_names), .doc = "what can be booted" },
	{ "themes", SCHEMA_MAP, VALUE_NAME, KEYS(theme_names), .doc = "how menus look" },
	{ "menus", SCHEMA_MAP, VALUE_NAME, KEYS(menu_names), .doc = "what can be picked" },
	{ "hosts", SCHEMA_LIST, KEYS(host_keys), .nodes = NODES_HOSTS, .doc = "known machines" },
	{ "groups", SCHEMA_LIST, KEYS(group_keys), .nodes = NODES_GROUPS, .doc = "machines known by their facts" },
	{ "boot", SCHEMA_STRING, VALUE_NAME, .required = true, .doc = "profile or menu of everybody else" },
	{ "unknown", SCHEMA_STRING, VALUE_NAME, .fallback = "menu",
		.doc = "menu, ignore, discover, or the profile or menu of machines that no host and no group names" },
};

const struct schema_key schema_root = { "", SCHEMA_GROUP, KEYS(root_keys), .doc = "a policy" };

const struct schema_key *schema_find(const struct schema_key *parent, const char *name)
{
	if (parent->type == SCHEMA_MAP)
		return parent->keys;
	for (size_t i = 0; i < parent->n_keys; i++)
		if (parent->keys[i].name[0] == name[0] && !strcmp(parent->keys[i].name, name))
			return &parent->keys[i];
	return NULL;
}

const struct schema_key *schema_nearest(const struct schema_key *parent, const char *name)
{
	const struct schema_key *nearest = NULL;
	unsigned best = NEAREST_LIMIT;

	for (size_t i = 0; i < parent->n_keys; i++)
		if (nearest_is_nearer(name, parent->keys[i].name, &best))
			nearest = &parent->keys[i];
	return nearest;
}

const char *schema_type_name(enum schema_type type)
{
	static const char *const names[] = {
		[SCHEMA_STRING] = "a string", [SCHEMA_STRINGS] = "a string or a list of strings",
		[SCHEMA_INTEGER] = "an integer", [SCHEMA_BOOLEAN] = "true or false",
		 [SCHEMA_INTEGERS] = "a list of integers",
		[SCHEMA_GROUP] = "a group { … }", [SCHEMA_MAP] = "a group { … }", [SCHEMA_LIST] = "a list ( … )",
	};

	return names[type];
}

struct visitor {
	void (*visit)(void *context, const char *path, const struct schema_key *key);
	void *context;
	struct text path;
};

static void visit_below(struct visitor *visitor, const struct schema_key *parent)
{
	size_t length = visitor->path.length;

	for (size_t i = 0; i < parent->n_keys && !visitor->path.error; i++) {
		const struct schema_key *key = &parent->keys[i];

		if (length)
			text_add_char(&visitor->path, '.');
		if (parent->type == SCHEMA_LIST)
			text_add(&visitor->path, "*.");
		text_add(&visitor->path, key->name);
		if (!visitor->path.error) {
			visitor->visit(visitor->context, visitor->path.bytes, key);
			visit_below(visitor, key);
			visitor->path.length = length;
		}
	}
}

int schema_visit(const struct schema_key *parent,
		 void (*visit)(void *context, const char *path, const struct schema_key *key), void *context)
{
	struct visitor visitor = { visit, context, TEXT_INIT };

	visit_below(&visitor, parent);
	int error = visitor.path.error;

	text_free(&visitor.path);
	return error;
}
