/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fonts of Linux's console (see font.h).
 */
#include "font.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "\x36\x04"
#define HEADER 4			/* magic, mode, height */
#define MODE_512 0x01			/* 512 glyphs, else 256 */
#define MODE_MAPS 0x06			/* a Unicode table follows */
#define MAX_HEIGHT 32
#define MAP_END 0xffffu			/* of a glyph's letters */
#define MAP_SEQUENCE 0xfffeu		/* before letters that make one glyph together */

int font_parse(uint8_t *bytes, size_t length, struct font *ret_font)
{
	struct font font = { .bytes = bytes, .length = length };

	if (length < HEADER || memcmp(bytes, MAGIC, 2) != 0)
		return -EBADMSG;
	font.height = bytes[3];
	font.n_glyphs = bytes[2] & MODE_512 ? 512 : 256;
	if (!font.height || font.height > MAX_HEIGHT || length - HEADER < font.n_glyphs * font.height)
		return -EBADMSG;
	if (bytes[2] & MODE_MAPS)
		font.map = HEADER + font.n_glyphs * font.height;
	*ret_font = font;
	return 0;
}

void font_free(struct font *font)
{
	free(font->bytes);
	*font = (struct font){ 0 };
}

static const uint8_t *glyph_at(const struct font *font, size_t index)
{
	return index < font->n_glyphs ? font->bytes + HEADER + index * font->height : NULL;
}

/* The table has for each glyph its letters, 16 bits each, little-endian, then sequences that it is for, then an end. */
const uint8_t *font_glyph(const struct font *font, uint32_t letter)
{
	bool sequence = false;
	size_t index = 0;

	if (!font->map)
		return glyph_at(font, letter);
	for (size_t at = font->map; font->length - at >= 2; at += 2) {
		unsigned word = font->bytes[at] | (unsigned)font->bytes[at + 1] << 8;

		if (word == letter && !sequence && word < MAP_SEQUENCE)
			return glyph_at(font, index);
		index += word == MAP_END;
		sequence = word == MAP_SEQUENCE || (sequence && word != MAP_END);
	}
	return NULL;
}

#ifdef HAVE_PICTURES
#include <zlib.h>

#define MAX_FILE 65536

int font_read(const char *path, struct font *ret_font)
{
	CLEANUP_FREE uint8_t *bytes = malloc(MAX_FILE);
	gzFile file;
	int length, r;

	if (!bytes)
		return -ENOMEM;
	errno = 0;
	file = gzopen(path, "rbe");
	if (!file)
		return errno ? -errno : -ENOMEM;
	length = gzread(file, bytes, MAX_FILE);
	r = gzclose(file);
	if (length < 0 || r != Z_OK)
		return -EBADMSG;
	r = font_parse(bytes, (size_t)length, ret_font);
	if (r == 0)
		bytes = NULL;
	return r;
}

#else

int font_read(const char *path, struct font *ret_font)
{
	return -ENOTSUP;
}

#endif
