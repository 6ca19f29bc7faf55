/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policy/: long lists of hosts are read in parts, and nobody can tell: hosts, places and findings are those of one list,
 * and a text is refused when libconfig refuses the whole of it.
 */
#include <errno.h>
#include <libconfig.h>
#include <stdlib.h>

#include "base/macro.h"
#include "base/text.h"
#include "policy_testing.h"

#define HOSTS 700		/* more than two parts */
#define HEAD "server: { address = \"10.77.0.1\"; root = \"/srv\"; };\n" \
	"profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n"
#define HEAD_LINES 3
#define MUTATIONS 400
#define MUTANTS_HOSTS 300	/* a border in between */

/* libconfig loses strings where none may stand; the sanitizer asks here what to pass over. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig\n";
}

/* From memory: hundreds of files, each flushed, would take the time of the whole suite. */
static int load_draft(const char *text, struct pxeboot_diagnostics *diagnostics, struct pxeboot_policy **ret_policy)
{
	static const char path[] = "/nowhere/pxeboot.conf";

	return pxeboot_policy_load_draft(path, NULL, path, text, diagnostics, ret_policy);
}

/* Neighbours are written in different ways; @broken stands in place of one host, where it is not NULL. */
static void add_hosts(struct text *text, unsigned n, unsigned broken, const char *instead)
{
	static const char *const separators[] = { ",\n", "\n,", ", # and, {\n", "/* , { */ ,\n" };

	text_add(text, "hosts = (\n");
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			text_add(text, separators[i % ARRAY_SIZE(separators)]);
		if (i == broken && instead)
			text_add(text, instead);
		else
			text_addf(text, "{ name = \"h%u\"; mac = [ \"52:54:00:00:%02x:%02x\" ]; }", i, i >> 8, i & 0xff);
	}
	text_add(text, ");\n");
}

static struct text policy_text(unsigned n, unsigned broken, const char *instead)
{
	struct text text = TEXT_INIT;

	text_add(&text, HEAD);
	add_hosts(&text, n, broken, instead);
	ck_assert_int_eq(text.error, 0);
	return text;
}

START_TEST(test_whole)
{
	CLEANUP_TEXT struct text text = policy_text(HOSTS, 0, NULL);
	struct pxeboot_policy *policy = policy_of(text.bytes);

	ck_assert_uint_eq(policy->n_hosts, HOSTS);
	for (unsigned i = 0; i < HOSTS; i++) {
		const uint8_t mac[MAC_LENGTH] = { 0x52, 0x54, 0, 0, (uint8_t)(i >> 8), (uint8_t)i };
		char name[8];

		snprintf(name, sizeof(name), "h%u", i);
		ck_assert_str_eq(policy->hosts[i].name, name);
		ck_assert_uint_eq(policy->hosts[i].where.line, HEAD_LINES + 2 + i);
		ck_assert_ptr_eq(policy_host_by_mac(policy, mac), &policy->hosts[i]);
		ck_assert_ptr_eq(policy_host_by_name(policy, name), &policy->hosts[i]);
	}
	pxeboot_policy_unref(policy);
}
END_TEST

/* Faults of one host, told at its line and with this beginning; before a mark stands its number in the list. */
static const struct { const char *instead, *id, *text; } faults[] = {
	{ "{ name = \"x\"; mac = \"52:54\"; }", "policy.value", ".mac: " },
	{ "{ name = \"x\"; mac = [ \"02:00:00:00:00:01\", \"no\" ]; }", "policy.value", ".mac[1]: " },
	{ "{ mac = \"02:00:00:00:00:01\"; }", "policy.missing", ".name: missing" },
	{ "{ name = \"x\"; }", "policy.missing", ": nothing to know the host by" },
	{ "\"x\"", "policy.type", ": wrong type" },
	{ "{ name = \"x\"; mac = \"02:00:00:00:00:01\"; wrong = 1; }", "policy.unknown-key", ".wrong: " },
	{ "{ name = \"x\"; mac = \"02:00:00:00:00:01\"; boot = \"none\"; }", "policy.reference", ".boot: " },
	{ "{ name = \"x\"; mac = \"02:00:00:00:00:01\"; timeout = 3; }", "policy.conflict", ".timeout: " },
	{ "{ name = \"x\"; mac = \"02:00:00:00:00:01\"; default = \"disk\"; }", "policy.conflict", ".default: " },
	{ "{ name = \"h1\"; mac = \"02:00:00:00:00:01\"; }", "policy.duplicate", ".name: is taken" },
	{ "{ name = \"x\"; mac = \"52:54:00:00:00:01\"; }", "policy.duplicate", ".mac: is taken" },
	{ "{ name = \"x\" mac = ; }", "policy.syntax", "syntax error" },
	{ "", "policy.syntax", "syntax error" },
	{ "{ name = \"x\"; name = \"y\"; }", "policy.duplicate", "key set twice in one group" },
	{ "{ name = \"x\"; } { name = \"y\"; }", "policy.syntax", "syntax error" },
	{ "{ name = \"x\"; ( } )", "policy.syntax", "syntax error" },
};

