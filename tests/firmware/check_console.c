/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The lines that `pxeboot try` reads off a serial console.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "try/console.h"

static char console_said[8 * CONSOLE_LINE];

static void console_tell(void *context, const char *line, bool whole)
{
	(void)context;
	strncat(console_said, line, sizeof(console_said) - strlen(console_said) - 2);
	strcat(console_said, whole ? "|" : "~");
}

START_TEST(reads_the_console)
{
	static const struct {
		const char *bytes, *lines;
	} rows[] = {
		{ "one\r\ntwo\n", "one|two|" },
		{ "half", "half~" },
		{ "\033[1m\033[37mbold\033[0m\n", "bold|" },
		{ "\033[2J\033[01;01Htitle\033[05;02Hitem\033[06;02H", "title|item|" },
		{ "abc\b\bxy\n", "axy|" },
		{ "\b\b   \n\001\002x\n", "x|" },
		{ "\033Zx\033[", "x~" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct console console = { .tell = console_tell };

		console_said[0] = '\0';
		console_see(&console, rows[i].bytes, strlen(rows[i].bytes));
		ck_assert_str_eq(console_said, rows[i].lines);
	}
}
END_TEST

START_TEST(reads_long_console_lines)
{
	struct console console = { .tell = console_tell };
	char bytes[3 * CONSOLE_LINE];

	memset(bytes, 'x', sizeof(bytes));
	console_said[0] = '\0';
	console_see(&console, bytes, sizeof(bytes));
	ck_assert_uint_lt(console.length, CONSOLE_LINE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("console");
	TCase *tests = tcase_create("console");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tests, reads_the_console);
	tcase_add_test(tests, reads_long_console_lines);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
