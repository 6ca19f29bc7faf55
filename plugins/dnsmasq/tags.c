/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tags that say who asks: iPXE, the own build, and the architecture that decide() would choose.
 *
 * A client may list several.  Where only the boot files differ by architecture the order of their lines chooses; else
 * tag-if lines do, so that it has the tag of the best one only: dnsmasq runs them in order, each sees what earlier ones
 * have set, and says "unless one is chosen already".
 *
 * dnsmasq runs all of them, four or five times for each packet.  It looks at a line's conditions from the last to the
 * first, and for each through the client's tags, the youngest first: those of later tag-if lines, in a line those of the
 * first set, then those of matches from the first line to the last.  So what most clients fail stands last, and is young
 * where it ends a line: chosen is the first set of its line and option 93 the first match.
 */
#include <stdio.h>
#include <string.h>

#include "base/macro.h"
#include "dnsmasq.h"

static void write_class(struct dnsmasq_writer *writer, const char *tag, const char *begins)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;

	dnsmasq_add_hex(&hex, begins, strlen(begins));
	dnsmasq_line(writer, "dhcp-match=set:%s,77,%s", tag, text_string(&hex));
	dnsmasq_line(writer, "dhcp-match=set:%s,77,*:%s", tag, text_string(&hex));
}

static void write_ipxe(struct dnsmasq_writer *writer)
{
	dnsmasq_heading(writer, "iPXE: the user class begins so, bare or after a length byte; or it sends option 175.");
	write_class(writer, "pxeboot-ipxe", "iPXE");
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-ipxe,175");
	if (writer->user_class != NULL) {
		dnsmasq_heading(writer, "Our own build of it.");
		write_class(writer, "pxeboot-own", writer->user_class);
	}
}

static bool any_replaced(const struct dnsmasq_writer *writer)
{
	for (size_t i = 0; i < writer->n_pairs; i++)
		if (writer->pairs[i].replaces)
			return true;
	return false;
}

bool dnsmasq_must_choose(const struct dnsmasq_writer *writer)
{
	return writer->one_name != NULL || writer->proxy != NULL || writer->raspberry_pi || writer->loaders.n > 0 ||
	       any_replaced(writer) || dnsmasq_groups_ask(writer, "arch") || dnsmasq_groups_ask(writer, "firmware");
}

const char *dnsmasq_said(const struct dnsmasq_writer *writer)
{
	return writer->chooses ? "has-" : "";
}

void dnsmasq_add_pair(const struct dnsmasq_writer *writer, const struct boot_pair *pairs, size_t index, struct text *tags)
{
	char name[BOOT_PAIR_NAME];

	for (size_t i = 0; i < index && !writer->chooses && pairs[index].http; i++)
		if (!pairs[i].http) {
			boot_pair_name(&pairs[i], name);
			text_addf(tags, "tag:!pxeboot-%s,", name);
		}
	boot_pair_name(&pairs[index], name);
	text_addf(tags, "tag:pxeboot-%s", name);
}

void dnsmasq_each_code(struct dnsmasq_writer *writer, const struct boot_pair *pair,
		       void (*write)(struct dnsmasq_writer *, const struct boot_pair *, unsigned))
{
	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++)
		if (boot_pair_has(pair, code))
			write(writer, pair, code);
}

static void write_number(struct dnsmasq_writer *writer, const struct boot_pair *pair, unsigned code)
{
	char name[BOOT_PAIR_NAME];

	boot_pair_name(pair, name);
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-%s%s,93,%u", dnsmasq_said(writer), name, code);
}

static void write_digits(struct dnsmasq_writer *writer, const struct boot_pair *pair, unsigned code)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;
	char name[BOOT_PAIR_NAME], begins[32];

	boot_pair_name(pair, name);
	snprintf(begins, sizeof(begins), "%s:Arch:%05u", pair->http ? "HTTPClient" : "PXEClient", code);
	dnsmasq_add_hex(&hex, begins, strlen(begins));
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-says-%s,60,%s", name, text_string(&hex));
}

