/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table of loaders in Debian's packages (see loader_source.h).  Where two generations of a package name a file
 * differently, both places stand in the row.
 */
#include "loader_source.h"

#include <string.h>

#include "base/macro.h"

#define IPXE "usr/lib/ipxe/"
#define GRUB "usr/lib/grub/"
#define X64 PXEBOOT_ARCH_X64_UEFI
#define ALL_DRIVERS { IPXE "ipxe-amd64.efi", "boot/ipxe.efi", IPXE "ipxe.efi" }
#define SIGNED_GRUB { GRUB "x86_64-efi-signed/grubnetx64.efi.signed" }

static const struct loader_source sources[] = {
	{ "undionly.kpxe", PXEBOOT_ARCH_BIOS, "ipxe", { IPXE "undionly.kpxe" }, NULL, true },
	{ "undionly.kkpxe", PXEBOOT_ARCH_BIOS, "ipxe", { IPXE "undionly.kkpxe" }, NULL, false },
	{ "ipxe.pxe", PXEBOOT_ARCH_BIOS, "ipxe", { IPXE "ipxe.pxe" }, NULL, false },
	{ "snponly.efi", X64, "ipxe", { IPXE "snponly.efi" }, NULL, true },
	{ "ipxe.efi", X64, "ipxe", ALL_DRIVERS, NULL, false },
	{ "ipxe-amd64.efi", X64, "ipxe", ALL_DRIVERS, NULL, false },
	{ "ipxe-arm64.efi", PXEBOOT_ARCH_ARM64_UEFI, "ipxe", { IPXE "ipxe-arm64.efi" }, NULL, true },
	{ "ipxe-riscv64.efi", PXEBOOT_ARCH_RISCV64_UEFI, "ipxe", { IPXE "ipxe-riscv64.efi" }, NULL, true },
	{ "ipxe-loong64.efi", PXEBOOT_ARCH_LOONG64_UEFI, "ipxe", { IPXE "ipxe-loong64.efi" }, NULL, true },
	{ "shimx64.efi", X64, "shim-signed", { "usr/lib/shim/shimx64.efi.signed" }, "grubx64.efi", false },
	{ "grubx64.efi", X64, "grub-efi-amd64-signed", SIGNED_GRUB, NULL, false },
	{ "grubnetx64.efi.signed", X64, "grub-efi-amd64-signed", SIGNED_GRUB, NULL, false },
	{ "grubnetx64.efi", X64, "grub-efi-amd64-bin", { GRUB "x86_64-efi/monolithic/grubnetx64.efi" }, NULL, false },
	{ "grubnetia32.efi", PXEBOOT_ARCH_IA32_UEFI, "grub-efi-ia32-bin", { GRUB "i386-efi/monolithic/grubnetia32.efi" },
		NULL, false },
	{ "grubnetaa64.efi", PXEBOOT_ARCH_ARM64_UEFI, "grub-efi-arm64-bin", { GRUB "arm64-efi/monolithic/grubnetaa64.efi" },
		NULL, false },
	{ "pxelinux.0", PXEBOOT_ARCH_BIOS, "pxelinux", { "usr/lib/PXELINUX/pxelinux.0" }, NULL, false },
	{ "lpxelinux.0", PXEBOOT_ARCH_BIOS, "pxelinux", { "usr/lib/PXELINUX/lpxelinux.0" }, NULL, false },
};

const struct loader_source *loader_source_of(const char *path, int arch)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct pxeboot_program program;

	pxeboot_program_by_name(path, &program);
	if (arch == PXEBOOT_ARCH_NONE)
		arch = program.arch;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (strcmp(sources[i].name, name) == 0 && (arch == PXEBOOT_ARCH_NONE || arch == sources[i].arch))
			return &sources[i];
	if (program.kind != PXEBOOT_PROGRAM_IPXE || (program.arch != PXEBOOT_ARCH_NONE && program.arch != arch))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (sources[i].is_default && sources[i].arch == arch)
			return &sources[i];
	return NULL;
}
