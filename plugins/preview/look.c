/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The console under a menu (see look.h).
 */
#include "look.h"

#include <errno.h>
#include <stdio.h>

#define DEFAULT_WIDTH 1024
#define DEFAULT_HEIGHT 768
#define FRAMEBUFFER_CELL_WIDTH 9
#define BIOS_CELL_HEIGHT 16
#define UEFI_CELL_HEIGHT 19
#define BIOS_TEXT_WIDTH 9
#define UEFI_TEXT_WIDTH 8
#define TEXT_COLUMNS 80
#define TEXT_ROWS 25
#define MIN_COLUMNS 20
#define MIN_ROWS 6

enum { LEFT, RIGHT, TOP, BOTTOM };
enum { WIDTH, HEIGHT };
/* The eight basic colours. */
enum { BLACK = 0, RED = 1, GREEN = 2, BLUE = 4, YELLOW = RED | GREEN, CYAN = GREEN | BLUE, WHITE = 7 };

/* ---- On a framebuffer --------------------------------------------------------------------------------------------- */

/* The bytes that iPXE's script puts before a title: intensity back to normal, then the colour. */
static size_t title_sequence(uint32_t rgb)
{
	return (size_t)snprintf(NULL, 0, "\033[22m\033[38;2;%u;%u;%um", rgb >> 16 & 0xffu, rgb >> 8 & 0xffu,
				rgb & 0xffu);
}

/* Where a picture is, it is behind text; without one, the console's own black, or what the theme says. */
static struct ink on_screen(const struct pxeboot_theme *theme, uint32_t foreground)
{
	bool opaque = !theme->picture && theme->text.has_background;

	return (struct ink){ foreground, opaque ? theme->text.background : 0, !opaque };
}

/* Bold letters are no brighter: iPXE goes back to normal for a colour that is RGB alone. */
static void set_colours(struct look *look, const struct pxeboot_theme *theme)
{
	look->normal = look->bold = look->title = on_screen(theme, theme->text.foreground);
	look->gap = on_screen(theme, theme->gap.foreground);
	look->selected = (struct ink){ theme->highlight.foreground, theme->highlight.background, false };
	if (!theme->title.set)
		return;
	look->title.foreground = theme->title.foreground;
	look->title_sequence = title_sequence(theme->title.foreground);
}

/* A screen that is bigger than asked for has the menu in the middle; a margin of 0 reaches to its edge all the same.
 * What is left over of whole cells goes to both sides. */
static int place(unsigned screen, unsigned asked, unsigned before, unsigned after, unsigned cell, unsigned *ret_start,
		 unsigned *ret_cells)
{
	unsigned gap = screen - asked, room;

	before += before ? gap / 2 : 0;
	after += after ? gap - gap / 2 : 0;
	if (before >= screen || after >= screen - before)
		return -ERANGE;
	room = screen - before - after;
	*ret_start = before + room % cell / 2;
	*ret_cells = room / cell;
	return 0;
}

static int make_framebuffer(const struct pxeboot_theme *theme, const struct look_request *request, struct look *look)
{
	unsigned asked[] = { theme->size[WIDTH] ? theme->size[WIDTH] : DEFAULT_WIDTH,
			     theme->size[HEIGHT] ? theme->size[HEIGHT] : DEFAULT_HEIGHT };
	int r;

	look->width = request->size[WIDTH] ? request->size[WIDTH] : asked[WIDTH];
	look->height = request->size[HEIGHT] ? request->size[HEIGHT] : asked[HEIGHT];
	if (look->width < asked[WIDTH] || look->height < asked[HEIGHT])
		return -ERANGE;
	look->cell_width = FRAMEBUFFER_CELL_WIDTH;
	look->cell_height = request->uefi ? UEFI_CELL_HEIGHT : BIOS_CELL_HEIGHT;
	r = place(look->width, asked[WIDTH], theme->margins[LEFT], theme->margins[RIGHT], look->cell_width, &look->left,
		  &look->columns);
	if (r == 0)
		r = place(look->height, asked[HEIGHT], theme->margins[TOP], theme->margins[BOTTOM], look->cell_height,
			  &look->top, &look->rows);
	if (r < 0)
		return r;
	set_colours(look, theme);
	return look->columns < MIN_COLUMNS || look->rows < MIN_ROWS ? -ERANGE : 0;
}

