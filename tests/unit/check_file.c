/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * base/: files that are never seen half-written.  Every test has an empty directory of its own.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char directory[64];
static char path[128];

static void make_directory(void)
{
	strcpy(directory, "/tmp/check_file.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/file", directory);
}

static void remove_directory(void)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	ck_assert_int_eq(system(command), 0);
}

static unsigned entries(void)
{
	DIR *stream = opendir(directory);
	unsigned n = 0;

	ck_assert_ptr_nonnull(stream);
	while (readdir(stream))
		n++;
	closedir(stream);
	return n - 2;			/* . and .. */
}

static void assert_content(const char *name, const char *expected)
{
	char *bytes;
	size_t length;

	ck_assert_int_eq(file_read(name, 1000, &bytes, &length), 0);
	ck_assert_uint_eq(length, strlen(expected));
	ck_assert_str_eq(bytes, expected);
	free(bytes);
}

START_TEST(test_file_read_refuses)
{
	char *bytes = NULL;
	size_t length = 77;
	char fifo[128];

	snprintf(fifo, sizeof(fifo), "%s/fifo", directory);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(file_write(path, "1234", 4, 0644), 1);
	ck_assert_int_eq(file_read(path, 3, &bytes, &length), -E2BIG);
	ck_assert_int_eq(file_read(directory, 1000, &bytes, &length), -EISDIR);
	ck_assert_int_eq(file_read(fifo, 1000, &bytes, &length), -EINVAL);
	ck_assert_int_eq(file_read("/nonexistent/file", 1000, &bytes, &length), -ENOENT);
	ck_assert_ptr_null(bytes);
	ck_assert_uint_eq(length, 77);
	ck_assert_int_eq(file_read(path, 4, &bytes, &length), 0);
	ck_assert_str_eq(bytes, "1234");
	free(bytes);
}
END_TEST

START_TEST(test_file_read_without_size)
{
	char *bytes;
	size_t length;

	ck_assert_int_eq(file_read("/proc/self/status", 100000, &bytes, &length), 0);
	ck_assert(length > 100);
	free(bytes);
}
END_TEST

START_TEST(test_file_write_only_changes)
{
	struct stat before, after;

	ck_assert_int_eq(file_write(path, "one", 3, 0644), 1);
	ck_assert_int_eq(stat(path, &before), 0);
	ck_assert_uint_eq(before.st_mode & 07777, 0644);
	ck_assert_int_eq(file_write(path, "one", 3, 0644), 0);
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert(before.st_ino == after.st_ino);
	ck_assert_int_eq(file_write(path, "two", 3, 0644), 1);
	assert_content(path, "two");
	ck_assert_int_eq(file_write(path, "two", 3, 0755), 1);
	ck_assert_int_eq(file_write(path, "tw", 2, 0755), 1);
	ck_assert_int_eq(file_write(path, NULL, 0, 0755), 1);
	ck_assert_int_eq(file_write(path, "", 0, 0755), 0);
	assert_content(path, "");
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(test_file_write_ignores_umask)
{
	struct stat status;
	mode_t old = umask(0777);

	ck_assert_int_eq(file_write(path, "one", 3, 0666), 1);
	umask(old);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0666);
}
END_TEST

START_TEST(test_file_write_never_follows)
{
	char victim[128];
	struct stat status;

	snprintf(victim, sizeof(victim), "%s/victim", directory);
	ck_assert_int_eq(file_write(victim, "same", 4, 0644), 1);
	ck_assert_int_eq(symlink("victim", path), 0);
	ck_assert_int_eq(file_write(path, "same", 4, 0644), 1);
	ck_assert_int_eq(lstat(path, &status), 0);
	ck_assert(S_ISREG(status.st_mode));
	ck_assert_int_eq(file_write(path, "else", 4, 0644), 1);
	assert_content(victim, "same");
}
END_TEST

