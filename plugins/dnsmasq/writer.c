/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The dnsmasq configuration of one policy.  Its size follows the architectures, groups and loaders, not the hosts.
 *
 * Where another server does DHCP it holds TFTP alone.
 *
 * What is written rests on these habits of dnsmasq: the last dhcp-boot that matches wins; a dhcp-match with a number
 * looks through all of an option, one with bytes compares its beginning; tag-if lines run in order.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dnsmasq.h"
#include "hook_write.h"

static void write_header(struct dnsmasq_writer *writer)
{
	text_add(writer->out,
		 "# Written by `pxeboot apply` (or `pxeboot export dnsmasq`) from the policy, pxeboot.conf.\n"
		 "# The next run overwrites it: change the policy.  All tags of ours are named pxeboot-...\n");
}

static bool is_range_text(const char *range)
{
	return range[0] != '\0' && strspn(range, "0123456789.,abcdefghijklmnopqrstuvwxyz") == strlen(range);
}

/* The tag of a range makes dnsmasq go through all tag-if lines twice more. */
static void write_ranges(struct dnsmasq_writer *writer)
{
	bool tagged = dnsmasq_groups_ask(writer, "subnet");
	const char *range;

	for (size_t i = 0; (range = dnsmasq_range(writer->policy, i)) != NULL; i++) {
		if (is_range_text(range) && tagged)
			dnsmasq_line(writer, "dhcp-range=set:pxeboot-range-%zu,%s", i, range);
		else if (is_range_text(range))
			dnsmasq_line(writer, "dhcp-range=%s", range);
		else
			dnsmasq_refuse(writer, (struct location){ NULL, 0 }, "dnsmasq.range",
				       "server.dhcp.range: expected FIRST,LAST[,NETMASK][,LEASE]");
	}
	if (writer->proxy != NULL)
		dnsmasq_line(writer, "dhcp-range=%s,proxy", writer->proxy);
}

static void write_quoted(struct dnsmasq_writer *writer, const char *key, const char *value)
{
	CLEANUP_TEXT struct text field = TEXT_INIT;

	if (value != NULL && dnsmasq_quote(writer, &field, key, value))
		dnsmasq_line(writer, "%s=%s", key, text_string(&field));
}

/* Without a script dnsmasq keeps nothing of what clients say, for its Lua neither. */
static void write_hook(struct dnsmasq_writer *writer)
{
	CLEANUP_FREE char *script = hook_script(writer->policy);

	if (script == NULL) {
		writer->error = -ENOMEM;
		return;
	}
	write_quoted(writer, "dhcp-luascript", pxeboot_policy_get(writer->policy, "server.dnsmasq.lua"));
	write_quoted(writer, "dhcp-script", script);
	write_quoted(writer, "dhcp-scriptuser", pxeboot_policy_get(writer->policy, "server.dnsmasq.hook_user"));
}

static void write_server(struct dnsmasq_writer *writer)
{
	const char *tftp = pxeboot_policy_get(writer->policy, "server.tftp");

	dnsmasq_heading(writer, "Where it serves.");
	write_quoted(writer, "interface", pxeboot_policy_get(writer->policy, "server.dhcp.interface"));
	if (writer->dhcp) {
		write_ranges(writer);
		dnsmasq_write_ranges6(writer);
	}
	if (tftp != NULL && strcmp(tftp, "dnsmasq") == 0) {
		dnsmasq_line(writer, "enable-tftp");
		write_quoted(writer, "tftp-root", pxeboot_policy_get(writer->policy, "server.root"));
	}
	if (hook_is_wanted(writer->policy))
		write_hook(writer);
	/* In option 67 the name would carry a NUL, which shim and iPXE take as part of it. */
	if (writer->dhcp)
		dnsmasq_line(writer, "dhcp-no-override");
}

/* @says: in option 60, which counts without option 93 alone. */
static void write_firmware_loader(struct dnsmasq_writer *writer, size_t index, bool says)
{
	const struct boot_pair *pair = &writer->pairs[index];
	CLEANUP_TEXT struct text tags = TEXT_INIT;
	char name[BOOT_PAIR_NAME];

	boot_pair_name(pair, name);
	text_addf(&tags, "tag:!pxeboot-ipxe,%s", pair->arch == PXEBOOT_ARCH_BIOS ? "tag:!pxeboot-rpi," : "");
	if (says)
		text_addf(&tags, "tag:!pxeboot-93,tag:pxeboot-says-%s", name);
	else
		dnsmasq_add_pair(writer, writer->pairs, index, &tags);
	dnsmasq_boot(writer, text_string(&tags), boot_loader(writer->policy, pair, &writer->error));
	if (pair->http)
		dnsmasq_line(writer, "dhcp-option-force=%s,60,HTTPClient", text_string(&tags));
}

