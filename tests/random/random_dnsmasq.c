/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random_dnsmasq.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dice.h"
#include "pool.h"

/* More than the file field of a reply takes. */
#define LONG_NAME \
	"long-name/that-holds-more-than-the-field-of-a-bootp-message-can-take/because-somebody/has-nested-his-" \
	"folders/for-no-good-reason-at-all/and-then-some/x.efi"

struct sketch {
	struct dice dice;
	struct text out;
	unsigned next_address;		/* of a dhcp-host: no two have the same */
};

static bool chance(struct sketch *sketch, unsigned percent)
{
	return dice_chance(&sketch->dice, percent);
}

static unsigned below(struct sketch *sketch, unsigned n)
{
	return dice_below(&sketch->dice, n);
}

static void add(struct sketch *sketch, const char *text)
{
	text_add(&sketch->out, text);
}

#define ADD_ONE(sketch, array) add((sketch), DICE_PICK(&(sketch)->dice, array))

/* ---- Words ---- */

static void add_tag(struct sketch *sketch)
{
	static const char *const others[] = { "known", "srv0", "known-othernet", "pxe-menu" };

	if (chance(sketch, 95))
		text_add_char(&sketch->out, (char)('a' + below(sketch, 7)));
	else
		ADD_ONE(sketch, others);
}

static void add_set(struct sketch *sketch)
{
	add(sketch, chance(sketch, 95) ? "set:" : "");
	add_tag(sketch);
	add(sketch, ",");
}

/* "tag:a,tag:!b,": up to @most. */
static void add_needs(struct sketch *sketch, unsigned most)
{
	static const char *const prefixes[] = { "tag:", "tag:", "tag:", "tag:!", "tag:!", "net:", "tag:#" };

	for (unsigned n = below(sketch, most + 1); n > 0; n--) {
		add(sketch, prefixes[below(sketch, chance(sketch, 95) ? 5 : ARRAY_SIZE(prefixes))]);
		add_tag(sketch);
		add(sketch, ",");
	}
}

static void add_file(struct sketch *sketch)
{
	static const char *const files[] = {
		"undionly.kpxe", "snponly.efi", "boot.ipxe", "http://10.77.0.1/boot.ipxe", "pxelinux", "grub/x64.efi",
		"\"a, b.efi\"", "menu\\ttab", "ipxe.efi", "arm64.efi", LONG_NAME,
	};

	ADD_ONE(sketch, files);
}

static void add_server(struct sketch *sketch)
{
	static const char *const servers[] = { "10.77.0.1", "10.77.0.9", "10.78.0.9", "0.0.0.0" };

	ADD_ONE(sketch, servers);
}

/* ---- Lines that set tags ---- */

/* Nothing that a REQUEST alone has: a range that it shuts would be offered and then refused. */
static void add_match(struct sketch *sketch)
{
	static const char *const values[] = {
		"93,0", "93,6", "93,7", "93,9", "93,11", "93,16", "93,00:07", "93,0:0", "93,*:*", "93,7,9", "93",
		"option:client-arch,7", "option:client-arch,0", "option:client-arch,11", "option:client-machine-id",
		"60,PXEClient", "60,HTTPClient", "60,PXEClient:Arch:00007", "60,\"MSFT 5.0\"", "60", "60,50:58:45",
		"60,50:*:45:43", "60,Arch", "option:vendor-class,PXEClient:Arch:00000", "option:user-class,iPXE",
		"77,iPXE", "77,69:50:58:45", "77,*:69:50:58:45", "77", "77,\"iPXE-pxeboot\"", "175", "175,177:5:1",
		"175,b1:05", "97", "97,00:33:22:11", "97,*:33",
		"97,00:33:22:11:00:55:44:77:66:88:99:aa:bb:cc:dd:ee:01", "61,01:52:54", "61", "55,67", "57,02:40",
		"12,pc*", "12,pc1", "12", "82", "94", "66,1.2.3.4", "option:hostname,pc1",
		/* What is refused, or not modelled. */
		"vi-encap:343,1", "vendor:PXEClient,1", "encap:175,19", "93,seven", "300,1", "option:nothing",
	};

	add(sketch, "dhcp-match=");
	add_set(sketch);
	add(sketch, values[below(sketch, chance(sketch, 97) ? ARRAY_SIZE(values) - 6 : ARRAY_SIZE(values))]);
}

