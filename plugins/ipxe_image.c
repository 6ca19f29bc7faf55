/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An EFI image is not compressed: its strings stand in it, each between two NULs.
 */
#include "ipxe_image.h"

#include <ctype.h>
#include <string.h>

#include "base/macro.h"

#define VERSION_PARTS 3

#define BIT(feature) (1u << (feature))

static const struct {
	const char *date, *name;
	unsigned bios;			/* features */
} releases[] = {
	{ "20190125", "Debian 11 and 12", 0 },
	{ "20250501", "Debian 13", BIT(IPXE_CONSOLE) | BIT(IPXE_HTTPS) | BIT(IPXE_PING) | BIT(IPXE_SHIM) },
};

/* A command or protocol stands in the image by its name. */
static const struct {
	const char *string, *name;
} features[] = {
	[IPXE_CONSOLE] = { "console", "pictures and colours" },
	[IPXE_HTTPS] = { "https", "HTTPS" },
	[IPXE_PARAM] = { "param", "param" },
	[IPXE_IMGTRUST] = { "imgtrust", "imgtrust" },
	[IPXE_NTP] = { "ntp", "ntp" },
	[IPXE_NSLOOKUP] = { "nslookup", "nslookup" },
	[IPXE_PING] = { "ping", "ping" },
	[IPXE_SHIM] = { "shim", "shim" },
};

static bool has_string(const char *bytes, size_t length, const char *string)
{
	size_t wanted = strlen(string) + 1;
	const char *at = bytes, *end = bytes + length;

	while ((at = memmem(at, (size_t)(end - at), string, wanted)) != NULL) {
		if (at > bytes && at[-1] == '\0')
			return true;
		at++;
	}
	return false;
}

/* "1.21.1", and behind it "+…", " (…" or nothing; @length is that of the string. */
static bool is_version(const char *string, size_t length)
{
	size_t at = 0;

	for (int part = 0; part < VERSION_PARTS; part++) {
		size_t digits = at;

		while (at < length && isdigit((unsigned char)string[at]))
			at++;
		if (at == digits || at - digits > 3)
			return false;
		if (part < VERSION_PARTS - 1 && (at == length || string[at++] != '.'))
			return false;
	}
	return at == length || string[at] == '+' || string[at] == ' ';
}

static bool is_printable(const char *string, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isprint((unsigned char)string[i]))
			return false;
	return true;
}

static bool find_version(const char *bytes, size_t length, char *ret, size_t size)
{
	const char *end = bytes + length, *at = bytes;

	while ((at = memchr(at, '\0', (size_t)(end - at))) != NULL && ++at < end) {
		size_t n = strnlen(at, (size_t)(end - at));

		if (n == (size_t)(end - at))
			return false;
		if (n < size && is_version(at, n) && is_printable(at, n)) {
			memcpy(ret, at, n + 1);
			return true;
		}
	}
	return false;
}

bool ipxe_image_read(const void *bytes, size_t length, struct ipxe_image *ret_image)
{
	static const char name[] = "ipxe.org";
	struct ipxe_image image = { .features = 0 };

	if (memmem(bytes, length, name, strlen(name)) == NULL ||
	    !find_version(bytes, length, image.version, sizeof(image.version)))
		return false;
	for (unsigned i = 0; i < ARRAY_SIZE(features); i++)
		if (has_string(bytes, length, features[i].string))
			image.features |= BIT(i);
	if (!has_string(bytes, length, "picture"))
		image.features &= ~BIT(IPXE_CONSOLE);
	*ret_image = image;
	return true;
}

const char *ipxe_release(const char *version)
{
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++)
		if (strstr(version, releases[i].date) != NULL)
			return releases[i].name;
	return NULL;
}

bool ipxe_release_features(const char *version, unsigned *ret_features)
{
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++)
		if (strstr(version, releases[i].date) != NULL) {
			*ret_features = releases[i].bios;
			return true;
		}
	return false;
}

const char *ipxe_feature_name(unsigned feature)
{
	return feature < ARRAY_SIZE(features) ? features[feature].name : NULL;
}
