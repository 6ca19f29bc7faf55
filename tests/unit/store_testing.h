/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the tests of the store share: a directory for each, machines whose records show whether they are whole.
 */
#ifndef STORE_TESTING_H
#define STORE_TESTING_H

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/macro.h"
#include "base/text.h"
#include "state/place.h"
#include "testing.h"

#define KEY "52:54:00:00:00:01"
#define NOBODY 65534

static char directory[64];

static inline const char *in_directory(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

/* In memory where that can be had: thousands of stores are made, and nobody waits for a disk. */
static inline void make_directory(void)
{
	strcpy(directory, access("/dev/shm", W_OK) == 0 ? "/dev/shm/pxeboot-store.XXXXXX" : "/tmp/pxeboot-store.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
}

static inline void remove_directory(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	ck_assert_int_eq(system(command), 0);
}

static inline struct pxeboot_state *opened(void)
{
	struct pxeboot_state *state = NULL;
	int r = pxeboot_state_open(directory, 0, NULL, &state);

	ck_assert_msg(r == 0, "open: %s", strerror(-r));
	return state;
}

static inline int open_error(unsigned flags)
{
	struct pxeboot_state *state = NULL;
	int r = pxeboot_state_open(directory, flags, NULL, &state);

	ck_assert(r < 0 && !state);
	return r;
}

/* Counts a boot, and says the number in a text, too: a record that is not whole would show. */
static inline int count_boot(void *context, struct pxeboot_record *record)
{
	static char number[16];
	const int64_t *now = context;

	if (!record->first_seen)
		record->first_seen = *now;
	record->last_seen = *now;
	snprintf(number, sizeof(number), "%u", ++record->boots);
	record->file = number;
	return 0;
}

static inline int boot(struct pxeboot_state *state, const char *key, int64_t now)
{
	return pxeboot_state_update(state, key, count_boot, &now);
}

static inline unsigned boots_of(struct pxeboot_state *state, const char *key)
{
	struct pxeboot_record *record = NULL;
	char number[16];
	unsigned boots;
	int r = pxeboot_state_get(state, key, &record);

	if (r == -ENOENT)
		return 0;
	ck_assert_msg(r == 0, "get: %s", strerror(-r));
	boots = record->boots;
	snprintf(number, sizeof(number), "%u", boots);
	ck_assert_str_eq(record->file, number);
	pxeboot_record_free(record);
	return boots;
}

static inline void key_of(unsigned n, char ret_key[18])
{
	snprintf(ret_key, 18, "52:54:00:%02x:%02x:%02x", n >> 16 & 255, n >> 8 & 255, n & 255);
}

static inline int count_files(const char *pattern)
{
	char command[160], line[16] = "";
	FILE *pipe;

	snprintf(command, sizeof(command), "ls -d '%s'/%s 2>/dev/null | wc -l", directory, pattern);
	pipe = popen(command, "r");
	ck_assert(pipe && fgets(line, sizeof(line), pipe));
	pclose(pipe);
	return atoi(line);
}

/* Puts bytes under KEY, as another version would. */
static inline void put_raw(const char *path, const void *bytes, size_t length)
{
	static const char key[] = "m\x52\x54\0\0\0\x01";
	MDB_val name = { 7, (void *)(uintptr_t)key }, value = { length, (void *)(uintptr_t)bytes };
	MDB_txn *transaction;
	MDB_env *env;
	MDB_dbi dbi;

	ck_assert_int_eq(mdb_env_create(&env), 0);
	ck_assert_int_eq(mdb_env_open(env, path, MDB_NOSUBDIR, 0640), 0);
	ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &transaction), 0);
	ck_assert_int_eq(mdb_dbi_open(transaction, NULL, 0, &dbi), 0);
	ck_assert_int_eq(mdb_put(transaction, dbi, &name, &value, 0), 0);
	ck_assert_int_eq(mdb_txn_commit(transaction), 0);
	mdb_env_close(env);
}

struct seen {
	char keys[8][40];
	int count, unreadable;
};

static inline int see(void *context, const char *key, const struct pxeboot_record *record)
{
	struct seen *seen = context;

	if (!record)
		seen->unreadable++;
	if (seen->count < 8)
		snprintf(seen->keys[seen->count], sizeof(seen->keys[0]), "%s", key);
	seen->count++;
	return 0;
}

#define WRITERS 8

static inline void wait_all(int n)
{
	int status;

	while (n--) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_msg(status == 0, "a process ended with %#x", (unsigned)status);
	}
}

/* Kills the process @pid, which writes what it has done to @from, after @time microseconds.  The last number that came
 * through. */
static inline unsigned kill_after(pid_t pid, int from, useconds_t time)
{
	unsigned number, last = 0;
	int status;

	usleep(time);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	while (read(from, &number, sizeof(number)) == sizeof(number))
		last = number;
	return last;
}

static inline TCase *group(Suite *suite, const char *name)
{
	TCase *tests = tcase_create(name);

	tcase_add_checked_fixture(tests, make_directory, remove_directory);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	return tests;
}

#endif
