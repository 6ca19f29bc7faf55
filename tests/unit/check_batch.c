/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * base/: files that take their places together.  Every test has an empty root of its own.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/batch.h"

#define MANY 64			/* more than are flushed one by one */
#define KILLS 20
#define FOLDERS 4
#define OTHER_GROUP 65533

static char root[64];
static char path[300];

static void make_root(void)
{
	strcpy(root, "/tmp/check_batch.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
}

static const char *in_root(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

/* Names in the root; those of folders aside are counted in @ret_aside. */
static unsigned entries(unsigned *ret_aside)
{
	DIR *stream = opendir(root);
	unsigned n = 0;

	ck_assert_ptr_nonnull(stream);
	*ret_aside = 0;
	for (struct dirent *entry; (entry = readdir(stream));) {
		*ret_aside += strncmp(entry->d_name, ".pxeboot-new.", 13) == 0;
		n += entry->d_name[0] != '.';
	}
	closedir(stream);
	return n;
}

static void assert_entries(unsigned expected, unsigned expected_aside)
{
	unsigned aside, n = entries(&aside);

	ck_assert_uint_eq(n, expected);
	ck_assert_uint_eq(aside, expected_aside);
}

static void assert_bytes(const char *name, const char *expected)
{
	char *bytes;

	ck_assert_int_eq(file_read(in_root(name), 1000, &bytes, NULL), 0);
	ck_assert_str_eq(bytes, expected);
	free(bytes);
}

static int add(struct batch *batch, const char *name, const char *text)
{
	return batch_add(batch, name, &(struct file_content){ .bytes = text, .length = strlen(text), .mode = 0644 });
}

/* All in one folder, and one after the other. */
static int add_all(struct batch *batch, const char *folder, const char *text)
{
	char name[48];
	int r = 1;

	for (unsigned i = 0; i < MANY && r == 1; i++) {
		snprintf(name, sizeof(name), "%s/%u", folder, i);
		r = add(batch, name, text);
	}
	return r;
}

static unsigned names_in(const char *folder)
{
	DIR *stream = opendir(in_root(folder));
	unsigned n = 0;

	for (struct dirent *entry; stream && (entry = readdir(stream));)
		n += entry->d_name[0] != '.';
	if (stream)
		closedir(stream);
	return n;
}

static void assert_mode(const char *name, mode_t expected)
{
	struct stat status;

	ck_assert_int_eq(stat(in_root(name), &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, expected);
}

static ino_t number_of(const char *name)
{
	struct stat status;

	ck_assert_int_eq(stat(in_root(name), &status), 0);
	return status.st_ino;
}

static gid_t group_of(const char *name)
{
	struct stat status;

	ck_assert_int_eq(stat(in_root(name), &status), 0);
	return status.st_gid;
}

static int add_link(struct batch *batch, const char *name, const char *target)
{
	return batch_add(batch, name, &(struct file_content){ .target = target });
}

START_TEST(what_cant_be_fails_and_leaves_the_rest)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);
	const char *at = NULL;

	ck_assert_int_eq(mkdir(in_root("folder"), 0755), 0);
	ck_assert_int_eq(file_write(in_root("file"), "old", 3, 0644), 1);
	ck_assert_int_eq(add(&batch, "file/below", "x"), -ENOTDIR);
	ck_assert_int_eq(add(&batch, "first", "x"), 1);
	ck_assert_int_eq(add(&batch, "folder", "x"), 1);
	ck_assert_int_eq(add(&batch, "file", "new"), 1);
	ck_assert_int_eq(batch_commit(&batch, &at), -EISDIR);
	ck_assert_str_eq(at, "folder");
	assert_bytes("first", "x");
	assert_bytes("file", "old");
	batch_free(&batch);
	assert_entries(3, 0);
}
END_TEST

START_TEST(nothing_is_seen_before_all_is)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);
	mode_t old = umask(077);
	struct stat status;
	char target[16];

	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	assert_entries(0, 0);
	ck_assert_int_eq(add(&batch, "one", "1"), 1);
	ck_assert_int_eq(add(&batch, "a/b/two", ""), 1);
	ck_assert_int_eq(add_link(&batch, "a/link", "b/two"), 1);
	umask(old);
	assert_entries(1, 1);
	ck_assert_int_lt(stat(in_root("a/b/two"), &status), 0);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	assert_entries(2, 0);
	assert_bytes("one", "1");
	assert_bytes("a/b/two", "");
	ck_assert_int_eq(stat(in_root("one"), &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0644);
	ck_assert_int_eq(readlink(in_root("a/link"), target, sizeof(target)), 5);
	ck_assert_int_eq(add(&batch, "one", "1"), 0);
	ck_assert_int_eq(add_link(&batch, "a/link", "b/two"), 0);
	ck_assert_int_eq(add_link(&batch, "a/link", "b/three"), 1);
	ck_assert_int_eq(add(&batch, "one", "11"), 1);
	batch_free(&batch);
	assert_bytes("one", "1");
	assert_entries(2, 0);
}
END_TEST

