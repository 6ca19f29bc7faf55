/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Hosts with a loader of their own; all others need nothing here.  Groups with one share what is written of loaders.
 * A host's tag comes from dhcp-mac, because a second dhcp-host for a machine would take the address away that the
 * administrator's own dhcp-host gives it, or hide ours.
 */
#include <string.h>

#include "dnsmasq.h"

static void write_host(struct dnsmasq_writer *writer, const struct pxeboot_host *host)
{
	CLEANUP_TEXT struct text hex = TEXT_INIT;
	uint8_t uuid[BOOT_WIRE_UUID];
	size_t index = boot_own_loaders_find(&writer->loaders, host->loader);

	for (size_t i = 0; i < host->n_macs; i++)
		dnsmasq_line(writer, "dhcp-mac=set:pxeboot-loader-%zu,%s", index, host->macs[i]);
	if (!boot_wire_uuid(host->uuid, uuid))
		return;
	dnsmasq_add_hex(&hex, uuid, sizeof(uuid));
	dnsmasq_line(writer, "dhcp-match=set:pxeboot-uuid-loader-%zu,97,%s", index, text_string(&hex));
	/* As DUID; iPXE writes it otherwise, but gets no loader of a host's.  Option 97 begins with a zero, a DUID with its type. */
	if (writer->address6 != NULL)
		dnsmasq_line(writer, "dhcp-match=set:pxeboot-uuid-loader-%zu,option6:1,00:04:%s", index,
			     hex.error != 0 ? NULL : hex.bytes + strlen("00:"));
}

/* Does a host with this loader have a MAC address, or a UUID? */
static bool any_host(const struct dnsmasq_writer *writer, size_t index, bool uuid)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host_from(writer->policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		if (strcmp(host.loader, writer->loaders.list[index].path) == 0 &&
		    (uuid ? host.uuid != NULL : host.n_macs > 0))
			return true;
	return false;
}

/* Whose MAC address is one host's and whose UUID is another's gets the loader of the first. */
static void write_own_loader(struct dnsmasq_writer *writer)
{
	for (size_t i = 0; i < writer->loaders.n; i++)
		if (any_host(writer, i, false))
			dnsmasq_line(writer, "tag-if=set:pxeboot-own-loader,tag:pxeboot-loader-%zu", i);
	for (size_t i = 0; i < writer->loaders.n; i++)
		if (any_host(writer, i, true))
			dnsmasq_line(writer, "tag-if=set:pxeboot-own-loader,set:pxeboot-loader-%zu,"
				     "tag:!pxeboot-own-loader,tag:pxeboot-uuid-loader-%zu", i, i);
}

static bool any_host_at_all(const struct dnsmasq_writer *writer)
{
	for (size_t i = 0; i < writer->loaders.n; i++)
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
	for (size_t i = 0; pxeboot_policy_host_from(writer->policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		write_host(writer, &host);
	write_own_loader(writer);
}

/* Which architecture asks does not matter to a loader of one's own, the transport does. */
static void write_loader(struct dnsmasq_writer *writer, size_t index, bool http)
{
	const char *file = http ? writer->loaders.list[index].url : writer->loaders.list[index].path;
	CLEANUP_TEXT struct text tags = TEXT_INIT;

	text_addf(&tags, "tag:!pxeboot-silent,tag:!pxeboot-%s,tag:!pxeboot-ipxe,tag:pxeboot-loader-%zu",
		  http ? "tftp" : "http", index);
	dnsmasq_boot(writer, text_string(&tags), file);
	if (http)
		dnsmasq_line(writer, "dhcp-option-force=%s,60,HTTPClient", text_string(&tags));
}

void dnsmasq_write_own_loaders(struct dnsmasq_writer *writer)
{
	for (size_t i = 0; i < writer->loaders.n; i++) {
		write_loader(writer, i, false);
		if (writer->loaders.list[i].url != NULL)
			write_loader(writer, i, true);
	}
}
