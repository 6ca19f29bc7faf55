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

void dnsmasq_pair_name(const struct dnsmasq_pair *pair, char ret[32])
{
	snprintf(ret, 32, "%s%s", pair->http ? "http-" : "", pxeboot_arch_get(pair->arch)->name);
}

/* Decide's order: what is served first, then the architecture, then TFTP before HTTP. */
static void add_pairs(const struct dnsmasq_writer *writer, bool has_http, bool served, struct dnsmasq_pair *pairs, size_t *n)
{
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		bool loader = pxeboot_policy_loader(writer->policy, arch) != NULL;

		for (int http = 0; http <= 1; http++)
			if ((loader && (http == 0 || has_http)) == served)
				pairs[(*n)++] = (struct dnsmasq_pair){ .arch = arch, .http = http == 1, .served = served };
	}
}

static void choose_pairs(const struct dnsmasq_writer *writer, bool has_http, struct dnsmasq_pair *pairs, size_t *n)
{
	const struct pxeboot_policy *policy = writer->policy;

	add_pairs(writer, has_http, true, pairs, n);
	/* Others matter only to groups that ask for an architecture, to hosts and groups with a loader of their own, and to
	 * a Raspberry Pi's boot ROM, which says BIOS. */
	if (writer->n_loaders > 0 || writer->raspberry_pi || dnsmasq_groups_ask(policy, "arch") || dnsmasq_groups_ask(policy, "firmware"))
		add_pairs(writer, has_http, false, pairs, n);
}

void dnsmasq_choose_pairs(struct dnsmasq_writer *writer)
{
	choose_pairs(writer, writer->http != NULL, writer->pairs, &writer->n_pairs);
	if (writer->address6 != NULL)
		choose_pairs(writer, writer->http6 != NULL, writer->pairs6.list, &writer->pairs6.n);
}

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

void dnsmasq_each_code(struct dnsmasq_writer *writer, const struct dnsmasq_pair *pair,
		       void (*write)(struct dnsmasq_writer *, const struct dnsmasq_pair *, unsigned))
{
	for (uint16_t code = 0; code < PXEBOOT_ARCH_CODE_COUNT; code++) {
		const struct pxeboot_arch_code *row = pxeboot_arch_code_get(code);

		if (row != NULL && row->arch == pair->arch && row->http == pair->http)
			write(writer, pair, code);
	}
}

static void write_number(struct dnsmasq_writer *writer, const struct dnsmasq_pair *pair, unsigned code)
{
	char name[32];

	dnsmasq_pair_name(pair, name);
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-has-%s,93,%u", name, code);
}

static void write_digits(struct dnsmasq_writer *writer, const struct dnsmasq_pair *pair, unsigned code)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;
	char name[32], begins[32];

	dnsmasq_pair_name(pair, name);
	snprintf(begins, sizeof(begins), "%s:Arch:%05u", pair->http ? "HTTPClient" : "PXEClient", code);
	dnsmasq_add_hex(&hex, begins, strlen(begins));
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-says-%s,60,%s", name, hex.bytes);
}

void dnsmasq_write_choice(struct dnsmasq_writer *writer, const struct dnsmasq_pair *pairs, size_t n, const char *only)
{
	char name[32];

	for (size_t i = 0; i < n; i++) {
		dnsmasq_pair_name(&pairs[i], name);
		dnsmasq_line(writer,
			     "tag-if=set:pxeboot-%s,set:pxeboot-chosen,%stag:pxeboot-has-%s,tag:!pxeboot-chosen%s",
			     name, pairs[i].http ? "set:pxeboot-http," : "", name, only);
	}
}

static void write_architectures(struct dnsmasq_writer *writer)
{
	char name[32];

	dnsmasq_heading(writer, "The numbers of option 93; without it, what option 60 says (PXEClient:Arch:00007).");
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-93,93");
	for (size_t i = 0; i < writer->n_pairs; i++)
		dnsmasq_each_code(writer, &writer->pairs[i], write_number);
	for (size_t i = 0; i < writer->n_pairs; i++)
		dnsmasq_each_code(writer, &writer->pairs[i], write_digits);
	for (size_t i = 0; i < writer->n_pairs; i++) {
		dnsmasq_pair_name(&writer->pairs[i], name);
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
	if (writer->one_name == NULL && writer->n_loaders > 0)
		write_asks(writer);
	if (writer->one_name == NULL)
		write_raspberry(writer);
}
