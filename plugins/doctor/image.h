/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the bytes of an iPXE tell of it.
 */
#ifndef DOCTOR_IMAGE_H
#define DOCTOR_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

struct ipxe_image {
	char version[64];		/* "1.21.1+git20250501.dad20602+dfsg-1" */
	bool console, https;		/* pictures and colours of menus; encrypted transport */
};

/* False when these bytes are no iPXE, or a compressed one, which tells nothing. */
bool ipxe_image_read(const void *bytes, size_t length, struct ipxe_image *ret_image);
/* "Debian 12" for the version of a package or an image that was in it, NULL for any other. */
const char *ipxe_release(const char *version);

#endif