static void assert_fault(size_t row, unsigned number)
{
	CLEANUP_TEXT struct text text = policy_text(HOSTS, number, faults[row].instead);
	struct pxeboot_policy *policy = NULL;
	struct pxeboot_diagnostics *list;
	char expected[80];

	if (strchr(".:[", *faults[row].text))
		snprintf(expected, sizeof(expected), "hosts[%u]%s", number, faults[row].text);
	else
		snprintf(expected, sizeof(expected), "%s", faults[row].text);
	ck_assert_int_eq(pxeboot_diagnostics_new(&list), 0);
	ck_assert_int_eq(load_draft(text.bytes, list, &policy), -EBADMSG);
	ck_assert_ptr_null(policy);
	const struct pxeboot_diagnostic *finding = pxeboot_diagnostics_get(list, 0);

	ck_assert_msg(pxeboot_diagnostics_count(list) == 1, "%zu of %u: %zu findings", row, number,
		      pxeboot_diagnostics_count(list));
	ck_assert_str_eq(finding->id, faults[row].id);
	ck_assert_msg(!strncmp(finding->text, expected, strlen(expected)), "'%s', not '%s'", finding->text, expected);
	/* What is not there is missed at what comes next. */
	ck_assert_uint_ge(finding->line, HEAD_LINES + 2 + number);
	ck_assert_uint_le(finding->line, HEAD_LINES + 2 + number + !*faults[row].instead);
	pxeboot_diagnostics_free(list);
}

START_TEST(test_faults)
{
	/* At borders and away from them; h1 has what others may take. */
	static const unsigned numbers[] = { 2, 255, 256, 257, 511, 512, 600, HOSTS - 1 };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		assert_fault((size_t)_i, numbers[i]);
}
END_TEST

/* Lists of nothing, and what only looks like a list. */
START_TEST(test_nothing)
{
	static const char *const lists[] = { "hosts = ( );", "hosts: ();", "hosts = [ ];", "hosts = (\n\n# {\n);", "" };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		CLEANUP_TEXT struct text text = TEXT_INIT;

		text_addf(&text, "%s%s\nvars = { hosts = \"(\"; };\n", HEAD, lists[i]);
		struct pxeboot_policy *policy = policy_of(text.bytes);

		ck_assert_uint_eq(policy->n_hosts, 0);
		ck_assert_uint_eq(policy->vars[0].where.line, HEAD_LINES + 2 + (i == 3) * 3);
		pxeboot_policy_unref(policy);
	}
}
END_TEST

static bool libconfig_takes(const char *text)
{
	config_t config;

	config_init(&config);
	bool takes = config_read_string(&config, text);

	config_destroy(&config);
	return takes;
}

/* Also what the scanner itself refuses: a comment or string without an end, a number too big. */
static bool is_syntax(const struct pxeboot_diagnostic *finding)
{
	return !strcmp(finding->id, "policy.syntax") || strstr(finding->text, "key set twice");
}

static bool we_take(const char *text)
{
	const struct pxeboot_diagnostic *finding;
	struct pxeboot_policy *policy = NULL;
	struct pxeboot_diagnostics *list;
	bool takes = true;

	ck_assert_int_eq(pxeboot_diagnostics_new(&list), 0);
	load_draft(text, list, &policy);
	for (size_t i = 0; (finding = pxeboot_diagnostics_get(list, i)); i++)
		takes &= !is_syntax(finding);
	pxeboot_diagnostics_free(list);
	pxeboot_policy_unref(policy);
	return takes;
}

/* Repeatable, and good enough to choose a place. */
static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Another mark, or one more, near the border between parts or the list's ends. */
static void mutate(struct text *text, const size_t places[3], unsigned *seed)
{
	static const char marks[] = "{}()[],;=:\"#/x1 ";
	size_t place = places[next_random(seed) % 3] + next_random(seed) % 79;
	char mark = marks[next_random(seed) % (sizeof(marks) - 1)];

	if (next_random(seed) % 2) {
		text->bytes[place] = mark;
		return;
	}
	text_add_char(text, '\n');
	memmove(text->bytes + place + 1, text->bytes + place, text->length - place - 1);
	text->bytes[place] = mark;
}

static struct text mutant(unsigned *seed)
{
	struct text text = policy_text(MUTANTS_HOSTS, 0, NULL);
	size_t border = (size_t)(strstr(text.bytes, "\"h256\"") - text.bytes);
	const size_t places[3] = { border - 60, (size_t)(strstr(text.bytes, "hosts") - text.bytes), text.length - 80 };

	for (unsigned times = 1 + next_random(seed) % 3; times; times--)
		mutate(&text, places, seed);
	ck_assert_int_eq(text.error, 0);
	return text;
}

START_TEST(test_mutations)
{
	unsigned seed = 8, refused = 0;

	for (unsigned i = 0; i < MUTATIONS; i++) {
		CLEANUP_TEXT struct text text = mutant(&seed);
		bool takes = libconfig_takes(text.bytes);

		if (we_take(text.bytes) != takes) {
			fputs(text.bytes, stderr);
			ck_abort_msg("mutation %u: libconfig alone %s it", i, takes ? "takes" : "refuses");
		}
		refused += !takes;
	}
	/* Both happen often. */
	ck_assert_uint_gt(refused, MUTATIONS / 4);
	ck_assert_uint_lt(refused, MUTATIONS - MUTATIONS / 20);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy_parts");
	TCase *tests = tcase_create("parts");

	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, test_whole);
	tcase_add_loop_test(tests, test_faults, 0, ARRAY_SIZE(faults));
	tcase_add_test(tests, test_nothing);
	tcase_add_test(tests, test_mutations);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
