/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a switch can't be told is told to the administrator.
 */
#include <errno.h>
#include <string.h>

#include "comware.h"

bool comware_can_say(struct comware_writer *writer, const char *file)
{
	if (boot_name_fits(writer->policy, file, "comware.file-name", writer->findings))
		return true;
	writer->error = -EBADMSG;
	return false;
}

static void tell_hosts(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		diagnostics_add(findings, PXEBOOT_WARNING, "comware.loader", (struct location){ host.file, host.line },
				"host '%s': a class can't ask for a machine and its firmware at once, its loader is never "
				"handed out", host.name);
}

static void tell_groups(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++) {
		const struct location where = { group.file, group.line };

		if (group.loader != NULL)
			diagnostics_add(findings, PXEBOOT_WARNING, "comware.loader", where,
					"group '%s': a class can't ask for a group and its firmware at once, its loader is never "
					"handed out", group.name);
		if (group.where == PXEBOOT_WHERE_DHCP)
			diagnostics_add(findings, PXEBOOT_WARNING, "comware.group", where,
					"group '%s': a class can't ask for a group and iPXE at once, its machines boot as if there "
					"were no such group", group.name);
	}
}

/* Those with a build come first, so that their firmware, too, is looked for before that of the others. */
static void tell_build(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	bool with = false, without = false;
	struct pxeboot_build build;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (pxeboot_policy_loader(policy, arch) != NULL) {
			with |= boot_arch_has_build(policy, arch);
			without |= !boot_arch_has_build(policy, arch);
		}
	if (with && without && pxeboot_policy_build(policy, &build) == 0)
		diagnostics_add(findings, PXEBOOT_NOTE, "comware.build", (struct location){ build.file, build.line },
				"ipxe.build: whoever names several architectures, some with an own build and some without, "
				"is taken for one with an own build here");
}

void comware_tell_limits(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	tell_hosts(policy, findings);
	tell_groups(policy, findings);
	tell_build(policy, findings);
	if (pxeboot_policy_loader(policy, PXEBOOT_ARCH_BIOS) != NULL)
		diagnostics_add(findings, PXEBOOT_NOTE, "comware.raspberry", (struct location){ NULL, 0 },
				"a Raspberry Pi's boot ROM claims to be BIOS and is told BIOS's loader here, which it does not take");
}
