/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An open store, as open.c makes it and store.c uses it: the only two that know LMDB.
 */
#ifndef STATE_STORE_H
#define STATE_STORE_H

#include <lmdb.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/macro.h"
#include "pxeboot.h"
#include "state/pages.h"

struct pxeboot_state {
	MDB_env *env;
	MDB_dbi records;
	bool is_brief;			/* what was not looked at when it was opened is looked at when it is touched */
	char *file;			/* where the store stands */
	struct stat status;		/* of the file that is open */
	pid_t pid;
	MDB_txn *group;			/* of pxeboot_state_begin(), or NULL */
	int group_error;		/* what could not be written in it */
};

/* What LMDB returns is 0, the system's error as a positive number, or a code of its own; we return negative errnos. */
int store_error(int code);

/* pages_check() of all that is there, in a transaction that writes nothing: nobody else does meanwhile. */
int store_check(struct pxeboot_state *state, struct pages_fault *ret_fault) MUST_USE;
/* pages_check_event() of @transaction, where the store is a brief one.  -ESTALE it is damaged. */
int store_check_event(struct pxeboot_state *state, MDB_txn *transaction, struct pages_event event) MUST_USE;

#endif
