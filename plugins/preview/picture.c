/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A menu as a PNG (see picture.h).
 */
#include "picture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_PICTURES
#include <png.h>

#define GLYPH_WIDTH 8

struct canvas {
	unsigned width, height;
	uint8_t *pixels;		/* RGB */
};

static uint8_t *pixel(const struct canvas *canvas, unsigned x, unsigned y)
{
	return canvas->pixels + 3 * ((size_t)y * canvas->width + x);
}

static void paint(const struct canvas *canvas, unsigned x, unsigned y, uint32_t rgb)
{
	uint8_t *at = pixel(canvas, x, y);

	at[0] = rgb >> 16 & 0xff;
	at[1] = rgb >> 8 & 0xff;
	at[2] = rgb & 0xff;
}

/* ---- Behind the text ---------------------------------------------------------------------------------------------- */

/* What is transparent is on black. */
static void copy_row(const struct canvas *canvas, unsigned y, const uint8_t *row, int left, unsigned width)
{
	for (unsigned x = 0; x < canvas->width; x++) {
		long from = (long)x - left;
		const uint8_t *at = row + 4 * from;

		if (from < 0 || from >= (long)width)
			continue;
		for (size_t i = 0; i < 3; i++)
			pixel(canvas, x, y)[i] = (uint8_t)(at[i] * at[3] / 255);
	}
}

static void copy_picture(const struct canvas *canvas, const png_image *image, const uint8_t *pixels)
{
	int left = ((int)canvas->width - (int)image->width) / 2, top = ((int)canvas->height - (int)image->height) / 2;

	for (unsigned y = 0; y < canvas->height; y++) {
		long from = (long)y - top;

		if (from >= 0 && from < (long)image->height)
			copy_row(canvas, y, pixels + 4 * (size_t)from * image->width, left, image->width);
	}
}

static int draw_background(const struct canvas *canvas, const struct pxeboot_theme *theme)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	CLEANUP_FREE uint8_t *pixels = NULL;
	bool good;

	if (!png_image_begin_read_from_memory(&image, theme->picture_bytes, theme->picture_length))
		return -EBADMSG;
	image.format = PNG_FORMAT_RGBA;
	pixels = malloc(PNG_IMAGE_SIZE(image));
	good = pixels && png_image_finish_read(&image, NULL, pixels, 0, NULL);
	if (good)
		copy_picture(canvas, &image, pixels);
	png_image_free(&image);
	return good ? 0 : pixels ? -EBADMSG : -ENOMEM;
}

/* ---- Text --------------------------------------------------------------------------------------------------------- */

/* A letter's rows, in a cell that may be higher than they are: then they stand where UEFI's letters do. */
static bool has_ink(const uint8_t *glyph, const struct font *font, const struct look *look, unsigned x, unsigned y)
{
	unsigned above = look->cell_height > font->height ? (look->cell_height - font->height + 1) / 2 : 0;

	return glyph && x < GLYPH_WIDTH && y >= above && y - above < font->height && (glyph[y - above] & 0x80u >> x);
}

static void draw_cell(const struct canvas *canvas, const struct look *look, const struct font *font,
		      const struct cell *cell, unsigned left, unsigned top)
{
	bool exchanged = cell->letter == LETTER_UNKNOWN;
	const uint8_t *glyph = font_glyph(font, exchanged ? '?' : cell->letter);

	if (!glyph)
		glyph = font_glyph(font, LETTER_BLOCK);
	for (unsigned y = 0; y < look->cell_height; y++)
		for (unsigned x = 0; x < look->cell_width; x++) {
			if (x < GLYPH_WIDTH && has_ink(glyph, font, look, x, y) != exchanged)
				paint(canvas, left + x, top + y, cell->ink.foreground);
			else if (!cell->ink.see_through)
				paint(canvas, left + x, top + y, cell->ink.background);
		}
}

static void draw_text(const struct canvas *canvas, const struct look *look, const struct layout *layout,
		      const struct font *font)
{
	for (unsigned row = 0; row < layout->rows; row++)
		for (unsigned column = 0; column < layout->columns; column++)
			draw_cell(canvas, look, font, &layout->cells[(size_t)row * layout->columns + column],
				  look->left + column * look->cell_width, look->top + row * look->cell_height);
}

/* ---- The file ----------------------------------------------------------------------------------------------------- */

static int pack(const struct canvas *canvas, void **ret_bytes, size_t *ret_length)
{
	png_image image = { .version = PNG_IMAGE_VERSION, .width = canvas->width, .height = canvas->height,
			    .format = PNG_FORMAT_RGB };
	png_alloc_size_t length = PNG_IMAGE_PNG_SIZE_MAX(image);
	void *bytes = malloc(length);

	if (!bytes)
		return -ENOMEM;
	if (!png_image_write_to_memory(&image, bytes, &length, 0, canvas->pixels, 0, NULL)) {
		free(bytes);
		return -ENOMEM;
	}
	*ret_bytes = bytes;
	*ret_length = length;
	return 0;
}

int picture_draw(const struct pxeboot_theme *theme, const struct look *look, const struct layout *layout,
		 const struct font *font, void **ret_bytes, size_t *ret_length)
{
	CLEANUP_FREE uint8_t *pixels = calloc((size_t)look->width * look->height, 3);
	struct canvas canvas = { look->width, look->height, pixels };
	int r = pixels ? 0 : -ENOMEM;

	if (r == 0 && !look->text && theme && theme->picture_bytes)
		r = draw_background(&canvas, theme);
	if (r < 0)
		return r;
	draw_text(&canvas, look, layout, font);
	return pack(&canvas, ret_bytes, ret_length);
}

#else

int picture_draw(const struct pxeboot_theme *theme, const struct look *look, const struct layout *layout,
		 const struct font *font, void **ret_bytes, size_t *ret_length)
{
	return -ENOTSUP;
}

#endif
