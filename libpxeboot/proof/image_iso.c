/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ISO 9660 (ECMA-119), its boot catalogue ("El Torito" 1.0; platform 0xef is UEFI's), and whose system is on it.
 */
#include "proof/image.h"

#include <string.h>

#define BLOCK 2048u
#define ENTRY 32u
#define MAX_ENTRIES 64u			/* of the catalogue: one block */
#define MAX_DESCRIPTORS 16u
#define MAX_BLOCKS 16u			/* of the root folder */

enum { BOOT_RECORD = 0, PRIMARY = 1, END = 255 };
enum { HEADER_MORE = 0x90, HEADER_LAST = 0x91, BOOTABLE = 0x88, EMULATION = 0x0f };
/* A folder's entries (9.1), of which the root's own is in the primary descriptor. */
enum { ENTRY_PLACE = 2, ENTRY_SIZE = 10, ENTRY_NAME_LENGTH = 32, ENTRY_NAME = 33, ROOT_ENTRY = 156 };

/* Systems that start drivers of their own and then look for the disc that they came from: a folder that each of them
 * has at the top.  Before "pool", which several have, comes what tells them apart. */
static const struct {
	const char *folder, *system;
} systems[] = {
	{ "casper", "Ubuntu" },
	{ "live", "Debian Live" },
	{ "liveos", "a live system of Fedora's kind" },
	{ "sysresccd", "SystemRescue" },
	{ "arch", "Arch Linux" },
	{ "apks", "Alpine Linux" },
	{ "baseos", "an installer of Fedora's kind" },
	{ "repodata", "an installer of Fedora's kind" },
	{ "pool", "Debian's installer" },
	{ "sources", "Windows' installer" },
};

static void add_platform(struct image_job *job, uint8_t platform)
{
	if (platform == 0xef)
		job->image->archs |= IMAGE_UEFI;
	else if (platform == 0)
		job->image->archs |= IMAGE_BIT(PXEBOOT_ARCH_BIOS);
}

/* The first entry says the platform of the second, then each header that of what follows.  Of a disc that plays a floppy or
 * a hard disk iPXE boots nothing. */
static void read_catalogue(struct image_job *job, uint64_t at)
{
	uint8_t entry[ENTRY], platform = 0;

	for (unsigned i = 0; i < MAX_ENTRIES; i++) {
		if (!image_read(job, at + ENTRY * (uint64_t)i, entry, sizeof(entry)) || (i == 0 && entry[0] != 1))
			return;
		if (i == 0 || entry[0] == HEADER_MORE || entry[0] == HEADER_LAST)
			platform = entry[1];
		else if (entry[0] == BOOTABLE && !(entry[1] & EMULATION))
			add_platform(job, platform);
	}
}

static bool is_name(const uint8_t *bytes, size_t length, const char *name)
{
	if (length != strlen(name))
		return false;
	for (size_t i = 0; i < length; i++)
		if ((bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] + 'a' - 'A' : bytes[i]) != name[i])
			return false;
	return true;
}

/* The row of the folder, but no later one than @row. */
static size_t find_system(const uint8_t *name, size_t length, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (is_name(name, length, systems[i].folder))
			return i;
	return row;
}

/* No entry crosses blocks: the rest of one is zeros. */
static size_t read_block(const uint8_t *block, size_t end, size_t row)
{
	for (size_t at = 0; at < end && end - at > ENTRY_NAME && block[at] > ENTRY_NAME; at += block[at]) {
		size_t length = block[at + ENTRY_NAME_LENGTH];

		if (block[at] <= end - at && length <= (size_t)block[at] - ENTRY_NAME)
			row = find_system(block + at + ENTRY_NAME, length, row);
	}
	return row;
}

static void read_root(struct image_job *job, uint64_t at, uint32_t size)
{
	size_t row = ARRAY_SIZE(systems);
	uint8_t block[BLOCK];

	for (unsigned i = 0; i < MAX_BLOCKS && i * BLOCK < size && image_read(job, at + (uint64_t)i * BLOCK, block, BLOCK); i++)
		row = read_block(block, size - i * BLOCK < BLOCK ? size - i * BLOCK : BLOCK, row);
	if (row < ARRAY_SIZE(systems))
		job->image->disc_system = systems[row].system;
}

static void read_primary(struct image_job *job, uint64_t at)
{
	uint32_t blocks, place, size;

	if (image_le32(job, at + 80, &blocks))
		job->image->is_cut = image_lacks(job, 0, (uint64_t)blocks * BLOCK);
	if (image_le32(job, at + ROOT_ENTRY + ENTRY_PLACE, &place) && image_le32(job, at + ROOT_ENTRY + ENTRY_SIZE, &size))
		read_root(job, (uint64_t)place * BLOCK, size);
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
