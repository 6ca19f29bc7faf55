/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is a text-only iPXE replaced by a better one?  Scripts replace once: on BIOS the DHCP answer that an iPXE hands on says
 * so, in any build; on UEFI the builds of 2019 look at none, and one with drivers of its own would do the same again.
 * Those have no pictures either, which their bytes tell.
 */
#include "proof/replace.h"

#include "base/text.h"

static void tell_text_only(const struct pxeboot_policy *policy, int arch, struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_TEXT struct text file = TEXT_INIT;

	text_add_escaped(&file, policy->served[arch].loader);
	diagnostics_add(diagnostics, PXEBOOT_ERROR, "chain.replace", policy->replace_where,
			"ipxe.replace: '%s' for %s has neither pictures nor colours itself, and such builds may replace each "
			"other for ever; name a newer iPXE, or leave ipxe.replace out",
			text_string(&file), pxeboot_arch_get(arch)->name);
}

static void tell_other(const struct pxeboot_policy *policy, int arch, const struct pxeboot_program *program,
		       struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_TEXT struct text file = TEXT_INIT;

	text_add_escaped(&file, policy->served[arch].loader);
	diagnostics_add(diagnostics, PXEBOOT_WARNING, "chain.replace-other", policy->replace_where,
			"ipxe.replace: a text-only iPXE on %s is replaced by '%s', expected an iPXE, got %s",
			pxeboot_arch_get(arch)->name, text_string(&file), pxeboot_program_kind_name(program->kind));
}

void replace_check(const struct pxeboot_policy *policy, const struct pxeboot_chooser *chooser,
		   struct pxeboot_diagnostics *diagnostics)
{
	struct pxeboot_program program;

	for (int arch = 0; policy->replaces && arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *loader = policy->served[arch].loader;

		if (!loader)
			continue;
		if (!chooser->look || !chooser->look(chooser->look_context, loader, &program))
			pxeboot_program_by_name(loader, &program);
		if (program.text_only)
			tell_text_only(policy, arch, diagnostics);
		else if (program.kind != PXEBOOT_PROGRAM_IPXE && program.kind != PXEBOOT_PROGRAM_UNKNOWN &&
			 program.kind != PXEBOOT_PROGRAM_SHIM)
			tell_other(policy, arch, &program, diagnostics);
	}
}
