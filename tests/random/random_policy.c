/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dice.h"
#include "pool.h"
#include "pxeboot.h"

#define MAX_ITEMS 5
#define THREE_RANGES \
	"range = [ \"10.78.1.0,10.78.99.254,255.255.0.0,1h\", \"10.77.1.0,10.77.200.254,255.255.0.0,1h\", " \
	"\"10.78.100.0,10.78.199.254,255.255.0.0,1h\" ];"

/* One policy that is being written.  What later parts must know of earlier ones stands here. */
struct sketch {
	struct dice dice;
	struct text out;
	bool small, http, one_name, ranges;
	unsigned n_profiles, n_menus, n_hosts, n_groups;
	unsigned profile_archs[MAX_ITEMS];	/* bits */
};

/* Up to @most, the small half of it in small policies; not below @least. */
static unsigned some(struct sketch *sketch, unsigned least, unsigned most)
{
	unsigned limit = sketch->small && most > 2 ? 2 : most;

	return least + dice_below(&sketch->dice, limit - least + 1);
}

static bool chance(struct sketch *sketch, unsigned percent)
{
	return dice_chance(&sketch->dice, percent);
}

static const char *arch_name(unsigned arch)
{
	return pxeboot_arch_get((int)arch)->name;
}

/* A set of architectures that is not empty; those that machines have come most often. */
static unsigned some_archs(struct sketch *sketch)
{
	static const uint8_t usual[] = { PXEBOOT_ARCH_BIOS, PXEBOOT_ARCH_X64_UEFI, PXEBOOT_ARCH_ARM64_UEFI };
	unsigned archs = 0, n = some(sketch, 1, 5);

	while (n-- > 0)
		archs |= 1u << (chance(sketch, 60) ? DICE_PICK(&sketch->dice, usual) :
						     dice_below(&sketch->dice, PXEBOOT_ARCH_COUNT));
	return archs;
}

