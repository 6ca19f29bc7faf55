/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the bytes of an iPXE tell of it.
 */
#ifndef IPXE_IMAGE_H
#define IPXE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

enum ipxe_feature { IPXE_CONSOLE, IPXE_HTTPS, IPXE_PARAM, IPXE_IMGTRUST, IPXE_NTP, IPXE_NSLOOKUP, IPXE_PING, IPXE_SHIM };
#define IPXE_FEATURE_COUNT 8

struct ipxe_image {
	char version[64];		/* "1.21.1+git20250501.dad20602+dfsg-1" */
	unsigned features;		/* bits, 1 << enum ipxe_feature */
};

static inline bool ipxe_image_has(const struct ipxe_image *image, enum ipxe_feature feature)
{
	return image->features >> feature & 1;
}

/* "pictures and colours"; NULL past the last. */
const char *ipxe_feature_name(unsigned feature);

/* False when these bytes are no iPXE, or a compressed one, which tells nothing. */
bool ipxe_image_read(const void *bytes, size_t length, struct ipxe_image *ret_image);
/* "Debian 12" for the version of a package or an image that was in it, NULL for any other. */
const char *ipxe_release(const char *version);
/* What the BIOS images of such a version have, which are compressed: false where that is not known. */
bool ipxe_release_features(const char *version, unsigned *ret_features);

#endif