START_TEST(links_are_replaced_and_never_followed)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);

	ck_assert_int_eq(file_write(in_root("victim"), "mine", 4, 0644), 1);
	ck_assert_int_eq(file_link(in_root("link"), "victim"), 1);
	ck_assert_int_eq(add(&batch, "link", "mine"), 1);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	assert_bytes("victim", "mine");
	ck_assert_int_lt(readlink(in_root("link"), path, sizeof(path)), 0);
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

/* A folder of the root may be mounted from elsewhere. */
START_TEST(other_file_systems_are_reached_by_a_copy)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);
	char elsewhere[] = "/dev/shm/check_batch.XXXXXX";
	struct stat here, there;

	if (!mkdtemp(elsewhere))
		return;
	ck_assert_int_eq(stat(root, &here) | stat(elsewhere, &there), 0);
	ck_assert_int_eq(file_link(in_root("far"), elsewhere), 1);
	ck_assert_int_eq(add(&batch, "far/file", "text"), 1);
	ck_assert_int_eq(add_link(&batch, "far/link", "file"), 1);
	ck_assert_int_eq(add(&batch, "far/new/file", "text"), 1);
	ck_assert_int_eq(add(&batch, "near", "text"), 1);
	ck_assert_int_eq(add(&batch, "moved/away", "text"), 1);
	ck_assert_int_eq(rmdir(in_root("moved")) | symlink("far", in_root("moved")), 0);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	assert_bytes("far/away", "text");
	ck_assert_int_eq(unlink(in_root("far/away")), 0);
	assert_bytes("far/file", "text");
	assert_bytes("far/link", "text");
	assert_bytes("far/new/file", "text");
	assert_bytes("near", "text");
	ck_assert_int_eq(unlink(in_root("far/new/file")) | rmdir(in_root("far/new")), 0);
	ck_assert_int_eq(unlink(in_root("far/file")) | unlink(in_root("far/link")) | rmdir(elsewhere), 0);
	if (here.st_dev == there.st_dev)
		printf("/dev/shm is no file system of its own: copies were not made\n");
}
END_TEST

START_TEST(new_folder_comes_as_a_whole)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);
	mode_t old = umask(077);
	ino_t made;

	ck_assert_int_eq(add_all(&batch, "new", "x"), 1);
	umask(old);
	ck_assert_uint_eq(names_in("new"), 0);
	assert_mode("new", 0755);
	made = number_of("new");
	/* It isn't known again once another folder came between; nor is a name that it has. */
	ck_assert_int_eq(add(&batch, "other/file", "x"), 1);
	ck_assert_int_eq(add(&batch, "new/late", "x"), 1);
	ck_assert_int_eq(add(&batch, "new/0", "twice"), 1);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	ck_assert_uint_ne(number_of("new"), made);
	ck_assert_uint_eq(names_in("new"), MANY + 1);
	assert_mode("new", 0755);
	assert_mode("new/1", 0644);
	assert_bytes("new/0", "twice");
	assert_bytes("new/late", "x");
	assert_bytes("other/file", "x");
	assert_entries(2, 0);
}
END_TEST

START_TEST(new_folder_has_the_group_that_the_root_hands_on)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);
	struct stat status;

	if (chown(root, (uid_t)-1, OTHER_GROUP) < 0)
		printf("not root: groups were not tried\n");
	ck_assert_int_eq(chmod(root, 02755) | stat(root, &status), 0);
	ck_assert_int_eq(add(&batch, "new/file", "x"), 1);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	ck_assert_int_eq(add(&batch, "new/later", "x"), 1);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	ck_assert_uint_eq(group_of("new"), status.st_gid);
	ck_assert_uint_eq(group_of("new/file"), status.st_gid);
	ck_assert_uint_eq(group_of("new/later"), status.st_gid);
	assert_mode("new", 0755);
}
END_TEST