START_TEST(test_file_failures_leave_nothing)
{
	char under[160];

	ck_assert_int_eq(mkdir(path, 0755), 0);
	snprintf(under, sizeof(under), "%s/sub/file", directory);
	ck_assert_int_lt(file_write(path, "one", 3, 0644), 0);
	ck_assert_int_lt(file_link(path, "target"), 0);
	ck_assert_int_eq(file_write(under, "one", 3, 0644), -ENOENT);
	ck_assert_int_eq(file_link(under, "one"), -ENOENT);
	ck_assert_int_eq(file_link(path, ""), -EINVAL);
	ck_assert_int_eq(file_write(path, NULL, 1, 0644), -EINVAL);
	ck_assert_int_eq(file_write(path, "one", 3, S_IFREG | 0644), -EINVAL);
	snprintf(under, sizeof(under), "%s/", directory);
	ck_assert_int_eq(file_write(under, "one", 3, 0644), -EINVAL);
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(test_file_with_the_longest_name)
{
	char name[400];
	int n = snprintf(name, sizeof(name), "%s/", directory);

	memset(name + n, 'a', 255);
	name[n + 255] = '\0';
	ck_assert_int_eq(file_write(name, "one", 3, 0644), 1);
	assert_content(name, "one");
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(test_file_link)
{
	char target[16];

	ck_assert_int_eq(file_link(path, "one"), 1);
	ck_assert_int_eq(file_link(path, "one"), 0);
	ck_assert_int_eq(file_link(path, "one-and-more"), 1);
	ck_assert_int_eq(file_link(path, "one"), 1);
	ck_assert_int_eq(readlink(path, target, sizeof(target)), 3);
	ck_assert_int_eq(file_write(path, "one", 3, 0644), 1);
	ck_assert_int_eq(file_link(path, "one"), 1);
	ck_assert_uint_eq(entries(), 1);
}
END_TEST

/* A process that is gone, ours, and none. */
START_TEST(test_file_sweep)
{
	static const struct {
		const char *name;
		bool goes;
	} names[] = {
		{ ".name.0.01234567", false }, { ".name.-1.01234567", false }, { ".name.x.01234567", false },
		{ ".name..01234567", false }, { ".name.99999999999.01234567", false }, { "..01234567", false },
		{ ".01234567", false }, { ".name.2147483647.0123456", false }, { ".name.2147483647.0123456g", false },
		{ "name.2147483647.01234567", false }, { ".2147483647.01234567", false },
		{ ".name.1.01234567", false },
		{ ".name.2147483647.01234567", true }, { ".a.b.2147483647.89abcdef", true },
	};
	char file[192], inside[192];
	size_t stay = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", directory, names[i].name);
		ck_assert_int_eq(file_make(file, &(struct file_content){ .bytes = "", .mode = 0644 }, false), 0);
		stay += !names[i].goes;
	}
	snprintf(inside, sizeof(inside), "%s/", directory);
	file_sweep(inside);
	ck_assert_uint_eq(entries(), stay);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", directory, names[i].name);
		ck_assert_int_eq(access(file, F_OK), names[i].goes ? -1 : 0);
	}
	file_sweep("name");
	snprintf(inside, sizeof(inside), "%s/missing/", directory);
	file_sweep(inside);
}
END_TEST

START_TEST(test_file_make_parents)
{
	char deep[128];
	struct stat status;
	mode_t old = umask(0777);

	snprintf(deep, sizeof(deep), "%s/a//b/c/file", directory);
	ck_assert_int_eq(file_make_parents(deep), 0);
	umask(old);
	ck_assert_int_eq(file_make_parents(deep), 0);
	ck_assert_int_eq(file_write(deep, "one", 3, 0644), 1);
	snprintf(deep, sizeof(deep), "%s/a/b/c", directory);
	ck_assert_int_eq(stat(deep, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0755);
	snprintf(deep, sizeof(deep), "%s/a/b/c/file/d", directory);
	ck_assert_int_eq(file_make_parents(deep), -ENOTDIR);
	ck_assert_int_eq(file_make_parents("file"), 0);
	ck_assert_int_eq(file_make_parents("/file"), 0);
}
END_TEST

static TCase *file_tests(void)
{
	TCase *tests = tcase_create("files");

	tcase_add_checked_fixture(tests, make_directory, remove_directory);
	tcase_add_test(tests, test_file_read_refuses);
	tcase_add_test(tests, test_file_read_without_size);
	tcase_add_test(tests, test_file_write_only_changes);
	tcase_add_test(tests, test_file_write_ignores_umask);
	tcase_add_test(tests, test_file_write_never_follows);
	tcase_add_test(tests, test_file_failures_leave_nothing);
	tcase_add_test(tests, test_file_with_the_longest_name);
	tcase_add_test(tests, test_file_link);
	tcase_add_test(tests, test_file_sweep);
	tcase_add_test(tests, test_file_make_parents);
	return tests;
}

int main(void)
{
	Suite *suite = suite_create("file");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, file_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
