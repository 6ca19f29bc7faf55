/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The directory of a store and the files in it: made, kept from being opened and replaced at once, moved aside.
 */
#ifndef STATE_PLACE_H
#define STATE_PLACE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/macro.h"

#define PLACE_STORE "machines.mdb"
#define PLACE_LOCK "machines.mdb-lock"		/* LMDB puts "-lock" behind the name */
#define PLACE_NEW ".machines.mdb.new"
#define PLACE_ASIDE_MAX 99

/* Names of file systems whose locks or shared memory other machines don't see; 0 or the name of one. */
const char *place_remote_name(unsigned long type);

/* Opens the directory, makes it first when @make, and waits for the lock that all who open, make or replace a store in
 * it hold while they do: the descriptor, which holds it until it is closed.  -EREMOTE; -EPERM when everybody may write there. */
int place_open(const char *path, bool make) MUST_USE;

/* Opens the store's file for reading.  -ENOENT; -EINVAL when it is no regular file; -EPERM when everybody may write it. */
int place_open_store(int directory, struct stat *ret_status) MUST_USE;

/* Gives LMDB's lock file its whole length on the disk: LMDB writes to it through memory, where a full disk is no error but the
 * end of the program. */
int place_prepare_lock(int directory, size_t length) MUST_USE;

/* What a new file must be: mode 0640, and when root has made it, of the directory's owner. */
int place_own(int directory, int fd) MUST_USE;

/* Makes the store that was written to PLACE_NEW the store; no other is there.  What may lie there as a lock belongs to none. */
int place_install(int directory) MUST_USE;

/* Renames the store to PLACE_STORE.damaged-N and returns N; -EEXIST when all are taken. */
int place_move_aside(int directory) MUST_USE;

#endif