static void add_class(struct sketch *sketch)
{
	static const char *const classes[] = {
		"vendorclass=%PXEClient", "vendorclass=%HTTPClient", "vendorclass=%PXEClient:Arch:00007",
		"vendorclass=%Arch:00000", "vendorclass=%MSFT", "vendorclass=%\"Cisco \\\"AP\\\", c1700\"",
		"vendorclass=%UNDI:003016", "userclass=%iPXE", "userclass=%iPXE-pxeboot", "userclass=%os",
		"userclass=%PXE", "userclass=%\\004iPXE", "circuitid=%port", "circuitid=%70:6f:72:74",
		"remoteid=%sw", "remoteid=%73:77", "remoteid=%other", "subscrid=%nobody",
		"vendorclass=%enterprise:343,PXEClient", "vendorclass=%",
	};
	const char *class = DICE_PICK(&sketch->dice, classes), *at = strchr(class, '%');

	add(sketch, "dhcp-");
	text_add_bytes(&sketch->out, class, (size_t)(at - class));
	add_set(sketch);
	add(sketch, at + 1);
}

static void add_mac(struct sketch *sketch)
{
	static const char *const macs[] = {
		"52:54:01:*:*:*", "52:54:01:02:*:*", "52:*:*:*:*:*", "52:54:00:11:00:*", "52:54:00:11:*:01",
		"b8:27:eb:*:*:*", "dc:a6:32:*:*:*", "01-52:54:00:11:*:*", "06-52:54:00:11:*:*", "*:*:*:*:*:*",
		"52:54:01:*", "2c-cf-67-*-*-*",
	};

	add(sketch, "dhcp-mac=");
	add_set(sketch);
	if (chance(sketch, 50))
		text_addf(&sketch->out, POOL_MAC, below(sketch, POOL_HOSTS));
	else
		ADD_ONE(sketch, macs);
}

static void add_name_match(struct sketch *sketch)
{
	static const char *const names[] = { "pc1", "pc*", "PC2", "boot" };

	add(sketch, "dhcp-name-match=");
	add_set(sketch);
	ADD_ONE(sketch, names);
}

static void add_tag_if(struct sketch *sketch)
{
	static const char *const needs[] = { "tag:", "tag:", "tag:!" };

	add(sketch, "tag-if=");
	for (unsigned n = 1 + below(sketch, 2); n > 0; n--) {
		add(sketch, "set:");
		add_tag(sketch);
		add(sketch, n > 1 ? "," : "");
	}
	for (unsigned n = below(sketch, 4); n > 0; n--) {
		add(sketch, ",");
		ADD_ONE(sketch, needs);
		add_tag(sketch);
		add(sketch, chance(sketch, 2) ? "*" : "");
	}
}

/* An address only where no second client can be this host: it would have to go without. */
static void add_host_words(struct sketch *sketch)
{
	static const char *const stars[] = {
		"52:54:01:*:*:*", "52:54:00:11:00:*", "52:54:00:11:*:*", "02:00:*:*:*:*",
	};
	static const char *const odd[] = {
		"id:01:52:54:00:11:00:01", "id:*", "pc1", "pc2.lab", "id:text", "ignore", "12h",
	};
	bool plain = chance(sketch, 60);

	if (plain || chance(sketch, 50))
		text_addf(&sketch->out, POOL_MAC, below(sketch, POOL_HOSTS));
	else
		ADD_ONE(sketch, stars);
	if (!plain && chance(sketch, 25))
		text_addf(&sketch->out, "," POOL_MAC, below(sketch, POOL_HOSTS));
	if (!plain && chance(sketch, 50)) {
		add(sketch, ",");
		ADD_ONE(sketch, odd);
	}
	for (unsigned n = below(sketch, 3); n > 0; n--) {
		add(sketch, ",set:");
		add_tag(sketch);
	}
	if (!plain && chance(sketch, 20)) {
		add(sketch, ",tag:");
		add_tag(sketch);
	}
	if (plain && chance(sketch, 30))
		text_addf(&sketch->out, ",10.%u.3.%u", chance(sketch, 80) ? 77 : 78, ++sketch->next_address);
	else if (plain && chance(sketch, 10))
		add(sketch, ",ignore");
}

