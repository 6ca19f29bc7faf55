/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * in.tftpd's map as we read and follow it; that in.tftpd does the same is shown by tests/servers/check_map_random.c.
 */
#include <errno.h>

#include "testing.h"
#include "tftp-hpa/map.h"
#include "tftp-hpa/regex_size.h"

static int read_text(struct map *map, const char *text, struct pxeboot_diagnostics *findings)
{
	return map_read(map, (struct location){ "map", 0 }, text, strlen(text), findings);
}

/* ---- Reading ---- */

START_TEST(no_lines_of_text)
{
	static char longest[MAP_LINE_MAX + 2], nul[] = "r a b\nr b\0c\n";
	struct { const char *bytes; size_t length; int expected; unsigned line; } rows[] = {
		{ nul, sizeof(nul) - 1, -EBADMSG, 2 },			/* a NUL */
		{ longest, MAP_LINE_MAX + 1, -EBADMSG, 1 },		/* in.tftpd would make two lines of it */
		{ longest, MAP_LINE_MAX, 0, 0 },
		{ nul, 6, 0, 0 },
		{ nul, 0, 0, 0 },
	};

	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, "r a ", 4);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct pxeboot_diagnostics *findings;
		const struct pxeboot_diagnostic *finding;
		CLEANUP_MAP struct map map = MAP_INIT;

		ck_assert_int_eq(pxeboot_diagnostics_new(&findings), 0);
		ck_assert_int_eq(map_read(&map, (struct location){ "map", 0 }, rows[i].bytes, rows[i].length, findings),
				 rows[i].expected);
		finding = pxeboot_diagnostics_get(findings, 0);
		ck_assert_int_eq(finding != NULL, rows[i].expected < 0);
		if (finding != NULL) {
			ck_assert_str_eq(finding->id, "tftpd.line");
			ck_assert_uint_eq(finding->line, rows[i].line);
		}
		pxeboot_diagnostics_free(findings);
	}
}
END_TEST

