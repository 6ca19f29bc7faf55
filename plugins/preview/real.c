/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot preview --real: the picture is `pxeboot try`'s, of a machine that is led straight to the menu.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "preview.h"

#define MAX_WORDS (2 * MAX_OVERRIDES + 32)

/* The command line of `pxeboot try`. */
struct line {
	char *words[MAX_WORDS];
	int count;
};

static void add(struct line *line, const char *word)
{
	if (line->count < MAX_WORDS - 1)
		line->words[line->count++] = (char *)(uintptr_t)word;	/* getopt only reorders them */
}

static void add_option(struct line *line, const char *option, const char *value)
{
	if (!value)
		return;
	add(line, option);
	add(line, value);
}

static const char *text_of(const struct preview *preview, int fact)
{
	const char *value;

	return pxeboot_client_get(preview->client, fact, &value) == 0 ? value : NULL;
}

/* Only the menu with which a machine starts can be had without pressing keys. */
static int look_where_it_starts(struct preview *preview)
{
	struct session *session = &preview->session;
	struct pxeboot_decision decision;

	pxeboot_decide(session->policy, preview->client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	if (!strcmp(decision.rule.kind, "default") || !strcmp(decision.boot, preview->menu))
		return EXIT_FINE;
	return session_failure(session, "--real shows the menu that a machine starts with, and for this one the %s '%s' "
			       "names '%s'", decision.rule.kind, decision.rule.name, decision.boot);
}

static int look_for_loader(struct preview *preview, int arch)
{
	struct session *session = &preview->session;
	const char *root = pxeboot_policy_get(session->policy, "server.root");
	const char *loader = pxeboot_policy_loader(session->policy, arch);
	CLEANUP_TEXT struct text path = TEXT_INIT;

	if (!loader)
		return session_failure(session, "the policy serves no %s machines", pxeboot_arch_get(arch)->name);
	text_addf(&path, "%s/%s", root ? root : "", loader);
	if (path.error)
		return session_failure(session, "%s", strerror(-path.error));
	if (root && access(path.bytes, R_OK) < 0)
		return session_failure(session, "the real iPXE is not there: %s: %s (--set server.root=DIR says where "
				       "it is)", path.bytes, strerror(errno));
	return EXIT_FINE;
}

static void add_policy(struct line *line, const struct session *session, const char *boot)
{
	add_option(line, "-c", session->policy_path);
	for (size_t i = 0; i < session->n_overrides; i++)
		add_option(line, "--set", session->overrides[i]);
	add_option(line, "--set", boot);
}

/* A hidden menu wants a key before it comes. */
static int photograph(const struct preview *preview, const struct pxeboot_screen *screen, int arch)
{
	const struct plugin_command *try = plugin_try.commands[0];
	CLEANUP_TEXT struct text boot = TEXT_INIT;
	struct line line = { 0 };

	text_addf(&boot, "boot=%s", preview->menu);
	if (boot.error)
		return session_failure(&preview->session, "%s", strerror(-boot.error));
	add(&line, try->name);
	add_policy(&line, &preview->session, boot.bytes);
	add_option(&line, "--firmware", pxeboot_arch_get(arch)->name);
	add_option(&line, "--until", "menu");
	add_option(&line, "--press", screen->hidden ? "spc,wait" : "none");
	add_option(&line, "--screenshot", preview->output);
	add_option(&line, "--mac", text_of(preview, PXEBOOT_FACT_MAC));
	add_option(&line, "--uuid", text_of(preview, PXEBOOT_FACT_UUID));
	add_option(&line, "--serial", text_of(preview, PXEBOOT_FACT_SERIAL));
	optind = 0;		/* glibc: begin anew */
	return try->run(try, line.count, line.words);
}

int preview_real(struct preview *preview)
{
	struct session *session = &preview->session;
	int arch = pxeboot_client_arch(preview->client), r;
	struct pxeboot_screen *screen;

	r = look_where_it_starts(preview);
	if (r == EXIT_FINE)
		r = look_for_loader(preview, arch);
	if (r != EXIT_FINE)
		return r;
	r = pxeboot_screen_new(session->policy, preview->menu, preview->client, false, session->diagnostics, &screen);
	if (r < 0)
		return session_failure(session, "%s", strerror(-r));
	r = photograph(preview, screen, arch);
	pxeboot_screen_free(screen);
	return r;
}
