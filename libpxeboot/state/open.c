/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Opening a store: one LMDB file, a key for each machine.
 *
 * It is opened under the lock of its directory, so that at no instant two processes have two files open as the same store:
 * a new one is written under another name first, and a damaged one goes aside with its lock file.
 *
 * The map has its full size from the start (it takes address space, no memory, no disk), so that no process ever has to
 * follow another one's.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diagnostics.h"
#include "base/text.h"
#include "state/pages.h"
#include "state/place.h"
#include "state/store.h"

#define READERS 200
#define LOCK_LENGTH 16384		/* bytes; LMDB takes 64 for each reader and some */
#define MODE 0640

struct opening {
	const char *path;
	bool look, is_brief;
	int directory;
	struct pxeboot_diagnostics *diagnostics;
	struct pages_fault fault;
};

static PRINTF_LIKE(4, 5) void tell(const struct opening *opening, enum pxeboot_severity severity, const char *id,
				   const char *format, ...)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	va_start(arguments, format);
	text_addv(&text, format, arguments);
	va_end(arguments);
	diagnostics_add(opening->diagnostics, severity, id, (struct location){ opening->path, 0 }, "state: %s",
			text_string(&text));
}

static int path_of(const char *directory, const char *name, char **ret_path)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;

	text_addf(&path, "%s/%s", directory, name);
	return text_take(&path, ret_path, NULL);
}

static int env_new(MDB_env **ret_env)
{
	MDB_env *env;
	int code = mdb_env_create(&env);

	if (code)
		return store_error(code);
	code = mdb_env_set_mapsize(env, PAGES_MAX_BYTES);
	if (!code)
		code = mdb_env_set_maxreaders(env, READERS);
	if (code) {
		mdb_env_close(env);
		return store_error(code);
	}
	*ret_env = env;
	return 0;
}

/* Nobody else knows this file, hence no lock. */
static int write_empty(const struct opening *opening, const char *path)
{
	MDB_env *env;
	int error = env_new(&env), fd;

	if (error)
		return error;
	error = store_error(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOLOCK, MODE));
	if (!error)
		error = store_error(mdb_env_get_fd(env, &fd));
	if (!error)
		error = place_own(opening->directory, fd);
	if (!error)
		error = store_error(mdb_env_sync(env, 1));
	mdb_env_close(env);
	return error;
}

static int make_store(const struct opening *opening)
{
	CLEANUP_FREE char *path = NULL;
	int error = path_of(opening->path, PLACE_NEW, &path);

	if (error)
		return error;
	if (unlinkat(opening->directory, PLACE_NEW, 0) < 0 && errno != ENOENT)
		return -errno;
	error = write_empty(opening, path);
	if (!error)
		error = place_install(opening->directory);
	if (error)
		unlinkat(opening->directory, PLACE_NEW, 0);
	return error;
}

