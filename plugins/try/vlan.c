/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tags (see vlan.h): IEEE 802.1Q; UEFI 2.10, 27.1 (the protocol that sets VLANs) and the UEFI PI specification 1.7, 3-2
 * (firmware volumes); how variables and this one of them are laid out is EDK2's own.
 */
#include "vlan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scalar.h"

#define ADDRESSES 12			/* before the tag */
#define TPID 0x8100u
#define ID_MASK 0x0fffu

size_t vlan_untag(void *frame, size_t length, unsigned vlan)
{
	uint8_t *bytes = frame;

	if (length < ADDRESSES + VLAN_TAG || (unsigned)(bytes[ADDRESSES] << 8 | bytes[ADDRESSES + 1]) != TPID ||
	    ((unsigned)(bytes[ADDRESSES + 2] << 8 | bytes[ADDRESSES + 3]) & ID_MASK) != vlan)
		return 0;
	memmove(bytes + ADDRESSES, bytes + ADDRESSES + VLAN_TAG, length - ADDRESSES - VLAN_TAG);
	return length - VLAN_TAG;
}

size_t vlan_tag(void *frame, size_t length, size_t room, unsigned vlan)
{
	uint8_t *bytes = frame;

	if (length < ADDRESSES || room < VLAN_TAG || length > room - VLAN_TAG)
		return 0;
	memmove(bytes + ADDRESSES + VLAN_TAG, bytes + ADDRESSES, length - ADDRESSES);
	bytes[ADDRESSES] = TPID >> 8;
	bytes[ADDRESSES + 1] = TPID & 0xff;
	bytes[ADDRESSES + 2] = (uint8_t)(vlan >> 8);
	bytes[ADDRESSES + 3] = (uint8_t)vlan;
	return length + VLAN_TAG;
}

/* ---- The firmware's variables, all little-endian ---- */

#define VOLUME_HEADER_LENGTH 48		/* where it says how long it is */
#define STORE_HEADER 28
#define STORE_SIZE 16			/* in its header */
#define STORE_FORMATTED 20		/* likewise: 0x5a, 0xfe */
#define VARIABLE_HEADER 60
#define START_ID 0x55aau
#define STATE_ADDED 0x3f
#define BOOT_AND_KEPT 3			/* attributes: non-volatile, boot services */
#define NAME_BYTES (2 * (2 * MAC_LENGTH + 1))
#define WHOLE (VARIABLE_HEADER + NAME_BYTES + 2)

static const uint8_t vendor[16] = {		/* 9e23d768-d2f3-4366-9fc3-3a7aba864374 */
	0x68, 0xd7, 0x23, 0x9e, 0xf3, 0xd2, 0x66, 0x43, 0x9f, 0xc3, 0x3a, 0x7a, 0xba, 0x86, 0x43, 0x74,
};

static uint32_t read32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Where the store of variables begins and ends. */
static int find_store(const uint8_t *bytes, size_t length, size_t *ret_first, size_t *ret_end)
{
	size_t header, size;

	if (length < 64 || memcmp(bytes + 40, "_FVH", 4) != 0)
		return -EBADMSG;
	header = read32(bytes + VOLUME_HEADER_LENGTH) & 0xffff;
	if (header > length || length - header < STORE_HEADER ||
	    memcmp(bytes + header + STORE_FORMATTED, "\x5a\xfe", 2) != 0)
		return -EBADMSG;
	size = read32(bytes + header + STORE_SIZE);
	if (size < STORE_HEADER || size > length - header)
		return -EBADMSG;
	*ret_first = header + STORE_HEADER;
	*ret_end = header + size;
	return 0;
}

/* Past the last variable; each begins at a multiple of four. */
static size_t find_room(const uint8_t *bytes, size_t at, size_t end)
{
	while (end - at >= VARIABLE_HEADER && (read32(bytes + at) & 0xffff) == START_ID) {
		uint64_t size = VARIABLE_HEADER + (uint64_t)read32(bytes + at + 36) + read32(bytes + at + 40);

		size = (size + 3) & ~(uint64_t)3;
		if (size > end - at)
			return end;
		at += (size_t)size;
	}
	return at;
}

/* The variable is named by the card's address and lists its VLANs: this one alone. */
static void write_variable(uint8_t *at, const uint8_t mac[], unsigned vlan)
{
	char name[2 * MAC_LENGTH + 1];

	memset(at, 0, WHOLE);
	at[0] = START_ID & 0xff;
	at[1] = START_ID >> 8;
	at[2] = STATE_ADDED;
	at[4] = BOOT_AND_KEPT;
	at[36] = NAME_BYTES;
	at[40] = 2;
	memcpy(at + 44, vendor, sizeof(vendor));
	snprintf(name, sizeof(name), "%02X%02X%02X%02X%02X%02X", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	for (size_t i = 0; i < sizeof(name); i++)
		at[VARIABLE_HEADER + 2 * i] = (uint8_t)name[i];
	at[VARIABLE_HEADER + NAME_BYTES] = (uint8_t)vlan;
	at[VARIABLE_HEADER + NAME_BYTES + 1] = (uint8_t)(vlan >> 8);
}

int vlan_set(void *variables, size_t length, const uint8_t mac[], unsigned vlan)
{
	size_t at, end;
	int r = find_store(variables, length, &at, &end);

	if (r < 0)
		return r;
	at = find_room(variables, at, end);
	if (end - at < WHOLE)
		return -ENOSPC;
	write_variable((uint8_t *)variables + at, mac, vlan);
	return 0;
}
