/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a file on the wire is (see kind.h).
 */
#include "kind.h"

#include <string.h>

/* The first that fits is it; a Linux kernel with an EFI stub is a PE image as well, so kernels go before loaders. */
static const struct {
	size_t offset;
	const char *bytes;
	size_t length;
	enum file_kind kind;
} magics[] = {
	{ 0, "#!ipxe", 6, FILE_SCRIPT },
	{ 0, "#!gpxe", 6, FILE_SCRIPT },
	{ 0x202, "HdrS", 4, FILE_KERNEL },		/* x86 boot protocol */
	{ 0x38, "ARM\x64", 4, FILE_KERNEL },		/* arm64 Image */
	{ 0x38, "RSC\x05", 4, FILE_KERNEL },		/* RISC-V Image */
	{ 0, "\x89PNG\r\n\x1a\n", 8, FILE_PICTURE },
	{ 0, "MZ", 2, FILE_LOADER },
	{ 0, "\x1f\x8b", 2, FILE_INITRD },		/* gzip */
	{ 0, "070701", 6, FILE_INITRD },		/* cpio */
	{ 0, "\xfd" "7zXZ", 5, FILE_INITRD },
	{ 0, "\x28\xb5\x2f\xfd", 4, FILE_INITRD },	/* zstd */
	{ 0, "\x02\x21\x4c\x18", 4, FILE_INITRD },	/* lz4 */
};

/* GRUB's and PXELINUX's files begin like any text: where they lie says what they are.  The first that fits is it. */
static const struct {
	const char *folder;
	enum file_kind kind;
} folders[] = {
	{ "grub/menus/", FILE_MENU },
	{ "grub/profiles/", FILE_SCRIPT },
	{ "grub/grub.cfg", FILE_SCRIPT },		/* and hosts', which begin like it */
	{ "pxelinux.cfg/profiles/", FILE_SCRIPT },
	{ "pxelinux.cfg/", FILE_MENU },
};

static const char *const tags[FILE_KIND_COUNT] = {
	[FILE_LOADER] = "LOADER",   [FILE_SCRIPT] = "SCRIPT", [FILE_MENU] = "MENU",   [FILE_PICTURE] = "PICTURE",
	[FILE_KERNEL] = "KERNEL",   [FILE_INITRD] = "INITRD", [FILE_OTHER] = "FILE",
};

const char *file_kind_tag(enum file_kind kind)
{
	return tags[kind];
}

static bool has_magic(const struct transfer *transfer, size_t offset, const char *bytes, size_t length)
{
	return transfer->head_length >= offset && transfer->head_length - offset >= length &&
	       memcmp(transfer->head + offset, bytes, length) == 0;
}

static bool is_named_loader(const struct pxeboot_policy *policy, const char *name)
{
	struct pxeboot_host host;
	struct pxeboot_group group;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *loader = pxeboot_policy_loader(policy, arch);

		if (loader && strcmp(loader, name) == 0)
			return true;
	}
	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		if (strcmp(host.loader, name) == 0)
			return true;
	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (group.loader && strcmp(group.loader, name) == 0)
			return true;
	return false;
}

enum file_kind file_kind_of(const struct pxeboot_policy *policy, const struct transfer *transfer)
{
	if (is_named_loader(policy, transfer->name))
		return FILE_LOADER;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (!has_magic(transfer, magics[i].offset, magics[i].bytes, magics[i].length))
			continue;
		if (magics[i].kind == FILE_SCRIPT && strncmp(transfer->name, "menus/", 6) == 0)
			return FILE_MENU;
		return magics[i].kind;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (strncmp(transfer->name, folders[i].folder, strlen(folders[i].folder)) == 0)
			return folders[i].kind;
	return FILE_OTHER;
}
