/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one place that knows what the numbers of DHCP option 93 mean: IANA's "Processor Architecture Types" (RFC 4578,
 * RFC 5970), and what machines send in practice.  7 and 9 are one: RFC 4578 as printed had them swapped and machines
 * with x86-64 firmware send either, while nobody asks for EFI byte code.
 */
#include <string.h>

#include "base/macro.h"
#include "pxeboot.h"

#define NONE PXEBOOT_ARCH_NONE

static const struct pxeboot_arch_info infos[] = {
	[PXEBOOT_ARCH_X64_UEFI] = {
		PXEBOOT_ARCH_X64_UEFI, "x64-uefi", "snponly.efi", true, 0x8664, "efi", "x86_64" },
	[PXEBOOT_ARCH_ARM64_UEFI] = {
		PXEBOOT_ARCH_ARM64_UEFI, "arm64-uefi", "ipxe-arm64.efi", true, 0xaa64, "efi", "arm64" },
	[PXEBOOT_ARCH_RISCV64_UEFI] = {
		PXEBOOT_ARCH_RISCV64_UEFI, "riscv64-uefi", "ipxe-riscv64.efi", true, 0x5064, "efi", "riscv64" },
	[PXEBOOT_ARCH_LOONG64_UEFI] = {
		PXEBOOT_ARCH_LOONG64_UEFI, "loong64-uefi", "ipxe-loong64.efi", true, 0x6264, "efi", "loong64" },
	[PXEBOOT_ARCH_IA32_UEFI] = {
		PXEBOOT_ARCH_IA32_UEFI, "ia32-uefi", "ipxe-i386.efi", true, 0x014c, "efi", "i386" },
	[PXEBOOT_ARCH_ARM32_UEFI] = {
		PXEBOOT_ARCH_ARM32_UEFI, "arm32-uefi", "ipxe-arm32.efi", true, 0x01c2, "efi", "arm32" },
	[PXEBOOT_ARCH_RISCV32_UEFI] = {
		PXEBOOT_ARCH_RISCV32_UEFI, "riscv32-uefi", "ipxe-riscv32.efi", true, 0x5032, "efi", "riscv32" },
	[PXEBOOT_ARCH_BIOS] = {
		PXEBOOT_ARCH_BIOS, "bios", "undionly.kpxe", false, 0, "pcbios", NULL },
};

_Static_assert(ARRAY_SIZE(infos) == PXEBOOT_ARCH_COUNT, "one row for each architecture");

/* Indexed by the number itself. */
static const struct pxeboot_arch_code codes[] = {
	{ 0, PXEBOOT_ARCH_BIOS, false, "x86 BIOS" },
	{ 1, NONE, false, "NEC PC-98" },
	{ 2, NONE, false, "Itanium EFI" },
	{ 3, NONE, false, "DEC Alpha" },
	{ 4, NONE, false, "Arc x86" },
	{ 5, NONE, false, "Intel Lean Client" },
	{ 6, PXEBOOT_ARCH_IA32_UEFI, false, "IA32 UEFI" },
	{ 7, PXEBOOT_ARCH_X64_UEFI, false, "x86-64 UEFI" },
	{ 8, NONE, false, "EFI Xscale" },
	{ 9, PXEBOOT_ARCH_X64_UEFI, false, "EFI byte code, in practice x86-64 UEFI" },
	{ 10, PXEBOOT_ARCH_ARM32_UEFI, false, "ARM 32-bit UEFI" },
	{ 11, PXEBOOT_ARCH_ARM64_UEFI, false, "ARM 64-bit UEFI" },
	{ 12, NONE, false, "PowerPC Open Firmware" },
	{ 13, NONE, false, "PowerPC ePAPR" },
	{ 14, NONE, false, "PowerPC OPAL" },
	{ 15, PXEBOOT_ARCH_IA32_UEFI, true, "IA32 UEFI, HTTP" },
	{ 16, PXEBOOT_ARCH_X64_UEFI, true, "x86-64 UEFI, HTTP" },
	{ 17, PXEBOOT_ARCH_X64_UEFI, true, "EFI byte code, in practice x86-64 UEFI, HTTP" },
	{ 18, PXEBOOT_ARCH_ARM32_UEFI, true, "ARM 32-bit UEFI, HTTP" },
	{ 19, PXEBOOT_ARCH_ARM64_UEFI, true, "ARM 64-bit UEFI, HTTP" },
	{ 20, PXEBOOT_ARCH_BIOS, true, "x86 BIOS, HTTP" },
	{ 21, NONE, false, "ARM 32-bit U-Boot" },
	{ 22, NONE, false, "ARM 64-bit U-Boot" },
	{ 23, NONE, true, "ARM 32-bit U-Boot, HTTP" },
	{ 24, NONE, true, "ARM 64-bit U-Boot, HTTP" },
	{ 25, PXEBOOT_ARCH_RISCV32_UEFI, false, "RISC-V 32-bit UEFI" },
	{ 26, PXEBOOT_ARCH_RISCV32_UEFI, true, "RISC-V 32-bit UEFI, HTTP" },
	{ 27, PXEBOOT_ARCH_RISCV64_UEFI, false, "RISC-V 64-bit UEFI" },
	{ 28, PXEBOOT_ARCH_RISCV64_UEFI, true, "RISC-V 64-bit UEFI, HTTP" },
	{ 29, NONE, false, "RISC-V 128-bit UEFI" },
	{ 30, NONE, true, "RISC-V 128-bit UEFI, HTTP" },
	{ 31, NONE, false, "s390 basic" },
	{ 32, NONE, false, "s390 extended" },
	{ 33, NONE, false, "MIPS 32-bit UEFI" },
	{ 34, NONE, false, "MIPS 64-bit UEFI" },
	{ 35, NONE, false, "Sunway 32-bit UEFI" },
	{ 36, NONE, false, "Sunway 64-bit UEFI" },
	{ 37, NONE, false, "LoongArch 32-bit UEFI" },
	{ 38, NONE, true, "LoongArch 32-bit UEFI, HTTP" },
	{ 39, PXEBOOT_ARCH_LOONG64_UEFI, false, "LoongArch 64-bit UEFI" },
	{ 40, PXEBOOT_ARCH_LOONG64_UEFI, true, "LoongArch 64-bit UEFI, HTTP" },
	{ 41, NONE, false, "ARM rpiboot" },
};

_Static_assert(ARRAY_SIZE(codes) == PXEBOOT_ARCH_CODE_COUNT, "one row for each number");

const struct pxeboot_arch_info *pxeboot_arch_get(int arch)
{
	return arch >= 0 && arch < PXEBOOT_ARCH_COUNT ? &infos[arch] : NULL;
}

int pxeboot_arch_by_name(const char *name)
{
	int arch;

	for (arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (!strcmp(infos[arch].name, name))
			return arch;
	return PXEBOOT_ARCH_NONE;
}

const struct pxeboot_arch_code *pxeboot_arch_code_get(uint16_t code)
{
	return code < PXEBOOT_ARCH_CODE_COUNT ? &codes[code] : NULL;
}
