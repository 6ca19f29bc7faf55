/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot preview: a menu, before anything boots.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scalar.h"
#include "picture.h"
#include "preview.h"
#include "terminal.h"

#define MIN_SIDE 320
#define MAX_SIDE 4096
#define MAX_PAGE 10000
#define NARROWEST 20			/* columns of a terminal */

enum {
	OPTION_THEME = 256, OPTION_HOST, OPTION_FIRMWARE, OPTION_SIZE, OPTION_PAGE, OPTION_FROM, OPTION_TEXT,
	OPTION_FONT, OPTION_REAL, OPTION_FACT,
};

#define FACT(option, fact) { option, required_argument, NULL, OPTION_FACT + PXEBOOT_FACT_##fact }
static const struct option options[] = {
	SESSION_LONG_OPTIONS,
	{ "output", required_argument, NULL, 'o' },
	{ "theme", required_argument, NULL, OPTION_THEME },
	{ "host", required_argument, NULL, OPTION_HOST },
	{ "firmware", required_argument, NULL, OPTION_FIRMWARE },
	{ "size", required_argument, NULL, OPTION_SIZE },
	{ "page", required_argument, NULL, OPTION_PAGE },
	{ "from", no_argument, NULL, OPTION_FROM },
	{ "text", no_argument, NULL, OPTION_TEXT },
	{ "font", required_argument, NULL, OPTION_FONT },
	{ "real", no_argument, NULL, OPTION_REAL },
	FACT("mac", MAC), FACT("arch", ARCH), FACT("ip", ADDRESS),
	{ 0 },
};

/* ---- Options ------------------------------------------------------------------------------------------------------ */

static int set_fact(struct preview *preview, int fact, const char *value)
{
	int r = pxeboot_client_set(preview->client, fact, value, NULL);

	if (r == 0 && fact == PXEBOOT_FACT_ARCH && pxeboot_client_arch(preview->client) == PXEBOOT_ARCH_NONE)
		r = -EBADMSG;
	if (r == -EBADMSG)
		return session_usage(&preview->session, "'%s' is no %s", value, pxeboot_fact_name(fact));
	return r < 0 ? session_failure(&preview->session, "%s", strerror(-r)) : -1;
}

static int set_size(struct preview *preview, const char *value)
{
	const char *x = strchr(value, 'x');
	CLEANUP_FREE char *width = strndup(value, x ? (size_t)(x - value) : 0);
	uint32_t w, h;

	if (!width || !x || scalar_u32(width, MIN_SIDE, MAX_SIDE, &w) < 0 ||
	    scalar_u32(x + 1, MIN_SIDE, MAX_SIDE, &h) < 0)
		return session_usage(&preview->session, "--size is WIDTHxHEIGHT, %d to %d pixels each, not '%s'",
				     MIN_SIDE, MAX_SIDE, value);
	preview->request.size[0] = w;
	preview->request.size[1] = h;
	return -1;
}

static int set_page(struct preview *preview, const char *value)
{
	if (scalar_u32(value, 1, MAX_PAGE, &preview->page) < 0)
		return session_usage(&preview->session, "--page is a number from 1 on, not '%s'", value);
	return -1;
}

static int set_flag(bool *flag)
{
	*flag = true;
	return -1;
}

static int set_string(const char **string, const char *value)
{
	*string = value;
	return -1;
}

static int take_option(struct preview *preview, int option)
{
	switch (option) {
	case 'o':
		return set_string(&preview->output, optarg);
	case OPTION_THEME:
		return set_string(&preview->theme, optarg);
	case OPTION_HOST:
		return set_string(&preview->host, optarg);
	case OPTION_FONT:
		return set_string(&preview->font, optarg);
	case OPTION_FIRMWARE:
		return set_fact(preview, PXEBOOT_FACT_ARCH, strcmp(optarg, "uefi") ? optarg : "x64-uefi");
	case OPTION_SIZE:
		return set_size(preview, optarg);
	case OPTION_PAGE:
		return set_page(preview, optarg);
	case OPTION_FROM:
		return set_flag(&preview->from);
	case OPTION_TEXT:
		return set_flag(&preview->request.text);
	case OPTION_REAL:
		return set_flag(&preview->real);
	}
	if (option >= OPTION_FACT)
		return set_fact(preview, option - OPTION_FACT, optarg);
	return session_option(&preview->session, option);
}

/* The real iPXE shows what it shows. */
static int check_real(const struct preview *preview)
{
	if (!preview->output)
		return session_usage(&preview->session, "--real needs -o FILE");
	if (preview->theme || preview->request.size[0] || preview->page || preview->from || preview->request.text ||
	    preview->font)
		return session_usage(&preview->session,
				     "--real can't be had with --theme, --size, --page, --from, --text or --font");
	return -1;
}

