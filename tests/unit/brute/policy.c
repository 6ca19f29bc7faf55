/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/text.h"
#include "brute.h"
#include "dice.h"

#define MAX_ITEMS 5

/* One policy that is being written; each thing that a finding can point at has a line of its own. */
struct sketch {
	struct dice dice;
	struct text out;
	bool ranges, one_name;
	unsigned n_profiles, n_menus, n_hosts, n_groups;
	unsigned profile_archs[MAX_ITEMS];	/* does it name any? */
	unsigned defaults[MAX_ITEMS][MAX_ITEMS], n_defaults[MAX_ITEMS];	/* items that each menu has entries for */
};

static bool chance(struct sketch *sketch, unsigned percent)
{
	return dice_chance(&sketch->dice, percent);
}

static const char *pick(struct sketch *sketch, const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return words[dice_below(&sketch->dice, n)];
}

/* Up to @most words, one of them possibly twice. */
static void add_words(struct sketch *sketch, const char *key, unsigned most, const char *const *words)
{
	unsigned n = 1 + dice_below(&sketch->dice, most);

	text_addf(&sketch->out, " %s = [ ", key);
	for (unsigned i = 0; i < n; i++)
		text_addf(&sketch->out, "%s\"%s\"", i ? ", " : "", pick(sketch, words));
	text_add(&sketch->out, " ];");
}

static const char *const archs[] = { "bios", "x64-uefi", "arm64-uefi", "ia32-uefi", "bios", "x64-uefi", "riscv64-uefi", NULL };
static const char *const firmwares[] = { "bios", "uefi", NULL };

/* Right ones, wrong ones, and those that no name tells anything of. */
static const char *const loaders[] = {
	"snponly.efi", "ipxe.efi", "undionly.kpxe", "ipxe-arm64.efi", "i386/ipxe.efi", "grubx64.efi", "pxelinux.0",
	"boot.ipxe", "netboot.xyz.efi", "loader", "syslinux.efi", NULL,
};

/* ---- The server ---- */

/* For all architectures, for some, or by its files, each of which is there once. */
static void add_own_build(struct sketch *sketch)
{
	static const char *const files[] = { "snponly.efi", "undionly.kpxe", "ipxe-arm64.efi", "i386/ipxe.efi" };
	static const char *const names[] = { "x64-uefi", "bios", "arm64-uefi", "ia32-uefi" };
	unsigned way = dice_below(&sketch->dice, 3), first = dice_below(&sketch->dice, ARRAY_SIZE(files));

	if (way == 0) {
		text_add(&sketch->out, "ipxe = { user_class = \"" BRUTE_USER_CLASS "\"; };\n");
		return;
	}
	text_add(&sketch->out, "ipxe = { build = { user_class = \"" BRUTE_USER_CLASS "\";");
	if (way == 1)
		add_words(sketch, "arch", 3, archs);
	else
		text_addf(&sketch->out, " files = ( { arch = \"%s\"; file = \"%s\"; }, { arch = \"%s\"; file = \"%s\"; } );",
			  names[first], files[chance(sketch, 70) ? first : (first + 2) % ARRAY_SIZE(files)],
			  names[(first + 1) % ARRAY_SIZE(names)], files[(first + 1) % ARRAY_SIZE(files)]);
	text_add(&sketch->out, " }; };\n");
}

/* Each range lies wholly inside or outside of each subnet. */
static void add_server(struct sketch *sketch)
{
	text_add(&sketch->out, "server: { address = \"10.77.0.1\"; root = \"/srv\"; tftp = \"tftp-hpa\";");
	if (chance(sketch, 50))
		text_add(&sketch->out, " http = \"" BRUTE_HTTP "\";");
	if (sketch->ranges)
		text_add(&sketch->out, " dhcp = { range = [ \"10.77.4.2,10.77.4.100\", \"10.77.4.140,10.77.4.200\", "
			 "\"10.77.9.2,10.77.9.200\", \"10.88.0.2,10.88.0.200\" ]; };");
	if (chance(sketch, 30))
		add_words(sketch, "serve", 3, archs);
	sketch->one_name = chance(sketch, 15);
	if (sketch->one_name)
		text_add(&sketch->out, "\none_name = \"netboot.0\";");
	text_add(&sketch->out, " };\n");
	if (chance(sketch, 60))
		add_own_build(sketch);
}