/* What else is true of the pair, where somebody asks. */
static void add_facts(const struct dnsmasq_writer *writer, const struct boot_pair *pair, struct text *sets)
{
	const struct pxeboot_arch_info *arch = pxeboot_arch_get(pair->arch);

	if (pair->http && writer->loaders.n > 0)
		text_add(sets, ",set:pxeboot-http");
	if (dnsmasq_groups_ask(writer, "arch"))
		text_addf(sets, ",set:pxeboot-any-%s", arch->name);
	if (dnsmasq_groups_ask(writer, "firmware"))
		text_addf(sets, ",set:%s", dnsmasq_firmware_tag(arch->uefi));
}

void dnsmasq_write_choice(struct dnsmasq_writer *writer, const struct boot_pair *pairs, size_t n, const char *only)
{
	char name[BOOT_PAIR_NAME];

	for (size_t i = 0; i < n; i++) {
		CLEANUP_TEXT struct text more = TEXT_INIT;

		add_facts(writer, &pairs[i], &more);
		boot_pair_name(&pairs[i], name);
		dnsmasq_line(writer, "tag-if=set:pxeboot-chosen,set:pxeboot-%s%s%s,tag:pxeboot-has-%s,tag:!pxeboot-chosen",
			     name, text_string(&more), only, name);
	}
}

static void write_architectures(struct dnsmasq_writer *writer)
{
	char name[BOOT_PAIR_NAME];

	dnsmasq_heading(writer, "The numbers of option 93; without it, what option 60 says (PXEClient:Arch:00007).");
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-93,93");
	for (size_t i = 0; i < writer->n_pairs; i++)
		dnsmasq_each_code(writer, &writer->pairs[i], write_number);
	for (size_t i = 0; i < writer->n_pairs; i++)
		dnsmasq_each_code(writer, &writer->pairs[i], write_digits);
	if (!writer->chooses)
		return;
	for (size_t i = 0; i < writer->n_pairs; i++) {
		boot_pair_name(&writer->pairs[i], name);
		dnsmasq_line(writer, "tag-if=set:pxeboot-has-%s,tag:pxeboot-says-%s,tag:!pxeboot-93", name, name);
	}
	dnsmasq_heading(writer, "Of several the first in this order.");
	dnsmasq_write_choice(writer, writer->pairs, writer->n_pairs,
			     dnsmasq_chooses_otherwise6(writer) ? ",tag:!dhcpv6" : "");
}

/* A client that has any number in option 93, known or not, or one that means something in option 60: it boots from the
 * network.  Lines for loaders of some machines say whom they are not for, so that nobody takes them for a word about all
 * machines of an architecture. */
static void write_asks(struct dnsmasq_writer *writer)
{
	dnsmasq_heading(writer, "Whoever names no architecture, or does not ask over HTTP.");
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-asks,93,*:*");
	dnsmasq_line(writer, "tag-if=set:pxeboot-asks,tag:pxeboot-chosen");
	dnsmasq_line(writer, "tag-if=set:pxeboot-silent,tag:!pxeboot-asks");
	dnsmasq_line(writer, "tag-if=set:pxeboot-tftp,tag:!pxeboot-http");
}

static void write_raspberry(struct dnsmasq_writer *writer)
{
	const char *prefix;

	if (pxeboot_policy_loader(writer->policy, PXEBOOT_ARCH_BIOS) == NULL && !writer->raspberry_pi)
		return;
	dnsmasq_heading(writer, "A Raspberry Pi's boot ROM claims to be BIOS and isn't.");
	for (size_t i = 0; (prefix = pxeboot_rpi_prefix(i)) != NULL; i++)
		dnsmasq_line(writer, "dhcp-mac=set:pxeboot-rpi,%s:*:*:*", prefix);
}

void dnsmasq_write_client_tags(struct dnsmasq_writer *writer)
{
	write_architectures(writer);
	write_ipxe(writer);
	dnsmasq_write_client_tags6(writer);
	if (writer->one_name == NULL && writer->loaders.n > 0)
		write_asks(writer);
	if (writer->one_name == NULL)
		write_raspberry(writer);
}