static void write_firmware(struct dnsmasq_writer *writer)
{
	dnsmasq_heading(writer, "The firmware gets a loader; over HTTP Boot a whole URL, and option 60 back.");
	for (size_t i = writer->n_pairs; i-- > 0;)
		if (writer->pairs[i].served && !writer->chooses)
			write_firmware_loader(writer, i, true);
	for (size_t i = writer->n_pairs; i-- > 0;)
		if (writer->pairs[i].served)
			write_firmware_loader(writer, i, false);
	dnsmasq_write_own_loaders(writer);
}

/* Any iPXE gets the script; then, as the last match wins, one that is not ours gets our build. */
static void write_ipxe(struct dnsmasq_writer *writer)
{
	char name[BOOT_PAIR_NAME];
	bool any = false;

	dnsmasq_heading(writer, "iPXE gets the script.");
	dnsmasq_boot(writer, "tag:pxeboot-ipxe", boot_script(writer->policy, false, &writer->error));
	dnsmasq_write_group_scripts(writer);
	for (size_t i = writer->n_pairs; i-- > 0;) {
		CLEANUP_TEXT struct text tags = TEXT_INIT;

		if (!writer->pairs[i].replaces)
			continue;
		if (!any)
			dnsmasq_heading(writer, "An iPXE that is not ours is replaced by our build, once.");
		any = true;
		boot_pair_name(&writer->pairs[i], name);
		text_addf(&tags, "tag:pxeboot-ipxe,tag:!pxeboot-own,tag:pxeboot-%s", name);
		dnsmasq_boot(writer, text_string(&tags), boot_own_build(writer->policy, &writer->pairs[i], &writer->error));
	}
}

#define RASPBERRY_TAGS "tag:!pxeboot-ipxe,tag:!pxeboot-own-loader,tag:pxeboot-bios,tag:pxeboot-rpi"

/* Option 43 as pxe-service would send it.  Outside proxy mode any pxe-service would change what all other firmware is
 * told. */
static void write_raspberry(struct dnsmasq_writer *writer)
{
	static const char menu[] = BOOT_RASPBERRY_MENU;
	CLEANUP_TEXT struct text hex = TEXT_INIT;

	if (!writer->raspberry_pi)
		return;
	dnsmasq_heading(writer, "A Raspberry Pi's boot ROM fetches its firmware by itself, once it has read these words.");
	if (writer->proxy != NULL) {
		dnsmasq_line(writer, "pxe-service=" RASPBERRY_TAGS ",0,\"" PXEBOOT_RASPBERRY_PI "\"");
		return;
	}
	dnsmasq_add_hex(&hex, menu, sizeof(menu) - 1);
	dnsmasq_line(writer, "dhcp-option-force=" RASPBERRY_TAGS ",60,PXEClient");
	dnsmasq_line(writer, "dhcp-option-force=" RASPBERRY_TAGS ",43,%s", text_string(&hex));
}

static void write_one_name(struct dnsmasq_writer *writer)
{
	dnsmasq_heading(writer, "One name for all; the TFTP server's map and the link of the address do the rest.");
	dnsmasq_boot(writer, "", writer->one_name);
}

static void write_service(struct dnsmasq_writer *writer, const char *tags, const char *file)
{
	CLEANUP_TEXT struct text field = TEXT_INIT;

	if (file != NULL && dnsmasq_quote(writer, &field, "boot file name", file))
		dnsmasq_line(writer, "pxe-service=%s,0,\"Network boot\",%s,%s", tags, text_string(&field), writer->address);
}

/* Each group's script for those that no group before it has; @tags grows by "no group".  One tag says so: a negation of each
 * group before would outgrow dnsmasq's lines. */
static void write_group_services(struct dnsmasq_writer *writer, struct text *tags)
{
	struct pxeboot_group group;
	bool any = false;

	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++) {
		CLEANUP_TEXT struct text own = TEXT_INIT;

		if (group.where != PXEBOOT_WHERE_DHCP)
			continue;
		dnsmasq_line(writer, "tag-if=set:pxeboot-script-%s,set:pxeboot-scripted,tag:!pxeboot-scripted,"
			     "tag:pxeboot-group-%s", group.name, group.name);
		text_addf(&own, "%s,tag:pxeboot-script-%s", text_string(tags), group.name);
		write_service(writer, text_string(&own), group.script_url);
		any = true;
	}
	if (any)
		text_add(tags, ",tag:!pxeboot-scripted");
}