static void add_loaders(struct sketch *sketch)
{
	static const char *const names[] = { "bios", "x64-uefi", "arm64-uefi", "ia32-uefi" };

	text_add(&sketch->out, "loaders: {\n");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (chance(sketch, 20))
			text_addf(&sketch->out, "%s = \"%s\";\n", names[i], pick(sketch, loaders));
	text_add(&sketch->out, "};\n");
}

/* ---- Profiles and menus ---- */

static void add_chain(struct sketch *sketch)
{
	static const char *const targets[] = {
		"boot.ipxe", "autoexec.ipxe", "menus/m0.ipxe", "menus/m1.ipxe", "profiles/p0.ipxe", "profiles/p1.ipxe",
		"menus/p0.ipxe", "profiles/m0.ipxe", "menus/none.ipxe", BRUTE_HTTP "/boot.ipxe", BRUTE_HTTP "/menus/m0.ipxe?a=b",
		"tftp://10.77.0.1/boot.ipxe", "tftp://10.77.0.2/boot.ipxe", "http://other.lab/boot.ipxe", "boot.ipxe?a",
		"snponly.efi", "undionly.kpxe", "ipxe.efi", "grubx64.efi", "loader", BRUTE_HTTP "/snponly.efi", NULL,
	};
	static const char *const kinds[] = { "chain", "chain", "chain", "efi", "kernel", NULL };
	const char *target = pick(sketch, targets), *kind = pick(sketch, kinds);

	/* Only what chains may have a question behind its name. */
	text_addf(&sketch->out, "%s = \"%s\";", strchr(target, '?') ? "chain" : kind, target);
}

static void add_profiles(struct sketch *sketch)
{
	text_add(&sketch->out, "profiles: {\n");
	for (unsigned i = 0; i < sketch->n_profiles; i++) {
		text_addf(&sketch->out, "p%u: { ", i);
		if (chance(sketch, 50))
			add_chain(sketch);
		else
			text_add(&sketch->out, "action = \"disk\";");
		sketch->profile_archs[i] = chance(sketch, 20);
		if (sketch->profile_archs[i])
			add_words(sketch, "arch", 2, archs);
		text_add(&sketch->out, " };\n");
	}
	text_add(&sketch->out, "};\n");
}

static void add_item(struct sketch *sketch, const char *key, unsigned item)
{
	bool menu = item >= sketch->n_profiles;

	text_addf(&sketch->out, " %s = \"%c%u\";", key, menu ? 'm' : 'p', menu ? item - sketch->n_profiles : item);
}

static unsigned some_item(struct sketch *sketch)
{
	unsigned menus = sketch->n_menus;

	if (menus && chance(sketch, 60))
		return sketch->n_profiles + dice_below(&sketch->dice, menus);
	return dice_below(&sketch->dice, sketch->n_profiles);
}

static void add_audience(struct sketch *sketch, unsigned item)
{
	bool free = item >= sketch->n_profiles || !sketch->profile_archs[item];

	if (free && chance(sketch, 25))
		add_words(sketch, "arch", 2, archs);
	else if (free && chance(sketch, 15))
		add_words(sketch, "firmware", 1, firmwares);
	if (sketch->n_hosts && chance(sketch, 15))
		text_addf(&sketch->out, " hosts = \"h%u\";", dice_below(&sketch->dice, sketch->n_hosts));
	if (sketch->n_groups && chance(sketch, 20))
		text_addf(&sketch->out, " groups = \"g%u\";", dice_below(&sketch->dice, sketch->n_groups));
}

