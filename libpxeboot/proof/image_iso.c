/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ISO 9660 (ECMA-119) and its boot catalogue ("El Torito" 1.0; platform 0xef is UEFI's).
 */
#include "proof/image.h"

#define BLOCK 2048u
#define ENTRY 32u
#define MAX_ENTRIES 64u			/* of the catalogue: one block */
#define MAX_DESCRIPTORS 16u

enum { BOOT_RECORD = 0, PRIMARY = 1, END = 255 };
enum { HEADER_MORE = 0x90, HEADER_LAST = 0x91, BOOTABLE = 0x88 };

static void add_platform(struct image_job *job, uint8_t platform)
{
	if (platform == 0xef)
		job->image->archs |= IMAGE_UEFI;
	else if (platform == 0)
		job->image->archs |= IMAGE_BIT(PXEBOOT_ARCH_BIOS);
}

/* The first entry says the platform of the second, then each header that of what follows. */
static void read_catalogue(struct image_job *job, uint64_t at)
{
	uint8_t entry[ENTRY], platform = 0;

	for (unsigned i = 0; i < MAX_ENTRIES; i++) {
		if (!image_read(job, at + ENTRY * (uint64_t)i, entry, sizeof(entry)) || (i == 0 && entry[0] != 1))
			return;
		if (i == 0 || entry[0] == HEADER_MORE || entry[0] == HEADER_LAST)
			platform = entry[1];
		else if (entry[0] == BOOTABLE)
			add_platform(job, platform);
	}
}

static void read_primary(struct image_job *job, uint64_t at)
{
	uint32_t blocks;

	if (image_le32(job, at + 80, &blocks))
		job->image->is_cut = image_lacks(job, 0, (uint64_t)blocks * BLOCK);
}

static void read_descriptor(struct image_job *job, uint64_t at, uint8_t type)
{
	uint32_t block;

	if (type == PRIMARY)
		read_primary(job, at);
	else if (type == BOOT_RECORD && image_has(job, at + 7, "EL TORITO SPECIFICATION", 23) &&
		 image_le32(job, at + 71, &block))
		read_catalogue(job, (uint64_t)block * BLOCK);
}

static bool probe(struct image_job *job)
{
	uint64_t first = 16 * (uint64_t)BLOCK;
	uint8_t type;

	if (!image_has(job, first + 1, "CD001", 5))
		return false;
	for (uint64_t i = 0, at = first; i < MAX_DESCRIPTORS; i++, at += BLOCK) {
		if (!image_has(job, at + 1, "CD001", 5) || !image_read(job, at, &type, 1) || type == END)
			break;
		read_descriptor(job, at, type);
	}
	return true;
}

const struct image_format image_iso = { PXEBOOT_IMAGE_ISO, "ISO 9660 image", probe };