static void add_host(struct sketch *sketch)
{
	add(sketch, "dhcp-host=");
	add_host_words(sketch);
}

/* ---- Lines that give something ---- */

static void add_boot(struct sketch *sketch)
{
	static const char *const names[] = { "server", "\"a server\"", "" };

	add(sketch, "dhcp-boot=");
	add_needs(sketch, 3);
	if (chance(sketch, 97))
		add_file(sketch);
	if (chance(sketch, 50))
		return;
	add(sketch, ",");
	ADD_ONE(sketch, names);
	if (chance(sketch, 30))
		return;
	add(sketch, ",");
	add_server(sketch);
}

static void add_service(struct sketch *sketch)
{
	static const char *const archs[] = {
		"x86PC", "X86-64_EFI", "x86-64_EFI", "IA32_EFI", "BC_EFI", "ARM64_EFI", "0", "7", "16", "11",
	};
	static const char *const labels[] = { "Boot", "\"Boot, from here\"", "\"Local\"" };

	add(sketch, "pxe-service=");
	add_needs(sketch, 2);
	ADD_ONE(sketch, archs);
	add(sketch, ",");
	ADD_ONE(sketch, labels);
	if (chance(sketch, 15))
		add(sketch, chance(sketch, 50) ? ",0" : ",7");
	else if (chance(sketch, 90)) {
		add(sketch, ",");
		add_file(sketch);
	}
	if (sketch->out.bytes[sketch->out.length - 1] == 'l' || chance(sketch, 60))
		return;
	add(sketch, ",");
	add_server(sketch);
}

static void add_prompt(struct sketch *sketch)
{
	add(sketch, "pxe-prompt=");
	add_needs(sketch, 1);
	add(sketch, chance(sketch, 50) ? "\"Press F8\",0" : "\"Press F8\",10");
}

static void add_option_words(struct sketch *sketch)
{
	static const char *const options[] = {
		"60,HTTPClient", "60,PXEClient", "option:vendor-class,HTTPClient", "66,10.77.0.9", "66,\"boot.lab\"",
		"option:tftp-server,10.77.0.9", "67,\"opt.efi\"", "option:bootfile-name,opt.ipxe", "67,07",
		"150,10.77.0.9", "option:tftp-server-address,0.0.0.0", "150,10.77.0.8,10.77.0.9", "43,01:02:03",
		"43,\"text\"", "vendor:PXEClient,6,2b", "vendor:PXEClient,1,0.0.0.0", "vendor:MSFT,2,1i",
		"vendor:,1,07", "3", "6,10.77.0.1", "175,b0:01:01", "encap:175,176,1b", "vi-encap:343,1,07",
		"17,\"/root\"", "224,1b", "60", "option:nothing,1",
	};

	add_needs(sketch, 2);
	add(sketch, options[below(sketch, chance(sketch, 99) ? ARRAY_SIZE(options) - 1 : ARRAY_SIZE(options))]);
}

static void add_option(struct sketch *sketch)
{
	add(sketch, chance(sketch, 75) ? "dhcp-option=" : "dhcp-option-force=");
	add_option_words(sketch);
}

static void add_ignore(struct sketch *sketch)
{
	add(sketch, "dhcp-ignore=tag:!spared,");
	add(sketch, chance(sketch, 50) ? "tag:" : chance(sketch, 80) ? "tag:!" : "#");
	add_tag(sketch);
}

static void add_vendors(struct sketch *sketch)
{
	static const char *const vendors[] = { 
		"PXEClient,HTTPClient", "HTTPClient,PXEClient", "PXEClient", "PXE", "\"MSFT 5.0\",PXEClient",
	};

	add(sketch, "dhcp-pxe-vendor=");
	ADD_ONE(sketch, vendors);
}

static void add_flag(struct sketch *sketch)
{
	static const char *const flags[] = {
		"dhcp-no-override", "dhcp-ignore-clid", "dhcp-no-override", "enable-tftp",
	};

	ADD_ONE(sketch, flags);
}

/* ---- The whole ---- */

