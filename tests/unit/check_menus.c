/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Menus as one machine is shown them, and the pictures behind them.  What is refused is in check_policy_errors.c.
 */
#include "testing.h"

#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "policy/policy.h"

static const char sample[] =
	"server: { address = \"10.0.0.1\"; root = \"/srv/pxeboot\"; menus = [ \"grub\", \"pxelinux\" ]; dhcp = { range = \"10.0.0.10,10.0.0.99\"; }; };\n"
	"vars: { site = \"everywhere\"; room = \"none\"; none = \"\"; };\n"
	"profiles: { demo: { label = \"Linux at ${site}\"; kernel = \"k\"; }; disk: { action = \"disk\"; };\n"
	"  tool: { efi = \"t.efi\"; arch = \"x64-uefi\"; }; };\n"
	"menus: {\n"
	"  main: { title = \"${name} in ${room}\"; status = true; timeout = 9; default = \"disk\"; entries = (\n"
	"    { gap = [ \"one\", \"two\" ]; }, { profile = \"demo\"; key = \"d\"; description = \"below\"; password = \"p\"; },\n"
	"    { profile = \"tool\"; }, { profile = \"disk\"; firmware = \"bios\"; label = \"bios\"; },\n"
	"    { profile = \"disk\"; hosts = \"node1\"; label = \"node1\"; }, { profile = \"disk\"; groups = \"lab\"; label = \"lab\"; },\n"
	"    { profile = \"disk\"; }, { menu = \"sub\"; }, { back = \"Back\"; key = \"b\"; } ); };\n"
	"  sub: { entries = ( { gap = \"$${x} ${none}${more:-fallback}|\"; }, { profile = \"demo\"; } ); };\n"
	"  twice: { default = \"demo\"; entries = ( { profile = \"disk\"; }, { profile = \"demo\"; firmware = \"uefi\"; "
	"password = \"x\"; }, { profile = \"demo\"; } ); };\n"
	"  pc: { entries = ( { profile = \"tool\"; }, { profile = \"disk\"; firmware = \"bios\"; hosts = \"node1\"; } ); }; };\n"
	"hosts: ( { name = \"node1\"; mac = \"52:54:00:00:00:01\"; default = \"demo\"; timeout = 3;\n"
	"  vars = { room = \"r12\"; }; } );\n"
	"groups: ( { name = \"lab\"; match = { mac = \"02:00\"; }; boot = \"main\"; vars = { site = \"lab\"; }; } );\n"
	"boot = \"main\";\n";

/* "title|line|…": gaps in parentheses, keys before a colon, the selected line with '>', locked ones with '!'. */
static char *drawn(const struct pxeboot_policy *policy, const char *menu, const char *facts, bool from)
{
	struct pxeboot_client *client = client_of(facts);
	struct pxeboot_screen *screen = NULL;
	struct text out = TEXT_INIT;
	char *bytes;

	ck_assert_int_eq(pxeboot_screen_new(policy, menu, client, from, NULL, &screen), 0);
	text_add(&out, screen->title);
	for (size_t i = 0; i < screen->n_lines; i++) {
		const struct pxeboot_line *line = &screen->lines[i];

		text_add(&out, "|");
		if (line->kind == PXEBOOT_LINE_GAP) {
			text_addf(&out, "(%s)", line->text);
			ck_assert_ptr_null(line->target);
			ck_assert_int_eq(line->key, 0);
			continue;
		}
		text_addf(&out, "%s%s", i == screen->selected ? ">" : "", line->locked ? "!" : "");
		if (line->key)
			text_addf(&out, "%c:", line->key);
		text_addf(&out, "%s=%s", line->target ? line->target : "", line->text);
	}
	text_addf(&out, "|%u", screen->timeout);
	pxeboot_screen_free(screen);
	pxeboot_client_unref(client);
	ck_assert_int_eq(text_take(&out, &bytes, NULL), 0);
	return bytes;
}

