/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which machine asks: groups that only DHCP can tell or that have a loader of their own, and hosts with one; all others need
 * nothing here.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "base/scalar.h"
#include "kea.h"

#define NOTHING (struct kea_answer){ .file = NULL }

/* ---- Terms of a group ---- */

static void or_mac(struct kea_writer *writer, const char *value, struct text *test)
{
	uint8_t mac[MAC_LENGTH];
	size_t length;

	if (scalar_mac_prefix(value, mac, &length) < 0)
		return;
	kea_or(test, "(member('pxeboot-ethernet') and substring(pkt4.mac,0,%zu) == ", length);
	kea_add_hex(test, mac, length);
	text_add_char(test, ')');
}

static void or_vendor_class(struct kea_writer *writer, const char *value, struct text *test)
{
	kea_or_begins(test, "option[60].hex", 0, value, strlen(value));
}

static void or_pairs(struct kea_writer *writer, bool (*wanted)(int arch, const char *value), const char *value,
		     struct text *test)
{
	char name[BOOT_PAIR_NAME];

	for (size_t i = 0; i < writer->n_pairs; i++) {
		if (!wanted(writer->pairs[i].arch, value))
			continue;
		boot_pair_name(&writer->pairs[i], name);
		kea_or(test, "member('pxeboot-%s')", name);
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

static void or_arch(struct kea_writer *writer, const char *value, struct text *test)
{
	or_pairs(writer, is_arch, value, test);
}

static void or_firmware(struct kea_writer *writer, const char *value, struct text *test)
{
	or_pairs(writer, is_firmware, value, test);
}

static const struct {
	const char *term;
	void (*add)(struct kea_writer *writer, const char *value, struct text *test);
} terms[] = {
	{ "mac", or_mac },
	{ "vendor_class", or_vendor_class },
	{ "arch", or_arch },
	{ "firmware", or_firmware },
};

static void and_term(struct kea_writer *writer, const struct pxeboot_term *term, struct text *test)
{
	CLEANUP_TEXT struct text values = TEXT_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(terms); i++)
		for (size_t j = 0; strcmp(terms[i].term, term->name) == 0 && j < term->n_values; j++)
			terms[i].add(writer, term->values[j], &values);
	text_addf(test, "%s(%s)", test->length > 0 ? " and " : "", text_string(&values));
	if (values.error != 0)
		test->error = values.error;
}

static void write_group(struct kea_writer *writer, const struct pxeboot_group *group)
{
	CLEANUP_TEXT struct text test = TEXT_INIT;
	CLEANUP_TEXT struct text name = TEXT_INIT;

	if (boot_group_has(group, "subnet")) {
		kea_refuse(writer, (struct location){ group->file, group->line }, "kea.subnet",
			   "group '%s': Kea puts clients into classes before it has an address for them, expected no subnet "
			   "among its terms", group->name);
		return;
	}
	for (size_t i = 0; i < group->n_terms; i++)
		and_term(writer, &group->terms[i], &test);
	text_addf(&name, "group-%s", group->name);
	kea_class(writer, text_string(&name), &test, NOTHING);
}

void kea_write_groups(struct kea_writer *writer)
{
	struct pxeboot_group group;

	writer->heading = "Groups that only DHCP can tell, or that have a loader of their own.";
	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++)
		if (boot_group_matters(&group))
			write_group(writer, &group);
	writer->heading = NULL;
}

/* In the order in which they win. */
void kea_write_group_scripts(struct kea_writer *writer)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++) {
		CLEANUP_TEXT struct text test = TEXT_INIT;
		CLEANUP_TEXT struct text name = TEXT_INIT;

		if (group.where != PXEBOOT_WHERE_DHCP)
			continue;
		text_addf(&name, "script-%s", group.name);
		text_addf(&test, "member('pxeboot-ipxe') and member('pxeboot-group-%s')", group.name);
		kea_class(writer, text_string(&name), &test, (struct kea_answer){ .file = group.script_url });
	}
}

/* ---- Loaders of one's own ---- */

