/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is typed into the switch: classes, what each gives, and what goes into the address pool.
 */
#include <errno.h>
#include <string.h>

#include "comware.h"

#define FIRST_GROUP 32001		/* option groups have numbers up to 32768: leaves the low ones to the administrator */

/* A '#' begins a comment there, too. */
static void write_header(struct comware_writer *writer, const char *name)
{
	text_addf(writer->out,
		  "# NOT TESTED ON HARDWARE: follows the command references of H3C and HPE for Comware 7.\n"
		  "# Written by `pxeboot export %s` from the policy, pxeboot.conf.  To be pasted in system view, with the name of\n"
		  "# your own address pool in place of POOL, whose network and gateway-list stay as they are.\n", name);
}

/* 66 stands beside next-server, and 150 beside both: which of them a client takes is its own affair. */
static void write_pool(struct comware_writer *writer)
{
	text_addf(writer->out, "dhcp server ip-pool POOL\n next-server %s\n tftp-server ip-address %s\n", writer->address,
		  writer->address);
}

static void write_group(struct comware_writer *writer, size_t index)
{
	const struct comware_class *class = &writer->classes[index];

	if (!comware_can_say(writer, class->file))
		return;
	text_addf(writer->out, "dhcp option-group %zu\n option 66 ascii %s\n option 67 ascii %s\n", FIRST_GROUP + index,
		  writer->address, class->file);
	text_addf(writer->out, "%s quit\n", class->http ? " option 60 ascii HTTPClient\n" : "");
}

static void write_all(struct comware_writer *writer)
{
	char name[48];

	write_header(writer, "comware");
	text_addf(writer->out, "#\n# Who asks; older releases say \"dhcp server class\".  Option 93 is a list: its first %d numbers "
		  "are looked at.\n", COMWARE_LIST);
	for (size_t i = 0; i < writer->n_classes; i++)
		comware_write_class(writer, &writer->classes[i]);
	text_add(writer->out, "#\n# What each is told.\n");
	for (size_t i = 0; i < writer->n_classes; i++)
		if (writer->classes[i].group == i)
			write_group(writer, i);
	text_add(writer->out, "#\n# The first class that matches wins: keep their order, and no bootfile-name beside them.\n");
	write_pool(writer);
	for (size_t i = 0; i < writer->n_classes; i++) {
		comware_class_name(&writer->classes[i], name);
		text_addf(writer->out, " class %s option-group %zu\n", name, FIRST_GROUP + writer->classes[i].group);
	}
	text_add(writer->out, " quit\n");
}

/* A whole URL, so that iPXE asks nobody where the server is. */
static int make_script(struct comware_writer *writer)
{
	const char *script = boot_script(writer->policy, false, &writer->error);

	if (script == NULL)
		return -ENOMEM;
	if (pxeboot_policy_get(writer->policy, "server.http") == NULL)
		text_addf(&writer->script, "tftp://%s/", writer->address);
	text_add(&writer->script, script);
	return writer->script.error;
}

int comware_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings)
{
	struct comware_writer writer = {
		.policy = policy, .out = out, .findings = findings, .script = TEXT_INIT,
		.address = pxeboot_policy_get(policy, "server.address"),
		.user_class = pxeboot_policy_get(policy, "ipxe.user_class"),
	};

	if (writer.address == NULL)
		return -EINVAL;
	if (pxeboot_policy_get(policy, "server.one_name") != NULL)
		return comware_write_plain(policy, out, findings);
	comware_tell_limits(policy, findings);
	writer.error = make_script(&writer);
	if (writer.error == 0) {
		comware_collect(&writer);
		write_all(&writer);
	}
	text_free(&writer.script);
	return writer.error != 0 ? writer.error : out->error;
}

/* ---- One name for all ---- */

/* Whoever asks again is told the same name again. */
static void tell_loop(const struct comware_writer *writer, const char *file)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	struct location where = { NULL, 0 };

	if (pxeboot_policy_where(writer->policy, "server.one_name", &where.file, &where.line) < 0)
		pxeboot_policy_where(writer->policy, "server.default_arch", &where.file, &where.line);
	text_add_escaped(&shown, file);
	diagnostics_add(writer->findings, PXEBOOT_WARNING, "comware.one-name", where,
			"everybody is told '%s', iPXE too: a chain loop, unless that loader does not ask again (autoexec.ipxe on UEFI, "
			"a script built in on BIOS); expected classes, or dnsmasq as a proxy beside the switch",
			text_string(&shown));
}

int comware_write_plain(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings)
{
	const char *file = pxeboot_policy_get(policy, "server.one_name");
	const char *arch = pxeboot_policy_get(policy, "server.default_arch");
	struct comware_writer writer = {
		.policy = policy, .out = out, .findings = findings, .address = pxeboot_policy_get(policy, "server.address"),
	};

	/* The policy has seen to it that it is served. */
	if (file == NULL && arch != NULL)
		file = pxeboot_policy_loader(policy, pxeboot_arch_by_name(arch));
	if (writer.address == NULL || file == NULL)
		return -EINVAL;
	if (!comware_can_say(&writer, file))
		return writer.error;
	tell_loop(&writer, file);
	write_header(&writer, "comware-plain");
	text_addf(out, "# Machines of %s alone boot; better is no file name here, and dnsmasq as a proxy beside the switch.\n#\n",
		  arch);
	write_pool(&writer);
	text_addf(out, " bootfile-name %s\n quit\n", file);
	return out->error;
}
