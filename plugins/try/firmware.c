/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machines that the lab can build (see firmware.h).
 */
#include "firmware.h"

#include <stddef.h>
#include <string.h>

#include "base/macro.h"

static const struct firmware rows[] = {
	{
		.name = "bios",
		.program = "qemu-system-x86_64", .package = "qemu-system-x86",
		.machine = "q35,graphics=off",	/* SeaBIOS then has its text on the serial console, too */
		.nic = "virtio-net-pci",	/* with its ROM */
		.disk = "ide-hd",		/* SATA */
		.disguise = true,
		.text_screen = true,
	},
	{
		.name = "x64-uefi",
		.program = "qemu-system-x86_64", .package = "qemu-system-x86",
		.machine = "q35",
		.code = "/usr/share/OVMF/OVMF_CODE_4M.fd", .variables = "/usr/share/OVMF/OVMF_VARS_4M.fd",
		.flash_package = "ovmf",
		.nic = "virtio-net-pci,romfile=",	/* without its ROM: the firmware's own driver and PXE */
		.disk = "ide-hd",
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
		.secure = true,
		.more = guarded,
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
