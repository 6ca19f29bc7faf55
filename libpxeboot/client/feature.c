/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iPXE's features, the encapsulated options 175.16 to 175.41: which is which, and their text form.
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "client/fact.h"

#define FIRST 0x10

/* By code, which is the order of the text form. */
static const char *const features[] = {
	[0x10 - FIRST] = "pxext",
	[0x11 - FIRST] = "iscsi",
	[0x12 - FIRST] = "aoe",
	[0x13 - FIRST] = "http",
	[0x14 - FIRST] = "https",
	[0x15 - FIRST] = "tftp",
	[0x16 - FIRST] = "ftp",
	[0x17 - FIRST] = "dns",
	[0x18 - FIRST] = "bzimage",
	[0x19 - FIRST] = "multiboot",
	[0x1a - FIRST] = "slam",
	[0x1b - FIRST] = "srp",
	[0x20 - FIRST] = "nbi",
	[0x21 - FIRST] = "pxe",
	[0x22 - FIRST] = "elf",
	[0x23 - FIRST] = "comboot",
	[0x24 - FIRST] = "efi",
	[0x25 - FIRST] = "fcoe",
	[0x26 - FIRST] = "vlan",
	[0x27 - FIRST] = "menu",
	[0x28 - FIRST] = "sdi",
	[0x29 - FIRST] = "nfs",
};

_Static_assert(ARRAY_SIZE(features) <= 32, "features are bits of a uint32_t");

int feature_by_code(uint8_t code)
{
	return code >= FIRST && code - FIRST < (int)ARRAY_SIZE(features) && features[code - FIRST] ? code - FIRST : -ENOENT;
}

int feature_by_name(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (features[i] && strlen(features[i]) == length && !memcmp(features[i], name, length))
			return (int)i;
	return -ENOENT;
}

int fact_put_features(struct pxeboot_client *client, uint32_t bits)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(features); i++) {
		if (!(bits & UINT32_C(1) << i))
			continue;
		text_add(&text, text.length ? "," : "");
		text_add(&text, features[i]);
	}
	return text.error ? text.error : fact_put(client, PXEBOOT_FACT_FEATURES, text.bytes, text.length);
}
