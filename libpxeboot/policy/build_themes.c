/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Themes: colours, the space that margins leave, and the picture, which is looked at as iPXE will.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "policy/load.h"
#include "policy/picture.h"

#define MAX_PICTURE (16u << 20)
#define HEAVY_PICTURE (512u << 10)
#define CARD_SPEED 1400			/* bytes a millisecond that a BIOS's card driver fetches by TFTP */

/* iPXE draws a character in a cell 9 pixels wide; 19 high on UEFI and 16 on a PC: what fits the higher fits both. */
#define CELL_WIDTH 9
#define CELL_HEIGHT 19
#define TEXT_COLUMNS 80
#define MIN_COLUMNS 40
#define MIN_ROWS 10

enum { LEFT, RIGHT, TOP, BOTTOM };
enum { WIDTH, HEIGHT };

static void build_integers(const config_setting_t *list, unsigned *numbers, unsigned n)
{
	for (unsigned i = 0; i < n && i < load_count(list); i++)
		numbers[i] = (unsigned)load_integer(load_element(list, i));
}

static void build_colours(const config_setting_t *group, struct pxeboot_theme *look)
{
	/* Where the policy is silent: what iPXE itself begins with. */
	const struct { const char *key, *fallback; struct pxeboot_colour *colour; } rows[] = {
		{ "text", "#aaaaaa", &look->text }, { "highlight", "#aaaaaa on #aa0000", &look->highlight },
		{ "gap", "#00aaaa", &look->gap }, { "title", NULL, &look->title }, { "shell", NULL, &look->shell },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *value = group ? load_member_string(group, rows[i].key) : NULL;

		value = value ? value : rows[i].fallback;
		if (value && value_colour(value, rows[i].colour) < 0)
			rows[i].colour->set = false;
	}
	if (!look->highlight.has_background) {
		look->highlight.has_background = true;
		look->highlight.background = 0xaa0000;
	}
}

static int read_picture(struct load *load, const config_setting_t *setting, struct pxeboot_theme *look,
			char **ret_bytes, size_t *ret_length)
{
	CLEANUP_FREE char *path = NULL;
	const char *root = load->policy->root;
	int r = build_beside(setting, look->picture, MAX_PICTURE, &path, ret_bytes, ret_length);

	look->picture_is_ours = r == 0;
	if (r != -ENOENT || !root)
		return r;
	struct text there = TEXT_INIT;

	text_addf(&there, "%s/themes/%s", root, look->picture);
	r = there.error ? there.error : load_depends(load, there.bytes);
	if (!r)
		r = file_read(there.bytes, MAX_PICTURE, ret_bytes, ret_length);
	text_free(&there);
	return r;
}

static void tell_unreadable(struct load *load, const config_setting_t *setting, int error)
{
	const char *name = load_string(setting);

	if (error == -ENOENT)
		load_fault(load, &(struct fault) { .severity = PXEBOOT_WARNING, .id = "theme.missing", .at = setting,
			   .problem = "picture is not there: menus will be text", .got = name,
			   .expected = "it beside this file, or in the boot root's themes/" });
	else
		load_fault(load, &(struct fault) { .id = "theme.picture", .at = setting, .got = name,
			   .problem = error == -E2BIG ? "picture is too big" : "no picture that can be shown",
			   .expected = "a whole PNG file of at most 4096 x 4096 pixels and 16 MiB" });
}

static void warn(struct load *load, const config_setting_t *setting, const char *id, const char *problem,
		 const char *expected, const char *got)
{
	load_fault(load, &(struct fault) { .severity = PXEBOOT_WARNING, .id = id, .at = setting, .problem = problem,
		   .expected = expected, .got = got });
}

static void check_picture(struct load *load, const config_setting_t *setting, const struct pxeboot_theme *look,
			  const struct picture *picture)
{
	char got[64], expected[64];

	snprintf(got, sizeof(got), "%ux%u", picture->width, picture->height);
	snprintf(expected, sizeof(expected), "%ux%u, the theme's size", look->size[WIDTH], look->size[HEIGHT]);
	if (picture->width != look->size[WIDTH] || picture->height != look->size[HEIGHT])
		warn(load, setting, "theme.size", "picture is not scaled: it is cropped, or framed in black", expected, got);
	if (picture->alpha)
		warn(load, setting, "theme.depth", "iPXE puts what is transparent on black", "no transparency", look->picture);
	if (picture->deep)
		warn(load, setting, "theme.depth", "16 bits a channel are twice the weight and look the same",
		     "8 bits a channel", look->picture);
	if (look->picture_length <= HEAVY_PICTURE)
		return;
	snprintf(got, sizeof(got), "%zu KiB", look->picture_length >> 10);
	snprintf(expected, sizeof(expected), "512 KiB at most; this takes a BIOS card %.1f s",
		 (double)look->picture_length / CARD_SPEED / 1000);
	warn(load, setting, "theme.weight", "every machine fetches it by TFTP", expected, got);
}

