/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_menu: a menu of 200 entries rendered as iPXE's script, beside the copy of what comes out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "bench.h"
#include "pxeboot.h"

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

/* The tree renders an entry each time that it is asked for. */
static size_t find(const struct bench *bench, struct pxeboot_tree *tree, struct pxeboot_entry *ret_entry)
{
	size_t at = 0;

	while (pxeboot_tree_get(tree, at, ret_entry) == 0 && strcmp(ret_entry->path, "menus/main.ipxe") != 0)
		at++;
	BENCH_MUST(bench, pxeboot_tree_get(tree, at, ret_entry) == 0);
	return at;
}

static unsigned count(const char *text, const char *word)
{
	unsigned n = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

static double render(struct pxeboot_tree *tree, size_t at, unsigned rounds, struct pxeboot_entry *ret_entry)
{
	double start = bench_cpu();

	for (unsigned i = 0; i < rounds; i++)
		pxeboot_tree_get(tree, at, ret_entry);
	return (bench_cpu() - start) / rounds;
}

static double copy(const struct bench *bench, const struct pxeboot_entry *entry, unsigned rounds)
{
	char *bytes = malloc(entry->length);
	double start = bench_cpu();

	BENCH_MUST(bench, bytes);
	for (unsigned i = 0; i < rounds * 100; i++) {
		memcpy(bytes, entry->bytes, entry->length);
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
	struct pxeboot_tree *tree;
	struct pxeboot_entry entry;
	struct bench bench;

	bench_begin(&bench, argc, argv);
	struct pxeboot_policy *policy = load(&bench);

	BENCH_MUST(&bench, pxeboot_tree_new(policy, NULL, &tree) == 0);
	size_t at = find(&bench, tree, &entry);

	BENCH_MUST(&bench, count(entry.bytes, "\nitem profiles/") == ENTRIES);
	bench_tell(&bench, "a menu of %zu bytes", entry.length);
	for (unsigned i = 0; i < bench_runs(&bench, RUNS); i++) {
		double ours = render(tree, at, bench.quick ? 10 : 2000, &entry);

		bench_add(&figures, ours * 1e6, copy(&bench, &entry, bench.quick ? 10 : 2000) * 1e6);
	}
	bench_print(&row, &figures);
	pxeboot_tree_free(tree);
	pxeboot_policy_unref(policy);
	return bench_end(&bench);
}
