/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures of themes (see picture.h). */
#include "policy/picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_PNG
#include <png.h>

#define MAX_SIDE 4096

/* It has no codes, and where memory came to an end its text says so, whatever is in front of that. */
static int error_of(const png_image *image)
{
	return strcasestr(image->message, "memory") ? -ENOMEM : -EBADMSG;
}

/* All of it is decoded: half a picture has a good header too. */
static int decode(png_image *image)
{
	image->format = PNG_FORMAT_RGB;
	CLEANUP_FREE png_bytep pixels = malloc(PNG_IMAGE_SIZE(*image));

	if (!pixels)
		return -ENOMEM;
	return png_image_finish_read(image, NULL, pixels, 0, NULL) && !PNG_IMAGE_FAILED(*image) ? 0 : error_of(image);
}

int picture_read(const void *bytes, size_t length, struct picture *ret_picture)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	struct picture picture;
	int r;

	if (!png_image_begin_read_from_memory(&image, bytes, length))
		return error_of(&image);
	picture = (struct picture){
		.width = image.width, .height = image.height,
		.alpha = image.format & PNG_FORMAT_FLAG_ALPHA, .deep = image.format & PNG_FORMAT_FLAG_LINEAR,
	};
	r = picture.width > MAX_SIDE || picture.height > MAX_SIDE ? -E2BIG : decode(&image);
	png_image_free(&image);
	if (r == 0)
		*ret_picture = picture;
	return r;
}

#else

int picture_read(const void *bytes, size_t length, struct picture *ret_picture)
{
	return -ENOTSUP;
}

#endif
