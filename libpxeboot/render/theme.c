/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A theme in iPXE's commands.  Each is guarded: an iPXE without console, framebuffer or PNG shows the same menu as text.
 *
 * There are two sets of colours.  On a framebuffer they are RGB.  A text console would take the numbers in RGB's escape
 * sequence for colours of its own, so there the nearest of the eight basic ones are used, which need no redefinition.
 */
#include "render/theme.h"

#include <string.h>

/* iPXE's colour numbers, 0 to 7, and what they are given for on a framebuffer.  0 stays what it is: text in forms. */
enum {
	COLOUR_HIGHLIGHT_BACKGROUND = 1,
	COLOUR_SHELL = 2,
	COLOUR_SHELL_BACKGROUND = 3,
	COLOUR_TEXT_BACKGROUND = 4,		/* blue, where it is not given another value */
	COLOUR_HIGHLIGHT = 5,
	COLOUR_GAP = 6,
	COLOUR_TEXT = 7,
	COLOUR_DEFAULT = 9,			/* the console's own; as a background it lets the picture through */
};
enum { PAIR_SHELL = 0, PAIR_NORMAL = 1, PAIR_SELECT = 2, PAIR_SEPARATOR = 3 };

/* The longest escape sequences for a title's colour, in bytes. */
#define TITLE_SEQUENCE 24ul

/* iPXE writes the title bold and in the colour of text.  Its letters pass through to the console, so escape sequences
 * among them can change that: the intensity, which would brighten the colour, back to normal, and the colour.  iPXE
 * counts them when it centres the title: as many blanks before them put that right. */
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

static size_t title_room(const struct menu *menu)
{
	return theme_columns(menu->theme) - 2;
}

bool theme_colours_title(const struct menu *menu)
{
	return strlen(menu->title) + TITLE_SEQUENCE <= title_room(menu);
}

bool theme_centres_title(const struct menu *menu)
{
	return strlen(menu->title) + 2 * TITLE_SEQUENCE <= title_room(menu);
}

void theme_add_title(struct script *script, const struct menu *menu, const char *subject)
{
	if (script->policy->n_themes && theme_colours_title(menu)) {
		if (theme_centres_title(menu))
			script_add(script, "${title-pad:string}");
		script_add(script, "${title-look:string}");
	}
	script_add_words(script, menu->title, menu->where, subject);
}

/* ---- Colours ------------------------------------------------------------------------------------------------------ */

static void add_colour(struct script *script, uint32_t rgb, int number)
{
	script_add(script, "colour --rgb 0x%06x %d ||\n", (unsigned)rgb, number);
}

static void add_pair(struct script *script, int pair, unsigned foreground, unsigned background)
{
	script_add(script, "cpair --foreground %u --background %u %d ||\n", foreground, background, pair);
}

static void add_rgb_shell(struct script *script, const struct pxeboot_colour *shell)
{
	add_colour(script, shell->foreground, COLOUR_SHELL);
	if (shell->has_background)
		add_colour(script, shell->background, COLOUR_SHELL_BACKGROUND);
	add_pair(script, PAIR_SHELL, COLOUR_SHELL, shell->has_background ? COLOUR_SHELL_BACKGROUND : COLOUR_DEFAULT);
}

static void add_rgb_colours(struct script *script, const struct pxeboot_theme *look)
{
	unsigned background = COLOUR_DEFAULT;

	if (!look->picture && look->text.has_background) {
		background = COLOUR_TEXT_BACKGROUND;
		add_colour(script, look->text.background, COLOUR_TEXT_BACKGROUND);
	}
	add_colour(script, look->text.foreground, COLOUR_TEXT);
	add_colour(script, look->highlight.foreground, COLOUR_HIGHLIGHT);
	add_colour(script, look->highlight.background, COLOUR_HIGHLIGHT_BACKGROUND);
	add_colour(script, look->gap.foreground, COLOUR_GAP);
	add_pair(script, PAIR_NORMAL, COLOUR_TEXT, background);
	add_pair(script, PAIR_SELECT, COLOUR_HIGHLIGHT, COLOUR_HIGHLIGHT_BACKGROUND);
	add_pair(script, PAIR_SEPARATOR, COLOUR_GAP, background);
	if (look->shell.set)
		add_rgb_shell(script, &look->shell);
}

/* The nearest of the eight basic colours. */
static unsigned basic_colour(uint32_t rgb)
{
	unsigned red = rgb >> 16 & 0xff, green = rgb >> 8 & 0xff, blue = rgb & 0xff;

	return (red > 0x7f ? 1u : 0u) | (green > 0x7f ? 2u : 0u) | (blue > 0x7f ? 4u : 0u);
}

/* On a background of the same colour nothing could be read: then it is white, or black. */
static unsigned readable(uint32_t rgb, unsigned background)
{
	unsigned basic = basic_colour(rgb);

	if (basic != background)
		return basic;
	return background == 7 ? 0 : 7;
}

static void add_basic_colours(struct script *script, const struct pxeboot_theme *look)
{
	unsigned background = look->text.has_background ? basic_colour(look->text.background) : COLOUR_TEXT_BACKGROUND;
	unsigned text = readable(look->text.foreground, background), bar = basic_colour(look->highlight.background);
	unsigned shell = look->shell.has_background ? basic_colour(look->shell.background) : 0;

	add_pair(script, PAIR_NORMAL, text, background);
	/* A bar in the colour of what is around it would be none: then it is the text's colours, exchanged. */
	if (bar == background)
		add_pair(script, PAIR_SELECT, background, text);
	else
		add_pair(script, PAIR_SELECT, readable(look->highlight.foreground, bar), bar);
	add_pair(script, PAIR_SEPARATOR, readable(look->gap.foreground, background), background);
	if (look->shell.set)
		add_pair(script, PAIR_SHELL, readable(look->shell.foreground, shell), shell);
}

/* ---- The whole ---------------------------------------------------------------------------------------------------- */

static void add_console(struct script *script, const struct theme *theme, const char *subject)
{
	static const char *const margins[] = { "left", "right", "top", "bottom" };
	const struct pxeboot_theme *look = &theme->look;

	script_add(script, "console");
	if (look->size[0])
		script_add(script, " --x %u --y %u", look->size[0], look->size[1]);
	for (size_t i = 0; i < ARRAY_SIZE(margins); i++)
		if (look->margins[i])
			script_add(script, " --%s %u", margins[i], look->margins[i]);
	if (look->picture) {
		script_add(script, " --picture ${base}/themes/");
		script_add_word(script, look->picture, theme->where, subject);
	}
	script_add(script, " || goto text\n");
}

/* A theme that is on already is left as it is: the picture is not fetched anew at each step through the menus. */
void theme_add(struct script *script, const struct theme *theme, const char *next, const char *subject)
{
	const struct pxeboot_theme *look = &theme->look;

	script_add(script, "iseq ${theme} %s && goto %s ||\nset theme %s\nclear title-look ||\nclear title-pad ||\n",
		   look->name, next, look->name);
	if (look->picture || look->size[0]) {
		add_console(script, theme, subject);
		if (look->title.set)
			add_title(script, &look->title);
		add_rgb_colours(script, look);
		script_add(script, "goto %s\n:text\n", next);
	}
	add_basic_colours(script, look);
}

/* What boots finds the console as it was. */
void theme_add_end(struct script *script)
{
	if (script->policy->n_themes)
		script_add(script, "isset ${theme} && cpair 0 ||\nisset ${theme} && console ||\nclear theme ||\n");
}
