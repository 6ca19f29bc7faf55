/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a shim starts, which is told by its own name alone: Debian's and all others' fetch GRUB, iPXE's fetches the file that
 * is named as itself without "-shim" and the architecture.
 */
#include <string.h>

#include "policy/policy.h"

/* UEFI's short names of architectures, longer ones before those that they begin with. */
static const struct {
	const char *name;
	int arch;
} names[] = {
	{ "x64", PXEBOOT_ARCH_X64_UEFI }, { "aa64", PXEBOOT_ARCH_ARM64_UEFI }, { "ia32", PXEBOOT_ARCH_IA32_UEFI },
	{ "arm", PXEBOOT_ARCH_ARM32_UEFI }, { "riscv64", PXEBOOT_ARCH_RISCV64_UEFI },
	{ "loongarch64", PXEBOOT_ARCH_LOONG64_UEFI },
};

/* As its name says, else the machines' that get it, where these are of one. */
static const char *arch_name(const char *rest, unsigned archs)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strncmp(rest, names[i].name, strlen(names[i].name)) && rest[strlen(names[i].name)] == '.')
			return names[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (archs == ARCH_BIT(names[i].arch))
			return names[i].name;
	return "x64";
}

bool shim_second_stage(const char *loader, unsigned archs, struct text *path)
{
	const char *slash = strrchr(loader, '/'), *name = slash ? slash + 1 : loader, *infix = strstr(name, "-shim");

	if (infix) {
		text_add_bytes(path, loader, (size_t)(infix - loader));
		text_add(path, ".efi");
		return true;
	}
	if (strncmp(name, "shim", 4) != 0)
		return false;
	text_add_bytes(path, loader, (size_t)(name - loader));
	text_addf(path, "grub%s.efi", arch_name(name + 4, archs));
	return true;
}