/* Labels tell the entries apart on the screen. */
static void add_entry(struct sketch *sketch, unsigned menu, unsigned number)
{
	unsigned item = number && chance(sketch, 15) ? sketch->defaults[menu][0] : some_item(sketch);

	sketch->defaults[menu][number] = item;
	text_add(&sketch->out, number ? ",\n{" : "\n{");
	add_item(sketch, item >= sketch->n_profiles ? "menu" : "profile", item);
	text_addf(&sketch->out, " label = \"%u\";", number);
	if (chance(sketch, 10))
		text_add(&sketch->out, " password = \"x\";");
	add_audience(sketch, item);
	text_add(&sketch->out, " }");
}

static void add_menu(struct sketch *sketch, unsigned menu)
{
	unsigned n = 1 + dice_below(&sketch->dice, MAX_ITEMS - 1);

	text_addf(&sketch->out, "m%u: { entries = (", menu);
	for (unsigned i = 0; i < n; i++)
		add_entry(sketch, menu, i);
	sketch->n_defaults[menu] = n;
	text_add(&sketch->out, " );");
	if (chance(sketch, 60))
		add_item(sketch, chance(sketch, 20) ? "hidden = true; timeout = 5; default" : "timeout = 5; default",
			 sketch->defaults[menu][dice_below(&sketch->dice, n)]);
	else if (chance(sketch, 30))
		text_add(&sketch->out, " timeout = 5;");
	text_add(&sketch->out, " };\n");
}

static void add_menus(struct sketch *sketch)
{
	text_add(&sketch->out, "menus: {\n");
	for (unsigned i = 0; i < sketch->n_menus; i++)
		add_menu(sketch, i);
	text_add(&sketch->out, "};\n");
}

/* ---- Hosts and groups ---- */

static void add_host(struct sketch *sketch, unsigned number)
{
	static const char *const names[BRUTE_HOSTS] = {
		"mac = [ \"52:54:00:12:34:56\", \"52:54:00:12:34:57\" ]; uuid = \"" BRUTE_UUID_0 "\";",
		"mac = \"52:54:01:00:00:05\";",
		"uuid = \"" BRUTE_UUID_1 "\"; serial = \"S1\";",
		"mac = \"b8:27:eb:00:00:07\"; serial = \"S2\";",
	};
	unsigned boot = sketch->n_menus && chance(sketch, 40) ? sketch->n_profiles : some_item(sketch);
	unsigned menu = boot - sketch->n_profiles;

	text_addf(&sketch->out, "%s{ name = \"h%u\"; %s", number ? ",\n" : "\n", number, names[number]);
	if (chance(sketch, 30))
		text_addf(&sketch->out, " loader = \"%s\";", pick(sketch, loaders));
	add_item(sketch, "boot", boot);
	if (boot >= sketch->n_profiles && chance(sketch, 40))
		add_item(sketch, "default", sketch->defaults[menu][dice_below(&sketch->dice, sketch->n_defaults[menu])]);
	if (boot >= sketch->n_profiles && chance(sketch, 40))
		text_addf(&sketch->out, " timeout = %u;", dice_below(&sketch->dice, 2));
	text_add(&sketch->out, " }");
}

static void add_hosts(struct sketch *sketch)
{
	text_add(&sketch->out, "hosts: (");
	for (unsigned i = 0; i < sketch->n_hosts; i++)
		add_host(sketch, i);
	text_add(&sketch->out, " );\n");
}

/* What mixes with what can be tested: terms of the scripts', or terms of DHCP's, or now and then both.  Returns whether DHCP
 * can test them all, so that the group may have a loader. */