static int read_file(void *context, uint64_t offset, void *buffer, size_t length)
{
	const int *fd = context;
	size_t done = 0;
	ssize_t n;

	while (done < length) {
		n = pread(*fd, (char *)buffer + done, length - done, (off_t)(offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EBADMSG;
		done += (size_t)n;
	}
	return 0;
}

/* ---- Is it whole? ---- */

int store_check(struct pxeboot_state *state, struct pages_fault *ret_fault)
{
	struct pages_source source = { .read = read_file };
	MDB_txn *transaction;
	int fd, error = store_error(mdb_env_get_fd(state->env, &fd));

	if (!error)
		error = store_error(mdb_txn_begin(state->env, NULL, 0, &transaction));
	if (error)
		return error;
	source.context = &fd;
	error = pages_check(&source, ret_fault);
	mdb_txn_abort(transaction);
	return error;
}

int store_check_event(struct pxeboot_state *state, MDB_txn *transaction, struct pages_event event)
{
	struct pages_source source = { .read = read_file };
	struct pages_fault fault;
	int fd, error;

	if (!state->is_brief)
		return 0;
	error = store_error(mdb_env_get_fd(state->env, &fd));
	if (error)
		return error;
	source.context = &fd;
	error = pages_check_event(&source, &event, &fault);
	return error == -EBADMSG ? -ESTALE : error;
}

/* LMDB follows the path by itself: it must have come to the file that was looked at. */
static int check_same(const struct pxeboot_state *state)
{
	struct stat status;
	int fd, error = store_error(mdb_env_get_fd(state->env, &fd));

	if (error)
		return error;
	if (fstat(fd, &status) < 0)
		return -errno;
	return status.st_dev == state->status.st_dev && status.st_ino == state->status.st_ino ? 0 : -EINVAL;
}

/* This reads no page. */
static int open_records(struct pxeboot_state *state)
{
	MDB_txn *transaction;
	int error = store_error(mdb_txn_begin(state->env, NULL, 0, &transaction));

	if (error)
		return error;
	error = store_error(mdb_dbi_open(transaction, NULL, 0, &state->records));
	mdb_txn_abort(transaction);
	return error;
}

/* The store's own first pages were looked at before: what LMDB does not like now is its lock file, which is another LMDB's. */
static int open_env(struct pxeboot_state *state, const struct opening *opening)
{
	int code = mdb_env_open(state->env, state->file, MDB_NOSUBDIR | MDB_NOTLS, MODE);

	if (code != MDB_INVALID && code != MDB_VERSION_MISMATCH)
		return store_error(code);
	tell(opening, PXEBOOT_ERROR, "state.lock", "%s is in use by another version of LMDB", PLACE_STORE);
	return -EBUSY;
}

/* ---- Opening ---- */

static int open_locked(struct pxeboot_state *state, struct opening *opening)
{
	int error = place_prepare_lock(opening->directory, LOCK_LENGTH), dead;

	if (!error)
		error = env_new(&state->env);
	if (!error)
		error = open_env(state, opening);
	if (error)
		return error;
	/* Killed readers would keep old pages from being used again for ever. */
	mdb_reader_check(state->env, &dead);
	error = check_same(state);
	if (!error && !state->is_brief)
		error = store_check(state, &opening->fault);
	return error ? error : open_records(state);
}

static int open_file(struct pxeboot_state *state, struct opening *opening)
{
	int fd = place_open_store(opening->directory, &state->status);
	struct pages_source source = { read_file, &fd };
	int error;

	if (fd < 0)
		return fd;
	error = pages_check_head(&source, &opening->fault);
	close(fd);
	return error ? error : open_locked(state, opening);
}

static int state_new(const struct opening *opening, struct pxeboot_state **ret_state)
{
	struct pxeboot_state *state = calloc(1, sizeof(*state));
	int error;

	if (!state)
		return -ENOMEM;
	error = path_of(opening->path, PLACE_STORE, &state->file);
	if (error) {
		free(state);
		return error;
	}
	state->pid = getpid();
	state->is_brief = opening->is_brief;
	*ret_state = state;
	return 0;
}

void pxeboot_state_close(struct pxeboot_state *state)
{
	if (!state)
		return;
	if (state->group)
		mdb_txn_abort(state->group);
	if (state->env)
		mdb_env_close(state->env);
	free(state->file);
	free(state);
}

static int open_once(struct opening *opening, struct pxeboot_state **ret_state)
{
	struct pxeboot_state *state;
	int error = state_new(opening, &state);

	if (error)
		return error;
	error = open_file(state, opening);
	if (error) {
		pxeboot_state_close(state);
		return error;
	}
	*ret_state = state;
	return 0;
}

/* Never deleted: somebody may know how to read it. */
static int move_aside(const struct opening *opening)
{
	int n = place_move_aside(opening->directory);

	if (n < 0) {
		tell(opening, PXEBOOT_ERROR, "state.damaged", "%s is damaged (page %zu: %s) and can't be moved aside: %s",
		     PLACE_STORE, opening->fault.page, opening->fault.what, strerror(-n));
		return n;
	}
	tell(opening, PXEBOOT_WARNING, "state.damaged",
	     "%s is damaged (page %zu: %s): moved aside to %s.damaged-%d; what was known of machines is lost, and a "
	     "new one begins",
	     PLACE_STORE, opening->fault.page, opening->fault.what, PLACE_STORE, n);
	return 0;
}

static int open_in_place(struct opening *opening, struct pxeboot_state **ret_state)
{
	int error = open_once(opening, ret_state);

	if (error == -EBADMSG && opening->look)
		tell(opening, PXEBOOT_ERROR, "state.damaged", "%s is damaged (page %zu: %s)", PLACE_STORE, opening->fault.page,
		     opening->fault.what);
	if (opening->look)
		return error;
	if (error == -EBADMSG) {
		error = move_aside(opening);
		if (error)
			return error;
		error = -ENOENT;
	}
	if (error != -ENOENT)
		return error;
	error = make_store(opening);
	return error ? error : open_once(opening, ret_state);
}

static void tell_place(const struct opening *opening, int error)
{
	if (error == -EREMOTE)
		tell(opening, PXEBOOT_ERROR, "state.remote",
		     "a directory on a network file system can't hold it, expected one on a local disk");
	else if (error == -EINVAL)
		tell(opening, PXEBOOT_ERROR, "state.place", "%s and %s must be regular files", PLACE_STORE, PLACE_LOCK);
	else if (error == -EPERM)
		tell(opening, PXEBOOT_ERROR, "state.writable",
		     "everybody on this machine may write the folder, %s or %s; chmod o-w", PLACE_STORE, PLACE_LOCK);
}

int pxeboot_state_open(const char *path, unsigned flags, struct pxeboot_diagnostics *diagnostics,
		       struct pxeboot_state **ret_state)
{
	struct opening opening = {
		.path = path, .look = flags & PXEBOOT_STATE_LOOK, .is_brief = flags & PXEBOOT_STATE_BRIEF,
		.diagnostics = diagnostics,
	};
	int error;

	if (flags & ~(PXEBOOT_STATE_LOOK | PXEBOOT_STATE_BRIEF))
		return -EINVAL;
	opening.directory = place_open(path, !opening.look);
	error = opening.directory < 0 ? opening.directory : open_in_place(&opening, ret_state);
	if (opening.directory >= 0)
		close(opening.directory);
	if (error)
		tell_place(&opening, error);
	return error;
}
