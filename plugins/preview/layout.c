/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cells of a menu (see layout.h).
 *
 * iPXE counts bytes, not letters: it cuts and centres by them, and a row with a letter of several bytes ends early.
 */
#include "layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_ROW 1
#define FIRST_ROW 3			/* of the entries */
#define ROWS_BELOW 2
#define MARGIN 1			/* columns beside the bar */
#define PAD 2				/* blanks inside the bar, on both sides */

static const char more[] = "...";	/* above and below, where the list goes on */

static void put(struct layout *layout, unsigned row, unsigned column, uint32_t letter, const struct ink *ink)
{
	if (row < layout->rows && column < layout->columns)
		layout->cells[(size_t)row * layout->columns + column] = (struct cell){ letter, *ink };
}

/* Takes one letter; what is no UTF-8 is one that nobody has. */
static uint32_t next_letter(const unsigned char **at, const unsigned char *end)
{
	static const struct { unsigned char mask, mark, more; } kinds[] = {
		{ 0x80, 0x00, 0 }, { 0xe0, 0xc0, 1 }, { 0xf0, 0xe0, 2 }, { 0xf8, 0xf0, 3 },
	};
	unsigned char first = *(*at)++;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		uint32_t letter = first & (unsigned char)~kinds[i].mask;
		unsigned n = 0;

		if ((first & kinds[i].mask) != kinds[i].mark)
			continue;
		while (n < kinds[i].more && end - *at > n && ((*at)[n] & 0xc0) == 0x80)
			letter = letter << 6 | ((*at)[n++] & 0x3fu);
		if (n < kinds[i].more)
			break;
		*at += n;
		return letter;
	}
	return LETTER_UNKNOWN;
}

/* What the machine's own letters make of it.  A PC has others than ASCII, but not where Unicode has them; UEFI's are
 * Latin-1 and what frames are drawn with. */
static uint32_t shown(const struct look *look, uint32_t letter)
{
	if (letter <= '~')
		return letter;
	if (!look->uefi)
		return LETTER_BLOCK;
	if (letter <= 0xff || (letter >= 0x2500 && letter <= 0x25ff))
		return letter;
	return look->text ? ' ' : LETTER_UNKNOWN;
}

static void write_text(struct layout *layout, const struct look *look, unsigned row, unsigned column,
		       const char *text, size_t length, const struct ink *ink)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + length;

	while (at < end) {
		uint32_t letter;

		if (look->text && !look->uefi)
			letter = *at++;			/* a text screen knows bytes only */
		else
			letter = next_letter(&at, end);
		put(layout, row, column++, shown(look, letter), ink);
	}
}

/* A title's own colour is a sequence in its text, which iPXE counts; as many blanks before it keep it in the middle,
 * where there is room for them. */
static void write_title(struct layout *layout, const struct pxeboot_screen *screen, const struct look *look)
{
	size_t sequence = screen->title_takes_colour ? look->title_sequence : 0;
	size_t blanks = screen->title_stays_centred ? sequence : 0;
	size_t room = look->columns - 2 * MARGIN, length = strlen(screen->title) + sequence + blanks;

	if (length > room)
		length = room;
	if (length < sequence + blanks)
		return;
	write_text(layout, look, TITLE_ROW, (unsigned)((look->columns - length) / 2 + blanks), screen->title,
		   length - sequence - blanks, sequence ? &look->title : &look->bold);
}

/* The row as iPXE puts it together: blanks, the text, and at the end of the selected one the seconds left. */
static int write_line(struct layout *layout, const struct look *look, unsigned row, const struct pxeboot_line *line,
		      const struct ink *ink, unsigned timeout)
{
	size_t width = look->columns - 2 * MARGIN, length = strlen(line->text), room = width - 2 * PAD;
	char *bytes = malloc(width), seconds[16];
	int n = snprintf(seconds, sizeof(seconds), "(%u)", timeout);

	if (!bytes)
		return -ENOMEM;
	memset(bytes, ' ', width);
	memcpy(bytes + PAD, line->text, length < room ? length : room);
	if (timeout && (size_t)n < room)
		memcpy(bytes + PAD + room - n, seconds, (size_t)n);
	write_text(layout, look, row, MARGIN, bytes, width, ink);
	free(bytes);
	return 0;
}

static size_t rows_of(const struct look *look)
{
	return look->rows - FIRST_ROW - ROWS_BELOW;
}

static size_t first_item(const struct pxeboot_screen *screen, size_t from, size_t to)
{
	while (from < to && screen->lines[from].kind != PXEBOOT_LINE_ITEM)
		from++;
	return from;
}

static int write_lines(struct layout *layout, const struct pxeboot_screen *screen, const struct look *look,
		       size_t selected, unsigned timeout)
{
	size_t first = layout->page * rows_of(look), end = first + rows_of(look);
	int r = 0;

	if (end > screen->n_lines)
		end = screen->n_lines;
	for (size_t i = first; i < end && r == 0; i++) {
		bool bar = i == selected;
		const struct ink *ink = bar ? &look->selected :
			screen->lines[i].kind == PXEBOOT_LINE_GAP ? &look->gap : &look->normal;
		unsigned row = FIRST_ROW + (unsigned)(i - first);

		r = write_line(layout, look, row, &screen->lines[i], ink, bar ? timeout : 0);
		if (bar)
			layout->bar = row;
	}
	if (layout->page > 0)
		write_text(layout, look, FIRST_ROW - 1, MARGIN + PAD, more, strlen(more), &look->gap);
	if (layout->page + 1 < layout->pages)
		write_text(layout, look, look->rows - ROWS_BELOW, MARGIN + PAD, more, strlen(more), &look->gap);
	return r;
}

/* No time runs once somebody has gone elsewhere, or has asked for a hidden menu. */
static unsigned seconds_left(const struct pxeboot_screen *screen, size_t selected)
{
	return selected == screen->selected && !screen->hidden ? screen->timeout : 0;
}

static int fill(struct layout *layout, const struct pxeboot_screen *screen, const struct look *look, size_t page)
{
	size_t rows = rows_of(look), selected = screen->selected;

	for (unsigned row = 0; row < look->rows; row++)
		for (unsigned column = 0; column < look->columns; column++)
			put(layout, row, column, ' ', &look->normal);
	layout->pages = screen->n_lines ? (screen->n_lines - 1) / rows + 1 : 1;
	if (page > layout->pages)
		return -ERANGE;
	layout->page = page ? page - 1 : selected < screen->n_lines ? selected / rows : 0;
	if (page && (selected >= screen->n_lines || selected / rows != layout->page))
		selected = first_item(screen, layout->page * rows, screen->n_lines);
	write_title(layout, screen, look);
	return write_lines(layout, screen, look, selected, seconds_left(screen, selected));
}

int layout_make(const struct pxeboot_screen *screen, const struct look *look, size_t page, struct layout *ret_layout)
{
	struct layout layout = { .columns = look->columns, .rows = look->rows, .bar = look->rows };
	int r;

	layout.cells = calloc((size_t)look->columns * look->rows, sizeof(*layout.cells));
	if (!layout.cells)
		return -ENOMEM;
	r = fill(&layout, screen, look, page);
	if (r < 0)
		layout_free(&layout);
	else
		*ret_layout = layout;
	return r;
}

void layout_free(struct layout *layout)
{
	free(layout->cells);
	layout->cells = NULL;
}