/* ---- As text ------------------------------------------------------------------------------------------------------ */

static uint32_t mix(unsigned basic, uint32_t on, uint32_t off)
{
	return (basic & RED ? on : off) << 16 | (basic & GREEN ? on : off) << 8 | (basic & BLUE ? on : off);
}

/* A PC's adapter turns its dark yellow into brown; UEFI's colours are EDK2's. */
static uint32_t colour(const struct look *look, unsigned basic, bool bold)
{
	if (look->uefi)
		return bold ? basic ? mix(basic, 0xff, 0) : 0x303030 : mix(basic, 0x98, 0);
	if (bold)
		return mix(basic, 0xff, 0x55);
	return basic == YELLOW ? 0xaa5500 : mix(basic, 0xaa, 0);
}

/* The nearest one, as the script tells iPXE. */
static unsigned basic_colour(uint32_t rgb)
{
	return (rgb & 0x800000 ? RED : 0u) | (rgb & 0x8000 ? GREEN : 0u) | (rgb & 0x80 ? BLUE : 0u);
}

/* On a background of the same colour it is white, or black. */
static unsigned readable(uint32_t rgb, unsigned background)
{
	unsigned basic = basic_colour(rgb);

	return basic != background ? basic : background == WHITE ? BLACK : WHITE;
}

static struct ink basic_ink(const struct look *look, unsigned foreground, unsigned background, bool bold)
{
	return (struct ink){ colour(look, foreground, bold), colour(look, background, false), false };
}

/* What iPXE has without a theme. */
static void set_plain_inks(struct look *look)
{
	look->normal = basic_ink(look, WHITE, BLUE, false);
	look->bold = basic_ink(look, WHITE, BLUE, true);
	look->gap = basic_ink(look, CYAN, BLUE, false);
	look->selected = basic_ink(look, WHITE, RED, true);
}

static void set_basic_inks(struct look *look, const struct pxeboot_theme *theme)
{
	unsigned behind = theme->text.has_background ? basic_colour(theme->text.background) : BLUE;
	unsigned text = readable(theme->text.foreground, behind), bar = basic_colour(theme->highlight.background);

	look->normal = basic_ink(look, text, behind, false);
	look->bold = basic_ink(look, text, behind, true);
	look->gap = basic_ink(look, readable(theme->gap.foreground, behind), behind, false);
	if (bar == behind)
		look->selected = basic_ink(look, behind, text, true);
	else
		look->selected = basic_ink(look, readable(theme->highlight.foreground, bar), bar, true);
}

static void make_text(const struct pxeboot_theme *theme, const struct look_request *request, struct look *look)
{
	look->text = true;
	look->columns = TEXT_COLUMNS;
	look->rows = TEXT_ROWS;
	look->cell_width = request->uefi ? UEFI_TEXT_WIDTH : BIOS_TEXT_WIDTH;
	look->cell_height = request->uefi ? UEFI_CELL_HEIGHT : BIOS_CELL_HEIGHT;
	look->width = look->columns * look->cell_width;
	look->height = look->rows * look->cell_height;
	if (theme && !request->text)
		set_basic_inks(look, theme);
	else
		set_plain_inks(look);
	look->title = look->bold;
}

static bool has_framebuffer(const struct pxeboot_theme *theme)
{
	return theme->picture ? theme->picture_bytes != NULL : theme->size[WIDTH] > 0;
}

int look_make(const struct pxeboot_theme *theme, const struct look_request *request, struct look *ret_look)
{
	struct look look = { .uefi = request->uefi };
	int r = 0;

	if (theme && has_framebuffer(theme) && !request->text)
		r = make_framebuffer(theme, request, &look);
	else
		make_text(theme, request, &look);
	if (r == 0)
		*ret_look = look;
	return r;
}

void look_without_picture(struct look *look, const struct pxeboot_theme *theme)
{
	struct ink *inks[] = { &look->normal, &look->bold, &look->gap, &look->title };

	for (size_t i = 0; theme && theme->text.has_background && i < ARRAY_SIZE(inks); i++)
		if (inks[i]->see_through)
			*inks[i] = (struct ink){ inks[i]->foreground, theme->text.background, false };
}
