/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of one policy for ISC dhcpd, to be included at the top of its configuration: first what is noted of a
 * client, then one chain of conditions that ends with a file.  Its size follows the architectures, groups and loaders, not
 * the hosts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "isc.h"

static void write_header(struct isc_writer *writer)
{
	text_add(writer->out,
		 "# Written by `pxeboot apply` (or `pxeboot export isc-dhcpd`) from the policy, pxeboot.conf.\n"
		 "# The next run overwrites it: change the policy.  For include in dhcpd.conf, outside of all braces: what stands\n"
		 "# there within braces wins over what stands here.\n");
}

/* ---- Firmware ---- */

static void write_own_loader(struct isc_writer *writer, size_t index)
{
	isc_line(writer, "\t%sif config-option pxeboot.loader = \"%zu\" and config-option pxeboot.boots = \"yes\" {",
		 index == 0 ? "" : "els", index);
	isc_boot_both(writer, writer->loaders.list[index].path, writer->loaders.list[index].url);
	isc_line(writer, "\t}");
}

static const char *file_of(struct isc_writer *writer, int arch, bool http)
{
	for (size_t i = 0; i < writer->n_pairs; i++)
		if (writer->pairs[i].served && writer->pairs[i].arch == arch && writer->pairs[i].http == http)
			return boot_loader(writer->policy, &writer->pairs[i], &writer->error);
	return NULL;
}

static void write_loader(struct isc_writer *writer, int arch, bool first)
{
	isc_line(writer, "\t%sif config-option pxeboot.arch = \"%s\"%s {", first ? "" : "els", pxeboot_arch_get(arch)->name,
		 arch == PXEBOOT_ARCH_BIOS ? " and not (config-option pxeboot.pi = \"yes\")" : "");
	isc_boot_both(writer, file_of(writer, arch, false), file_of(writer, arch, true));
	isc_line(writer, "\t}");
}

/* It gets no file but these words. */
static void write_raspberry(struct isc_writer *writer, bool first)
{
	static const uint8_t menu[] = BOOT_RASPBERRY_MENU;
	CLEANUP_TEXT struct text hex = TEXT_INIT;

	isc_add_hex(&hex, menu, sizeof(menu) - 1);
	isc_line(writer, "\t%sif config-option pxeboot.arch = \"bios\" and config-option pxeboot.pi = \"yes\"\n"
		 "\t    and not (config-option pxeboot.http = \"yes\") {", first ? "" : "els");
	isc_line(writer, "\t\toption vendor-class-identifier \"PXEClient\";\n\t\toption vendor-encapsulated-options %s;\n\t}",
		 text_string(&hex));
}

static void write_firmware(struct isc_writer *writer)
{
	bool first = writer->loaders.n == 0;

	isc_heading(writer, "The firmware gets a loader; over HTTP Boot a whole URL, and option 60 back.");
	isc_line(writer, "if config-option pxeboot.ipxe = \"no\" {");
	for (size_t i = 0; i < writer->loaders.n; i++)
		write_own_loader(writer, i);
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		if (file_of(writer, arch, false) == NULL)
			continue;
		write_loader(writer, arch, first);
		first = false;
	}
	if (writer->raspberry_pi)
		write_raspberry(writer, first);
	isc_line(writer, "}");
}

/* dhcpd sends what a client asks for (option 55) and nothing else. */
static void write_wanted(struct isc_writer *writer, const char *class, const char *options)
{
	isc_line(writer, "if config-option vendor-class-identifier = \"%s\" and exists dhcp-parameter-request-list {", class);
	isc_line(writer, "\toption dhcp-parameter-request-list = concat(%s, option dhcp-parameter-request-list);\n}", options);
}

static void write_all_wanted(struct isc_writer *writer)
{
	bool http = pxeboot_policy_get(writer->policy, "server.http") != NULL;

	if (http || writer->raspberry_pi)
		isc_heading(writer, "These need options 60 and 43 whether they ask for them or not.");
	if (http)
		write_wanted(writer, "HTTPClient", "3c");
	if (writer->raspberry_pi)
		write_wanted(writer, "PXEClient", "3c:2b");
}

/* ---- iPXE ---- */

static void write_replacements(struct isc_writer *writer)
{
	isc_heading(writer, "An iPXE that is not ours is replaced by our build, once.");
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *loader = pxeboot_policy_loader(writer->policy, arch);

		if (loader == NULL || !boot_arch_has_build(writer->policy, arch))
			continue;
		isc_line(writer, "elsif ((config-option pxeboot.ipxe = \"other\" and config-option pxeboot.arch = \"%s\")\n"
			 "    and not (config-option pxeboot.http = \"yes\")) {", pxeboot_arch_get(arch)->name);
		isc_boot(writer, "\t", loader);
		isc_line(writer, "}");
	}
}

static void write_script(struct isc_writer *writer, const struct pxeboot_group *group)
{
	CLEANUP_TEXT struct text condition = TEXT_INIT;

	isc_add_group(&condition, group, writer);
	isc_line(writer, "# Group %s.\nelsif %s {", group->name, text_string(&condition));
	isc_boot(writer, "\t", group->script_url);
	isc_line(writer, "}");
}

static void write_ipxe(struct isc_writer *writer)
{
	const char *script = boot_script(writer->policy, false, &writer->error);
	struct pxeboot_group group;

	if (writer->user_class != NULL)
		write_replacements(writer);
	isc_heading(writer, "iPXE gets the script.");
	for (size_t i = 0; pxeboot_policy_group(writer->policy, i, &group) == 0; i++)
		if (group.where == PXEBOOT_WHERE_DHCP)
			write_script(writer, &group);
	isc_line(writer, "else {");
	if (script != NULL)
		isc_boot(writer, "\t", script);
	isc_line(writer, "}");
}

/* ---- */

static void write_one_name(struct isc_writer *writer)
{
	isc_heading(writer, "One name for all; the TFTP server's map and the link of the address do the rest.");
	isc_boot(writer, "", writer->one_name);
}

static void write_all(struct isc_writer *writer)
{
	write_header(writer);
	if (writer->one_name != NULL) {
		write_one_name(writer);
		return;
	}
	isc_write_notes(writer);
	isc_write_own_loaders(writer);
	write_firmware(writer);
	write_ipxe(writer);
	write_all_wanted(writer);
}

int isc_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings)
{
	const char *raspberry = pxeboot_policy_get(policy, "server.raspberry_pi");
	struct isc_writer writer = {
		.policy = policy,
		.out = out,
		.findings = findings,
		.address = pxeboot_policy_get(policy, "server.address"),
		.user_class = pxeboot_policy_get(policy, "ipxe.user_class"),
		.one_name = pxeboot_policy_get(policy, "server.one_name"),
		.raspberry_pi = raspberry != NULL && strcmp(raspberry, "true") == 0,
	};

	if (writer.address == NULL)
		return -EINVAL;
	writer.error = boot_own_loaders_collect(policy, &writer.loaders);
	if (writer.error == 0) {
		writer.n_pairs = boot_pairs(policy, false, writer.pairs);
		write_all(&writer);
	}
	boot_own_loaders_free(&writer.loaders);
	return writer.error != 0 ? writer.error : out->error;
}
