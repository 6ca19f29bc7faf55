/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a menu gets its look in an iPXE script, and how that ends.
 */
#ifndef RENDER_THEME_H
#define RENDER_THEME_H

#include "render/script.h"

/* Switches the theme on, or goes to the label @next where it is on already. */
void theme_add(struct script *script, const struct theme *theme, const char *next, const char *subject);
/* The menu's title, in the theme's colour where that is on. */
void theme_add_title(struct script *script, const struct menu *menu, const char *subject);
/* Is there room in iPXE's row for the title and the escape sequence of its colour?  And for the blanks before them that keep
 * the title in the middle? */
bool theme_colours_title(const struct menu *menu);
bool theme_centres_title(const struct menu *menu);
/* Back to the console's own look, before something boots. */
void theme_add_end(struct script *script);

#endif