static bool add_terms(struct sketch *sketch)
{
	static const char *const prefixes[] = {
		"52:54", "52:54:00", "52:54:00:12", "52:54:00:12:34", "52:54:00:12:34:56", "52:54:00:12:34:58", "52:54:01", "b8:27",
		"b8:27:eb", "dc:a6:32", NULL,
	};
	static const char *const subnets[] = { "10.77.0.0/16", "10.77.4.0/24", "10.77.4.0/24", "10.77.4.0/25", "10.77.4.128/25", "10.88.0.0/16",
		NULL };
	static const char *const classes[] = {
		"PXEClient", "PXEClient:Arch:0000", "PXEClient:Arch:00007", "PXEClient:Arch:00000:UNDI:002001", "HTTPClient",
		"PXEClient:Arch:00011:UNDI:003016", "PXEClient:Arch:00007:UNDI:003", "MSFT", NULL,
	};
	static const char *const makers[] = { "QEMU", "Lab", "QEM", NULL };
	static const char *const products[] = { "KVM", "R1", NULL };
	size_t before = sketch->out.length;
	bool script = chance(sketch, 50);

	if (!script && chance(sketch, 55))
		add_words(sketch, "mac", 3, prefixes);
	if (!script && sketch->ranges && chance(sketch, 50))
		add_words(sketch, "subnet", 3, subnets);
	if (!script && chance(sketch, 30))
		add_words(sketch, "vendor_class", 2, classes);
	size_t known = sketch->out.length;

	if (chance(sketch, script ? 50 : 2))
		add_words(sketch, "manufacturer", 2, makers);
	if (chance(sketch, script ? 50 : 2))
		add_words(sketch, "product", 2, products);
	bool dhcp = sketch->out.length == known;

	if (chance(sketch, 20))
		add_words(sketch, "firmware", 1, firmwares);
	if (chance(sketch, 40) || sketch->out.length == before)
		add_words(sketch, "arch", 4, archs);
	/* Here no firmware says one thing in option 93 and another in its vendor class, and no MAC address is everywhere; to
	 * the proof each may. */
	const char *terms = sketch->out.bytes + before;

	return dhcp && !strstr(terms, ":Arch:") && !strstr(terms, "HTTPClient") && !strstr(terms, "MSFT") &&
	       !(strstr(terms, "mac") && strstr(terms, "subnet"));
}

static void add_groups(struct sketch *sketch)
{
	text_add(&sketch->out, "groups: (");
	for (unsigned i = 0; i < sketch->n_groups; i++) {
		text_addf(&sketch->out, "%s{ name = \"g%u\"; match = {", i ? ",\n" : "\n", i);
		bool dhcp = add_terms(sketch);

		text_add(&sketch->out, " };");
		if (dhcp && !sketch->one_name && chance(sketch, 25))
			text_addf(&sketch->out, " loader = \"%s\";", pick(sketch, loaders));
		add_item(sketch, "boot", some_item(sketch));
		text_add(&sketch->out, " }");
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
		add_item(sketch, "unknown", some_item(sketch));
}

char *brute_policy(uint64_t seed, uint64_t index)
{
	struct sketch sketch = { .out = TEXT_INIT };
	char *bytes;

	dice_start(&sketch.dice, seed, index);
	sketch.ranges = chance(&sketch, 60);
	sketch.n_profiles = 1 + dice_below(&sketch.dice, 4);
	sketch.n_menus = dice_below(&sketch.dice, 4);
	sketch.n_hosts = chance(&sketch, 50) ? dice_below(&sketch.dice, BRUTE_HOSTS + 1) : 0;
	sketch.n_groups = dice_below(&sketch.dice, 5);
	add_server(&sketch);
	add_loaders(&sketch);
	add_profiles(&sketch);
	add_menus(&sketch);
	add_hosts(&sketch);
	add_groups(&sketch);
	add_item(&sketch, "boot", some_item(&sketch));
	if (chance(&sketch, 50))
		add_unknown(&sketch);
	text_add(&sketch.out, "\n");
	if (text_take(&sketch.out, &bytes, NULL) < 0)
		abort();
	return bytes;
}
