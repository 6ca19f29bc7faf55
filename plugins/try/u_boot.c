/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A checksum, then all settings, an empty one last (U-Boot's "env" in flash).
 */
#include "u_boot.h"

#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define BLOCK 0x40000u
#define FLASH (64 << 20)

/* CRC-32 of IEEE 802.3. */
static uint32_t crc32(const uint8_t *bytes, size_t length)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void add_settings(struct text *text, const char *settings, const char *mac)
{
	text_addf(text, "ethaddr=%s", mac);
	text_add_bytes(text, "", 1);
	for (; *settings; settings += strlen(settings) + 1)
		text_add_bytes(text, settings, strlen(settings) + 1);
}

int u_boot_write_settings(const char *path, const char *settings, const char *mac)
{
	uint8_t CLEANUP_FREE *block = calloc(1, BLOCK);
	struct text CLEANUP_TEXT text = TEXT_INIT;
	uint32_t crc;
	int r;

	add_settings(&text, settings, mac);
	if (!block || text.error)
		return -ENOMEM;
	if (text.length >= BLOCK - sizeof(crc))
		return -E2BIG;
	memcpy(block + sizeof(crc), text.bytes, text.length);
	crc = htole32(crc32(block + sizeof(crc), BLOCK - sizeof(crc)));
	memcpy(block, &crc, sizeof(crc));
	r = file_write(path, block, BLOCK, 0600);
	return r < 0 ? r : truncate(path, FLASH) < 0 ? -errno : 0;
}
