/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ready menus in menus/, all of them linked into one policy: what each kind of machine is shown, and that it fits.
 */
#include "testing.h"

#include <stdlib.h>

#include "policy/policy.h"

#define COLUMNS 74			/* of an entry's text on iPXE's screen, 80 columns wide */

static const char *const machines[] = { "arch=0", "arch=7", "arch=11" };

static struct pxeboot_policy *ready(void)
{
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_policy *policy = NULL;
	char path[512];

	snprintf(path, sizeof(path), "%s/policies/ready/pxeboot.conf", getenv("PXEBOOT_TESTS"));
	ck_assert_int_eq(pxeboot_diagnostics_new(&diagnostics), 0);
	ck_assert_int_eq(pxeboot_policy_load(path, diagnostics, &policy), 0);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 0);
	pxeboot_diagnostics_free(diagnostics);
	return policy;
}

static struct pxeboot_screen *screen_of(const struct pxeboot_policy *policy, const char *menu, const char *machine)
{
	struct pxeboot_client *client = client_of(machine);
	struct pxeboot_screen *screen = NULL;

	ck_assert_int_eq(pxeboot_screen_new(policy, menu, client, true, NULL, &screen), 0);
	pxeboot_client_unref(client);
	return screen;
}

/* Each entry by its key; without one is only what stands in for entries that a machine has not. */
START_TEST(shown)
{
	static const struct {
		const char *menu, *keys[ARRAY_SIZE(machines)];
	} rows[] = {
		{ "install", { "dufasrpob", "dufasrpob", "dufaspob" } },
		{ "install-more", { "gefatlb", "gefatlb", "gefatlb" } },
		{ "live", { "dufib", "dufib", "b-" } },
		{ "local", { "dnrb", "dnrb", "dnrb" } },
		{ "memtest", { "mspb", "mspb", "b-" } },
		{ "rescue", { "dfasgib", "dfasgib", "dfaib" } },
		{ "tools", { "dfroscb", "dfroscb", "dfroscb" } },
		{ "windows", { "wb", "wb", "b-" } },
	};
	struct pxeboot_policy *policy = ready();
	size_t menus = 0;

	for (size_t i = 0; i < policy->n_items; i++)
		menus += policy->items[i].menu != NULL;
	ck_assert_uint_eq(menus, ARRAY_SIZE(rows));
	for (size_t i = 0; i < ARRAY_SIZE(rows) * ARRAY_SIZE(machines); i++) {
		size_t machine = i % ARRAY_SIZE(machines);
		struct pxeboot_screen *screen = screen_of(policy, rows[i / ARRAY_SIZE(machines)].menu, machines[machine]);
		char keys[32] = "";
		size_t n = 0;

		for (size_t k = 0; k < screen->n_lines && n + 1 < sizeof(keys); k++)
			if (screen->lines[k].kind == PXEBOOT_LINE_ITEM)
				keys[n++] = screen->lines[k].key ? screen->lines[k].key : '-';
		ck_assert_str_eq(keys, rows[i / ARRAY_SIZE(machines)].keys[machine]);
		pxeboot_screen_free(screen);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

static void assert_fits(const char *text, const char *menu)
{
	size_t length = strlen(text);

	ck_assert_msg(length <= COLUMNS, "%s: too wide: %s", menu, text);
	for (size_t i = 0; i < length; i++)
		ck_assert_msg(text[i] >= ' ' && text[i] <= '~', "%s: not ASCII: %s", menu, text);
}

START_TEST(fits)
{
	struct pxeboot_policy *policy = ready();

	for (size_t i = 0; i < policy->n_items * ARRAY_SIZE(machines); i++) {
		const struct item *item = &policy->items[i / ARRAY_SIZE(machines)];
		struct pxeboot_screen *screen;

		if (!item->menu)
			continue;
		screen = screen_of(policy, item->name, machines[i % ARRAY_SIZE(machines)]);
		assert_fits(screen->title, item->name);
		for (size_t k = 0; k < screen->n_lines; k++)
			assert_fits(screen->lines[k].text, item->name);
		ck_assert_msg(screen->n_lines <= 20, "%s: more than a page", item->name);
		pxeboot_screen_free(screen);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

/* Everything can be reached from some menu of its own file, and bears that file's name. */
START_TEST(reached)
{
	struct pxeboot_policy *policy = ready();

	for (size_t i = 0; i < policy->n_items; i++) {
		const struct item *item = &policy->items[i];
		const char *file = strrchr(item->where.file, '/') + 1;
		size_t length = strcspn(file, ".");
		bool listed = strlen(item->name) == length;

		ck_assert_msg(strncmp(item->name, file, length) == 0 && strchr("-", item->name[length]), "%s in %s",
			      item->name, file);
		for (size_t k = 0; k < policy->n_items && !listed; k++)
			for (size_t e = 0; policy->items[k].menu && e < policy->items[k].menu->n_entries; e++)
				listed |= policy->items[k].menu->entries[e].target == (int)i;
		ck_assert_msg(listed, "%s is in no menu", item->name);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ready");
	TCase *ready_menus = tcase_create("ready menus");

	tcase_add_test(ready_menus, shown);
	tcase_add_test(ready_menus, fits);
	tcase_add_test(ready_menus, reached);
	suite_add_tcase(suite, ready_menus);
	return run_suite(suite);
}
