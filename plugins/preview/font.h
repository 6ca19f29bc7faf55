/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A bitmap font of Linux's console: PC Screen Font, version 1, as psf(5) has it; letters are 8 pixels wide.
 * Nothing that the file says is trusted further than its length.
 */
#ifndef PREVIEW_FONT_H
#define PREVIEW_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define FONT_PACKAGE "console-setup-linux"
#define FONT_FILE "/usr/share/consolefonts/Lat15-VGA16.psf.gz"

struct font {
	unsigned height;		/* of a letter; a byte a row, the leftmost pixel its highest bit */
	size_t n_glyphs;
	uint8_t *bytes;			/* the file */
	size_t length;
	size_t map;			/* where its Unicode table begins; 0: none, the glyphs are in that order */
};

/* Takes the file's bytes over when it succeeds.  -EBADMSG: it is no such font. */
int font_parse(uint8_t *bytes, size_t length, struct font *ret_font) MUST_USE;
/* Reads it, packed by gzip or not.  -ENOENT and the like; -ENOTSUP: built without pictures. */
int font_read(const char *path, struct font *ret_font) MUST_USE;
void font_free(struct font *font);

/* Lends the rows of a letter; NULL where the font does not have it. */
const uint8_t *font_glyph(const struct font *font, uint32_t letter);

#endif
