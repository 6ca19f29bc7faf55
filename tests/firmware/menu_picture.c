/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * menu-picture SCREENSHOT BACKGROUND LINE...: does the picture of the screen show these lines of text, in this order, on
 * this background?
 *
 * What differs from the background is text.  It is cut into lines and words, and the number of letters of each word, by
 * its width, is compared with the lines asked for.  The selected line has a bar behind it and counts as any text.
 */
#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"

#define WORD_GAP 10		/* pixels; letters stand closer */
#define MAX_WORDS 64

struct picture {
	png_image image;
	png_bytep pixels;	/* RGB */
};

struct words {
	unsigned letters[MAX_WORDS];
	size_t count;
};

struct strip {
	unsigned top, bottom;	/* rows of one line of text, inclusive */
};

static bool read_picture(const char *path, struct picture *picture)
{
	*picture = (struct picture){ .image.version = PNG_IMAGE_VERSION };
	if (!png_image_begin_read_from_file(&picture->image, path)) {
		fprintf(stderr, "%s: %s\n", path, picture->image.message);
		return false;
	}
	picture->image.format = PNG_FORMAT_RGB;
	picture->pixels = malloc(PNG_IMAGE_SIZE(picture->image));
	return picture->pixels && png_image_finish_read(&picture->image, NULL, picture->pixels, 0, NULL);
}

static bool lit(const struct picture *screen, const struct picture *background, unsigned x, unsigned y)
{
	size_t at = 3 * ((size_t)y * screen->image.width + x);

	return memcmp(screen->pixels + at, background->pixels + at, 3) != 0;
}

static bool row_lit(const struct picture *screen, const struct picture *background, unsigned y)
{
	for (unsigned x = 0; x < screen->image.width; x++)
		if (lit(screen, background, x, y))
			return true;
	return false;
}

static bool column_lit(const struct picture *screen, const struct picture *background, struct strip strip, unsigned x)
{
	for (unsigned y = strip.top; y <= strip.bottom; y++)
		if (lit(screen, background, x, y))
			return true;
	return false;
}

/* The next line of text below row @from; false at the end of the picture. */
static bool next_strip(const struct picture *screen, const struct picture *background, unsigned from,
		       struct strip *ret_strip)
{
	unsigned height = screen->image.height, y = from;

	while (y < height && !row_lit(screen, background, y))
		y++;
	if (y == height)
		return false;
	ret_strip->top = y;
	while (y < height && row_lit(screen, background, y))
		y++;
	ret_strip->bottom = y - 1;
	return true;
}

static void add_word(struct words *words, unsigned width, unsigned cell)
{
	if (words->count < MAX_WORDS)
		words->letters[words->count++] = (width + cell - 1) / cell;
}

static void read_words(const struct picture *screen, const struct picture *background, struct strip strip,
		       unsigned cell, struct words *words)
{
	unsigned first = 0, last = 0;
	bool inside = false;

	words->count = 0;
	for (unsigned x = 0; x < screen->image.width; x++) {
		if (!column_lit(screen, background, strip, x))
			continue;
		if (inside && x - last >= WORD_GAP)
			add_word(words, last - first + 1, cell);
		if (!inside || x - last >= WORD_GAP)
			first = x;
		inside = true;
		last = x;
	}
	if (inside)
		add_word(words, last - first + 1, cell);
}

static void words_of(const char *line, struct words *words)
{
	words->count = 0;
	while (*(line += strspn(line, " "))) {
		add_word(words, (unsigned)strcspn(line, " "), 1);
		line += strcspn(line, " ");
	}
}

static bool same(const struct words *a, const struct words *b)
{
	return a->count == b->count && memcmp(a->letters, b->letters, a->count * sizeof(a->letters[0])) == 0;
}

/* Are the lines there, one below the other, with whatever else between them? */
static bool shows(const struct picture *screen, const struct picture *background, char **lines, unsigned cell)
{
	struct strip strip = { 0, 0 };
	struct words wanted, seen;
	unsigned from = 0;

	while (*lines && next_strip(screen, background, from, &strip)) {
		words_of(*lines, &wanted);
		read_words(screen, background, strip, cell, &seen);
		if (same(&wanted, &seen))
			lines++;
		from = strip.bottom + 1;
	}
	if (*lines)
		fprintf(stderr, "with letters %u pixels wide there is no line '%s'\n", cell, *lines);
	return !*lines;
}

int main(int argc, char **argv)
{
	static const unsigned cells[] = { 9, 8 };	/* a letter's width: in UEFI's font, in a PC's own */
	struct picture screen, background;
	bool found = false;

	if (argc < 4) {
		fprintf(stderr, "usage: menu-picture SCREENSHOT BACKGROUND LINE...\n");
		return 2;
	}
	if (!read_picture(argv[1], &screen) || !read_picture(argv[2], &background))
		return 3;
	if (screen.image.width != background.image.width || screen.image.height != background.image.height) {
		fprintf(stderr, "the screen is %ux%u, the picture %ux%u\n", screen.image.width, screen.image.height,
			background.image.width, background.image.height);
		return 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(cells) && !found; i++)
		found = shows(&screen, &background, argv + 3, cells[i]);
	free(screen.pixels);
	free(background.pixels);
	return found ? 0 : 1;
}