START_TEST(same_name_twice_in_a_new_folder_is_the_second)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);

	ck_assert_int_eq(add(&batch, "new/file", "first"), 1);
	ck_assert_int_eq(add(&batch, "new/file", "second"), 1);
	ck_assert_int_eq(add_link(&batch, "new/link", "file"), 1);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	assert_bytes("new/link", "second");
	assert_entries(1, 0);
}
END_TEST

/* Its owner, its mode and its access list are the administrator's. */
START_TEST(folder_that_was_there_stays)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);
	ino_t was;

	ck_assert_int_eq(mkdir(in_root("empty"), 0755), 0);
	ck_assert_int_eq(chmod(in_root("empty"), 02710), 0);
	was = number_of("empty");
	ck_assert_int_eq(add_all(&batch, "empty", "x"), 1);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	ck_assert_uint_eq(number_of("empty"), was);
	assert_mode("empty", 02710);
	ck_assert_uint_eq(names_in("empty"), MANY);
}
END_TEST

START_TEST(what_others_put_into_a_new_folder_stays)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);

	ck_assert_int_eq(add_all(&batch, "new", "x"), 1);
	ck_assert_int_eq(file_write(in_root("new/mine"), "mine", 4, 0600), 1);
	ck_assert_int_eq(file_write(in_root("new/3"), "mine, too", 9, 0600), 1);
	ck_assert_int_eq(add(&batch, "new/below/file", "x"), 1);
	ck_assert_int_eq(batch_commit(&batch, NULL), 0);
	ck_assert_uint_eq(names_in("new"), MANY + 2);
	assert_bytes("new/mine", "mine");
	assert_bytes("new/3", "x");
	assert_mode("new/3", 0644);
	assert_bytes("new/below/file", "x");
	assert_entries(1, 0);
}
END_TEST

/* Others may also take the new folder away, or make something else of it. */
START_TEST(new_folder_that_others_replace)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);
	const char *at = NULL;

	ck_assert_int_eq(add(&batch, "gone/file", "x"), 1);
	ck_assert_int_eq(add(&batch, "link/file", "x"), 1);
	ck_assert_int_eq(add(&batch, "file/below", "x"), 1);
	ck_assert_int_eq(rmdir(in_root("gone")), 0);
	ck_assert_int_eq(rmdir(in_root("link")), 0);
	ck_assert_int_eq(mkdir(in_root("theirs"), 0755), 0);
	ck_assert_int_eq(symlink("theirs", in_root("link")), 0);
	ck_assert_int_eq(rmdir(in_root("file")), 0);
	ck_assert_int_eq(file_write(in_root("file"), "mine", 4, 0644), 1);
	ck_assert_int_eq(batch_commit(&batch, &at), -ENOTDIR);
	ck_assert_str_eq(at, "file/below");
	assert_bytes("gone/file", "x");
	assert_bytes("theirs/file", "x");
	assert_bytes("file", "mine");
	batch_free(&batch);
	assert_entries(4, 0);
}
END_TEST

static void fill(struct batch *batch, const char *text)
{
	char name[16];

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "d%u/%u", i % 4, i);
		ck_assert_int_eq(add(batch, name, text), 1);
	}
}

START_TEST(what_a_killed_one_left_goes_and_what_a_living_one_has_stays)
{
	CLEANUP_BATCH struct batch living = BATCH_INIT(root), next = BATCH_INIT(root);
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct batch batch = BATCH_INIT(root);

		fill(&batch, "never");
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	assert_entries(4, 1);
	ck_assert_int_eq(add(&living, "living", "1"), 1);
	assert_entries(4, 1);
	ck_assert_int_eq(add(&next, "next", "2"), 1);
	assert_entries(4, 2);
	ck_assert_int_eq(batch_commit(&living, NULL), 0);
	ck_assert_int_eq(batch_commit(&next, NULL), 0);
	assert_bytes("living", "1");
	assert_bytes("next", "2");
	assert_entries(6, 0);
}
END_TEST

/* The first files are @text; all others must be @before. */
static void assert_order(const char *before, const char *text)
{
	unsigned n = MANY;

	for (unsigned i = 0; i < MANY; i++) {
		char name[16], *bytes;

		snprintf(name, sizeof(name), "d%u/%u", i % 4, i);
		ck_assert_int_eq(file_read(in_root(name), 100, &bytes, NULL), 0);
		if (strcmp(bytes, text) != 0 && n == MANY)
			n = i;
		ck_assert_str_eq(bytes, i < n ? text : before);
		free(bytes);
	}
}

