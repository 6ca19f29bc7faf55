/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The themes of menus/themes can be read: every colour of text stands out against every pixel that it may stand on, by
 * WCAG's measure, and their pictures are what every iPXE can show.  PXEBOOT_TESTS is the folder of the tests,
 * PXEBOOT_MENUS that in whose themes/ the build has drawn the pictures.
 */
#include <math.h>
#include <png.h>
#include <stdlib.h>

#include "base/macro.h"
#include "testing.h"

#define LEAST 4.5			/* WCAG 2, level AA */
#define LEAST_HIGH 7.0			/* level AAA */
#define HEAVY (100u << 10)		/* bytes */
#define COLUMNS 80u
#define ROWS 24u
#define CELL_WIDTH 9u			/* pixels; of the taller font, UEFI's */
#define CELL_HEIGHT 19u

static const struct {
	const char *name;
	double least;
} themes[] = {
	{ "contrast", LEAST_HIGH }, { "morning", LEAST }, { "night", LEAST }, { "ocean", LEAST }, { "tachibana", LEAST },
};

struct loaded {
	struct pxeboot_policy *policy;
	struct pxeboot_theme look;
	png_bytep pixels;		/* RGB */
};

/* The theme's own file, in a policy whose boot root's themes/ is where the build has drawn the pictures. */
static struct pxeboot_policy *policy_with(const char *name)
{
	char text[8192];
	int length = snprintf(text, sizeof(text),
			      "server: { address = \"10.77.0.1\"; root = \"%s\"; };\n"
			      "profiles: { off: { action = \"poweroff\"; }; }; boot = \"main\";\n"
			      "menus: { main: { theme = \"%s\"; entries = ( { profile = \"off\"; } ); }; };\n"
			      "@include \"%s/../menus/themes/%s.conf\"\n",
			      getenv("PXEBOOT_MENUS"), name, getenv("PXEBOOT_TESTS"), name);

	ck_assert_int_lt(length, (int)sizeof(text));
	return policy_of(text);
}

static struct loaded load_theme(const char *name)
{
	struct loaded theme = { .policy = policy_with(name) };
	png_image image = { .version = PNG_IMAGE_VERSION };

	ck_assert_int_eq(pxeboot_policy_theme(theme.policy, 0, &theme.look), 0);
	ck_assert_str_eq(theme.look.name, name);
	ck_assert_ptr_nonnull(theme.look.picture_bytes);
	ck_assert(png_image_begin_read_from_memory(&image, theme.look.picture_bytes, theme.look.picture_length));
	image.format = PNG_FORMAT_RGB;
	ck_assert_uint_eq(image.width, theme.look.size[0]);
	ck_assert_uint_eq(image.height, theme.look.size[1]);
	theme.pixels = malloc(PNG_IMAGE_SIZE(image));
	ck_assert(png_image_finish_read(&image, NULL, theme.pixels, 0, NULL));
	return theme;
}

static void free_theme(struct loaded *theme)
{
	free(theme->pixels);
	pxeboot_policy_unref(theme->policy);
}

/* ---- WCAG 2, "relative luminance" and "contrast ratio" ------------------------------------------------------------ */

/* What each channel adds to how bright a colour is. */
#define RED 0.2126
#define GREEN 0.7152
#define BLUE 0.0722

static double linear(unsigned channel)
{
	double part = channel / 255.0;

	return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t rgb)
{
	return RED * linear(rgb >> 16 & 0xff) + GREEN * linear(rgb >> 8 & 0xff) + BLUE * linear(rgb & 0xff);
}

