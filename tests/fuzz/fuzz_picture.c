/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a theme's picture: a PNG of a size that can be shown, or none.
 */
#include <errno.h>

#include "fuzz.h"
#include "policy/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct picture picture = { .width = 0 };
	int r = picture_read(bytes, length, &picture);

	fuzz_require(r == 0 || r == -EBADMSG || r == -E2BIG || r == -ENOTSUP);
	if (r == 0)
		fuzz_require(picture.width > 0 && picture.width <= 4096 && picture.height > 0 && picture.height <= 4096);
	else
		fuzz_require(picture.width == 0 && picture.height == 0 && !picture.alpha && !picture.deep);
	return 0;
}
