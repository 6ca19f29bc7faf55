/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which machine: groups that DHCP tests, and who has a loader of its own.  Other hosts need nothing here.
 */
#include <string.h>

#include "base/macro.h"
#include "base/scalar.h"
#include "isc.h"

/* ---- Terms ---- */

static void add_mac(struct text *condition, const char *value, const struct isc_writer *writer)
{
	uint8_t mac[MAC_LENGTH];
	size_t length;

	if (scalar_mac_prefix(value, mac, &length) < 0)
		return;
	isc_add_or(condition);
	text_addf(condition, "substring(hardware, 0, %zu) = 01:", length + 1);
	isc_add_hex(condition, mac, length);
}

static void add_vendor_class(struct text *condition, const char *value, const struct isc_writer *writer)
{
	isc_add_or(condition);
	text_addf(condition, "substring(option vendor-class-identifier, 0, %zu) = ", strlen(value));
	isc_add_string(condition, value);
}

/* About the address that is offered. */
static void add_subnet(struct text *condition, const char *value, const struct isc_writer *writer)
{
	struct ip4_prefix prefix;

	if (scalar_ip4_prefix(value, &prefix) < 0)
		return;
	isc_add_or(condition);
	text_addf(condition, "extract-int(leased-address, 32) & %u = %u",
		  prefix.length == 0 ? 0 : UINT32_MAX << (32 - prefix.length), prefix.address);
}

static void add_arch(struct text *condition, const char *value, const struct isc_writer *writer)
{
	isc_add_or(condition);
	text_addf(condition, "config-option pxeboot.arch = \"%s\"", value);
}

static void add_firmware(struct text *condition, const char *value, const struct isc_writer *writer)
{
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (pxeboot_arch_get(arch)->uefi == (strcmp(value, "uefi") == 0))
			add_arch(condition, pxeboot_arch_get(arch)->name, writer);
}

static const struct {
	const char *term;
	void (*add)(struct text *condition, const char *value, const struct isc_writer *writer);
} terms[] = {
	{ "mac", add_mac },
	{ "vendor_class", add_vendor_class },
	{ "subnet", add_subnet },
	{ "arch", add_arch },
	{ "firmware", add_firmware },
};

static void add_term(struct text *condition, const struct pxeboot_term *term, const struct isc_writer *writer)
{
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++)
		for (size_t j = 0; strcmp(terms[i].term, term->name) == 0 && j < term->n_values; j++)
			terms[i].add(condition, term->values[j], writer);
}

void isc_add_group(struct text *condition, const struct pxeboot_group *group, const struct isc_writer *writer)
{
	/* A bracket that opens at once has to embrace all. */
	text_add(condition, "(");
	for (size_t i = 0; i < group->n_terms; i++) {
		CLEANUP_TEXT struct text any = TEXT_INIT;

		add_term(&any, &group->terms[i], writer);
		text_addf(condition, "%s(%s)", i > 0 ? "\n    and " : "", text_string(&any));
	}
	text_add(condition, ")");
}

/* ---- Loaders ---- */

static void add_macs(struct text *condition, const struct pxeboot_host *host)
{
	for (size_t i = 0; i < host->n_macs; i++) {
		isc_add_or(condition);
		text_addf(condition, "hardware = 01:%s", host->macs[i]);
	}
}

static void add_uuid(struct text *condition, const struct pxeboot_host *host)
{
	uint8_t bytes[BOOT_WIRE_UUID];

	if (!boot_wire_uuid(host->uuid, bytes))
		return;
	isc_add_or(condition);
	text_add(condition, "option pxe-client-id = ");
	isc_add_hex(condition, bytes, sizeof(bytes));
}

/* One more rule of the chain; @first is cleared by the first. */
static void write_rule(struct isc_writer *writer, const struct text *condition, size_t index, bool *first)
{
	if (condition->length == 0 && condition->error == 0)
		return;
	isc_line(writer, "\t%sif %s {\n\t\toption pxeboot.loader \"%zu\";\n\t}", *first ? "" : "els", text_string(condition),
		 index);
	*first = false;
}

/* Whose MAC address is one host's and whose UUID is another's gets the loader of the first. */
static void write_hosts(struct isc_writer *writer, void (*add)(struct text *condition, const struct pxeboot_host *host),
			bool *first)
{
	struct pxeboot_host host;

	for (size_t index = 0; index < writer->loaders.n; index++) {
		CLEANUP_TEXT struct text condition = TEXT_INIT;

		for (size_t i = 0; pxeboot_policy_host_from(writer->policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
			if (strcmp(host.loader, writer->loaders.list[index].path) == 0)
				add(&condition, &host);
		write_rule(writer, &condition, index, first);
	}
}

static void write_groups(struct isc_writer *writer, bool *first)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++) {
		CLEANUP_TEXT struct text condition = TEXT_INIT;

		if (group.loader == NULL)
			continue;
		isc_add_group(&condition, &group, writer);
		write_rule(writer, &condition, boot_own_loaders_find(&writer->loaders, group.loader), first);
	}
}

void isc_write_own_loaders(struct isc_writer *writer)
{
	bool first = true;

	if (writer->loaders.n == 0)
		return;
	isc_heading(writer, "Machines with a loader of their own.");
	isc_line(writer, ISC_A_PACKET);
	write_hosts(writer, add_macs, &first);
	write_hosts(writer, add_uuid, &first);
	write_groups(writer, &first);
	isc_line(writer, "}");
}
