/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tags that say who asks: iPXE, the own build, and the one architecture that decide() would choose.
 *
 * dnsmasq runs its tag-if lines in order and each sees what earlier ones have set.  So a client that lists several
 * architectures gets the tag of the best one only: every line says "unless one is chosen already".
 */
#include <stdio.h>
#include <string.h>

#include "base/macro.h"
#include "dnsmasq.h"

static void write_class(struct dnsmasq_writer *writer, const char *tag, const char *begins)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;

	dnsmasq_add_hex(&hex, begins, strlen(begins));
	dnsmasq_line(writer, "dhcp-match=set:%s,77,%s", tag, hex.bytes);
	dnsmasq_line(writer, "dhcp-match=set:%s,77,*:%s", tag, hex.bytes);
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
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-has-%s,93,%u", name, code);
}

static void write_digits(struct dnsmasq_writer *writer, const struct boot_pair *pair, unsigned code)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;
	char name[BOOT_PAIR_NAME], begins[32];

	boot_pair_name(pair, name);
	snprintf(begins, sizeof(begins), "%s:Arch:%05u", pair->http ? "HTTPClient" : "PXEClient", code);
	dnsmasq_add_hex(&hex, begins, strlen(begins));
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-says-%s,60,%s", name, hex.bytes);
}

void dnsmasq_write_choice(struct dnsmasq_writer *writer, const struct boot_pair *pairs, size_t n, const char *only)
{
	char name[BOOT_PAIR_NAME];

	for (size_t i = 0; i < n; i++) {
		boot_pair_name(&pairs[i], name);
		dnsmasq_line(writer,
			     "tag-if=set:pxeboot-%s,set:pxeboot-chosen,%stag:pxeboot-has-%s,tag:!pxeboot-chosen%s",
			     name, pairs[i].http ? "set:pxeboot-http," : "", name, only);
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
	write_ipxe(writer);
	write_architectures(writer);
	dnsmasq_write_client_tags6(writer);
	if (writer->one_name == NULL && writer->loaders.n > 0)
		write_asks(writer);
	if (writer->one_name == NULL)
		write_raspberry(writer);
}