static double ratio(double a, double b)
{
	return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

/* Against every pixel that text may stand on. */
static double worst_ratio(const struct loaded *theme, uint32_t rgb)
{
	const unsigned *margins = theme->look.margins, *size = theme->look.size;
	double parts[256], own = luminance(rgb), worst = 21;

	for (unsigned channel = 0; channel < ARRAY_SIZE(parts); channel++)
		parts[channel] = linear(channel);
	for (unsigned y = margins[2]; y < size[1] - margins[3]; y++) {
		png_const_bytep pixel = theme->pixels + 3 * ((size_t)y * size[0] + margins[0]);

		for (unsigned x = margins[0]; x < size[0] - margins[1]; x++, pixel += 3)
			worst = fmin(worst, ratio(own, RED * parts[pixel[0]] + GREEN * parts[pixel[1]] +
						       BLUE * parts[pixel[2]]));
	}
	return worst;
}

START_TEST(text_stands_out)
{
	const char *name = themes[_i].name;
	struct loaded theme = load_theme(name);
	const struct {
		const char *what;
		uint32_t rgb;
	} rows[] = {
		{ "text", theme.look.text.foreground },
		{ "gap", theme.look.gap.foreground },
		{ "title", theme.look.title.foreground },
		{ "shell", theme.look.shell.foreground },
	};
	double bar = ratio(luminance(theme.look.highlight.foreground), luminance(theme.look.highlight.background));

	ck_assert(theme.look.title.set && theme.look.shell.set && !theme.look.shell.has_background);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double worst = worst_ratio(&theme, rows[i].rgb);

		printf("# %s: %s %.1f:1\n", name, rows[i].what, worst);
		ck_assert_msg(worst >= themes[_i].least, "%s: %s: %.2f:1", name, rows[i].what, worst);
	}
	printf("# %s: highlight %.1f:1\n", name, bar);
	ck_assert_msg(bar >= themes[_i].least, "%s: highlight: %.2f:1", name, bar);
	free_theme(&theme);
}
END_TEST

/* Consoles without pictures show text on the background that the theme names for them. */
START_TEST(text_stands_out_without_picture)
{
	struct loaded theme = load_theme(themes[_i].name);

	ck_assert(theme.look.text.has_background);
	ck_assert_msg(ratio(luminance(theme.look.text.foreground), luminance(theme.look.text.background)) >=
		      themes[_i].least, "%s", themes[_i].name);
	free_theme(&theme);
}
END_TEST

START_TEST(menu_has_room)
{
	struct loaded theme = load_theme(themes[_i].name);
	const unsigned *margins = theme.look.margins, *size = theme.look.size;

	ck_assert_uint_ge(size[0] - margins[0] - margins[1], COLUMNS * CELL_WIDTH);
	ck_assert_uint_ge(size[1] - margins[2] - margins[3], ROWS * CELL_HEIGHT);
	free_theme(&theme);
}
END_TEST

/* PNG, third edition, section 11.2.1: depth, colour type, and interlacing at the end of the first chunk. */
START_TEST(picture_is_plain)
{
	struct loaded theme = load_theme(themes[_i].name);
	const unsigned char *bytes = theme.look.picture_bytes;

	ck_assert_uint_eq(bytes[24], 8);
	ck_assert_msg(bytes[25] == PNG_COLOR_TYPE_RGB || bytes[25] == PNG_COLOR_TYPE_PALETTE, "%s", themes[_i].name);
	ck_assert_uint_eq(bytes[28], PNG_INTERLACE_NONE);
	ck_assert_uint_le(theme.look.picture_length, HEAVY);
	free_theme(&theme);
}
END_TEST

START_TEST(measure_is_wcags)
{
	ck_assert_double_eq_tol(ratio(luminance(0x000000), luminance(0xffffff)), 21.0, 0.001);
	ck_assert_double_eq_tol(ratio(luminance(0xffffff), luminance(0x777777)), 4.478, 0.001);
	ck_assert_double_eq_tol(ratio(luminance(0x0000ff), luminance(0xffffff)), 8.592, 0.001);
	ck_assert_double_eq_tol(ratio(luminance(0x123456), luminance(0x123456)), 1.0, 0.001);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("themes");
	TCase *tests = tcase_create("themes");
	char path[4096];

	snprintf(path, sizeof(path), "%s/themes/%s.png", getenv("PXEBOOT_MENUS"), themes[0].name);
	if (access(path, R_OK) < 0) {
		printf("1..0 # SKIP the build drew no pictures: install the package librsvg2-bin\n");
		return 0;
	}
	tcase_add_test(tests, measure_is_wcags);
	tcase_add_loop_test(tests, text_stands_out, 0, ARRAY_SIZE(themes));
	tcase_add_loop_test(tests, text_stands_out_without_picture, 0, ARRAY_SIZE(themes));
	tcase_add_loop_test(tests, menu_has_room, 0, ARRAY_SIZE(themes));
	tcase_add_loop_test(tests, picture_is_plain, 0, ARRAY_SIZE(themes));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
