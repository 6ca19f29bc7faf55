/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A theme in the words of PXELINUX's graphical menu, which shows it as text where the screen has no such mode.
 */
#include "render/other.h"
#include "render/pxelinux.h"

#define CELL_WIDTH 8
#define CELL_HEIGHT 16
#define AROUND 10			/* rows of the menu's frame, and of the messages below it */
#define MIN_COLUMNS 40
#define MIN_ROWS (AROUND + 4)

/* What shows which of a theme's colours. */
enum part { PART_TEXT, PART_HIGHLIGHT, PART_GAP, PART_TITLE };

static const struct {
	const char *element;
	enum part part;
} elements[] = {
	{ "screen", PART_TEXT }, { "border", PART_GAP }, { "title", PART_TITLE }, { "unsel", PART_TEXT },
	{ "hotkey", PART_TEXT }, { "sel", PART_HIGHLIGHT }, { "hotsel", PART_HIGHLIGHT }, { "disabled", PART_GAP },
	{ "scrollbar", PART_GAP }, { "tabmsg", PART_TEXT }, { "cmdmark", PART_TEXT }, { "cmdline", PART_TEXT },
	{ "pwdborder", PART_HIGHLIGHT }, { "pwdheader", PART_HIGHLIGHT }, { "pwdentry", PART_HIGHLIGHT },
	{ "timeout_msg", PART_TEXT }, { "timeout", PART_TEXT }, { "help", PART_TEXT },
};

static const struct pxeboot_colour *colour_of(const struct pxeboot_theme *look, enum part part)
{
	switch (part) {
	case PART_TEXT:
		return &look->text;
	case PART_HIGHLIGHT:
		return &look->highlight;
	case PART_GAP:
		return &look->gap;
	case PART_TITLE:
		return look->title.set ? &look->title : &look->text;
	}
	return &look->text;
}

/* First for text screens, by the numbers of ECMA-48, then for graphics: opacity, red, green, blue. */
static void add_colour(struct pxelinux_file *file, const struct pxeboot_theme *look, size_t element)
{
	const struct pxeboot_colour *colour = colour_of(look, elements[element].part);
	const struct pxeboot_colour *behind = colour == &look->highlight ? colour : &look->text;
	unsigned front = other_colour(colour->foreground);
	unsigned back = behind->has_background ? other_colour(behind->background) & 7 : 0;

	if (front == back)
		front ^= 7;
	pxelinux_add(file, "MENU COLOR %s %u;%u;%u #ff%06x ", elements[element].element, front & 8 ? 1 : 22, 30 + (front & 7),
		     40 + back, (unsigned)colour->foreground);
	if (colour == &look->highlight)
		pxelinux_add(file, "#ff%06x none\n", (unsigned)colour->background);
	else
		pxelinux_add(file, "#00000000 none\n");
}

static void add_background(struct pxelinux_file *file, const struct pxeboot_theme *look)
{
	if (look->picture)
		pxelinux_add(file, "MENU BACKGROUND themes/%s\n", look->picture);
	else
		pxelinux_add(file, "MENU BACKGROUND #ff%06x\n",
			     look->text.has_background ? (unsigned)look->text.background : 0);
}

static unsigned cells(unsigned pixels, unsigned margins, unsigned cell, unsigned least)
{
	unsigned room = pixels > margins ? (pixels - margins) / cell : 0;

	return room > least ? room : least;
}

static void add_layout(struct pxelinux_file *file, const struct pxeboot_theme *look)
{
	const unsigned *margins = look->margins;
	unsigned columns = cells(look->size[0], margins[0] + margins[1], CELL_WIDTH, MIN_COLUMNS);
	unsigned rows = cells(look->size[1], margins[2] + margins[3], CELL_HEIGHT, MIN_ROWS) - AROUND;

	pxelinux_add(file, "MENU RESOLUTION %u %u\nMENU WIDTH %u\nMENU MARGIN 1\nMENU HSHIFT %u\nMENU VSHIFT %u\n",
		     look->size[0], look->size[1], columns, margins[0] / CELL_WIDTH, margins[2] / CELL_HEIGHT);
	pxelinux_add(file, "MENU ROWS %u\nMENU TABMSGROW %u\nMENU CMDLINEROW %u\nMENU TIMEOUTROW %u\nMENU HELPMSGROW %u\n",
		     rows, rows + 6, rows + 6, rows + 8, rows + 9);
}

void pxelinux_add_theme(struct pxelinux_file *file, const struct theme *theme)
{
	const struct pxeboot_theme *look = &theme->look;

	file->has_themes = true;
	if (look->size[0])
		add_layout(file, look);
	add_background(file, look);
	for (size_t i = 0; i < ARRAY_SIZE(elements); i++)
		add_colour(file, look, i);
}