static int build_picture(struct load *load, const config_setting_t *setting, struct pxeboot_theme *look)
{
	const char *name = load_string(setting);
	CLEANUP_FREE char *bytes = NULL;
	struct picture picture;

	if (!name)
		return 0;
	look->picture = arena_string(load->arena, name);
	int r = look->picture ? read_picture(load, setting, look, &bytes, &look->picture_length) : -ENOMEM;

	if (r == 0)
		r = picture_read(bytes, look->picture_length, &picture);
	if (r == -ENOMEM)
		return r;
	if (r < 0 && r != -ENOTSUP) {
		look->picture_is_ours = false;
		tell_unreadable(load, setting, r);
		return 0;
	}
	void *copy = arena_alloc(load->arena, look->picture_length, 1);

	if (!copy)
		return -ENOMEM;
	look->picture_bytes = memcpy(copy, bytes, look->picture_length);
	if (r)
		return 0;
	if (!look->size[WIDTH]) {
		look->size[WIDTH] = picture.width;
		look->size[HEIGHT] = picture.height;
	}
	check_picture(load, setting, look, &picture);
	return 0;
}

static void check_space(struct load *load, const config_setting_t *node, const struct theme *theme)
{
	const unsigned *size = theme->look.size, *margins = theme->look.margins;
	unsigned across = margins[LEFT] + margins[RIGHT] + MIN_COLUMNS * CELL_WIDTH;
	unsigned down = margins[TOP] + margins[BOTTOM] + MIN_ROWS * CELL_HEIGHT;
	char expected[64];

	if (!size[WIDTH] || (across <= size[WIDTH] && down <= size[HEIGHT]))
		return;
	snprintf(expected, sizeof(expected), "room for text of %d by %d pixels", MIN_COLUMNS * CELL_WIDTH,
		 MIN_ROWS * CELL_HEIGHT);
	load_fault(load, &(struct fault) { .id = "policy.range", .at = load_member(node, "margins") ?
		   load_member(node, "margins") : node, .problem = "the margins leave too little", .expected = expected });
}

unsigned theme_columns(const struct theme *theme)
{
	unsigned taken = theme ? theme->look.margins[LEFT] + theme->look.margins[RIGHT] : 0;

	if (!theme || !theme->look.picture || theme->look.size[WIDTH] <= taken)
		return TEXT_COLUMNS;
	unsigned columns = (theme->look.size[WIDTH] - taken) / CELL_WIDTH;

	return columns < TEXT_COLUMNS ? columns : TEXT_COLUMNS;
}

static int build_theme(struct load *load, const config_setting_t *node, struct theme *theme)
{
	theme->where = load_location(node);
	theme->look.name = arena_string(load->arena, node->name);
	theme->look.file = theme->where.file;
	theme->look.line = theme->where.line;
	if (!theme->look.name)
		return -ENOMEM;
	build_integers(load_member(node, "size"), theme->look.size, ARRAY_SIZE(theme->look.size));
	build_integers(load_member(node, "margins"), theme->look.margins, ARRAY_SIZE(theme->look.margins));
	build_colours(load_member(node, "colours"), &theme->look);
	int r = build_picture(load, load_member(node, "picture"), &theme->look);

	if (!r)
		check_space(load, node, theme);
	return r;
}

/* Themes are few: one for each look. */
const struct theme *policy_theme_by_name(const struct pxeboot_policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_themes; i++)
		if (!strcmp(policy->themes[i].look.name, name))
			return &policy->themes[i];
	return NULL;
}

int build_themes(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	const struct node_list *list = &load->nodes[NODES_THEMES];
	int r = 0;

	policy->themes = arena_alloc(load->arena, list->n, sizeof(*policy->themes));
	if (!policy->themes)
		return -ENOMEM;
	for (size_t i = 0; i < list->n && !r; i++) {
		const struct theme *other = policy_theme_by_name(policy, list->nodes[i]->name);

		if (other)
			load_fault(load, &(struct fault) { .id = "policy.duplicate", .at = list->nodes[i],
				   .problem = "name is taken", .expected = "one theme of a name",
				   .got = other->look.name, .also = other->where });
		r = build_theme(load, list->nodes[i], &policy->themes[policy->n_themes]);
		policy->n_themes += !r;
	}
	return r;
}