static int read_options(struct preview *preview, int argc, char **argv)
{
	int option, r;

	while ((option = getopt_long(argc, argv, "o:" SESSION_SHORT_OPTIONS, options, NULL)) != -1) {
		r = take_option(preview, option);
		if (r >= 0)
			return r;
	}
	if (optind == argc)
		return session_usage(&preview->session, "which menu?");
	preview->menu = argv[optind++];
	if (optind < argc)
		return session_usage(&preview->session, "unexpected argument '%s'", argv[optind]);
	return preview->real ? check_real(preview) : -1;
}

/* ---- What the policy has ------------------------------------------------------------------------------------------ */

static int find_host(struct preview *preview)
{
	struct pxeboot_host host;
	int r = -1;

	for (size_t i = 0; pxeboot_policy_host(preview->session.policy, i, &host) == 0; i++) {
		if (strcmp(host.name, preview->host))
			continue;
		if (host.n_macs)
			r = set_fact(preview, PXEBOOT_FACT_MAC, host.macs[0]);
		if (r < 0 && host.uuid)
			r = set_fact(preview, PXEBOOT_FACT_UUID, host.uuid);
		if (r < 0 && host.serial)
			r = set_fact(preview, PXEBOOT_FACT_SERIAL, host.serial);
		return r < 0 ? EXIT_FINE : r;
	}
	return session_usage(&preview->session, "the policy has no host '%s'", preview->host);
}

static int find_theme(const struct preview *preview, const char *name, struct pxeboot_theme *ret_theme)
{
	for (size_t i = 0; pxeboot_policy_theme(preview->session.policy, i, ret_theme) == 0; i++)
		if (!strcmp(ret_theme->name, name))
			return EXIT_FINE;
	return session_usage(&preview->session, "the policy has no theme '%s'", name);
}

static int say_no_menu(const struct preview *preview)
{
	CLEANUP_TEXT struct text names = TEXT_INIT;
	struct pxeboot_item item;

	for (size_t i = 0; pxeboot_policy_item(preview->session.policy, i, &item) == 0; i++)
		if (item.is_menu)
			text_addf(&names, "%s%s", names.length ? ", " : "", item.name);
	return session_usage(&preview->session, "the policy has no menu '%s'; there are: %s", preview->menu,
			     names.length ? names.bytes : "none");
}

/* ---- Showing ------------------------------------------------------------------------------------------------------ */

static int load_font(const struct preview *preview, struct font *ret_font)
{
	const char *path = preview->font ? preview->font : FONT_FILE;
	int r = font_read(path, ret_font);

	if (r == -ENOTSUP)
		return session_usage(&preview->session, "this pxeboot was built without pictures (libpng and zlib)");
	if (r == -ENOENT && !preview->font)
		return session_failure(&preview->session, "the font " FONT_FILE " is missing: install the package "
				       FONT_PACKAGE ", or name another one with --font");
	if (r == -EBADMSG)
		return session_failure(&preview->session, "%s: no font of Linux's console (PSF, version 1)", path);
	return r < 0 ? session_failure(&preview->session, "%s: %s", path, strerror(-r)) : EXIT_FINE;
}

static int save(const struct preview *preview, const struct pxeboot_theme *theme, const struct look *look,
		const struct layout *layout)
{
	CLEANUP_FREE void *bytes = NULL;
	struct font font;
	size_t length;
	int r = load_font(preview, &font);

	if (r != EXIT_FINE)
		return r;
	r = picture_draw(theme, look, layout, &font, &bytes, &length);
	font_free(&font);
	if (r == -EBADMSG)
		return session_failure(&preview->session, "the theme's picture is damaged");
	if (r == 0)
		r = file_write(preview->output, bytes, length, 0644);
	return r < 0 ? session_failure(&preview->session, "%s: %s", preview->output, strerror(-r)) : EXIT_FINE;
}

/* A terminal that is narrower than the screen shows what a narrower screen would. */
static void fit_terminal(struct look *look, const struct pxeboot_theme *theme)
{
	struct winsize size;

	look_without_picture(look, theme);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST && size.ws_col < look->columns)
		look->columns = size.ws_col;
}

