/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_menu: a menu of 200 entries rendered as iPXE's script, beside the copy of what comes out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "bench.h"
#include "policy/policy.h"
#include "render/render.h"

#define RUNS 9
#define ENTRIES 200

static struct pxeboot_policy *load(const struct bench *bench)
{
	CLEANUP_FREE char *path = bench_path(bench, "menu.conf");
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_policy *policy;

	text_add(&text, "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; http = \"http://10.77.0.1:8080\"; };\n"
			"profiles: {\n");
	for (unsigned i = 0; i < ENTRIES; i++)
		text_addf(&text, " p%u: { label = \"System number %u\"; kernel = \"p%u/linux\"; };\n", i, i, i);
	text_add(&text, "};\nmenus: { main: { title = \"All\"; timeout = 10; default = \"p0\"; entries = (\n");
	for (unsigned i = 0; i < ENTRIES; i++)
		text_addf(&text, "%s{ profile = \"p%u\"; }", i ? ",\n" : "", i);
	text_add(&text, "); }; };\nboot = \"main\";\n");
	BENCH_MUST(bench, text.error == 0 && file_write(path, text.bytes, text.length, 0644) >= 0 &&
			  pxeboot_policy_load(path, NULL, &policy) == 0);
	return policy;
}

static unsigned count(const char *text, const char *word)
{
	unsigned n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

/* Into a text of its own each time; the last one is left. */
static double render(const struct bench *bench, const struct pxeboot_policy *policy, unsigned rounds, struct text *out)
{
	const struct menu *menu = policy->items[policy_item_by_name(policy, "main")].menu;
	double start = bench_cpu();

	for (unsigned i = 0; i < rounds; i++) {
		text_free(out);
		BENCH_MUST(bench, render_menu(policy, menu, NULL, out) == 0);
	}
	return (bench_cpu() - start) / rounds;
}

static double copy(const struct bench *bench, const struct text *text, unsigned rounds)
{
	char *bytes = malloc(text->length);
	double start = bench_cpu();

	BENCH_MUST(bench, bytes);
	for (unsigned i = 0; i < rounds * 100; i++) {
		memcpy(bytes, text->bytes, text->length);
		__asm__ volatile("" : : "r"(bytes) : "memory");
	}
	double time = (bench_cpu() - start) / (rounds * 100);

	free(bytes);
	return time;
}

int main(int argc, char **argv)
{
	static const struct bench_row row = {
		.name = "menu", .what = "200 entries", .unit = "us", .beside = "memcpy", .goal = BENCH_RATIO_AT_MOST,
		.least_or_most = 100,
	};
	struct bench_figures figures = { .n = 0 };
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct bench bench;

	bench_begin(&bench, argc, argv);
	struct pxeboot_policy *policy = load(&bench);
	unsigned rounds = bench.quick ? 10 : 2000;

	render(&bench, policy, 1, &text);
	BENCH_MUST(&bench, count(text.bytes, "\nitem profiles/") == ENTRIES);
	bench_tell(&bench, "a menu of %zu bytes", text.length);
	for (unsigned i = 0; i < bench_runs(&bench, RUNS); i++) {
		double ours = render(&bench, policy, rounds, &text);

		bench_add(&figures, ours * 1e6, copy(&bench, &text, rounds) * 1e6);
	}
	bench_print(&row, &figures);
	pxeboot_policy_unref(policy);
	return bench_end(&bench);
}
