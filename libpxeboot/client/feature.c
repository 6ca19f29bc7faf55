/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * iPXE's features, the encapsulated options 175.16 to 175.41: which is which, and their text form.
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "client/fact.h"

/* In order of code, which is the order of the text form. */
static const struct {
	uint8_t code;
	const char *name;
} features[] = {
	{ 0x10, "pxext" },
	{ 0x11, "iscsi" },
	{ 0x12, "aoe" },
	{ 0x13, "http" },
	{ 0x14, "https" },
	{ 0x15, "tftp" },
	{ 0x16, "ftp" },
	{ 0x17, "dns" },
	{ 0x18, "bzimage" },
	{ 0x19, "multiboot" },
	{ 0x1a, "slam" },
	{ 0x1b, "srp" },
	{ 0x20, "nbi" },
	{ 0x21, "pxe" },
	{ 0x22, "elf" },
	{ 0x23, "comboot" },
	{ 0x24, "efi" },
	{ 0x25, "fcoe" },
	{ 0x26, "vlan" },
	{ 0x27, "menu" },
	{ 0x28, "sdi" },
	{ 0x29, "nfs" },
};

_Static_assert(ARRAY_SIZE(features) <= 32, "features are bits of a uint32_t");

int feature_by_code(uint8_t code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (features[i].code == code)
			return (int)i;
	return -ENOENT;
}

int feature_by_name(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (strlen(features[i].name) == length && !memcmp(features[i].name, name, length))
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
		text_add(&text, features[i].name);
	}
	return text.error ? text.error : fact_put(client, PXEBOOT_FACT_FEATURES, text.bytes, text.length);
}