static int show(const struct preview *preview, const struct pxeboot_screen *screen, const struct pxeboot_theme *theme)
{
	struct layout layout;
	struct look look;
	int r = look_make(theme, &preview->request, &look);

	if (r == -ERANGE)
		return session_usage(&preview->session, "that --size is less than the theme '%s' asks for", theme->name);
	if (!preview->output)
		fit_terminal(&look, theme);
	r = layout_make(screen, &look, preview->page, &layout);
	if (r == -ERANGE)
		return session_usage(&preview->session, "the menu has no page %u", preview->page);
	if (r < 0)
		return session_failure(&preview->session, "%s", strerror(-r));
	if (preview->output)
		r = save(preview, theme, &look, &layout);
	else
		terminal_show(&layout, stream_has_colours(stdout), stdout);
	layout_free(&layout);
	return r;
}

static int draw(struct preview *preview)
{
	struct session *session = &preview->session;
	struct pxeboot_screen *screen;
	struct pxeboot_theme theme;
	const char *name;
	int r = pxeboot_screen_new(session->policy, preview->menu, preview->client, preview->from, session->diagnostics,
				   &screen);

	session_tell(session, stderr);
	if (r < 0)
		return r == -EBADMSG ? EXIT_FINDINGS : session_failure(session, "%s", strerror(-r));
	name = preview->theme ? preview->theme : screen->theme;
	r = name ? find_theme(preview, name, &theme) : EXIT_FINE;
	if (r == EXIT_FINE)
		r = show(preview, screen, name ? &theme : NULL);
	pxeboot_screen_free(screen);
	return r;
}

static bool is_menu(const struct preview *preview)
{
	struct pxeboot_item item;

	for (size_t i = 0; pxeboot_policy_item(preview->session.policy, i, &item) == 0; i++)
		if (item.is_menu && !strcmp(item.name, preview->menu))
			return true;
	return false;
}

static int preview_menu(struct preview *preview)
{
	int r = preview->host ? find_host(preview) : EXIT_FINE;

	if (r != EXIT_FINE)
		return r;
	if (!is_menu(preview))
		return say_no_menu(preview);
	if (pxeboot_client_arch(preview->client) == PXEBOOT_ARCH_NONE)
		r = set_fact(preview, PXEBOOT_FACT_ARCH, "bios");
	if (r > EXIT_FINE)
		return r;
	preview->request.uefi = pxeboot_arch_get(pxeboot_client_arch(preview->client))->uefi;
	return preview->real ? preview_real(preview) : draw(preview);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct preview preview = { .session = { .command = self } };
	int r = pxeboot_client_new(&preview.client);

	if (r < 0)
		return session_failure(&preview.session, "%s", strerror(-r));
	r = read_options(&preview, argc, argv);
	if (r < 0)
		r = session_load_or_tell(&preview.session);
	if (r == EXIT_FINE && preview.session.policy)	/* --help ends fine without one */
		r = preview_menu(&preview);
	session_end(&preview.session);
	pxeboot_client_unref(preview.client);
	return r;
}

static const struct plugin_command command_preview = {
	.name = "preview",
	.summary = "a menu as iPXE shows it: in the terminal, or as a picture",
	.help = "Usage: pxeboot preview [OPTION...] MENU\n\n"
		"Shows a menu before anything boots: in the terminal, or with -o as a picture.\n\n"
		"  -o, --output FILE      a PNG: picture, margins, colours and letters as iPXE has\n"
		"                         them; needs the package " FONT_PACKAGE "\n"
		"      --theme THEME      in this theme, such as that of the menu which leads here\n"
		"                         (default: the menu's own; without one, iPXE's text console)\n"
		"      --size WxH         of the screen, where it is bigger than the theme asks for\n"
		"                         (default: what the theme asks for; else 1024x768)\n"
		"      --text             as an iPXE without pictures and colours shows it\n"
		"      --page N           a page of a long menu (default: the selected line's)\n"
		"      --from             another menu led here: entries that go back are shown\n"
		"      --font FILE        for Linux's console (PSF), instead of " FONT_FILE "\n"
		"      --real             takes the picture from the real iPXE, in a virtual machine\n"
		"                         (see pxeboot try); only with the options that follow\n\n"
		"Who looks:\n"
		"      --host NAME        a host of the policy\n"
		"      --mac MAC, --ip ADDRESS\n"
		"      --firmware NAME    bios, uefi or an architecture's name (default: bios);\n"
		"                         letters are 16 pixels high on BIOS, 19 on UEFI\n"
		"      --arch ARCH        the same, also as a number of DHCP option 93\n\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 a policy with errors, 2 usage, 3 system.\n",
	.run = run,
};

const struct plugin plugin_preview = {
	.name = "preview",
	.commands = (const struct plugin_command *const[]){ &command_preview, NULL },
};
