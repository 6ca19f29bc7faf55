/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A theme in iPXE's commands.  Each is guarded: an iPXE without console, framebuffer or PNG shows the same menu as text.
 */
#include "render/theme.h"

#include <string.h>

/* Which of iPXE's colour numbers a theme redefines.  4 stays blue: behind text it is what lets the picture through. */
enum {
	COLOUR_SHELL_BACKGROUND = 0,
	COLOUR_HIGHLIGHT_BACKGROUND = 1,
	COLOUR_TEXT_BACKGROUND = 2,
	COLOUR_SHELL = 3,
	COLOUR_BLUE = 4,
	COLOUR_HIGHLIGHT = 5,
	COLOUR_GAP = 6,
	COLOUR_TEXT = 7,
	COLOUR_DEFAULT = 9,
};
enum { PAIR_DEFAULT = 0, PAIR_NORMAL = 1, PAIR_SELECT = 2, PAIR_SEPARATOR = 3 };

/* For consoles without RGB: which of the eight basic colours is nearest. */
static unsigned basic_colour(uint32_t rgb)
{
	unsigned red = rgb >> 16 & 0xff, green = rgb >> 8 & 0xff, blue = rgb & 0xff;

	return (red > 0x7f ? 1u : 0u) | (green > 0x7f ? 2u : 0u) | (blue > 0x7f ? 4u : 0u);
}

static void add_colour(struct script *script, uint32_t rgb, int number)
{
	script_add(script, "colour --basic %u --rgb 0x%06x %d ||\n", basic_colour(rgb), (unsigned)rgb, number);
}

/* The longest escape sequence for a title's colour, in bytes. */
#define TITLE_SEQUENCE 24

/* iPXE writes the title in the colour of text, bold.  Its letters pass through to the console, so an escape sequence
 * in them can change that: intensity back to normal, and the colour.  iPXE counts the sequence when it centres the title:
 * as many blanks before it put that right. */
static void add_title(struct script *script, const struct pxeboot_colour *title)
{
	CLEANUP_TEXT struct text sequence = TEXT_INIT;

	text_addf(&sequence, "\033[22m\033[38;2;%u;%u;%um", title->foreground >> 16 & 0xffu,
		  title->foreground >> 8 & 0xffu, title->foreground & 0xffu);
	script_add(script, "set title-look:hex 1b");
	for (size_t i = 1; i < sequence.length; i++)
		script_add(script, ":%02x", (unsigned char)sequence.bytes[i]);
	script_add(script, "\nset title-pad:hex 20");
	for (size_t i = 1; i < sequence.length; i++)
		script_add(script, ":20");
	script_add(script, "\n");
}

void theme_add_title(struct script *script, const struct menu *menu, const char *subject)
{
	size_t room = theme_columns(menu->theme) - 2, length = strlen(menu->title);

	if (script->policy->n_themes && length + TITLE_SEQUENCE <= room) {
		if (length + 2 * TITLE_SEQUENCE <= room)
			script_add(script, "${title-pad:string}");
		script_add(script, "${title-look:string}");
	}
	script_add_words(script, menu->title, menu->where, subject);
}

static void add_console_command(struct script *script, const struct theme *theme, const char *subject)
{
	static const char *const margins[] = { "left", "right", "top", "bottom" };
	const struct pxeboot_theme *look = &theme->look;

	script_add(script, "console");
	if (look->size[0])
		script_add(script, " --x %u --y %u", look->size[0], look->size[1]);
	for (size_t i = 0; i < ARRAY_SIZE(margins); i++)
		if (look->margins[i])
			script_add(script, " --%s %u", margins[i], look->margins[i]);
	script_add(script, " --picture ${base}/themes/");
	script_add_word(script, look->picture, theme->where, subject);
}

/* What is behind text and gaps: with a picture the console's own background, which is what lets it through. */
static void add_console(struct script *script, const struct theme *theme, const char *subject)
{
	script_add(script, "set background %d\nclear title-look ||\nclear title-pad ||\n",
		   theme->look.text.has_background ? COLOUR_TEXT_BACKGROUND : COLOUR_BLUE);
	if (!theme->look.picture)
		return;
	add_console_command(script, theme, subject);
	script_add(script, " || goto colours\nset background %d\n", COLOUR_DEFAULT);
	if (theme->look.title.set)
		add_title(script, &theme->look.title);
}

static void add_pair(struct script *script, int pair, int foreground, int background)
{
	script_add(script, "cpair --foreground %d --background %d %d ||\n", foreground, background, pair);
}

static void add_transparent_pair(struct script *script, int pair, int foreground)
{
	script_add(script, "cpair --foreground %d --background ${background} %d ||\n", foreground, pair);
}

static void add_shell(struct script *script, const struct pxeboot_colour *shell)
{
	add_colour(script, shell->foreground, COLOUR_SHELL);
	if (shell->has_background)
		add_colour(script, shell->background, COLOUR_SHELL_BACKGROUND);
	add_pair(script, PAIR_DEFAULT, COLOUR_SHELL, shell->has_background ? COLOUR_SHELL_BACKGROUND : COLOUR_DEFAULT);
}

static void add_colours(struct script *script, const struct pxeboot_theme *look)
{
	add_colour(script, look->text.foreground, COLOUR_TEXT);
	if (look->text.has_background)
		add_colour(script, look->text.background, COLOUR_TEXT_BACKGROUND);
	add_colour(script, look->highlight.foreground, COLOUR_HIGHLIGHT);
	add_colour(script, look->highlight.background, COLOUR_HIGHLIGHT_BACKGROUND);
	add_colour(script, look->gap.foreground, COLOUR_GAP);
	add_transparent_pair(script, PAIR_NORMAL, COLOUR_TEXT);
	add_pair(script, PAIR_SELECT, COLOUR_HIGHLIGHT, COLOUR_HIGHLIGHT_BACKGROUND);
	add_transparent_pair(script, PAIR_SEPARATOR, COLOUR_GAP);
	if (look->shell.set)
		add_shell(script, &look->shell);
}

/* A theme that is on already is left as it is: the picture is not fetched anew at each step through the menus. */
void theme_add(struct script *script, const struct theme *theme, const char *next, const char *subject)
{
	script_add(script, "iseq ${theme} %s && goto %s ||\n", theme->look.name, next);
	add_console(script, theme, subject);
	script_add(script, ":colours\n");
	add_colours(script, &theme->look);
	script_add(script, "set theme %s\n", theme->look.name);
}

/* What boots finds the screen as the firmware left it; only pictures change it. */
void theme_add_end(struct script *script)
{
	if (script->policy->n_themes)
		script_add(script, "isset ${theme} && console ||\nclear theme ||\n");
}
