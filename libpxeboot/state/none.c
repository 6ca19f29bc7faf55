/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What stands for the store in a library without LMDB: nothing is remembered, and whoever asks is told.
 */
#include <errno.h>

#include "pxeboot.h"

int pxeboot_state_open(const char *path, unsigned flags, struct pxeboot_diagnostics *diagnostics,
		       struct pxeboot_state **ret_state)
{
	return -ENOTSUP;
}

void pxeboot_state_close(struct pxeboot_state *state)
{
}

int pxeboot_state_get(struct pxeboot_state *state, const char *key, struct pxeboot_record **ret_record)
{
	return -ENOTSUP;
}

int pxeboot_state_update(struct pxeboot_state *state, const char *key,
			 int (*change)(void *context, struct pxeboot_record *record), void *context)
{
	return -ENOTSUP;
}

int pxeboot_state_begin(struct pxeboot_state *state)
{
	return -ENOTSUP;
}

int pxeboot_state_commit(struct pxeboot_state *state)
{
	return -ENOTSUP;
}

int pxeboot_state_each(struct pxeboot_state *state, enum pxeboot_state_order order,
		       int (*visit)(void *context, const char *key, const struct pxeboot_record *record), void *context)
{
	return -ENOTSUP;
}

int pxeboot_state_remove(struct pxeboot_state *state, const char *key)
{
	return -ENOTSUP;
}

int pxeboot_state_by_address(struct pxeboot_state *state, const char *address, char ret_key[PXEBOOT_KEY_SIZE])
{
	return -ENOTSUP;
}
