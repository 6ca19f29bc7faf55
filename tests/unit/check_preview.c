/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot preview: fonts, consoles, and which letter stands in which cell.  The real iPXE is held against it by
 * tests/firmware/previews.
 */
#include "testing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "preview/font.h"
#include "preview/layout.h"
#include "preview/picture.h"
#include "preview/terminal.h"

/* ---- Fonts -------------------------------------------------------------------------------------------------------- */

/* 256 letters of one row each; their table begins: 'A' and 'B' are glyph 0, so is a sequence of 'C'; 'D' is glyph 1. */
static const uint8_t map[] = { 'A', 0, 'B', 0, 0xfe, 0xff, 'C', 0, 0xff, 0xff, 'D', 0, 0xff, 0xff, 'E' };

static uint8_t *font_bytes(uint8_t mode, uint8_t height, size_t length)
{
	uint8_t *bytes = calloc(1, length ? length : 1);

	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(i < 4 ? (const uint8_t[]){ 0x36, 0x04, mode, height }[i] : i < 260 ? i - 4 :
				     i - 260 < sizeof(map) ? map[i - 260] : 0);
	return bytes;
}

START_TEST(fonts_that_are_none)
{
	static const struct { uint8_t mode, height; size_t length; bool magic; } rows[] = {
		{ 0, 1, 0, true }, { 0, 1, 3, true },		/* no header */
		{ 0, 1, 260, false },				/* another magic */
		{ 0, 0, 260, true },				/* no height */
		{ 0, 33, 260 * 33, true },			/* too high */
		{ 0, 1, 259, true }, { 1, 1, 260, true },	/* too short for its letters */
		{ 0, 255, 4, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint8_t *bytes = font_bytes(rows[i].mode, rows[i].height, rows[i].length);
		struct font font = { .height = 77 };

		if (!rows[i].magic)
			bytes[0] = 0x37;
		ck_assert_int_eq(font_parse(bytes, rows[i].length, &font), -EBADMSG);
		ck_assert_uint_eq(font.height, 77);
		free(bytes);
	}
	struct font font = { .height = 77 };

	ck_assert_int_eq(font_read("/nonexistent/font.psf", &font), -ENOENT);
	ck_assert_int_eq(font_read("/", &font) < 0, 1);
	ck_assert_uint_eq(font.height, 77);
}
END_TEST

START_TEST(letters_of_a_font)
{
	static const struct { uint32_t letter; int glyph; } rows[] = {
		{ 'A', 0 }, { 'B', 0 }, { 'D', 1 },
		{ 'C', -1 },			/* only as part of a sequence */
		{ 'E', -1 },			/* half a letter at the end */
		{ 0xffff, -1 }, { 0xfffe, -1 }, { 0x1f600, -1 },
	};
	struct font font;

	ck_assert_int_eq(font_parse(font_bytes(2, 1, 260 + sizeof(map)), 260 + sizeof(map), &font), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint8_t *glyph = font_glyph(&font, rows[i].letter);

		ck_assert_int_eq(glyph ? *glyph : -1, rows[i].glyph);
	}
	font_free(&font);
	ck_assert_int_eq(font_parse(font_bytes(0, 1, 260), 260, &font), 0);
	ck_assert_int_eq(*font_glyph(&font, 200), 200);
	ck_assert_ptr_null(font_glyph(&font, 256));
	font_free(&font);
}
END_TEST

/* Nothing is read outside of the file, whatever it says. */
START_TEST(hostile_fonts)
{
	uint32_t random = 1;

	for (size_t round = 0; round < 4000; round++) {
		size_t length = 200 + round % 400;
		uint8_t *bytes = malloc(length);
		struct font font;

		for (size_t i = 0; i < length; i++) {
			random = random * 1103515245u + 12345u;
			bytes[i] = (uint8_t)(random >> 16 & (i % 2 ? 0xff : 0x80));
		}
		memcpy(bytes, (const uint8_t[]){ 0x36, 0x04, (uint8_t)(round & 7), (uint8_t)(round % 3) }, 4);
		if (font_parse(bytes, length, &font) < 0) {
			free(bytes);
			continue;
		}
		for (uint32_t letter = 0; letter < 0x10000; letter += 0x80) {
			const uint8_t *glyph = font_glyph(&font, letter);

			ck_assert(!glyph || (glyph >= bytes && (size_t)(bytes + length - glyph) >= font.height));
		}
		font_free(&font);
	}
}
END_TEST

/* ---- Consoles ----------------------------------------------------------------------------------------------------- */

static struct pxeboot_theme theme_of(unsigned width, unsigned height, unsigned left, unsigned right, unsigned top,
				     unsigned bottom)
{
	return (struct pxeboot_theme){
		.name = "t", .size = { width, height }, .margins = { left, right, top, bottom },
		.text = { .set = true, .foreground = 0xe8e8f0 }, .gap = { .set = true, .foreground = 0x88c0d0 },
		.highlight = { .set = true, .has_background = true, .foreground = 0xffffff, .background = 0x3050a0 },
	};
}

/* Measured on the real iPXE: where its first cell is, and how many there are. */
START_TEST(where_the_cells_are)
{
	static const struct {
		unsigned size[2], margins[4], screen[2];
		bool uefi;
		unsigned left, top, columns, rows;
	} rows[] = {
		{ { 1024, 768 }, { 96, 96, 128, 96 }, { 0, 0 }, false, 98, 128, 92, 34 },
		{ { 1024, 768 }, { 96, 96, 128, 96 }, { 0, 0 }, true, 98, 134, 92, 28 },
		{ { 1280, 800 }, { 50, 33, 20, 7 }, { 0, 0 }, false, 50, 22, 133, 48 },
		{ { 1280, 800 }, { 50, 33, 20, 7 }, { 0, 0 }, true, 50, 26, 133, 40 },
		{ { 800, 600 }, { 50, 33, 20, 7 }, { 0, 0 }, false, 53, 26, 79, 35 },
		{ { 800, 600 }, { 50, 33, 20, 7 }, { 0, 0 }, true, 53, 21, 79, 30 },
		/* No such mode: the next bigger one, with the menu in the middle, but for a margin of 0. */
		{ { 1000, 700 }, { 50, 0, 20, 7 }, { 1024, 768 }, false, 66, 54, 106, 42 },
		{ { 1000, 700 }, { 50, 0, 20, 7 }, { 1024, 768 }, true, 66, 58, 106, 35 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const unsigned *size = rows[i].size, *margins = rows[i].margins;
		struct pxeboot_theme theme = theme_of(size[0], size[1], margins[0], margins[1], margins[2], margins[3]);
		struct look_request request = { .uefi = rows[i].uefi, .size = { rows[i].screen[0], rows[i].screen[1] } };
		struct look look;

		ck_assert_int_eq(look_make(&theme, &request, &look), 0);
		ck_assert_uint_eq(look.left, rows[i].left);
		ck_assert_uint_eq(look.top, rows[i].top);
		ck_assert_uint_eq(look.columns, rows[i].columns);
		ck_assert_uint_eq(look.rows, rows[i].rows);
		ck_assert_uint_eq(look.cell_width, 9);
		ck_assert_uint_eq(look.cell_height, rows[i].uefi ? 19 : 16);
	}
}
END_TEST

START_TEST(consoles_that_are_none)
{
	static const struct { unsigned size[2], margins[4], screen[2]; } rows[] = {
		{ { 1024, 768 }, { 0, 0, 0, 0 }, { 1023, 768 } },		/* a smaller screen */
		{ { 1024, 768 }, { 0, 0, 0, 0 }, { 1024, 767 } },
		{ { 1024, 768 }, { 1024, 0, 0, 0 }, { 0, 0 } },			/* no room */
		{ { 1024, 768 }, { 1000, 1000, 0, 0 }, { 0, 0 } },
		{ { 1024, 768 }, { 0, 0, 4294967295u, 4294967295u }, { 0, 0 } },
		{ { 1024, 768 }, { 500, 400, 0, 0 }, { 0, 0 } },
		{ { 1024, 768 }, { 0, 0, 400, 300 }, { 0, 0 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const unsigned *size = rows[i].size, *margins = rows[i].margins;
		struct pxeboot_theme theme = theme_of(size[0], size[1], margins[0], margins[1], margins[2], margins[3]);
		struct look_request request = { .size = { rows[i].screen[0], rows[i].screen[1] } };
		struct look look = { .left = 77 };

		ck_assert_int_eq(look_make(&theme, &request, &look), -ERANGE);
		ck_assert_uint_eq(look.left, 77);
	}
}
END_TEST

/* Measured, too; BIOS's colours are those of a PC, which QEMU rounds. */
START_TEST(colours_of_text)
{
	static const struct {
		bool theme, text, uefi;
		uint32_t normal, bold, gap, selected, bar, behind;
	} rows[] = {
		{ false, false, false, 0xaaaaaa, 0xffffff, 0x00aaaa, 0xffffff, 0xaa0000, 0x0000aa },
		{ false, false, true, 0x989898, 0xffffff, 0x009898, 0xffffff, 0x980000, 0x000098 },
		{ true, true, true, 0x989898, 0xffffff, 0x009898, 0xffffff, 0x980000, 0x000098 },
		/* The bar's blue is the background's: it is text's colours, exchanged. */
		{ true, false, false, 0xaaaaaa, 0xffffff, 0xaaaaaa, 0x5555ff, 0xaaaaaa, 0x0000aa },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_theme theme = theme_of(0, 0, 0, 0, 0, 0);
		struct look_request request = { .uefi = rows[i].uefi, .text = rows[i].text };
		struct look look;

		ck_assert_int_eq(look_make(rows[i].theme ? &theme : NULL, &request, &look), 0);
		ck_assert(look.text);
		ck_assert_uint_eq(look.columns * look.cell_width, look.width);
		ck_assert_uint_eq(look.normal.foreground, rows[i].normal);
		ck_assert_uint_eq(look.title.foreground, rows[i].bold);
		ck_assert_uint_eq(look.gap.foreground, rows[i].gap);
		ck_assert_uint_eq(look.selected.foreground, rows[i].selected);
		ck_assert_uint_eq(look.selected.background, rows[i].bar);
		ck_assert_uint_eq(look.normal.background, rows[i].behind);
	}
}
END_TEST

/* A terminal shows no pictures. */
START_TEST(without_a_picture)
{
	struct pxeboot_theme theme = theme_of(1024, 768, 0, 0, 0, 0);
	struct look_request request = { .uefi = false };
	struct look look;

	ck_assert_int_eq(look_make(&theme, &request, &look), 0);
	look_without_picture(&look, &theme);
	ck_assert(look.normal.see_through);
	look_without_picture(&look, NULL);
	ck_assert(look.normal.see_through);
	theme.text.has_background = true;
	theme.text.background = 0x123456;
	look_without_picture(&look, &theme);
	ck_assert(!look.normal.see_through && !look.title.see_through && !look.gap.see_through);
	ck_assert_uint_eq(look.gap.background, 0x123456);
	ck_assert_uint_eq(look.gap.foreground, 0x88c0d0);
	ck_assert_uint_eq(look.selected.background, 0x3050a0);
}
END_TEST

/* ---- Cells -------------------------------------------------------------------------------------------------------- */

/* A console of 30 by 9 cells: four rows of entries. */
static struct look small_look(bool uefi)
{
	struct look look = { .uefi = uefi, .columns = 30, .rows = 9, .normal = { 1, 0, true }, .bold = { 2, 0, true },
			     .selected = { 3, 4, false }, .gap = { 5, 0, true }, .title = { 6, 0, true } };

	return look;
}

static const struct pxeboot_line lines[] = {
	{ .kind = PXEBOOT_LINE_GAP, .text = "gap" },
	{ .kind = PXEBOOT_LINE_ITEM, .text = "one" },
	{ .kind = PXEBOOT_LINE_ITEM, .text = "0123456789012345678901234567890123456789" },
	{ .kind = PXEBOOT_LINE_ITEM, .text = "" },
	{ .kind = PXEBOOT_LINE_GAP, .text = "gap two" },
	{ .kind = PXEBOOT_LINE_ITEM, .text = "five" },
};

static struct pxeboot_screen screen_of(size_t n_lines, size_t selected, unsigned timeout)
{
	return (struct pxeboot_screen){ .title = "Title", .title_takes_colour = true, .title_stays_centred = true,
					.lines = lines, .n_lines = n_lines, .selected = selected, .timeout = timeout };
}

/* The rows in the terminal's plain form, with '|' between them. */
static char *drawn(const struct pxeboot_screen *screen, const struct look *look, size_t page)
{
	struct layout layout;
	char *bytes = NULL;
	size_t length;
	FILE *stream = open_memstream(&bytes, &length);

	ck_assert_int_eq(layout_make(screen, look, page, &layout), 0);
	terminal_show(&layout, false, stream);
	fclose(stream);
	layout_free(&layout);
	for (char *at = bytes; (at = strchr(at, '\n')); )
		*at = '|';
	return bytes;
}

START_TEST(rows_of_a_menu)
{
	static const struct { size_t n_lines, selected; unsigned timeout; size_t page; const char *rows; } rows[] = {
		{ 0, 0, 0, 0, "|            Title|" },
		{ 1, 1, 9, 0, "|            Title||   gap|" },
		{ 2, 1, 0, 0, "|            Title||   gap| > one|" },
		{ 2, 1, 9, 0, "|            Title||   gap| > one                  (9)|" },
		{ 3, 2, 120, 0, "|            Title||   gap|   one| > 0123456789012345678(120)|" },
		{ 4, 1, 0, 0, "|            Title||   gap| > one|   012345678901234567890123|" },
		{ 4, 3, 0, 0, "|            Title||   gap|   one|   012345678901234567890123| >|" },
		/* More than there are rows for. */
		{ 6, 1, 0, 0, "|            Title||   gap| > one|   012345678901234567890123||   ...|" },
		{ 6, 5, 3, 0, "|            Title|   ...|   gap two| > five                 (3)|" },
		/* Where somebody has gone. */
		{ 6, 1, 3, 2, "|            Title|   ...|   gap two| > five|" },
		{ 6, 5, 3, 1, "|            Title||   gap| > one|   012345678901234567890123||   ...|" },
		{ 6, 1, 3, 1, "|            Title||   gap| > one                  (3)|   012345678901234567890123||   ...|" },
	};
	struct look look = small_look(false);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_screen screen = screen_of(rows[i].n_lines, rows[i].selected, rows[i].timeout);
		char *got = drawn(&screen, &look, rows[i].page);

		ck_assert_str_eq(got, rows[i].rows);
		free(got);
	}
	/* Who has asked for a hidden menu has time. */
	struct pxeboot_screen screen = screen_of(2, 1, 9);
	struct layout layout = { .columns = 77 };

	screen.hidden = true;
	char *got = drawn(&screen, &look, 0);

	ck_assert_str_eq(got, "|            Title||   gap| > one|");
	free(got);
	ck_assert_int_eq(layout_make(&screen, &look, 3, &layout), -ERANGE);
	ck_assert_uint_eq(layout.columns, 77);
}
END_TEST

/* A title's colour takes bytes in front of it, which iPXE counts. */
START_TEST(titles)
{
	static const struct { const char *title; size_t sequence; bool colour, centred; const char *row; } rows[] = {
		{ "", 0, true, true, "" },
		{ "Title", 0, true, true, "            Title" },
		{ "Even", 0, true, true, "             Even" },
		{ "0123456789012345678901234567890123456789", 0, true, true, " 0123456789012345678901234567" },
		{ "Title", 9, true, true, "            Title" },
		{ "Title", 9, true, false, "        Title" },
		{ "Title", 9, false, true, "            Title" },
		{ "0123456789012345678901234567890123456789", 9, true, true, "          0123456789" },
		{ "0123456789012345678901234567890123456789", 9, true, false, " 0123456789012345678" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_screen screen = screen_of(0, 0, 0);
		struct look look = small_look(false);
		char expected[64], *got;

		screen.title = rows[i].title;
		screen.title_takes_colour = rows[i].colour;
		screen.title_stays_centred = rows[i].centred;
		look.title_sequence = rows[i].sequence;
		snprintf(expected, sizeof(expected), *rows[i].row ? "|%s|" : "%s", rows[i].row);
		got = drawn(&screen, &look, 0);
		ck_assert_str_eq(got, expected);
		free(got);
	}
}
END_TEST

/* Cells of the first entry: bytes are counted, letters are shown. */
START_TEST(letters_that_are_not_ascii)
{
	static const struct { bool uefi, text; const char *label; uint32_t letters[4]; unsigned bar_ends; } rows[] = {
		{ false, false, "ab", { 'a', 'b', ' ', ' ' }, 29 },
		{ false, false, "\303\274b", { LETTER_BLOCK, 'b', ' ', ' ' }, 28 },
		{ true, false, "\303\274b", { 0xfc, 'b', ' ', ' ' }, 28 },
		{ true, false, "\342\202\254b", { LETTER_UNKNOWN, 'b', ' ', ' ' }, 27 },
		{ true, false, "\360\237\230\200b", { LETTER_UNKNOWN, 'b', ' ', ' ' }, 26 },
		{ true, true, "\342\202\254b", { ' ', 'b', ' ', ' ' }, 27 },
		{ false, true, "\303\274b", { LETTER_BLOCK, LETTER_BLOCK, 'b', ' ' }, 29 },
		{ true, false, "\303(b", { LETTER_UNKNOWN, '(', 'b', ' ' }, 29 },
		{ true, false, "\274\377b", { LETTER_UNKNOWN, LETTER_UNKNOWN, 'b', ' ' }, 29 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_line line = { .kind = PXEBOOT_LINE_ITEM, .text = rows[i].label };
		struct pxeboot_screen screen = screen_of(1, 0, 0);
		struct look look = small_look(rows[i].uefi);
		struct layout layout;
		unsigned end = 29;

		screen.lines = &line;
		look.text = rows[i].text;
		ck_assert_int_eq(layout_make(&screen, &look, 0, &layout), 0);
		for (unsigned column = 0; column < 4; column++)
			ck_assert_uint_eq(layout.cells[3 * 30 + 3 + column].letter, rows[i].letters[column]);
		while (layout.cells[3 * 30 + end - 1].ink.see_through)
			end--;
		ck_assert_uint_eq(end, rows[i].bar_ends);
		layout_free(&layout);
	}
}
END_TEST

/* ---- What is made of them ----------------------------------------------------------------------------------------- */

START_TEST(colours_in_a_terminal)
{
	struct pxeboot_line line = { .kind = PXEBOOT_LINE_ITEM, .text = "\342\202\254\033[2J\302\233\177" };
	struct pxeboot_screen screen = screen_of(1, 0, 0);
	struct look look = small_look(true);
	struct layout layout;
	char *bytes = NULL;
	size_t length;
	FILE *stream = open_memstream(&bytes, &length);

	screen.lines = &line;
	screen.title = "";
	ck_assert_int_eq(layout_make(&screen, &look, 0, &layout), 0);
	terminal_show(&layout, true, stream);
	fclose(stream);
	/* Nothing but our own sequences; what would be the terminal's is shown as '?'. */
	ck_assert_str_eq(bytes, "\n\n\n\033[0;38;2;0;0;1m \033[0;38;2;0;0;3;48;2;0;0;4m  \357\277\275?[2J??"
			 "                \033[0m\n");
	free(bytes);
	layout_free(&layout);
}
END_TEST

#define DAMAGED "\211PNG\r\n\032\nand no more"

START_TEST(pictures)
{
	struct pxeboot_theme theme = theme_of(320, 200, 0, 0, 0, 0);
	struct pxeboot_screen screen = screen_of(6, 1, 0);
	struct look_request request = { .uefi = false };
	struct layout layout;
	struct look look;
	struct font font;
	void *bytes = NULL;
	size_t length = 0;

	theme.picture = "t.png";
	theme.picture_bytes = DAMAGED;
	theme.picture_length = sizeof(DAMAGED);
	ck_assert_int_eq(look_make(&theme, &request, &look), 0);
	ck_assert_int_eq(layout_make(&screen, &look, 0, &layout), 0);
	ck_assert_int_eq(font_parse(font_bytes(0, 1, 260), 260, &font), 0);
	ck_assert_int_eq(picture_draw(&theme, &look, &layout, &font, &bytes, &length), -EBADMSG);
	ck_assert_ptr_null(bytes);
	ck_assert_int_eq(picture_draw(NULL, &look, &layout, &font, &bytes, &length), 0);
	ck_assert_uint_gt(length, 24);
	ck_assert_mem_eq(bytes, "\211PNG\r\n\032\n", 8);
	ck_assert_mem_eq((const char *)bytes + 16, "\0\0\001\100\0\0\0\310", 8);
	free(bytes);
	font_free(&font);
	layout_free(&layout);
}
END_TEST

int main(void)
{
	TCase *fonts = tcase_create("fonts"), *consoles = tcase_create("consoles"), *cells = tcase_create("cells");
	Suite *suite = suite_create("preview");

	tcase_add_test(fonts, fonts_that_are_none);
	tcase_add_test(fonts, letters_of_a_font);
	tcase_add_test(fonts, hostile_fonts);
	tcase_add_test(consoles, where_the_cells_are);
	tcase_add_test(consoles, consoles_that_are_none);
	tcase_add_test(consoles, colours_of_text);
	tcase_add_test(consoles, without_a_picture);
	tcase_add_test(cells, rows_of_a_menu);
	tcase_add_test(cells, titles);
	tcase_add_test(cells, letters_that_are_not_ascii);
	tcase_add_test(cells, colours_in_a_terminal);
	tcase_add_test(cells, pictures);
	suite_add_tcase(suite, fonts);
	suite_add_tcase(suite, consoles);
	suite_add_tcase(suite, cells);
	return run_suite(suite);
}
