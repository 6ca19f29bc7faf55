/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machines that the lab can build (see firmware.h).
 */
#include "firmware.h"

#include <stddef.h>
#include <string.h>

#include "base/macro.h"

static const char *const vga[] = { "-vga", "std", NULL };
static const char *const arm64[] = { "-cpu", "cortex-a57", "-device", "ramfb", "-device", "qemu-xhci", "-device", "usb-kbd", NULL };

static const struct firmware rows[] = {
	{
		.name = "bios",
		.program = "qemu-system-x86_64", .package = "qemu-system-x86",
		.machine = "q35,graphics=off",	/* SeaBIOS then has its text on the serial console, too */
		.nic = "virtio-net-pci",	/* with its ROM */
		.disk = "ide-hd",		/* SATA */
		.disguise = true,
		.text_screen = true,
		.more = vga,
	},
	{
		.name = "ia32-uefi",
		.program = "qemu-system-x86_64", .package = "qemu-system-x86",
		.machine = "q35,smm=on",	/* Debian's build insists on it */
		.code = "/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd", .variables = "/usr/share/OVMF/OVMF32_VARS_4M.fd",
		.flash_package = "ovmf-ia32",
		.nic = "virtio-net-pci,romfile=",
		.disk = "ide-hd",
		.http_boot = true,
		.more = vga,
	},
	{
		.name = "x64-uefi",
		.program = "qemu-system-x86_64", .package = "qemu-system-x86",
		.machine = "q35",
		.code = "/usr/share/OVMF/OVMF_CODE_4M.fd", .variables = "/usr/share/OVMF/OVMF_VARS_4M.fd",
		.flash_package = "ovmf",
		.nic = "virtio-net-pci,romfile=",	/* without its ROM: the firmware's own driver and PXE */
		.disk = "ide-hd",
		.http_boot = true,
		.more = vga,
	},
	{
		.name = "arm64-uefi",
		.program = "qemu-system-aarch64", .package = "qemu-system-arm",
		.machine = "virt",
		.code = "/usr/share/AAVMF/AAVMF_CODE.fd", .variables = "/usr/share/AAVMF/AAVMF_VARS.fd",
		.flash_package = "qemu-efi-aarch64",
		.nic = "virtio-net-pci,romfile=",
		.disk = "virtio-blk-pci",
		.http_boot = true,
		.more = arm64,
	},
	{
		.name = "u-boot-arm64",
		.program = "qemu-system-aarch64", .package = "qemu-system-arm",
		.machine = "virt",
		.code = "/usr/lib/u-boot/qemu_arm64/u-boot.bin",
		.flash_package = "u-boot-qemu",
		.nic = "virtio-net-pci,romfile=",
		.disk = "virtio-blk-pci",
		/* As boards have it that name themselves U-Boot's: Debian's build would ask as UEFI alone. */
		.settings = "bootp_arch=0x16\0" "bootp_vci=U-Boot.armv8\0" "autoload=no\0" "bootdelay=0\0"
			       "kernel_addr_r=0x40400000\0" "ramdisk_addr_r=0x44000000\0" "pxefile_addr_r=0x40300000\0"
			       "fdt_addr_r=0x40200000\0" "bootcmd=pci enum; dhcp && pxe get && pxe boot; reset\0",
		.more = arm64,
	},
	{
		.name = "riscv64-uefi",
		.program = "qemu-system-riscv64", .package = "qemu-system-misc",
		.machine = "virt",
		.code = "/usr/share/qemu-efi-riscv64/RISCV_VIRT_CODE.fd",
		.variables = "/usr/share/qemu-efi-riscv64/RISCV_VIRT_VARS.fd",
		.flash_package = "qemu-efi-riscv64 of Debian 13",
		.below_sbi = true,
		.nic = "virtio-net-pci,romfile=",
		.disk = "virtio-blk-pci",
		.more = (const char *const[]){ "-device", "virtio-gpu-pci", "-device", "virtio-rng-pci", "-device",
					       "qemu-xhci", "-device", "usb-kbd", NULL },
	},
};

/* Only what runs in system management mode may write the variables, as on real machines. */
static const char *const guarded[] = { "-vga", "std", "-global", "driver=cfi.pflash01,property=secure,value=on", NULL };

static const struct firmware secure_rows[] = {
	{
		.name = "x64-uefi",
		.program = "qemu-system-x86_64", .package = "qemu-system-x86",
		.machine = "q35,smm=on",
		.code = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", .variables = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd",
		.flash_package = "ovmf",
		.nic = "virtio-net-pci,romfile=",
		.disk = "ide-hd",
		.http_boot = true,
		.secure = true,
		.more = guarded,
	},
	{
		.name = "arm64-uefi",
		.program = "qemu-system-aarch64", .package = "qemu-system-arm",
		.machine = "virt",
		.code = "/usr/share/AAVMF/AAVMF_CODE.ms.fd", .variables = "/usr/share/AAVMF/AAVMF_VARS.ms.fd",
		.flash_package = "qemu-efi-aarch64",
		.nic = "virtio-net-pci,romfile=",
		.disk = "virtio-blk-pci",
		.http_boot = true,
		.secure = true,
		.more = arm64,
	},
};

const struct firmware *firmware_get(unsigned index)
{
	return index < ARRAY_SIZE(rows) ? &rows[index] : NULL;
}

const struct firmware *firmware_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const struct firmware *firmware_with_secure_boot(const struct firmware *firmware)
{
	for (size_t i = 0; i < ARRAY_SIZE(secure_rows); i++)
		if (strcmp(secure_rows[i].name, firmware->name) == 0)
			return &secure_rows[i];
	return NULL;
}