/* The last one is for everybody. */
static void add_ranges(struct sketch *sketch)
{
	static const char *const ranges[] = {
		"10.77.1.0,10.77.99.254,255.255.0.0,1h", "10.77.100.0,10.77.199.254,1h", "10.77.0.0,static",
		"10.78.1.0,10.78.99.254,255.255.0.0", "10.78.100.0,10.78.199.254,255.255.0.0,infinite",
		"10.77.0.0,proxy", "10.77.210.0,10.77.219.254,255.255.0.0,10.77.255.255,1h",
		"10.78.0.0,proxy,255.255.0.0",
	};
	static const char *const last[] = {
		"10.77.220.0,10.77.240.254,255.255.0.0,1h", "10.77.0.0,proxy", "10.77.220.0,10.77.240.254,1h",
		"10.77.0.0,proxy,255.255.0.0",
	};

	for (unsigned n = below(sketch, 3); n > 0; n--) {
		add(sketch, "dhcp-range=");
		add_needs(sketch, 1);
		if (chance(sketch, 40))
			add_set(sketch);
		ADD_ONE(sketch, ranges);
		add(sketch, "\n");
	}
	add(sketch, "dhcp-range=");
	if (chance(sketch, 20))
		add_set(sketch);
	ADD_ONE(sketch, last);
	add(sketch, "\n");
}

/* Without a line for PXE a proxy says nothing to anybody, which is soon told. */
static void add_pxe(struct sketch *sketch)
{
	if (strstr(sketch->out.bytes, "proxy") == NULL || strstr(sketch->out.bytes, "pxe-service") != NULL ||
	    chance(sketch, 2))
		return;
	add_service(sketch);
	add(sketch, "\n");
}

static const struct {
	unsigned weight;
	void (*add)(struct sketch *sketch);
} kinds[] = {
	{ 20, add_match }, { 10, add_class }, { 6, add_mac }, { 3, add_name_match }, { 12, add_tag_if },
	{ 7, add_host }, { 22, add_boot }, { 7, add_service }, { 2, add_prompt }, { 12, add_option },
	{ 3, add_ignore }, { 1, add_vendors }, { 2, add_flag },
};

static void add_line(struct sketch *sketch)
{
	unsigned total = 0, at;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		total += kinds[i].weight;
	at = below(sketch, total);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); at -= kinds[i++].weight)
		if (at < kinds[i].weight) {
			kinds[i].add(sketch);
			break;
		}
	add(sketch, "\n");
}

static char *take(struct sketch *sketch)
{
	char *bytes;

	if (text_take(&sketch->out, &bytes, NULL) < 0)
		abort();
	return bytes;
}

/* A file that the configuration includes; NULL where it does not. */
static char *take_bank(struct sketch *sketch, void (*add_words)(struct sketch *sketch))
{
	if (!chance(sketch, 15))
		return NULL;
	for (unsigned n = 1 + below(sketch, 4); n > 0; n--) {
		add_words(sketch);
		add(sketch, "\n");
	}
	return take(sketch);
}

void random_dnsmasq(uint64_t seed, uint64_t index, const char *directory, struct random_dnsmasq *ret)
{
	struct sketch sketch = { .out = TEXT_INIT };

	dice_start(&sketch.dice, seed, index);
	ret->hosts = take_bank(&sketch, add_host_words);
	ret->options = take_bank(&sketch, add_option_words);
	add(&sketch, "dhcp-mac=set:spared," RANDOM_DNSMASQ_SPARED "\n");
	if (ret->hosts != NULL)
		text_addf(&sketch.out, "dhcp-hostsfile=%s/hosts\n", directory);
	if (ret->options != NULL)
		text_addf(&sketch.out, "dhcp-optsfile=%s/options\n", directory);
	if (chance(&sketch, 50))
		add_ranges(&sketch);
	for (unsigned n = 3 + below(&sketch, 30); n > 0; n--)
		add_line(&sketch);
	if (strstr(sketch.out.bytes, "dhcp-range=") == NULL)
		add_ranges(&sketch);
	add_pxe(&sketch);
	ret->configuration = take(&sketch);
}

void random_dnsmasq_free(struct random_dnsmasq *random)
{
	free(random->configuration);
	free(random->hosts);
	free(random->options);
}