START_TEST(screens)
{
	static const struct {
		const char *menu, *facts;
		bool from;
		const char *drawn;
	} rows[] = {
		{ "main", "mac=52:54:00:00:00:01 arch=7 ip=10.0.0.11", false,
		  "node1 in r12|(node1 - 52:54:00:00:00:01 - 10.0.0.11 - x64-uefi)|()|(one)|(two)"
		  "|>!d:demo=Linux at everywhere|(  below)|tool=tool|disk=node1|disk=disk|sub=sub|3" },
		{ "main", "mac=02:00:00:00:00:02 arch=0", true,
		  "02-00-00-00-00-02 in none|(02:00:00:00:00:02 - - - bios)|()|(one)|(two)"
		  "|!d:demo=Linux at lab|(  below)|disk=bios|disk=lab|>disk=disk|sub=sub|b:=Back|9" },
		{ "main", "arch=11", false,
		  "- in none|(- - - - arm64-uefi)|()|(one)|(two)|!d:demo=Linux at everywhere|(  below)|>disk=disk|sub=sub|9" },
		{ "main", "", false,
		  "- in none|(- - - - -)|()|(one)|(two)|!d:demo=Linux at everywhere|(  below)|>disk=disk|sub=sub|9" },
		{ "twice", "arch=7", false, "twice|disk=disk|>!demo=Linux at everywhere|demo=Linux at everywhere|0" },
		{ "twice", "arch=0", false, "twice|>disk=disk|demo=Linux at everywhere|0" },
		{ "pc", "arch=7", false, "pc|>tool=tool|0" },
		{ "pc", "arch=0", false, "pc|>=Nothing more is here for this machine|0" },
		{ "sub", "arch=7", false, "sub|(${x} fallback|)|>demo=Linux at everywhere|0" },
	};
	struct pxeboot_policy *policy = policy_of(sample);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *got = drawn(policy, rows[i].menu, rows[i].facts, rows[i].from);

		ck_assert_str_eq(got, rows[i].drawn);
		free(got);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

/* What fits beside the longest escape sequence, 24 bytes, and as many blanks, in a title of 78. */
START_TEST(titles_with_a_colour)
{
	static const struct { int length; bool takes, centred; } rows[] = {
		{ 1, true, true }, { 30, true, true }, { 31, true, false }, { 54, true, false }, { 55, false, false },
		{ 200, false, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_client *client = client_of("arch=7");
		struct pxeboot_screen *screen;
		struct text text = TEXT_INIT;

		text_addf(&text, "server: { address = \"10.0.0.1\"; root = \"/srv/pxeboot\"; tftp = \"none\"; };\n"
			  "profiles: { demo: { kernel = \"k\"; }; }; boot = \"demo\";\n"
			  "menus: { main: { title = \"%0*d\"; entries = ( { profile = \"demo\"; } ); }; };\n", rows[i].length, 0);
		struct pxeboot_policy *policy = policy_of(text.bytes);

		ck_assert_int_eq(pxeboot_screen_new(policy, "main", client, false, NULL, &screen), 0);
		ck_assert_int_eq(screen->title_takes_colour, rows[i].takes);
		ck_assert_int_eq(screen->title_stays_centred, rows[i].centred);
		pxeboot_screen_free(screen);
		pxeboot_policy_unref(policy);
		pxeboot_client_unref(client);
		text_free(&text);
	}
}
END_TEST

/* Every loader's files of it can be rendered. */
START_TEST(rendered)
{
	struct pxeboot_policy *policy = policy_of(sample);
	struct pxeboot_entry entry;
	struct pxeboot_tree *tree;
	unsigned seen = 0;

	ck_assert_int_eq(pxeboot_tree_new(policy, NULL, &tree), 0);
	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++) {
		if (!strcmp(entry.path, "menus/pc.ipxe")) {
			seen |= 1u;
			ck_assert_ptr_nonnull(strstr(entry.bytes, "\nitem failsafe Nothing more is here for this machine\n"));
			ck_assert_ptr_nonnull(strstr(entry.bytes, "\niseq ${outcome} failsafe && goto failsafe ||\n"));
		}
		seen |= strcmp(entry.path, "grub/menus/pc.cfg") ? 0 : 2u;
		seen |= strcmp(entry.path, "pxelinux.cfg/default") ? 0 : 4u;
	}
	ck_assert_uint_eq(seen, 7);
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(no_screen)
{
	struct pxeboot_policy *policy = policy_of(sample);
	struct pxeboot_client *client = client_of("arch=7");
	struct pxeboot_screen *const untouched = (struct pxeboot_screen *)policy, *screen = untouched;

	ck_assert_int_eq(pxeboot_screen_new(policy, "nothing", client, false, NULL, &screen), -ENOENT);
	ck_assert_int_eq(pxeboot_screen_new(policy, "demo", client, false, NULL, &screen), -ENOENT);
	ck_assert_int_eq(pxeboot_screen_new(policy, NULL, client, false, NULL, &screen), -EINVAL);
	ck_assert_int_eq(pxeboot_screen_new(policy, "main", NULL, false, NULL, &screen), -EINVAL);
	ck_assert_ptr_eq(screen, untouched);
	pxeboot_screen_free(NULL);
	pxeboot_client_unref(client);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Pictures ----------------------------------------------------------------------------------------------------- */

struct folder {
	char path[64], policy[96], picture[96], link[128];
	struct pxeboot_diagnostics *diagnostics;
};

static struct folder new_folder(void)
{
	struct folder folder = { .path = "/tmp/pxeboot-test.XXXXXX" };

	ck_assert_ptr_nonnull(mkdtemp(folder.path));
	snprintf(folder.policy, sizeof(folder.policy), "%s/pxeboot.conf", folder.path);
	snprintf(folder.picture, sizeof(folder.picture), "%s/p.png", folder.path);
	ck_assert_int_eq(pxeboot_diagnostics_new(&folder.diagnostics), 0);
	return folder;
}

static void remove_folder(struct folder *folder)
{
	pxeboot_diagnostics_free(folder->diagnostics);
	unlink(folder->policy);
	unlink(folder->picture);
	if (*folder->link)
		unlink(folder->link);
	ck_assert_int_eq(rmdir(folder->path), 0);
}

static void draw(const struct folder *folder, unsigned width, unsigned height, png_uint_32 format)
{
	png_image image = { .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = format };
	void *pixels = calloc(1, PNG_IMAGE_SIZE(image));

	ck_assert(png_image_write_to_file(&image, folder->picture, 0, pixels, 0, NULL));
	free(pixels);
}

static int load_theme(const struct folder *folder, const char *size, struct pxeboot_policy **ret)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, "server: { address = \"10.0.0.1\"; root = \"/srv/pxeboot-test-nowhere\"; };\n"
		  "themes: { t: { picture = \"p.png\"; %s }; };\nprofiles: { d: { action = \"disk\"; }; };\n"
		  "boot = \"d\";\n", size);
	ck_assert_int_ge(file_write(folder->policy, text.bytes, text.length, 0644), 0);
	return pxeboot_policy_load(folder->policy, folder->diagnostics, ret);
}

START_TEST(pictures)
{
	static const struct {
		unsigned width, height;
		png_uint_32 format;
		const char *size, *id;
	} rows[] = {
		{ 800, 600, PNG_FORMAT_RGB, "size = [ 800, 600 ];", NULL },
		{ 800, 600, PNG_FORMAT_GRAY, "", NULL },
		{ 640, 480, PNG_FORMAT_RGB, "size = [ 800, 600 ];", "theme.size" },
		{ 800, 600, PNG_FORMAT_RGBA, "", "theme.depth" },
		{ 800, 600, PNG_FORMAT_LINEAR_RGB, "", "theme.depth" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct folder folder = new_folder();
		struct pxeboot_policy *policy = NULL;
		struct pxeboot_theme theme;

		draw(&folder, rows[i].width, rows[i].height, rows[i].format);
		ck_assert_int_eq(load_theme(&folder, rows[i].size, &policy), 0);
		ck_assert_uint_eq(pxeboot_diagnostics_count(folder.diagnostics), rows[i].id != NULL);
		ck_assert(!rows[i].id || has_finding(folder.diagnostics, rows[i].id, 2));
		ck_assert_int_eq(pxeboot_policy_theme(policy, 0, &theme), 0);
		ck_assert(theme.picture_is_ours);
		ck_assert_uint_eq(theme.size[0], 800);
		ck_assert_int_eq(memcmp(theme.picture_bytes, "\x89PNG", 4), 0);
		ck_assert_int_eq(pxeboot_policy_theme(policy, 1, &theme), -ENOENT);
		pxeboot_policy_unref(policy);
		remove_folder(&folder);
	}
}
END_TEST

/* Half of a picture has a good header. */
START_TEST(damaged_picture)
{
	struct folder folder = new_folder();
	struct pxeboot_policy *policy = NULL;
	struct stat status;

	draw(&folder, 800, 600, PNG_FORMAT_RGB);
	ck_assert_int_eq(stat(folder.picture, &status), 0);
	ck_assert_int_eq(truncate(folder.picture, status.st_size / 2), 0);
	ck_assert_int_eq(load_theme(&folder, "", &policy), -EBADMSG);
	ck_assert(has_finding(folder.diagnostics, "theme.picture", 2));
	remove_folder(&folder);
}
END_TEST

START_TEST(heavy_picture)
{
	struct folder folder = new_folder();
	struct pxeboot_policy *policy = NULL;
	png_image image = { .version = PNG_IMAGE_VERSION, .width = 1024, .height = 768, .format = PNG_FORMAT_RGB };
	unsigned char *pixels = malloc(PNG_IMAGE_SIZE(image));

	for (size_t i = 0, noise = 1; i < PNG_IMAGE_SIZE(image); i++) {
		noise = noise * 1103515245u + 12345u;
		pixels[i] = (unsigned char)(noise >> 16);
	}
	ck_assert(png_image_write_to_file(&image, folder.picture, 0, pixels, 0, NULL));
	free(pixels);
	ck_assert_int_eq(load_theme(&folder, "", &policy), 0);
	ck_assert_uint_eq(pxeboot_diagnostics_count(folder.diagnostics), 1);
	ck_assert(has_finding(folder.diagnostics, "theme.weight", 2));
	pxeboot_policy_unref(policy);
	remove_folder(&folder);
}
END_TEST

/* A ready-made theme is a link in policy.d; its picture stays where the link leads. */
START_TEST(picture_behind_a_link)
{
	struct folder there = new_folder(), here = new_folder();
	struct pxeboot_policy *policy = NULL;
	struct pxeboot_theme theme;

	draw(&there, 800, 600, PNG_FORMAT_RGB);
	ck_assert_int_eq(load_theme(&there, "", &policy), 0);
	policy = pxeboot_policy_unref(policy);
	snprintf(here.link, sizeof(here.link), "%s/linked.conf", here.path);
	ck_assert_int_eq(symlink(there.policy, here.link), 0);
	ck_assert_int_eq(pxeboot_policy_load(here.link, here.diagnostics, &policy), 0);
	ck_assert_uint_eq(pxeboot_diagnostics_count(here.diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_theme(policy, 0, &theme), 0);
	ck_assert(theme.picture_is_ours);
	pxeboot_policy_unref(policy);
	remove_folder(&here);
	remove_folder(&there);
}
END_TEST

START_TEST(picture_in_the_tree)
{
	struct folder folder = new_folder();
	struct pxeboot_policy *policy = NULL;
	struct pxeboot_entry entry;
	struct pxeboot_theme theme;
	struct pxeboot_tree *tree;
	bool found = false;

	draw(&folder, 800, 600, PNG_FORMAT_RGB);
	ck_assert_int_eq(load_theme(&folder, "", &policy), 0);
	ck_assert_int_eq(pxeboot_policy_theme(policy, 0, &theme), 0);
	ck_assert_int_eq(pxeboot_tree_new(policy, NULL, &tree), 0);
	for (size_t i = 0; pxeboot_tree_get(tree, i, &entry) == 0; i++) {
		if (strcmp(entry.path, "themes/p.png"))
			continue;
		found = true;
		ck_assert_uint_eq(entry.length, theme.picture_length);
		ck_assert_int_eq(memcmp(entry.bytes, theme.picture_bytes, entry.length), 0);
	}
	ck_assert(found);
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
	remove_folder(&folder);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("menus");
	TCase *screen = tcase_create("screens"), *picture = tcase_create("pictures");

	tcase_add_test(screen, screens);
	tcase_add_test(screen, titles_with_a_colour);
	tcase_add_test(screen, rendered);
	tcase_add_test(screen, no_screen);
	tcase_add_test(picture, pictures);
	tcase_add_test(picture, damaged_picture);
	tcase_add_test(picture, heavy_picture);
	tcase_add_test(picture, picture_behind_a_link);
	tcase_add_test(picture, picture_in_the_tree);
	suite_add_tcase(suite, screen);
	suite_add_tcase(suite, picture);
	return run_suite(suite);
}
