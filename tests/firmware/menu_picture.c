/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * menu-picture REAL PREVIEW PICTURE CELL MARGINS [OPTION...]: does the preview show what the real screen shows?
 *
 * Both are cut into cells of CELL (WxH) pixels inside MARGINS (LEFT,RIGHT,TOP,BOTTOM), and compared cell by cell: is
 * there a letter, in which colour, on which background?  PICTURE is what may be behind them, in the middle of the
 * screen; "-" is none, such as on a text console, whose adapter rounds colours.  What is outside the cells has to be
 * equal, pixel by pixel.
 *
 * Letters may be of another shape, as two fonts have it.  For a letter of one shape in the preview there has to be one
 * shape on the real screen, and the other way round: then the texts are the same but for the fonts.
 *
 *   --at X,Y       where the real cells begin, on a screen of another size; what is outside is not compared
 *   --pixels N     how many pixels of a letter may differ (default: any number)
 *   --changed N    how many letters may be others (seconds that run)
 *
 * Says what differs.  Ends with 0, with 1 when that is too much, with 2 or 3 when it can't tell.
 */
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"

#define MAX_HEIGHT 32
#define MAX_WIDTH 16
#define ROUNDING 3			/* of a text console's colours */
#define NO_COLOUR 0x1000000u

struct picture {
	unsigned width, height;
	png_bytep pixels;		/* RGB; NULL: none */
};

struct grid {
	unsigned left, top, cell_width, cell_height, columns, rows;
};

/* One cell, as it is seen. */
struct cell {
	bool readable;			/* at most two colours, besides the picture */
	bool opaque;			/* it has a background of its own */
	uint32_t background, ink;	/* or NO_COLOUR */
	uint16_t shape[MAX_HEIGHT];	/* a bit for each pixel with ink */
	bool changed;			/* another letter than the other screen's */
};

struct screen {
	struct picture picture;
	const struct picture *behind;
	struct grid grid;
	struct cell *cells;
};

/* What differs. */
struct tally {
	unsigned cells, letters;
	unsigned text, inks, backgrounds, outside;	/* these must not be */
	unsigned unreadable, changed;
	unsigned shapes, most;		/* letters of another shape, and the most pixels of one */
	unsigned long pixels;		/* inside cells */
};

static _Noreturn void fail(const char *what, const char *why)
{
	fprintf(stderr, "menu-picture: %s: %s\n", what, why);
	exit(3);
}

static struct picture read_picture(const char *path)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	struct picture picture;

	if (!png_image_begin_read_from_file(&image, path))
		fail(path, image.message);
	image.format = PNG_FORMAT_RGB;
	picture = (struct picture){ image.width, image.height, malloc(PNG_IMAGE_SIZE(image)) };
	if (!picture.pixels || !png_image_finish_read(&image, NULL, picture.pixels, 0, NULL))
		fail(path, "can't be read");
	return picture;
}

