/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Groups that only DHCP can tell, or that have a loader of their own: a tag for each term, one for all of them together,
 * the loader that firmware gets, and the script that iPXE gets.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/macro.h"
#include "base/scalar.h"
#include "dnsmasq.h"

const char *dnsmasq_range(const struct pxeboot_policy *policy, size_t index)
{
	char path[48];

	snprintf(path, sizeof(path), "server.dhcp.range.%zu", index);
	return pxeboot_policy_get(policy, path);
}

/* ---- Terms ---- */

static void write_mac(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const char *value)
{
	CLEANUP_TEXT struct text pattern = TEXT_INIT;
	uint8_t mac[MAC_LENGTH];
	size_t length;

	if (scalar_mac_prefix(value, mac, &length) < 0)
		return;
	dnsmasq_add_hex(&pattern, mac, length);
	for (; length < MAC_LENGTH; length++)
		text_add(&pattern, ":*");
	dnsmasq_line(writer, "dhcp-mac=set:pxeboot-mac-%s,%s", group->name, pattern.bytes);
}

/* A match of one byte would be read as a number. */
static void write_vendor_class(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const char *value)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	if (strlen(value) < 2) {
		text_add_escaped(&shown, value);
		dnsmasq_refuse(writer, (struct location){ group->file, group->line }, "dnsmasq.vendor-class",
			       "group '%s': dnsmasq compares at least two bytes of a vendor_class, got '%s'",
			       group->name, shown.bytes != NULL ? shown.bytes : "");
		return;
	}
	dnsmasq_add_hex(&hex, value, strlen(value));
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-vendor_class-%s,60,%s", group->name, hex.bytes);
}

int dnsmasq_parse_range(const char *range, uint32_t *ret_first, uint32_t *ret_last)
{
	char first[16], last[16];
	uint32_t from, to;

	if (sscanf(range, "%15[0-9.],%15[0-9.]", first, last) != 2 || scalar_ip4(first, &from) < 0 ||
	    scalar_ip4(last, &to) < 0)
		return -EINVAL;
	*ret_first = from;
	*ret_last = to;
	return 0;
}

/* A tag of dnsmasq belongs to a whole range; the policy has seen to it that none lies across the subnet's border. */
static void write_subnet(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const char *value)
{
	struct ip4_prefix prefix;
	const char *range;
	uint32_t first, last;

	if (scalar_ip4_prefix(value, &prefix) < 0)
		return;
	for (size_t i = 0; (range = dnsmasq_range(writer->policy, i)) != NULL; i++)
		if (dnsmasq_parse_range(range, &first, &last) == 0 && ip4_prefix_has(&prefix, first) &&
		    ip4_prefix_has(&prefix, last))
			dnsmasq_line(writer, "tag-if=set:pxeboot-subnet-%s,tag:pxeboot-range-%zu", group->name, i);
}

static void write_pairs(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const char *term,
			bool (*wanted)(int arch, const char *value), const char *value)
{
	char name[BOOT_PAIR_NAME];

	for (size_t i = 0; i < writer->n_pairs; i++) {
		if (!wanted(writer->pairs[i].arch, value))
			continue;
		boot_pair_name(&writer->pairs[i], name);
		dnsmasq_line(writer, "tag-if=set:pxeboot-%s-%s,tag:pxeboot-%s", term, group->name, name);
	}
}

static bool is_arch(int arch, const char *value)
{
	return arch == pxeboot_arch_by_name(value);
}

static bool is_firmware(int arch, const char *value)
{
	return pxeboot_arch_get(arch)->uefi == (strcmp(value, "uefi") == 0);
}

static void write_arch(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const char *value)
{
	write_pairs(writer, group, "arch", is_arch, value);
}

static void write_firmware(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const char *value)
{
	write_pairs(writer, group, "firmware", is_firmware, value);
}

static const struct {
	const char *term;
	void (*write)(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const char *value);
} terms[] = {
	{ "mac", write_mac },
	{ "vendor_class", write_vendor_class },
	{ "subnet", write_subnet },
	{ "arch", write_arch },
	{ "firmware", write_firmware },
};

static void write_term(struct dnsmasq_writer *writer, const struct pxeboot_group *group,
		       const struct pxeboot_term *term)
{
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++)
		for (size_t j = 0; strcmp(terms[i].term, term->name) == 0 && j < term->n_values; j++)
			terms[i].write(writer, group, term->values[j]);
}

static void write_group(struct dnsmasq_writer *writer, const struct pxeboot_group *group)
{
	CLEANUP_TEXT struct text all = TEXT_INIT;

	for (size_t i = 0; i < group->n_terms; i++) {
		write_term(writer, group, &group->terms[i]);
		text_addf(&all, ",tag:pxeboot-%s-%s", group->terms[i].name, group->name);
	}
	if (all.bytes != NULL)
		dnsmasq_line(writer, "tag-if=set:pxeboot-group-%s%s", group->name, all.bytes);
}

/* Hosts come first, then the group that wins. */
static void write_group_loaders(struct dnsmasq_writer *writer)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++)
		if (group.loader != NULL)
			dnsmasq_line(writer, "tag-if=set:pxeboot-own-loader,set:pxeboot-loader-%zu,tag:pxeboot-group-%s,"
				     "tag:!pxeboot-own-loader", boot_own_loaders_find(&writer->loaders, group.loader), group.name);
}

void dnsmasq_write_group_tags(struct dnsmasq_writer *writer)
{
	struct pxeboot_group group;
	bool first = true;

	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++) {
		if (!boot_group_matters(&group))
			continue;
		if (first)
			dnsmasq_heading(writer, "Groups that only DHCP can tell, or that have a loader of their own.");
		first = false;
		write_group(writer, &group);
	}
	write_group_loaders(writer);
}

/* The last line that matches wins, so the group that wins comes last. */
void dnsmasq_write_group_scripts(struct dnsmasq_writer *writer)
{
	struct pxeboot_group group;
	size_t count = 0;

	while (pxeboot_policy_group(writer->policy, count, &group) == 0)
		count++;
	while (count-- > 0) {
		CLEANUP_TEXT struct text tags = TEXT_INIT;

		if (pxeboot_policy_group(writer->policy, count, &group) < 0 || group.where != PXEBOOT_WHERE_DHCP)
			continue;
		text_addf(&tags, "tag:pxeboot-ipxe,tag:pxeboot-group-%s", group.name);
		dnsmasq_boot(writer, tags.bytes, group.script_url);
	}
}
