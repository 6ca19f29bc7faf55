/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What dnsmasq is told for machines that ask over IPv6: the same tags, and whole URLs in option 59.
 *
 * Of dnsmasq's habits with DHCPv6 these matter: it sets the tag dhcpv6 itself; of options the last line that matches wins; a
 * match of options 15 and 16 is text with its length before it, so that it compares whole user classes and can't look into a
 * vendor class.  dhcp-userclass and dhcp-vendorclass could, but a client that says the same twice makes 2.90 hang with them.
 */
#include <stdio.h>
#include <string.h>

#include "dnsmasq.h"

void dnsmasq_write_ranges6(struct dnsmasq_writer *writer)
{
	const char *interface = pxeboot_policy_get(writer->policy, "server.dhcp.interface");
	const char *ra = pxeboot_policy_get(writer->policy, "server.dhcp.ra"), *range;
	char path[48];

	for (size_t i = 0; snprintf(path, sizeof(path), "server.dhcp.range6.%zu", i) > 0 &&
	     (range = pxeboot_policy_get(writer->policy, path)) != NULL; i++)
		dnsmasq_line(writer, "dhcp-range=%s", range);
	if (ra == NULL || strcmp(ra, "true") != 0)
		return;
	/* A lifetime of 0: machines learn that they should ask DHCPv6, and no way out of the network. */
	dnsmasq_line(writer, "enable-ra");
	dnsmasq_line(writer, "ra-param=%s,60,0", interface != NULL ? interface : "*");
}

/* ---- Who asks ---- */

static void write_class(struct dnsmasq_writer *writer, const char *tag, const char *class)
{
	CLEANUP_TEXT struct text field = TEXT_INIT;

	if (dnsmasq_quote(writer, &field, "ipxe.user_class", class))
		dnsmasq_line(writer, "dhcp-match=set:%s,option6:15,%s", tag, text_string(&field));
}

/* dnsmasq takes a bare number for one byte here; s makes it two. */
static void write_number(struct dnsmasq_writer *writer, const struct boot_pair *pair, unsigned code)
{
	char name[BOOT_PAIR_NAME];

	boot_pair_name(pair, name);
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-%s%s,option6:61,%us", dnsmasq_said(writer), name, code);
}

/* What is served over HTTP comes before what isn't, and that may not be the same over both. */
bool dnsmasq_chooses_otherwise6(const struct dnsmasq_writer *writer)
{
	return writer->address6 != NULL && (writer->http != NULL) != (writer->http6 != NULL);
}

void dnsmasq_write_client_tags6(struct dnsmasq_writer *writer)
{
	if (writer->address6 == NULL)
		return;
	dnsmasq_heading(writer, "The same over IPv6: the numbers of option 61, and iPXE by its whole user class.");
	write_class(writer, "pxeboot-ipxe", "iPXE");
	if (writer->user_class != NULL) {
		write_class(writer, "pxeboot-ipxe", writer->user_class);
		write_class(writer, "pxeboot-own", writer->user_class);
	}
	for (size_t i = 0; i < writer->n_pairs6; i++)
		dnsmasq_each_code(writer, &writer->pairs6[i], write_number);
	if (writer->chooses && dnsmasq_chooses_otherwise6(writer))
		dnsmasq_write_choice(writer, writer->pairs6, writer->n_pairs6, ",tag:dhcpv6");
	if (writer->loaders.n > 0)
		dnsmasq_line(writer, "dhcp-match=set:pxeboot-asks,option6:61,*:*");
}

/* ---- What they get ---- */

static void write_url(struct dnsmasq_writer *writer, const char *tags, const char *url)
{
	CLEANUP_TEXT struct text field = TEXT_INIT;

	if (url != NULL && dnsmasq_quote(writer, &field, "boot file URL", url))
		dnsmasq_line(writer, "dhcp-option=%s,option6:59,%s", tags, text_string(&field));
}