static void add_archs(struct sketch *sketch, const char *key, unsigned archs)
{
	const char *comma = "";

	text_addf(&sketch->out, " %s = [ ", key);
	for (unsigned arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (archs & 1u << arch) {
			text_addf(&sketch->out, "%s\"%s\"", comma, arch_name(arch));
			comma = ", ";
		}
	text_add(&sketch->out, " ];");
}

/* One to @most values of a list, each written by @add. */
static void add_list(struct sketch *sketch, const char *key, unsigned most, void (*add)(struct sketch *sketch))
{
	unsigned n = some(sketch, 1, most);

	text_addf(&sketch->out, " %s = [ ", key);
	for (unsigned i = 0; i < n; i++) {
		text_add(&sketch->out, i > 0 ? ", \"" : "\"");
		add(sketch);
		text_add(&sketch->out, "\"");
	}
	text_add(&sketch->out, " ];");
}

/* ---- The server ---- */

static void add_dhcp(struct sketch *sketch)
{
	static const char *const dhcp[] = {
		"proxy = \"10.77.0.0\";", "proxy = \"10.77.0.0\";",
		"range = \"10.77.1.0,10.77.200.254,255.255.0.0,1h\";",
		"range = \"10.77.1.0,10.77.200.254,255.255.0.0\";",
		"range = [ \"10.77.1.0,10.77.99.254,255.255.0.0,1h\", \"10.77.100.0,10.77.199.254,255.255.0.0,1h\" ];",
		"range = [ \"10.77.1.0,10.77.200.254,255.255.0.0,1h\", \"10.78.1.0,10.78.200.254,255.255.0.0,1h\" ];",
		THREE_RANGES,
		"",
	};

	const char *words = DICE_PICK(&sketch->dice, dhcp);

	sketch->ranges = strncmp(words, "range", 5) == 0;
	text_addf(&sketch->out, "\tdhcp = { %s };\n", words);
}

static unsigned add_loaders(struct sketch *sketch)
{
	static const char *const names[] = { "own/%s.efi", "%s-loader.0", "shim-%s,signed.efi", "%s/pxelinux.0" };
	unsigned archs = chance(sketch, 50) ? some_archs(sketch) : 0;

	if (archs == 0)
		return 0;
	text_add(&sketch->out, "loaders: {");
	for (unsigned arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *name = names[chance(sketch, 70) ? 0 : dice_below(&sketch->dice, ARRAY_SIZE(names))];

		if (!(archs & 1u << arch))
			continue;
		text_addf(&sketch->out, " %s = \"", arch_name(arch));
		text_add_bytes(&sketch->out, name, (size_t)(strchr(name, '%') - name));
		text_addf(&sketch->out, "%s%s\";", arch_name(arch), strchr(name, '%') + 2);
	}
	text_add(&sketch->out, " };\n");
	return archs;
}

static void add_built_files(struct sketch *sketch, unsigned archs)
{
	const char *comma = "";

	text_add(&sketch->out, " files = (");
	for (unsigned arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (archs & 1u << arch) {
			text_addf(&sketch->out, "%s { arch = \"%s\"; file = \"own/%s.efi\"; }", comma, arch_name(arch), arch_name(arch));
			comma = ",";
		}
	text_add(&sketch->out, " );");
}

/* For all architectures, or for some. */
static void add_own_build(struct sketch *sketch)
{
	const char *class = pool_user_classes[chance(sketch, 60) ? 0 : dice_below(&sketch->dice, ARRAY_SIZE(pool_user_classes))];
	bool some = chance(sketch, 60);

	text_addf(&sketch->out, "ipxe: { %suser_class = \"%s\";", some ? "build = { " : "", class);
	if (some && chance(sketch, 70))
		add_archs(sketch, "arch", some_archs(sketch));
	else if (some)
		add_built_files(sketch, some_archs(sketch));
	text_add(&sketch->out, some ? " }; };\n" : " };\n");
}

static void add_server(struct sketch *sketch)
{
	static const char *const urls[] = { "http://10.77.0.1:8080", "http://boot.lab/pxe", "https://10.77.0.1" };
	static const char *const names[] = { "netboot.0", "boot-me.efi" };

	text_add(&sketch->out, "server: {\n\taddress = \"10.77.0.1\"; root = \"/tmp\";");
	sketch->http = chance(sketch, 50);
	if (sketch->http)
		text_addf(&sketch->out, " http = \"%s\";", DICE_PICK(&sketch->dice, urls));
	if (chance(sketch, 60))
		add_archs(sketch, "serve", some_archs(sketch));
	sketch->one_name = chance(sketch, 5);
	if (sketch->one_name)
		text_addf(&sketch->out, " tftp = \"tftp-hpa\"; one_name = \"%s\";", DICE_PICK(&sketch->dice, names));
	else if (chance(sketch, 30))
		text_add(&sketch->out, " raspberry_pi = true;");
	text_add(&sketch->out, " dnsmasq = { hook = \"/bin/true\"; };\n");
	add_dhcp(sketch);
	text_add(&sketch->out, "};\n");
	if (chance(sketch, 50))
		add_own_build(sketch);
	add_loaders(sketch);
}

/* ---- Profiles and menus ---- */

static void add_profile(struct sketch *sketch, unsigned number)
{
	static const char *const payloads[] = {
		"action = \"disk\";", "action = \"exit\";", "action = \"shell\";", "action = \"reboot\";",
		"kernel = \"linux/vmlinuz\"; initrd = \"linux/initrd.gz\"; args = \"console=ttyS0\";",
		"efi = \"tools/memtest.efi\";", "chain = \"other.ipxe\";", "san = \"iscsi:10.77.0.9::::iqn.lab:disk\";",
	};

	sketch->profile_archs[number] = chance(sketch, 30) ? some_archs(sketch) : (1u << PXEBOOT_ARCH_COUNT) - 1;
	text_addf(&sketch->out, "\tp%u: { %s", number, DICE_PICK(&sketch->dice, payloads));
	if (sketch->profile_archs[number] != (1u << PXEBOOT_ARCH_COUNT) - 1)
		add_archs(sketch, "arch", sketch->profile_archs[number]);
	text_add(&sketch->out, " };\n");
}

static void add_profiles(struct sketch *sketch)
{
	sketch->n_profiles = some(sketch, 1, MAX_ITEMS);
	text_add(&sketch->out, "profiles: {\n");
	for (unsigned i = 0; i < sketch->n_profiles; i++)
		add_profile(sketch, i);
	text_add(&sketch->out, "};\n");
}

/* Who sees it: what is combined here leaves somebody. */
static void add_audience(struct sketch *sketch, unsigned archs)
{
	if (chance(sketch, 25) && archs == (1u << PXEBOOT_ARCH_COUNT) - 1)
		add_archs(sketch, "arch", some_archs(sketch));
	else if (chance(sketch, 15) && archs == (1u << PXEBOOT_ARCH_COUNT) - 1)
		text_addf(&sketch->out, " firmware = \"%s\";", chance(sketch, 50) ? "bios" : "uefi");
	if (sketch->n_hosts > 0 && chance(sketch, 15))
		text_addf(&sketch->out, " hosts = \"h%u\";", dice_below(&sketch->dice, sketch->n_hosts));
	if (sketch->n_groups > 0 && chance(sketch, 15))
		text_addf(&sketch->out, " groups = \"g%u\";", dice_below(&sketch->dice, sketch->n_groups));
}

static void add_entry(struct sketch *sketch, unsigned number, unsigned target)
{
	bool is_menu = target >= sketch->n_profiles;

	if (number > 0)
		text_add(&sketch->out, ",");
	if (number > 0 && chance(sketch, 15))
		text_add(&sketch->out, " { gap = \"Something else\"; },");
	text_addf(&sketch->out, "\n\t\t{ %s = \"%c%u\";", is_menu ? "menu" : "profile", is_menu ? 'm' : 'p',
		  is_menu ? target - sketch->n_profiles : target);
	if (chance(sketch, 30))
		text_addf(&sketch->out, " key = \"%c\";", 'a' + (char)number);
	if (!is_menu && chance(sketch, 10))
		text_add(&sketch->out, " password = \"secret\";");
	add_audience(sketch, is_menu ? (1u << PXEBOOT_ARCH_COUNT) - 1 : sketch->profile_archs[target]);
	text_add(&sketch->out, " }");
}

/* The first entry is the default, where there is one. */
static void add_menu(struct sketch *sketch, unsigned number)
{
	unsigned targets = sketch->n_profiles + sketch->n_menus, n = some(sketch, 1, 5);
	unsigned first = dice_below(&sketch->dice, targets);
	bool timeout = chance(sketch, 50), is_menu = first >= sketch->n_profiles;

	text_addf(&sketch->out, "\tm%u: {%s", number, timeout ? " timeout = 10;" : "");
	if (timeout && chance(sketch, 80))
		text_addf(&sketch->out, " default = \"%c%u\";", is_menu ? 'm' : 'p',
			  is_menu ? first - sketch->n_profiles : first);
	text_add(&sketch->out, " entries = (");
	for (unsigned i = 0; i < n; i++)
		add_entry(sketch, i, i == 0 ? first : dice_below(&sketch->dice, targets));
	text_add(&sketch->out, " ); };\n");
}

static void add_menus(struct sketch *sketch)
{
	if (sketch->n_menus == 0)
		return;
	text_add(&sketch->out, "menus: {\n");
	for (unsigned i = 0; i < sketch->n_menus; i++)
		add_menu(sketch, i);
	text_add(&sketch->out, "};\n");
}

static void add_boot(struct sketch *sketch, const char *key)
{
	unsigned target = dice_below(&sketch->dice, sketch->n_profiles + sketch->n_menus);

	if (target < sketch->n_profiles)
		text_addf(&sketch->out, " %s = \"p%u\";", key, target);
	else
		text_addf(&sketch->out, " %s = \"m%u\";", key, target - sketch->n_profiles);
}

/* ---- Hosts and groups ---- */

/* Two MAC addresses and a UUID of the pool belong to each number, so that no two hosts have one. */
static void add_host(struct sketch *sketch, unsigned number)
{
	static const char *const loaders[] = { "one.efi", "two,2.efi", "hosts/grubx64.efi", "undionly.kpxe" };
	bool mac = chance(sketch, 65), uuid = !mac || chance(sketch, 35);

	text_addf(&sketch->out, "%s\n\t{ name = \"h%u\";", number > 0 ? "," : "", number);
	if (mac)
		text_addf(&sketch->out, " mac = [ \"" POOL_MAC "\"", 2 * number);
	if (mac && chance(sketch, 40))
		text_addf(&sketch->out, ", \"" POOL_MAC "\"", 2 * number + 1);
	text_add(&sketch->out, mac ? " ];" : "");
	if (uuid && chance(sketch, 90))
		text_addf(&sketch->out, " uuid = \"" POOL_UUID "\";", number);
	else if (uuid)
		text_addf(&sketch->out, " serial = \"S%u\";", number);
	if (chance(sketch, 45))
		text_addf(&sketch->out, " loader = \"%s\";", DICE_PICK(&sketch->dice, loaders));
	if (chance(sketch, 70))
		add_boot(sketch, "boot");
	if (chance(sketch, 15))
		add_boot(sketch, "once");
	text_add(&sketch->out, chance(sketch, 10) ? " secure = true;" : "");
	text_add(&sketch->out, " }");
}

static void add_hosts(struct sketch *sketch)
{
	if (sketch->n_hosts == 0)
		return;
	text_add(&sketch->out, "hosts: (");
	for (unsigned i = 0; i < sketch->n_hosts; i++)
		add_host(sketch, i);
	text_add(&sketch->out, " );\n");
}

static void add_mac_prefix(struct sketch *sketch)
{
	text_add(&sketch->out, DICE_PICK(&sketch->dice, pool_mac_prefixes));
}

static void add_vendor_class(struct sketch *sketch)
{
	text_add(&sketch->out, DICE_PICK(&sketch->dice, pool_vendor_classes));
}

static void add_subnet(struct sketch *sketch)
{
	static const char *const subnets[] = { "10.77.0.0/16", "10.78.0.0/16", "10.76.0.0/14", "10.99.0.0/16" };

	text_add(&sketch->out, DICE_PICK(&sketch->dice, subnets));
}

static void add_maker(struct sketch *sketch)
{
	static const char *const makers[] = { "QEMU", "Dell Inc." };

	text_add(&sketch->out, DICE_PICK(&sketch->dice, makers));
}

/* Returns whether DHCP can test them all, so that the group may have a loader. */
static bool add_terms(struct sketch *sketch)
{
	const struct {
		const char *name;
		unsigned percent, most;
		void (*add)(struct sketch *sketch);
		bool dhcp;
	} terms[] = {
		{ "mac", 45, 3, add_mac_prefix, true },
		{ "vendor_class", 25, 2, add_vendor_class, true },
		{ "subnet", 20, 2, add_subnet, sketch->ranges },
		{ "manufacturer", 8, 2, add_maker, false },
		{ "product", 4, 1, add_maker, false },
	};
	size_t before = sketch->out.length;
	bool dhcp = !sketch->one_name;

	for (size_t i = 0; i < ARRAY_SIZE(terms); i++)
		if (chance(sketch, terms[i].percent)) {
			add_list(sketch, terms[i].name, terms[i].most, terms[i].add);
			dhcp &= terms[i].dhcp;
		}
	if (chance(sketch, 20))
		text_addf(&sketch->out, " firmware = \"%s\";", chance(sketch, 50) ? "bios" : "uefi");
	if (chance(sketch, 35) || sketch->out.length == before)
		add_archs(sketch, "arch", some_archs(sketch));
	return dhcp;
}

static void add_group_loader(struct sketch *sketch)
{
	static const char *const loaders[] = { "one.efi", "group.efi", "groups/shimx64.efi", "lpxelinux.0", "own/x64-uefi.efi" };

	text_addf(&sketch->out, " loader = \"%s\";", DICE_PICK(&sketch->dice, loaders));
}

static void add_groups(struct sketch *sketch)
{
	if (sketch->n_groups == 0)
		return;
	text_add(&sketch->out, "groups: (");
	for (unsigned i = 0; i < sketch->n_groups; i++) {
		text_addf(&sketch->out, "%s\n\t{ name = \"g%u\"; match = {", i > 0 ? "," : "", i);
		bool dhcp = add_terms(sketch);

		text_add(&sketch->out, " };");
		add_boot(sketch, "boot");
		if (dhcp && chance(sketch, 40))
			add_group_loader(sketch);
		text_add(&sketch->out, chance(sketch, 10) ? " secure = true; }" : " }");
	}
	text_add(&sketch->out, " );\n");
}

static void add_unknown(struct sketch *sketch)
{
	static const char *const words[] = { "menu", "ignore", "discover" };
	unsigned word = dice_below(&sketch->dice, 6);

	if (word < 3)
		text_addf(&sketch->out, " unknown = \"%s\";", words[word]);
	else
		add_boot(sketch, "unknown");
}

char *random_policy(uint64_t seed, uint64_t index, enum random_policy_size size)
{
	struct sketch sketch = { .out = TEXT_INIT, .small = size == RANDOM_POLICY_SMALL };
	char *bytes;

	dice_start(&sketch.dice, seed, index);
	sketch.n_menus = some(&sketch, 0, 4);
	sketch.n_hosts = some(&sketch, 0, POOL_HOSTS / 2);
	sketch.n_groups = some(&sketch, 0, 6);
	add_server(&sketch);
	add_profiles(&sketch);
	add_menus(&sketch);
	add_hosts(&sketch);
	add_groups(&sketch);
	add_boot(&sketch, "boot");
	if (chance(&sketch, 50))
		add_unknown(&sketch);
	text_add(&sketch.out, "\n");
	if (text_take(&sketch.out, &bytes, NULL) < 0)
		abort();
	return bytes;
}
