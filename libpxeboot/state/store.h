/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An open store, as open.c makes it and store.c uses it: the only two that know LMDB.
 */
#ifndef STATE_STORE_H
#define STATE_STORE_H

#include <lmdb.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "pxeboot.h"

struct pxeboot_state {
	MDB_env *env;
	MDB_dbi records;
	char *file;			/* where the store stands */
	struct stat status;		/* of the file that is open */
	pid_t pid;
	MDB_txn *group;			/* of pxeboot_state_begin(), or NULL */
	int group_error;		/* what could not be written in it */
};

/* What LMDB returns is 0, the system's error as a positive number, or a code of its own; we return negative errnos. */
int store_error(int code);

#endif