/* HTTP Boot wants a vendor class in the answer that is HTTPClient behind an enterprise's number.  dnsmasq writes texts with
 * their lengths there: the first one makes up a number, which nobody has and firmware does not look at. */
static void write_http_class(struct dnsmasq_writer *writer, const char *tags)
{
	dnsmasq_line(writer, "dhcp-option=%s,option6:16,pb,HTTPClient", tags);
}

static void write_firmware(struct dnsmasq_writer *writer)
{
	for (size_t i = writer->n_pairs6; i-- > 0;) {
		const struct boot_pair *pair = &writer->pairs6[i];
		CLEANUP_TEXT struct text tags = TEXT_INIT;

		if (!pair->served)
			continue;
		text_addf(&tags, "tag:!pxeboot-ipxe,%s", pair->arch == PXEBOOT_ARCH_BIOS ? "tag:!pxeboot-rpi," : "");
		dnsmasq_add_pair(writer, writer->pairs6, i, &tags);
		write_url(writer, text_string(&tags), boot_loader(writer->policy, pair, &writer->error));
		if (pair->http)
			write_http_class(writer, text_string(&tags));
	}
}

/* As over IPv4: which architecture asks does not matter, the transport does. */
static void write_own_loader(struct dnsmasq_writer *writer, size_t index, bool http)
{
	const char *path = writer->loaders.list[index].path;
	CLEANUP_TEXT struct text tags = TEXT_INIT;
	CLEANUP_TEXT struct text url = TEXT_INIT;

	text_addf(&tags, "tag:!pxeboot-silent,tag:!pxeboot-%s,tag:!pxeboot-ipxe,tag:pxeboot-loader-%zu",
		  http ? "tftp" : "http", index);
	if (http)
		text_addf(&url, "%s/%s", writer->http6, path);
	else
		text_addf(&url, "tftp://[%s]/%s", writer->address6, path);
	if (url.error != 0)
		writer->error = url.error;
	write_url(writer, text_string(&tags), text_string(&url));
	if (http)
		write_http_class(writer, text_string(&tags));
}

static void write_group_scripts(struct dnsmasq_writer *writer)
{
	struct pxeboot_group group;
	size_t count = 0;

	while (pxeboot_policy_group(writer->policy, count, &group) == 0)
		count++;
	while (count-- > 0) {
		CLEANUP_TEXT struct text tags = TEXT_INIT;

		if (pxeboot_policy_group(writer->policy, count, &group) < 0 || group.script_url6 == NULL)
			continue;
		text_addf(&tags, "tag:pxeboot-ipxe,tag:pxeboot-group-%s", group.name);
		write_url(writer, text_string(&tags), group.script_url6);
	}
}

static void write_own_builds(struct dnsmasq_writer *writer)
{
	char name[BOOT_PAIR_NAME];

	for (size_t i = writer->n_pairs6; i-- > 0;) {
		const struct boot_pair *pair = &writer->pairs6[i];
		CLEANUP_TEXT struct text tags = TEXT_INIT;

		if (!pair->replaces)
			continue;
		boot_pair_name(pair, name);
		text_addf(&tags, "tag:pxeboot-ipxe,tag:!pxeboot-own,tag:pxeboot-%s", name);
		write_url(writer, text_string(&tags), boot_own_build(writer->policy, pair, &writer->error));
	}
}

void dnsmasq_write_files6(struct dnsmasq_writer *writer)
{
	if (writer->address6 == NULL)
		return;
	dnsmasq_heading(writer, "Over IPv6: whole URLs, in the same order.");
	write_firmware(writer);
	for (size_t i = 0; i < writer->loaders.n; i++) {
		write_own_loader(writer, i, false);
		if (writer->http6 != NULL)
			write_own_loader(writer, i, true);
	}
	write_url(writer, "tag:pxeboot-ipxe", boot_script(writer->policy, true, &writer->error));
	write_group_scripts(writer);
	write_own_builds(writer);
}
