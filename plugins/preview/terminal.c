/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A menu in a terminal (see terminal.h).  Where the picture would be seen, the terminal's own background is.
 */
#include "terminal.h"

#define BAR_COLUMN 1

static const struct cell *cell_at(const struct layout *layout, unsigned row, unsigned column)
{
	return &layout->cells[(size_t)row * layout->columns + column];
}

/* The first cell of the bar has no letter of its own. */
static uint32_t letter_at(const struct layout *layout, unsigned row, unsigned column, bool colours)
{
	return !colours && row == layout->bar && column == BAR_COLUMN ? '>' : cell_at(layout, row, column)->letter;
}

static bool is_seen(const struct layout *layout, unsigned row, unsigned column, bool colours)
{
	return letter_at(layout, row, column, colours) != ' ' ||
	       (colours && !cell_at(layout, row, column)->ink.see_through);
}

/* Where the row's last cell with something in it ends. */
static unsigned width_of(const struct layout *layout, unsigned row, bool colours)
{
	unsigned width = layout->columns;

	while (width && !is_seen(layout, row, width - 1, colours))
		width--;
	return width;
}

static unsigned height_of(const struct layout *layout)
{
	unsigned height = layout->rows;

	while (height && !width_of(layout, height - 1, false))
		height--;
	return height;
}

static bool same_ink(const struct ink *a, const struct ink *b)
{
	return a->foreground == b->foreground && a->background == b->background && a->see_through == b->see_through;
}

static void set_ink(const struct ink *ink, FILE *stream)
{
	fprintf(stream, "\033[0;38;2;%u;%u;%u", ink->foreground >> 16 & 0xffu, ink->foreground >> 8 & 0xffu,
		ink->foreground & 0xffu);
	if (!ink->see_through)
		fprintf(stream, ";48;2;%u;%u;%u", ink->background >> 16 & 0xffu, ink->background >> 8 & 0xffu,
			ink->background & 0xffu);
	fputc('m', stream);
}

static int tail(uint32_t letter)
{
	return (int)(0x80 | (letter & 0x3f));
}

/* What turns the writing around, or ends a line: iPXE draws one cell after the other. */
static bool is_deceiving(uint32_t letter)
{
	return letter == 0x061c || letter == 0x200e || letter == 0x200f || (letter >= 0x2028 && letter <= 0x202e) ||
	       (letter >= 0x2066 && letter <= 0x2069);
}

/* UTF-8.  Control characters would be the terminal's. */
static void write_letter(uint32_t letter, FILE *stream)
{
	if (is_deceiving(letter) || letter < ' ' || (letter >= 0x7f && letter < 0xa0) || letter > 0x10ffff)
		letter = '?';
	if (letter < 0x80)
		fputc((int)letter, stream);
	else if (letter < 0x800)
		fprintf(stream, "%c%c", (int)(0xc0 | letter >> 6), tail(letter));
	else if (letter < 0x10000)
		fprintf(stream, "%c%c%c", (int)(0xe0 | letter >> 12), tail(letter >> 6), tail(letter));
	else
		fprintf(stream, "%c%c%c%c", (int)(0xf0 | letter >> 18), tail(letter >> 12), tail(letter >> 6),
			tail(letter));
}

static void show_coloured(const struct layout *layout, unsigned row, FILE *stream)
{
	unsigned width = width_of(layout, row, true);
	const struct ink *ink = NULL;

	for (unsigned column = 0; column < width; column++) {
		const struct cell *cell = cell_at(layout, row, column);

		if (!ink || !same_ink(ink, &cell->ink))
			set_ink(&cell->ink, stream);
		ink = &cell->ink;
		write_letter(cell->letter, stream);
	}
	fputs(width ? "\033[0m\n" : "\n", stream);
}

static void show_plain(const struct layout *layout, unsigned row, FILE *stream)
{
	unsigned width = width_of(layout, row, false);

	for (unsigned column = 0; column < width; column++)
		write_letter(letter_at(layout, row, column, false), stream);
	fputc('\n', stream);
}

void terminal_show(const struct layout *layout, bool colours, FILE *stream)
{
	unsigned height = height_of(layout);

	for (unsigned row = 0; row < height; row++) {
		if (colours)
			show_coloured(layout, row, stream);
		else
			show_plain(layout, row, stream);
	}
}
