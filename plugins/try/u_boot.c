/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * U-Boot as the machine's firmware (see u_boot.h).  Its settings lie in the second flash: a checksum, then all of them,
 * an empty one last.
 */
#include "u_boot.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "command.h"
#include "lab.h"

#define SETTINGS SCRATCH "/u-boot.fd"
#define SETTINGS_SIZE 0x40000u
#define FLASH_SIZE (64 << 20)

/* CRC-32 of IEEE 802.3, as U-Boot takes it. */
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

static int write_settings(const char *settings, const char *mac)
{
	uint8_t CLEANUP_FREE *block = calloc(1, SETTINGS_SIZE);
	char *at = (char *)block + sizeof(uint32_t);
	uint32_t crc;
	int r;

	if (!block)
		return -ENOMEM;
	at += sprintf(at, "ethaddr=%s", mac) + 1;
	for (; *settings; settings += strlen(settings) + 1)
		at = stpcpy(at, settings) + 1;
	crc = htole32(crc32(block + sizeof(crc), SETTINGS_SIZE - sizeof(crc)));
	memcpy(block, &crc, sizeof(crc));
	r = file_write(SETTINGS, block, SETTINGS_SIZE, 0600);
	return r < 0 ? r : truncate(SETTINGS, FLASH_SIZE) < 0 ? -errno : 0;
}

int u_boot_add(struct command *command, const struct lab_options *options)
{
	struct text CLEANUP_TEXT image = TEXT_INIT;
	int r = machine_find_image(options, options->firmware->code, &image);

	if (r < 0)
		return r;
	r = write_settings(options->firmware->environment, options->mac);
	if (r < 0)
		return lab_fail(r, "can't write the firmware's settings: %s", strerror(-r));
	command_add(command, "-bios");
	command_add(command, image.bytes);
	command_add(command, "-drive");
	command_add(command, "if=pflash,unit=1,format=raw,file=" SETTINGS);
	return 0;
}
