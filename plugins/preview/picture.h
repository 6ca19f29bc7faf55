/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A menu as pixels, and those as a PNG; the only user of libpng among the plugins.
 */
#ifndef PREVIEW_PICTURE_H
#define PREVIEW_PICTURE_H

#include "font.h"
#include "layout.h"

/* Draws and hands over the bytes of a PNG, which the caller frees.  @theme may be NULL; its picture is in the middle of
 * the screen, cut off where it is bigger, on black where it is smaller.  -EBADMSG: its picture is damaged; -ENOTSUP:
 * built without pictures. */
int picture_draw(const struct pxeboot_theme *theme, const struct look *look, const struct layout *layout,
		 const struct font *font, void **ret_bytes, size_t *ret_length) MUST_USE;

#endif