/* An iPXE for BIOS follows a boot service, where it would go by a name in the other server's answer before ours. */
static void write_ipxe_services(struct dnsmasq_writer *writer)
{
	const struct boot_pair bios = { .arch = PXEBOOT_ARCH_BIOS };
	CLEANUP_TEXT struct text tags = TEXT_INIT;

	text_add(&tags, "tag:pxeboot-bios,tag:pxeboot-ipxe");
	if (pxeboot_policy_loader(writer->policy, PXEBOOT_ARCH_BIOS) != NULL &&
	    boot_arch_has_build(writer->policy, PXEBOOT_ARCH_BIOS)) {
		write_service(writer, "tag:pxeboot-bios,tag:pxeboot-ipxe,tag:!pxeboot-own",
			      boot_own_build(writer->policy, &bios, &writer->error));
		text_add(&tags, ",tag:pxeboot-own");
	}
	if (tags.error == 0)
		write_group_services(writer, &tags);
	if (tags.error == 0)
		write_service(writer, text_string(&tags), boot_script(writer->policy, false, &writer->error));
	else
		writer->error = tags.error;
}

/* Without any pxe-service a proxy stays silent; one for UEFI would take option 43 away, so all are for BIOS.  No client
 * may match two of them: it would be shown a menu. */
static void write_proxy(struct dnsmasq_writer *writer)
{
	const struct boot_pair bios = { .arch = PXEBOOT_ARCH_BIOS };

	dnsmasq_heading(writer, "Beside another DHCP server.  Clients without option 93 get no answer here.");
	dnsmasq_line(writer, "dhcp-pxe-vendor=PXEClient,HTTPClient");
	if (writer->one_name != NULL) {
		write_service(writer, "tag:!pxeboot-ipxe", writer->one_name);
		return;
	}
	if (pxeboot_policy_loader(writer->policy, PXEBOOT_ARCH_BIOS) == NULL)
		write_service(writer, "tag:pxeboot-never", "none.0");
	else
		write_service(writer, "tag:pxeboot-bios,tag:!pxeboot-ipxe,tag:!pxeboot-rpi,tag:!pxeboot-own-loader",
			      boot_loader(writer->policy, &bios, &writer->error));
	write_ipxe_services(writer);
	for (size_t i = 0; i < writer->loaders.n; i++) {
		CLEANUP_TEXT struct text tags = TEXT_INIT;

		text_addf(&tags, "tag:pxeboot-loader-%zu,tag:pxeboot-bios,tag:!pxeboot-ipxe", i);
		write_service(writer, text_string(&tags), writer->loaders.list[i].path);
	}
}

static void write_all(struct dnsmasq_writer *writer)
{
	write_header(writer);
	write_server(writer);
	if (!writer->dhcp)
		return;
	dnsmasq_write_client_tags(writer);
	if (writer->one_name != NULL) {
		write_one_name(writer);
	} else {
		dnsmasq_write_host_tags(writer);
		dnsmasq_write_group_tags(writer);
		/* dnsmasq tries the last line first, and firmware has the fewest. */
		write_ipxe(writer);
		write_firmware(writer);
		write_raspberry(writer);
		dnsmasq_write_files6(writer);
	}
	if (writer->proxy != NULL)
		write_proxy(writer);
}

bool dnsmasq_does_dhcp(const struct pxeboot_policy *policy)
{
	return strcmp(pxeboot_policy_get(policy, "server.dhcp.server"), "dnsmasq") == 0;
}

int dnsmasq_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings)
{
	const char *raspberry = pxeboot_policy_get(policy, "server.raspberry_pi");
	struct dnsmasq_writer writer = {
		.policy = policy,
		.out = out,
		.findings = findings,
		.dhcp = dnsmasq_does_dhcp(policy),
		.address = pxeboot_policy_get(policy, "server.address"),
		.http = pxeboot_policy_get(policy, "server.http"),
		.address6 = pxeboot_policy_get(policy, "server.address6"),
		.http6 = pxeboot_policy_get(policy, "server.http6"),
		.user_class = pxeboot_policy_get(policy, "ipxe.user_class"),
		.one_name = pxeboot_policy_get(policy, "server.one_name"),
		.proxy = pxeboot_policy_get(policy, "server.dhcp.proxy"),
		.raspberry_pi = raspberry != NULL && strcmp(raspberry, "true") == 0,
	};

	if (writer.address == NULL)
		return -EINVAL;
	if (writer.one_name == NULL)
		writer.error = boot_own_loaders_collect(policy, &writer.loaders);
	if (writer.error == 0) {
		writer.n_pairs = boot_pairs(policy, false, writer.pairs);
		if (writer.address6 != NULL)
			writer.n_pairs6 = boot_pairs(policy, true, writer.pairs6);
		writer.chooses = dnsmasq_must_choose(&writer);
		write_all(&writer);
	}
	boot_own_loaders_free(&writer.loaders);
	return writer.error != 0 ? writer.error : out->error;
}