static uint32_t pixel(const struct picture *picture, long x, long y)
{
	const png_byte *at;

	if (!picture->pixels || x < 0 || y < 0 || x >= (long)picture->width || y >= (long)picture->height)
		return 0;
	at = picture->pixels + 3 * ((size_t)y * picture->width + (size_t)x);
	return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

/* What would be there without text. */
static uint32_t pixel_behind(const struct screen *screen, unsigned x, unsigned y)
{
	const struct picture *behind = screen->behind;

	return pixel(behind, (long)x - ((int)screen->picture.width - (int)behind->width) / 2,
		     (long)y - ((int)screen->picture.height - (int)behind->height) / 2);
}

/* ---- Seeing ------------------------------------------------------------------------------------------------------- */

/* The colours of a cell, and how often each comes. */
struct colours {
	uint32_t rgb[MAX_WIDTH * MAX_HEIGHT];
	unsigned times[MAX_WIDTH * MAX_HEIGHT], count;
};

static void count_colour(struct colours *colours, uint32_t rgb)
{
	unsigned i = 0;

	while (i < colours->count && colours->rgb[i] != rgb)
		i++;
	if (i == colours->count) {
		colours->rgb[colours->count++] = rgb;
		colours->times[i] = 0;
	}
	colours->times[i]++;
}

/* With a picture, one colour that is not everywhere is ink, and two are ink on a background, of which the one that comes
 * more often is the background.  A few pixels of the picture may be of the very same colour. */
static void name_colours(struct cell *cell, const struct colours *colours, unsigned seen_through)
{
	unsigned more = colours->count == 2 && colours->times[1] > colours->times[0], coloured = 0;

	for (unsigned i = 0; i < colours->count; i++)
		coloured += colours->times[i];
	cell->ink = cell->background = NO_COLOUR;
	cell->opaque = coloured > 8 * seen_through;
	cell->readable = colours->count <= (cell->opaque ? 2 : 1);
	if (cell->opaque)
		cell->background = colours->rgb[more];
	if (cell->readable && colours->count == (cell->opaque ? 2 : 1))
		cell->ink = colours->rgb[cell->opaque && !more];
}

static struct cell see_cell(const struct screen *screen, unsigned column, unsigned row)
{
	const struct grid *grid = &screen->grid;
	unsigned left = grid->left + column * grid->cell_width, top = grid->top + row * grid->cell_height;
	struct colours colours = { .count = 0 };
	struct cell cell = { 0 };
	unsigned seen_through = 0;

	for (unsigned y = 0; y < grid->cell_height; y++)
		for (unsigned x = 0; x < grid->cell_width; x++) {
			uint32_t rgb = pixel(&screen->picture, left + x, top + y);

			if (screen->behind->pixels && rgb == pixel_behind(screen, left + x, top + y))
				seen_through++;
			else
				count_colour(&colours, rgb);
		}
	name_colours(&cell, &colours, seen_through);
	for (unsigned y = 0; y < grid->cell_height; y++)
		for (unsigned x = 0; x < grid->cell_width; x++)
			if (pixel(&screen->picture, left + x, top + y) == cell.ink)
				cell.shape[y] |= (uint16_t)(1u << x);
	return cell;
}

static void see(struct screen *screen)
{
	const struct grid *grid = &screen->grid;

	screen->cells = calloc((size_t)grid->columns * grid->rows, sizeof(*screen->cells));
	if (!screen->cells)
		fail("cells", "no memory");
	for (unsigned row = 0; row < grid->rows; row++)
		for (unsigned column = 0; column < grid->columns; column++)
			screen->cells[row * grid->columns + column] = see_cell(screen, column, row);
}

/* ---- Comparing ---------------------------------------------------------------------------------------------------- */

static bool same_colour(uint32_t a, uint32_t b, unsigned rounding)
{
	if (a == NO_COLOUR || b == NO_COLOUR)
		return a == b;
	for (unsigned shift = 0; shift <= 16; shift += 8)
		if (abs((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff)) > (int)rounding)
			return false;
	return true;
}

static unsigned shape_difference(const struct cell *a, const struct cell *b)
{
	unsigned n = 0;

	for (unsigned y = 0; y < MAX_HEIGHT; y++)
		n += (unsigned)__builtin_popcount((unsigned)(a->shape[y] ^ b->shape[y]));
	return n;
}

/* Is the letter of cell @i elsewhere a letter of another shape on the other screen? */
static bool is_another_letter(const struct cell *one, const struct cell *other, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (one[j].ink != NO_COLOUR && other[j].ink != NO_COLOUR && !one[j].changed && !other[j].changed &&
		    !shape_difference(&one[i], &one[j]) && shape_difference(&other[i], &other[j]))
			return true;
	return false;
}

static void compare_letter(const struct screen *real, const struct screen *preview, size_t i, unsigned most,
			   struct tally *tally)
{
	struct cell *cell = &real->cells[i];
	unsigned n = shape_difference(cell, &preview->cells[i]);

	cell->changed = n > most || is_another_letter(preview->cells, real->cells, i) ||
		is_another_letter(real->cells, preview->cells, i);
	tally->letters++;
	tally->shapes += n > 0;
	tally->changed += cell->changed;
	if (!cell->changed && n > tally->most)
		tally->most = n;
}

static void compare_cells(const struct screen *real, const struct screen *preview, unsigned rounding, unsigned most,
			  struct tally *tally)
{
	tally->cells = real->grid.columns * real->grid.rows;
	for (size_t i = 0; i < tally->cells; i++) {
		const struct cell *a = &real->cells[i], *b = &preview->cells[i];

		tally->unreadable += !a->readable || !b->readable;
		tally->backgrounds += a->opaque != b->opaque || !same_colour(a->background, b->background, rounding);
		if ((a->ink == NO_COLOUR) != (b->ink == NO_COLOUR)) {
			tally->text++;
			continue;
		}
		if (a->ink == NO_COLOUR)
			continue;
		tally->inks += !same_colour(a->ink, b->ink, rounding);
		compare_letter(real, preview, i, most, tally);
	}
}

static bool is_inside(const struct grid *grid, unsigned x, unsigned y)
{
	return x >= grid->left && y >= grid->top && x - grid->left < grid->columns * grid->cell_width &&
	       y - grid->top < grid->rows * grid->cell_height;
}

/* Outside the cells there is the picture and nothing else. */
static void compare_pixels(const struct screen *real, const struct screen *preview, unsigned rounding,
			   struct tally *tally)
{
	for (unsigned y = 0; y < real->picture.height; y++)
		for (unsigned x = 0; x < real->picture.width; x++) {
			uint32_t a = pixel(&real->picture, x, y), b = pixel(&preview->picture, x, y);

			if (is_inside(&real->grid, x, y))
				tally->pixels += !same_colour(a, b, rounding);
			else
				tally->outside += !same_colour(a, b, rounding) ||
						  (real->behind->pixels && a != pixel_behind(real, x, y));
		}
}

static void tell(const struct screen *real, const struct tally *tally, bool same_size)
{
	unsigned long all = (unsigned long)real->picture.width * real->picture.height;

	printf("%ux%u, %u x %u cells, %u of them with letters.\n", real->picture.width, real->picture.height,
	       real->grid.columns, real->grid.rows, tally->letters);
	printf("Cells with text in one only: %u; letters in another colour: %u; another background: %u; "
	       "unreadable: %u.\n", tally->text, tally->inks, tally->backgrounds, tally->unreadable);
	printf("Letters of another shape: %u, by %u pixels at most; that are others: %u.\n", tally->shapes, tally->most,
	       tally->changed);
	if (same_size)
		printf("Pixels outside the cells that differ: %u; inside: %lu, %.3f %% of the screen.\n", tally->outside,
		       tally->pixels, 100.0 * (double)tally->pixels / (double)all);
}

/* ---- The command line --------------------------------------------------------------------------------------------- */

/* "9x16", "96,96,128,96" */
static void read_numbers(const char *text, unsigned *numbers, size_t count)
{
	char *end = (char *)(uintptr_t)text;

	for (size_t i = 0; i < count; i++) {
		numbers[i] = (unsigned)strtoul(text, &end, 10);
		if (end == text || *end != (i + 1 == count ? '\0' : count == 2 && strchr(text, 'x') ? 'x' : ','))
			fail(text, "not the numbers that it should be");
		text = end + 1;
	}
}

static struct grid grid_of(const struct picture *picture, const unsigned cell[2], const unsigned margins[4])
{
	unsigned width = picture->width - margins[0] - margins[1], height = picture->height - margins[2] - margins[3];

	if (!cell[0] || cell[0] > MAX_WIDTH || !cell[1] || cell[1] > MAX_HEIGHT || width > picture->width ||
	    height > picture->height)
		fail("cells", "too big");
	return (struct grid){ margins[0] + width % cell[0] / 2, margins[2] + height % cell[1] / 2, cell[0], cell[1],
			      width / cell[0], height / cell[1] };
}

struct limits {
	unsigned at[2], pixels, changed;
	bool moved;
};

static struct limits read_options(int argc, char **argv)
{
	struct limits limits = { .pixels = MAX_WIDTH * MAX_HEIGHT };

	for (int i = 0; i < argc; i += 2) {
		if (!strcmp(argv[i], "--at")) {
			read_numbers(argv[i + 1], limits.at, 2);
			limits.moved = true;
		} else if (!strcmp(argv[i], "--pixels")) {
			read_numbers(argv[i + 1], &limits.pixels, 1);
		} else if (!strcmp(argv[i], "--changed")) {
			read_numbers(argv[i + 1], &limits.changed, 1);
		} else {
			fail(argv[i], "no such option");
		}
	}
	return limits;
}

static int compare(struct screen *real, struct screen *preview, const struct limits *limits)
{
	unsigned rounding = real->behind->pixels ? 0 : ROUNDING;
	struct tally tally = { 0 };

	see(real);
	see(preview);
	compare_cells(real, preview, rounding, limits->pixels, &tally);
	if (!limits->moved)
		compare_pixels(real, preview, rounding, &tally);
	tell(real, &tally, !limits->moved);
	return tally.text || tally.inks || tally.backgrounds || tally.outside || tally.unreadable ||
	       tally.changed > limits->changed;
}

int main(int argc, char **argv)
{
	unsigned cell[2], margins[4];

	if (argc < 6 || argc % 2) {
		fprintf(stderr, "usage: menu-picture REAL PREVIEW PICTURE|- CELL MARGINS [OPTION...]\n");
		return 2;
	}
	read_numbers(argv[4], cell, 2);
	read_numbers(argv[5], margins, 4);

	struct limits limits = read_options(argc - 6, argv + 6);
	struct picture behind = strcmp(argv[3], "-") ? read_picture(argv[3]) : (struct picture){ 0 };
	struct screen real = { .picture = read_picture(argv[1]), .behind = &behind };
	struct screen preview = { .picture = read_picture(argv[2]), .behind = &behind };

	preview.grid = real.grid = grid_of(&preview.picture, cell, margins);
	if (limits.moved) {
		real.grid.left = limits.at[0];
		real.grid.top = limits.at[1];
	} else if (real.picture.width != preview.picture.width || real.picture.height != preview.picture.height) {
		printf("The screen is %ux%u, the preview %ux%u.\n", real.picture.width, real.picture.height,
		       preview.picture.width, preview.picture.height);
		return 1;
	}
	return compare(&real, &preview, &limits);
}