START_TEST(words)
{
	static const struct { const char *line, *operations, *expression, *pattern; } rows[] = {
		{ "r a b", "r", "a", "b" },
		{ " \tr\va\fb more", "r", "a", "b" },
		{ "r a b\r\n", "r", "a", "b" },
		{ "r a#b", "r", "a", "" },
		{ "r# a b", "r", "", "" },
		{ "r a\\#\\ \\\\ b", "r", "a\\#\\ \\\\", "b" },
		{ "r a b\\", "r", "a", "b\\" },
		{ "r a b\\\n", "r", "a", "b\\\n" },			/* no continuation: the line's end is in the word */
		{ "r a\\\r\n", "r", "a\\\r", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP_MAP struct map map = MAP_INIT;

		ck_assert_int_eq(read_text(&map, rows[i].line, NULL), 0);
		ck_assert_uint_eq(map.n_rules, 1);
		ck_assert_str_eq(map.first->operations, rows[i].operations);
		ck_assert_str_eq(map.first->expression, rows[i].expression);
		ck_assert_str_eq(map.first->pattern, rows[i].pattern);
	}
}
END_TEST

START_TEST(sizes)
{
	static const struct { const char *expression; bool bounded; } rows[] = {
		{ "((((a{200}){200}){200}){200}){200}", false },
		{ "(((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+)+", false },
		{ "a{32767}", false },
		{ "(abc)*{3000}", false },
		{ "[]{9999}]{3000}", false },
		{ "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((", false },
		{ "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", true },
		{ "^pxelinux.cfg/01(-[0-9a-f]{2}){6}$", true },
		{ "[a{9999}]", true },
		{ "[[:alpha:]{9999}]", true },
		{ "\\(a{9}{9}", true },
		{ "", true }, { "[", true }, { "[^", true }, { "\\", true }, { "{", true }, { ")", true }, { "(", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_msg(regex_is_bounded(rows[i].expression) == rows[i].bounded, "%s", rows[i].expression);
}
END_TEST

/* ---- Following ---- */

static const struct {
	const char *map, *name;
	enum map_outcome outcome;
	const char *text;		/* NULL: in.tftpd's own */
	size_t steps;
	bool put, ip6;
} runs[] = {
	/* Without an end */
	{ "rg (a) \\1", "ab", MAP_ENDLESS, "ab", 1, false, false },
	{ "r x y\nrs (.*) \\1\\1", "aa", MAP_TOO_LONG, NULL, 12, false, false },
	{ "r ^ x\nrs . y", "a", MAP_TOO_MANY_VISITS, "ya", 1024, false, false },
	{ "s a\ns a", "a", MAP_TOO_MANY_VISITS, "a", 0, false, false },
	{ "rg a aa", "a", MAP_UNSAFE, "a", 0, false, false },
	/* Refused */
	{ "a secret", "a secret file", MAP_REFUSED, NULL, 0, false, false },
	{ "a secret no", "a secret file", MAP_REFUSED, "a no file", 0, false, false },
	{ "ra a b", "a", MAP_REFUSED, "b", 0, false, false },
	{ "~a ^a", "b", MAP_REFUSED, NULL, 0, false, false },
	{ "~a ^a", "a", MAP_NAMED, "a", 0, false, false },
	/* Replaced */
	{ "", "a", MAP_NAMED, "a", 0, false, false },
	{ "r a b", "caca", MAP_NAMED, "cbca", 1, false, false },
	{ "rg a b", "caca", MAP_NAMED, "cbcb", 1, false, false },
	{ "g a b", "caca", MAP_NAMED, "caca", 0, false, false },
	{ "r A b", "a", MAP_NAMED, "a", 0, false, false },
	{ "ri A b", "a", MAP_NAMED, "b", 1, false, false },
	{ "r (a)(b)? \\2\\1\\0\\3", "xa", MAP_NAMED, "xaa", 1, false, false },
	{ "r a \\i", "a", MAP_NAMED, "192.0.2.1", 1, false, false },
	{ "r a \\U\\i\\E\\i", "a", MAP_NAMED, "2001:DB8::A2001:db8::a", 1, false, true },
	{ "r (.*) \\Ux\\0\\Ly\\0\\E\\0\\q\\\\", "aB", MAP_NAMED, "XAByabaBq\\", 1, false, false },
	{ "r a \\", "a", MAP_NAMED, "\\", 1, false, false },
	{ "r a", "bab", MAP_NAMED, "bb", 1, false, false },
	/* Which rule is next */
	{ "rs a b", "aa", MAP_NAMED, "ba", 1, false, false },			/* there is no second rule */
	{ "re a b\nr b c", "a", MAP_NAMED, "b", 1, false, false },
	{ "e b\nr a b\nr b c", "a", MAP_NAMED, "c", 2, false, false },
	{ "~e b\nr b c", "a", MAP_NAMED, "a", 0, false, false },
	{ "r x y\nrs b x\nr a z", "bxa", MAP_NAMED, "xyz", 3, false, false },	/* again, from the second */
	/* For whom */
	{ "rG a b", "a", MAP_NAMED, "a", 0, true, false }, { "rP a b", "a", MAP_NAMED, "b", 1, true, false },
	{ "rG a b", "a", MAP_NAMED, "b", 1, false, false }, { "rP a b", "a", MAP_NAMED, "a", 0, false, false },
	{ "rGP a b", "a", MAP_NAMED, "b", 1, true, false }, { "rPG a b", "a", MAP_NAMED, "a", 0, true, false },
	{ "r4 a b", "a", MAP_NAMED, "b", 1, false, false }, { "r6 a b", "a", MAP_NAMED, "a", 0, false, false },
	{ "r4 a b", "a", MAP_NAMED, "a", 0, false, true }, { "r6 a b", "a", MAP_NAMED, "b", 1, false, true },
	{ "r46 a b", "a", MAP_NAMED, "a", 0, false, true },
};

START_TEST(names)
{
	struct map_request request = {
		.name = runs[_i].name, .address = runs[_i].ip6 ? "2001:db8::a" : "192.0.2.1",
		.put = runs[_i].put, .ip6 = runs[_i].ip6,
	};
	struct map_result result = { .outcome = MAP_UNSAFE };
	CLEANUP_MAP struct map map = MAP_INIT;

	ck_assert_int_eq(read_text(&map, runs[_i].map, NULL), 0);
	ck_assert_int_eq(map_check(&map, NULL), runs[_i].outcome == MAP_UNSAFE ? -EBADMSG : 0);
	ck_assert_int_eq(map_run(&map, &request, &result), 0);
	ck_assert_int_eq(result.outcome, runs[_i].outcome);
	ck_assert_uint_eq(result.n_steps, runs[_i].steps);
	if (runs[_i].outcome != MAP_TOO_LONG && runs[_i].outcome != MAP_TOO_MANY_VISITS)
		ck_assert_pstr_eq(result.text, runs[_i].text);
	map_result_free(&result);
}
END_TEST

/* Nothing is followed through rules that nobody has looked at. */
START_TEST(unchecked)
{
	struct map_request request = { .name = "a", .address = "192.0.2.1" };
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_NAMED };
	CLEANUP_MAP struct map map = MAP_INIT;

	ck_assert_int_eq(read_text(&map, "r a b", NULL), 0);
	ck_assert_int_eq(map_run(&map, &request, &result), 0);
	ck_assert_int_eq(result.outcome, MAP_UNSAFE);
}
END_TEST

START_TEST(described)
{
	struct map_request request = { .name = "a\n", .address = "192.0.2.1" };
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_NAMED };
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	CLEANUP_MAP struct map map = MAP_INIT;

	ck_assert_int_eq(read_text(&map, "r a b\n\nr b c\na c", NULL), 0);
	ck_assert_int_eq(map_check(&map, NULL), 0);
	ck_assert_int_eq(map_run(&map, &request, &result), 0);
	map_describe(&request, &result, &shown);
	ck_assert_str_eq(shown.bytes, "a\\n → b\\n (map:1) → c\\n (map:3), refused (map:4)");
}
END_TEST

/* It stands in a finding, and there may be one for each of many names. */
START_TEST(described_at_length)
{
	struct map_request request = { .name = "a", .address = "192.0.2.1" };
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_NAMED };
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	CLEANUP_MAP struct map map = MAP_INIT;

	ck_assert_int_eq(read_text(&map, "s a\nrs a ab", NULL), 0);
	ck_assert_int_eq(map_check(&map, NULL), 0);
	ck_assert_int_eq(map_run(&map, &request, &result), 0);
	ck_assert_uint_gt(result.n_steps, 1000);
	map_describe(&request, &result, &shown);
	ck_assert_msg(strncmp(shown.bytes, "a → ab (map:2) → abb (map:2) → ", 33) == 0, "%.80s", shown.bytes);
	ck_assert_ptr_nonnull(strstr(shown.bytes, "bbbb (map:2) → … ("));
	ck_assert_ptr_nonnull(strstr(shown.bytes, " more) → abbbbbb"));
	ck_assert_uint_lt(shown.length, 2 * result.n_steps);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("map");
	TCase *reading = tcase_create("reading"), *following = tcase_create("following");

	tcase_add_test(reading, no_lines_of_text);
	tcase_add_test(reading, words);
	tcase_add_test(reading, sizes);
	tcase_add_loop_test(following, names, 0, ARRAY_SIZE(runs));
	tcase_add_test(following, unchecked);
	tcase_add_test(following, described);
	tcase_add_test(following, described_at_length);
	suite_add_tcase(suite, reading);
	suite_add_tcase(suite, following);
	return run_suite(suite);
}