/* What machines that @test is for are given, if they boot from the network and are no iPXE yet. */
static void write_loader(struct kea_writer *writer, const char *name, const struct text *test, const char *path,
			 const char *url)
{
	for (int http = 0; http <= 1; http++) {
		CLEANUP_TEXT struct text whole = TEXT_INIT;
		CLEANUP_TEXT struct text title = TEXT_INIT;

		if (test->length == 0 || (http && url == NULL))
			continue;
		text_addf(&title, "%s%s", http ? "http-" : "", name);
		text_addf(&whole, "member('pxeboot-asks') and %smember('pxeboot-http') and not member('pxeboot-ipxe') and (%s)",
			  http ? "" : "not ", text_string(test));
		kea_or(&writer->own, "member('pxeboot-%s')", text_string(&title));
		kea_class(writer, text_string(&title), &whole, (struct kea_answer){ .file = http ? url : path, .http = http == 1 });
	}
	if (test->error != 0)
		writer->error = test->error;
}

static void or_host(const struct pxeboot_host *host, bool uuid, struct text *test)
{
	uint8_t bytes[BOOT_WIRE_UUID], mac[MAC_LENGTH];

	if (uuid && boot_wire_uuid(host->uuid, bytes)) {
		kea_or(test, "option[97].hex == ");
		kea_add_hex(test, bytes, sizeof(bytes));
	}
	for (size_t i = 0; !uuid && i < host->n_macs; i++) {
		if (scalar_mac(host->macs[i], mac) < 0)
			continue;
		kea_or(test, "pkt4.mac == ");
		kea_add_hex(test, mac, sizeof(mac));
	}
}

/* Has a host before the one at @index this loader? */
static bool is_written(const struct kea_writer *writer, size_t index, const char *loader)
{
	struct pxeboot_host host;

	for (size_t i = 0; i < index && pxeboot_policy_host(writer->policy, i, &host) == 0; i++)
		if (host.loader != NULL && strcmp(host.loader, loader) == 0)
			return true;
	return false;
}

/* One class for all hosts with the loader of the one at @index, by their MAC addresses or by their UUIDs. */
static void write_hosts_of(struct kea_writer *writer, size_t index, const char *loader, bool uuid)
{
	CLEANUP_TEXT struct text hosts = TEXT_INIT;
	CLEANUP_TEXT struct text test = TEXT_INIT;
	const char *url = NULL;
	struct pxeboot_host host;
	char name[48];

	for (size_t i = index; pxeboot_policy_host(writer->policy, i, &host) == 0; i++) {
		if (host.loader == NULL || strcmp(host.loader, loader) != 0)
			continue;
		or_host(&host, uuid, &hosts);
		url = host.loader_url;
	}
	if (hosts.length > 0 && !uuid)
		text_addf(&test, "member('pxeboot-ethernet') and (%s)", text_string(&hosts));
	else if (hosts.length > 0)
		text_add(&test, hosts.bytes);
	if (hosts.error != 0)
		test.error = hosts.error;
	snprintf(name, sizeof(name), "%s-loader-%zu", uuid ? "uuid" : "mac", index);
	write_loader(writer, name, &test, loader, url);
}

/* Whose MAC address is one host's and whose UUID is another's gets the loader of the first. */
static void write_hosts(struct kea_writer *writer)
{
	struct pxeboot_host host;

	for (int uuid = 0; uuid <= 1; uuid++)
		for (size_t i = 0; pxeboot_policy_host(writer->policy, i, &host) == 0; i++)
			if (host.loader != NULL && !is_written(writer, i, host.loader))
				write_hosts_of(writer, i, host.loader, uuid == 1);
}

/* Hosts come first, then the group that wins. */
void kea_write_own_loaders(struct kea_writer *writer)
{
	struct pxeboot_group group;

	writer->heading = "Loaders of some machines' own.";
	write_hosts(writer);
	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++) {
		CLEANUP_TEXT struct text test = TEXT_INIT;
		CLEANUP_TEXT struct text name = TEXT_INIT;

		if (group.loader == NULL || boot_group_has(&group, "subnet"))
			continue;
		text_addf(&name, "loader-%s", group.name);
		text_addf(&test, "member('pxeboot-group-%s')", group.name);
		write_loader(writer, text_string(&name), &test, group.loader, group.loader_url);
	}
	writer->heading = NULL;
}
