/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which letter stands in which cell of the console, and in which colours: iPXE's menu, drawn without a screen.
 */
#ifndef PREVIEW_LAYOUT_H
#define PREVIEW_LAYOUT_H

#include "look.h"

#define LETTER_BLOCK 0x25a0		/* what a PC shows for a letter that it does not have */
#define LETTER_UNKNOWN 0xfffd		/* the same of UEFI: a question mark, light and dark exchanged */

struct cell {
	uint32_t letter;		/* Unicode; a blank is ' ' */
	struct ink ink;
};

struct layout {
	unsigned columns, rows;
	struct cell *cells;		/* row by row */
	unsigned bar;			/* the selected row; @rows: none is */
	size_t page, pages;		/* from 0 on */
};

/* @page from 1 on is another one than that of the selected line, as it is once somebody has gone there: its first entry
 * is selected then, and no time runs.  0: the selected line's.  -ERANGE: there is no such page. */
int layout_make(const struct pxeboot_screen *screen, const struct look *look, size_t page,
		struct layout *ret_layout) MUST_USE;
void layout_free(struct layout *layout);

#endif
