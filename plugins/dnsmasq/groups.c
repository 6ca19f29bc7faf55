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

/* ---- Terms: lines that set a tag where one value of theirs is true ---- */

static void write_mac(struct dnsmasq_writer *writer, const char *tag, const char *value)
{
	CLEANUP_TEXT struct text pattern = TEXT_INIT;
	uint8_t mac[MAC_LENGTH];
	size_t length;

	if (scalar_mac_prefix(value, mac, &length) < 0)
		return;
	dnsmasq_add_hex(&pattern, mac, length);
	for (; length < MAC_LENGTH; length++)
		text_add(&pattern, ":*");
	dnsmasq_line(writer, "dhcp-mac=set:%s,%s", tag, text_string(&pattern));
}

static void write_vendor_class(struct dnsmasq_writer *writer, const char *tag, const char *value)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;

	dnsmasq_add_hex(&hex, value, strlen(value));
	dnsmasq_line(writer, "dhcp-match=set:%s,60,%s", tag, text_string(&hex));
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
static void write_subnet(struct dnsmasq_writer *writer, const char *tag, const char *value)
{
	struct ip4_prefix prefix;
	const char *range;
	uint32_t first, last;

	if (scalar_ip4_prefix(value, &prefix) < 0)
		return;
	for (size_t i = 0; (range = dnsmasq_range(writer->policy, i)) != NULL; i++)
		if (dnsmasq_parse_range(range, &first, &last) == 0 && ip4_prefix_has(&prefix, first) &&
		    ip4_prefix_has(&prefix, last))
			dnsmasq_line(writer, "tag-if=set:%s,tag:pxeboot-range-%zu", tag, i);
}

const char *dnsmasq_firmware_tag(bool uefi)
{
	return uefi ? "pxeboot-uefi" : "pxeboot-no-uefi";
}

static void write_arch(struct dnsmasq_writer *writer, const char *tag, const char *value)
{
	dnsmasq_line(writer, "tag-if=set:%s,tag:pxeboot-any-%s", tag, value);
}

static void write_firmware(struct dnsmasq_writer *writer, const char *tag, const char *value)
{
	dnsmasq_line(writer, "tag-if=set:%s,tag:%s", tag, dnsmasq_firmware_tag(strcmp(value, "uefi") == 0));
}

/* With a tag of its own such a term stays as far from a boot file as a group's word on an architecture is from a promise
 * that all machines of that architecture boot: `check --dnsmasq` looks only so far. */
static const struct term {
	const char *name;
	void (*write)(struct dnsmasq_writer *writer, const char *tag, const char *value);
	bool own_tag;
} terms[] = {
	{ "mac", write_mac, false },
	{ "vendor_class", write_vendor_class, false },
	{ "subnet", write_subnet, false },
	{ "arch", write_arch, true },
	{ "firmware", write_firmware, true },
};

static const struct term *find_term(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++)
		if (strcmp(terms[i].name, name) == 0)
			return &terms[i];
	return NULL;
}

/* A match of one byte would be read as a number. */
static void check_vendor_class(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const char *value)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	if (strlen(value) >= 2)
		return;
	text_add_escaped(&shown, value);
	dnsmasq_refuse(writer, (struct location){ group->file, group->line }, "dnsmasq.vendor-class",
		       "group '%s': dnsmasq compares at least two bytes of a vendor_class, got '%s'",
		       group->name, text_string(&shown));
}

/* Sets @tag where the term is true: one of its values is. */
static void write_term(struct dnsmasq_writer *writer, const struct pxeboot_group *group, const struct pxeboot_term *term,
		       const char *tag)
{
	const struct term *how = find_term(term->name);

	for (size_t i = 0; how != NULL && i < term->n_values; i++) {
		if (how->write == write_vendor_class)
			check_vendor_class(writer, group, term->values[i]);
		how->write(writer, tag, term->values[i]);
	}
}

/* ---- Groups ---- */

bool dnsmasq_groups_ask(const struct dnsmasq_writer *writer, const char *term)
{
	struct pxeboot_group group;

	for (size_t i = 0; writer->one_name == NULL && pxeboot_policy_group(writer->policy, i, &group) == 0; i++)
		if (boot_group_matters(&group) && boot_group_has(&group, term))
			return true;
	return false;
}

/* A tag for each term, and one for all of them together.  Every tag-if is one more for each packet of each client: one term
 * alone sets the group's. */
static void write_group(struct dnsmasq_writer *writer, const struct pxeboot_group *group)
{
	const struct term *only = group->n_terms == 1 ? find_term(group->terms[0].name) : NULL;
	CLEANUP_TEXT struct text all = TEXT_INIT;

	text_addf(&all, "set:pxeboot-group-%s", group->name);
	if (only != NULL && !only->own_tag && all.error == 0) {
		write_term(writer, group, &group->terms[0], all.bytes + strlen("set:"));
		return;
	}
	for (size_t i = 0; i < group->n_terms; i++) {
		CLEANUP_TEXT struct text tag = TEXT_INIT;

		text_addf(&tag, "pxeboot-%s-%s", group->terms[i].name, group->name);
		text_addf(&all, ",tag:%s", text_string(&tag));
		write_term(writer, group, &group->terms[i], text_string(&tag));
	}
	dnsmasq_line(writer, "tag-if=%s", text_string(&all));
}

/* Hosts come first, then the group that wins. */
static void write_group_loaders(struct dnsmasq_writer *writer)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++)
		if (group.loader != NULL)
			dnsmasq_line(writer, "tag-if=set:pxeboot-own-loader,set:pxeboot-loader-%zu,tag:!pxeboot-own-loader,"
				     "tag:pxeboot-group-%s", boot_own_loaders_find(&writer->loaders, group.loader), group.name);
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
		dnsmasq_boot(writer, text_string(&tags), group.script_url);
	}
}
