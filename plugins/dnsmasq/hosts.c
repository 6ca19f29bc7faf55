/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hosts with a loader of their own; all others need nothing here.  Groups with one share what is written of loaders.
 * A host's tag comes from dhcp-mac, because a second
 * dhcp-host for a machine would take the address away that the administrator's own dhcp-host gives it, or hide ours.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scalar.h"
#include "dnsmasq.h"

size_t dnsmasq_loader_index(const struct dnsmasq_writer *writer, const char *loader)
{
	size_t i;

	for (i = 0; i < writer->n_loaders; i++)
		if (strcmp(writer->loaders[i].path, loader) == 0)
			break;
	return i;
}

static int add_loader(struct dnsmasq_writer *writer, const char *path, const char *url)
{
	struct dnsmasq_loader *more;

	if (path == NULL || dnsmasq_loader_index(writer, path) < writer->n_loaders)
		return 0;
	more = reallocarray(writer->loaders, writer->n_loaders + 1, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	writer->loaders = more;
	writer->loaders[writer->n_loaders++] = (struct dnsmasq_loader){ path, url };
	return 0;
}

int dnsmasq_collect_loaders(struct dnsmasq_writer *writer)
{
	struct pxeboot_host host;
	struct pxeboot_group group;
	int r = 0;

	for (size_t i = 0; r == 0 && pxeboot_policy_host(writer->policy, i, &host) == 0; i++)
		if (host.n_macs > 0 || host.uuid != NULL)
			r = add_loader(writer, host.loader, host.loader_url);
	for (size_t i = 0; r == 0 && pxeboot_policy_group(writer->policy, i, &group) == 0; i++)
		r = add_loader(writer, group.loader, group.loader_url);
	return r;
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
	size_t index = dnsmasq_loader_index(writer, host->loader);

	for (size_t i = 0; i < host->n_macs; i++)
		dnsmasq_line(writer, "dhcp-mac=set:pxeboot-loader-%zu,%s", index, host->macs[i]);
	if (host->uuid == NULL || scalar_uuid(host->uuid, uuid) < 0)
		return;
	add_wire_uuid(&hex, uuid);
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-uuid-loader-%zu,97,%s", index, hex.bytes);
	/* As DUID; iPXE writes it otherwise, but gets no loader of a host's.  Option 97 begins with a zero, a DUID with its type. */
	if (writer->address6 != NULL)
		dnsmasq_line(writer, "dhcp-match=set:pxeboot-uuid-loader-%zu,option6:1,00:04:%s", index, hex.bytes + strlen("00:"));
}

/* Does a host with this loader have a MAC address, or a UUID? */
static bool any_host(const struct dnsmasq_writer *writer, size_t index, bool uuid)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host(writer->policy, i, &host) == 0; i++)
		if (host.loader != NULL && strcmp(host.loader, writer->loaders[index].path) == 0 &&
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

static bool any_host_at_all(const struct dnsmasq_writer *writer)
{
	for (size_t i = 0; i < writer->n_loaders; i++)
		if (any_host(writer, i, false) || any_host(writer, i, true))
			return true;
	return false;
}

void dnsmasq_write_host_tags(struct dnsmasq_writer *writer)
{
	struct pxeboot_host host;

	if (!any_host_at_all(writer))
		return;
	dnsmasq_heading(writer, "Machines with a loader of their own.");
	for (size_t i = 0; pxeboot_policy_host(writer->policy, i, &host) == 0; i++)
		if (host.loader != NULL)
			write_host(writer, &host);
	write_own_loader(writer);
}

/* Which architecture asks does not matter to a loader of one's own, the transport does. */
static void write_loader(struct dnsmasq_writer *writer, size_t index, bool http)
{
	const char *file = http ? writer->loaders[index].url : writer->loaders[index].path;
	CLEANUP_TEXT struct text tags = TEXT_INIT;

	text_addf(&tags, "tag:pxeboot-loader-%zu,tag:!pxeboot-silent,tag:!pxeboot-%s,tag:!pxeboot-ipxe", index,
		  http ? "tftp" : "http");
	dnsmasq_boot(writer, tags.bytes, file);
	if (http)
		dnsmasq_line(writer, "dhcp-option-force=%s,60,HTTPClient", tags.bytes);
}

void dnsmasq_write_own_loaders(struct dnsmasq_writer *writer)
{
	for (size_t i = 0; i < writer->n_loaders; i++) {
		write_loader(writer, i, false);
		if (writer->loaders[i].url != NULL)
			write_loader(writer, i, true);
	}
}
