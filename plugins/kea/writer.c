/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client classes of one policy, for the list "client-classes" of Kea's configuration.  Their size follows the
 * architectures, groups and loaders, not the hosts.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kea.h"

static void write_header(struct kea_writer *writer)
{
	text_add(writer->out,
		 "# Written by `pxeboot apply` (or `pxeboot export kea`) from the policy, pxeboot.conf.\n"
		 "# The next run overwrites it: change the policy.  All classes of ours are named pxeboot-...\n"
		 "# For the configuration of kea-dhcp4: \"client-classes\": [ <?include \"FILE\"?> ]\n");
}

/* An iPXE that is not ours is replaced by our build, once; any other gets the script. */
static void write_ipxe(struct kea_writer *writer)
{
	CLEANUP_TEXT struct text test = TEXT_INIT;
	char pair[BOOT_PAIR_NAME], name[BOOT_PAIR_NAME + 8];

	writer->heading = "An iPXE that is not ours is replaced by our build, once.";
	for (size_t i = 0; i < writer->n_pairs; i++) {
		if (!writer->pairs[i].replaces)
			continue;
		boot_pair_name(&writer->pairs[i], pair);
		snprintf(name, sizeof(name), "build-%s", pair);
		text_addf(&test, "member('pxeboot-ipxe') and not member('pxeboot-own') and member('pxeboot-%s')", pair);
		kea_class(writer, name, &test,
			  (struct kea_answer){ .file = boot_own_build(writer->policy, &writer->pairs[i], &writer->error) });
	}
	writer->heading = "iPXE gets the script.";
	kea_write_group_scripts(writer);
	text_add(&test, "member('pxeboot-ipxe')");
	kea_class(writer, "script", &test, (struct kea_answer){ .file = boot_script(writer->policy, false, &writer->error) });
}

static void write_firmware(struct kea_writer *writer)
{
	CLEANUP_TEXT struct text test = TEXT_INIT;
	char pair[BOOT_PAIR_NAME], name[BOOT_PAIR_NAME + 8];

	kea_write_own_loaders(writer);
	writer->heading = "The firmware gets a loader; over HTTP Boot a whole URL, and option 60 back.";
	for (size_t i = 0; i < writer->n_pairs; i++) {
		const struct boot_pair *at = &writer->pairs[i];

		if (!at->served)
			continue;
		boot_pair_name(at, pair);
		snprintf(name, sizeof(name), "boot-%s", pair);
		text_addf(&test, "member('pxeboot-%s') and not member('pxeboot-ipxe')%s", pair,
			  at->arch == PXEBOOT_ARCH_BIOS ? " and not member('pxeboot-rpi')" : "");
		kea_class(writer, name, &test, (struct kea_answer){ .file = boot_loader(writer->policy, at, &writer->error), .http = at->http });
	}
}

/* It gets no file, but options; those of one with a loader of its own would come together with it. */
static void write_raspberry(struct kea_writer *writer)
{
	CLEANUP_TEXT struct text test = TEXT_INIT;

	if (!writer->raspberry_pi)
		return;
	writer->heading = "A Raspberry Pi's boot ROM fetches its firmware by itself, once it has read these words.";
	text_add(&test, "member('pxeboot-rpi') and member('pxeboot-bios') and not member('pxeboot-ipxe')");
	if (writer->own.length > 0)
		text_addf(&test, " and not (%s)", text_string(&writer->own));
	if (writer->own.error != 0)
		test.error = writer->own.error;
	kea_class(writer, "boot-rpi", &test, (struct kea_answer){ .raspberry_pi = true });
}

static void write_one_name(struct kea_writer *writer, const char *one_name)
{
	CLEANUP_TEXT struct text test = TEXT_INIT;

	text_add(&test, "member('ALL')");
	writer->heading = "One name for all.";
	kea_class(writer, "one-name", &test, (struct kea_answer){ .file = one_name });
}

static void write_all(struct kea_writer *writer)
{
	const char *one_name = pxeboot_policy_get(writer->policy, "server.one_name");
	struct location proxy = { NULL, 0 };

	write_header(writer);
	if (pxeboot_policy_where(writer->policy, "server.dhcp.proxy", &proxy.file, &proxy.line) == 0)
		kea_refuse(writer, proxy, "kea.proxy",
			   "server.dhcp.proxy: Kea can't answer beside another DHCP server, expected none");
	if (one_name != NULL) {
		write_one_name(writer, one_name);
		return;
	}
	kea_write_who(writer);
	kea_write_groups(writer);
	write_ipxe(writer);
	write_firmware(writer);
	write_raspberry(writer);
}

int kea_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings)
{
	const char *raspberry = pxeboot_policy_get(policy, "server.raspberry_pi");
	struct kea_writer writer = {
		.policy = policy,
		.out = out,
		.findings = findings,
		.address = pxeboot_policy_get(policy, "server.address"),
		.user_class = pxeboot_policy_get(policy, "ipxe.user_class"),
		.raspberry_pi = raspberry != NULL && strcmp(raspberry, "true") == 0,
		.own = TEXT_INIT,
	};

	if (writer.address == NULL)
		return -EINVAL;
	writer.n_pairs = boot_pairs(policy, false, writer.pairs);
	write_all(&writer);
	text_add(out, "\n");
	text_free(&writer.own);
	return writer.error != 0 ? writer.error : out->error;
}
