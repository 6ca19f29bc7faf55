/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The console on which iPXE draws a menu: its size, where its cells stand and which colours it has.
 *
 * Measured on Debian 13's builds: on a framebuffer, a cell is 9 pixels wide, and 16 high on BIOS, 19 on UEFI.
 */
#ifndef PREVIEW_LOOK_H
#define PREVIEW_LOOK_H

#include "base/macro.h"
#include "pxeboot.h"

/* The colours of some letters, 0xRRGGBB. */
struct ink {
	uint32_t foreground, background;
	bool see_through;		/* the picture is behind them instead of the background */
};

struct look {
	bool text;			/* a text console */
	bool uefi;			/* it shows UTF-8; a PC's own letters are ASCII */
	unsigned width, height;		/* of the screen, pixels */
	unsigned left, top;		/* of the first cell */
	unsigned cell_width, cell_height;
	unsigned columns, rows;
	struct ink normal, bold, selected, gap, title;
	size_t title_sequence;		/* bytes in a title that change its colour; 0: it has none of its own */
};

struct look_request {
	bool uefi;
	bool text;			/* an iPXE that knows no pictures and colours */
	unsigned size[2];		/* of the screen; zeros: the one that the theme asks for */
};

/* @theme may be NULL.  -ERANGE: the theme asks for a bigger screen than that, or its margins leave no room. */
int look_make(const struct pxeboot_theme *theme, const struct look_request *request, struct look *ret_look) MUST_USE;
/* Where no picture can be shown: the theme's own background of text, if it has one, stands for it. */
void look_without_picture(struct look *look, const struct pxeboot_theme *theme);

#endif