static void complete(struct batch *batch, const char *text)
{
	char name[16];

	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "d%u/%u", i % 4, i);
		ck_assert_int_ge(add(batch, name, text), 0);
	}
	ck_assert_int_eq(batch_commit(batch, NULL), 0);
}

START_TEST(killed_at_any_moment_all_is_whole_and_in_order)
{
	char before[16] = "0", text[16];
	struct batch first = BATCH_INIT(root);

	fill(&first, before);
	ck_assert_int_eq(batch_commit(&first, NULL), 0);
	for (unsigned i = 1; i <= KILLS; i++) {
		CLEANUP_BATCH struct batch rest = BATCH_INIT(root);
		pid_t child = fork();

		snprintf(text, sizeof(text), "%u", i);
		if (child == 0) {
			struct batch batch = BATCH_INIT(root);

			fill(&batch, text);
			_exit(batch_commit(&batch, NULL) < 0);
		}
		usleep(i * 200);
		ck_assert_int_eq(kill(child, SIGKILL), 0);
		ck_assert_int_eq(waitpid(child, NULL, 0), child);
		assert_order(before, text);
		complete(&rest, text);
		snprintf(before, sizeof(before), "%s", text);
	}
}
END_TEST

/* A new folder is empty or whole, and one is whole before the next begins. */
static unsigned assert_folders(unsigned round)
{
	char folder[32];
	unsigned whole = 0;

	for (unsigned i = 0; i < FOLDERS; i++) {
		unsigned n;

		snprintf(folder, sizeof(folder), "new%u-%u", round, i);
		n = names_in(folder);
		ck_assert(n == 0 || (n == MANY && whole == i));
		whole += n == MANY;
	}
	return whole;
}

static int write_folders(unsigned round)
{
	CLEANUP_BATCH struct batch batch = BATCH_INIT(root);
	char folder[32];

	for (unsigned i = 0; i < FOLDERS; i++) {
		snprintf(folder, sizeof(folder), "new%u-%u", round, i);
		if (add_all(&batch, folder, "text") < 0)
			return 1;
	}
	return batch_commit(&batch, NULL) < 0;
}

START_TEST(killed_at_any_moment_new_folders_are_empty_or_whole)
{
	for (unsigned i = 1; i <= KILLS; i++) {
		CLEANUP_BATCH struct batch next = BATCH_INIT(root);
		unsigned aside;
		pid_t child = fork();

		if (child == 0)
			_exit(write_folders(i));
		usleep(i * 400);
		ck_assert_int_eq(kill(child, SIGKILL), 0);
		ck_assert_int_eq(waitpid(child, NULL, 0), child);
		assert_folders(i);
		ck_assert_int_ge(add(&next, "next", i % 2 ? "odd" : "even"), 0);
		ck_assert_int_eq(batch_commit(&next, NULL), 0);
		entries(&aside);
		ck_assert_uint_eq(aside, 0);
	}
	ck_assert_int_eq(write_folders(0), 0);
	ck_assert_uint_eq(assert_folders(0), FOLDERS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("batch");
	TCase *tests = tcase_create("batches");
	tcase_set_timeout(tests, 60);
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, make_root, remove_root);
	tcase_set_timeout(tests, 60);		/* the disk may be busy */
	tcase_add_test(tests, what_cant_be_fails_and_leaves_the_rest);
	tcase_add_test(tests, nothing_is_seen_before_all_is);
	tcase_add_test(tests, links_are_replaced_and_never_followed);
	tcase_add_test(tests, other_file_systems_are_reached_by_a_copy);
	tcase_add_test(tests, new_folder_comes_as_a_whole);
	tcase_add_test(tests, new_folder_has_the_group_that_the_root_hands_on);
	tcase_add_test(tests, same_name_twice_in_a_new_folder_is_the_second);
	tcase_add_test(tests, folder_that_was_there_stays);
	tcase_add_test(tests, what_others_put_into_a_new_folder_stays);
	tcase_add_test(tests, new_folder_that_others_replace);
	tcase_add_test(tests, what_a_killed_one_left_goes_and_what_a_living_one_has_stays);
	tcase_add_test(tests, killed_at_any_moment_all_is_whole_and_in_order);
	tcase_add_test(tests, killed_at_any_moment_new_folders_are_empty_or_whole);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
