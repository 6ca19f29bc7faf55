/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hosts with a loader of their own; all others need nothing here.  Their tag comes from dhcp-mac, because a second
 * dhcp-host for a machine would take the address away that the administrator's own dhcp-host gives it, or hide ours.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scalar.h"
#include "dnsmasq.h"

/* The index of a loader among those of hosts; n_loaders when it is new. */
static size_t loader_index(const struct dnsmasq_writer *writer, const char *loader)
{
	size_t i;

	for (i = 0; i < writer->n_loaders; i++)
		if (strcmp(writer->loaders[i], loader) == 0)
			break;
	return i;
}

int dnsmasq_collect_loaders(struct dnsmasq_writer *writer)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host(writer->policy, i, &host) == 0; i++) {
		const char **more;

		if (host.loader == NULL || (host.n_macs == 0 && host.uuid == NULL) ||
		    loader_index(writer, host.loader) < writer->n_loaders)
			continue;
		more = reallocarray(writer->loaders, writer->n_loaders + 1, sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		writer->loaders = more;
		writer->loaders[writer->n_loaders++] = host.loader;
	}
	return 0;
}

/* Option 97: a zero byte, then the UUID with its first three fields little-endian. */
static void add_wire_uuid(struct text *hex, const uint8_t uuid[UUID_LENGTH])
{
	static const uint8_t order[UUID_LENGTH] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t wire[1 + UUID_LENGTH] = { 0 };

	for (size_t i = 0; i < UUID_LENGTH; i++)
		wire[1 + i] = uuid[order[i]];
	dnsmasq_add_hex(hex, wire, sizeof(wire));
}

static void write_host(struct dnsmasq_writer *writer, const struct pxeboot_host *host)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;
	uint8_t uuid[UUID_LENGTH];
	size_t index = loader_index(writer, host->loader);

	for (size_t i = 0; i < host->n_macs; i++)
		dnsmasq_line(writer, "dhcp-mac=set:pxeboot-loader-%zu,%s", index, host->macs[i]);
	if (host->uuid == NULL || scalar_uuid(host->uuid, uuid) < 0)
		return;
	add_wire_uuid(&hex, uuid);
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-uuid-loader-%zu,97,%s", index, hex.bytes);
}

/* Does a host with this loader have a MAC address, or a UUID? */
static bool any_host(const struct dnsmasq_writer *writer, size_t index, bool uuid)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host(writer->policy, i, &host) == 0; i++)
		if (host.loader != NULL && strcmp(host.loader, writer->loaders[index]) == 0 &&
		    (uuid ? host.uuid != NULL : host.n_macs > 0))
			return true;
	return false;
}

/* Whose MAC address is one host's and whose UUID is another's gets the loader of the first. */
static void write_own_loader(struct dnsmasq_writer *writer)
{
	for (size_t i = 0; i < writer->n_loaders; i++)
		if (any_host(writer, i, false))
			dnsmasq_line(writer, "tag-if=set:pxeboot-own-loader,tag:pxeboot-loader-%zu", i);
	for (size_t i = 0; i < writer->n_loaders; i++)
		if (any_host(writer, i, true))
			dnsmasq_line(writer, "tag-if=set:pxeboot-own-loader,set:pxeboot-loader-%zu,"
				     "tag:pxeboot-uuid-loader-%zu,tag:!pxeboot-own-loader", i, i);
}

void dnsmasq_write_host_tags(struct dnsmasq_writer *writer)
{
	struct pxeboot_host host;

	if (writer->n_loaders == 0)
		return;
	dnsmasq_heading(writer, "Machines with a loader of their own.");
	for (size_t i = 0; pxeboot_policy_host(writer->policy, i, &host) == 0; i++)
		if (host.loader != NULL)
			write_host(writer, &host);
	write_own_loader(writer);
}

static int first_with(const struct dnsmasq_writer *writer, size_t index, struct pxeboot_host *ret_host)
{
	for (size_t i = 0; pxeboot_policy_host(writer->policy, i, ret_host) == 0; i++)
		if (ret_host->loader != NULL && strcmp(ret_host->loader, writer->loaders[index]) == 0 &&
		    (ret_host->n_macs > 0 || ret_host->uuid != NULL))
			return 0;
	return -ENOENT;
}

/* Which architecture asks does not matter to a host's loader, the transport does. */
static void write_loader(struct dnsmasq_writer *writer, size_t index, bool http)
{
	const struct dnsmasq_pair pair = { .arch = PXEBOOT_ARCH_X64_UEFI, .http = http };
	CLEANUP_TEXT struct text tags = TEXT_INIT;
	struct pxeboot_host host;
	const char *file;

	if (first_with(writer, index, &host) < 0)
		return;
	file = dnsmasq_ask(writer, &host, NULL, &pair);
	text_addf(&tags, "tag:pxeboot-loader-%zu,tag:pxeboot-asks,tag:%spxeboot-http,tag:!pxeboot-ipxe", index,
		  http ? "" : "!");
	dnsmasq_boot(writer, tags.bytes, file);
	if (http && file != NULL)
		dnsmasq_line(writer, "dhcp-option-force=%s,60,HTTPClient", tags.bytes);
}

void dnsmasq_write_host_loaders(struct dnsmasq_writer *writer)
{
	for (size_t i = 0; i < writer->n_loaders; i++) {
		write_loader(writer, i, false);
		if (writer->http != NULL)
			write_loader(writer, i, true);
	}
}
