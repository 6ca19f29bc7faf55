/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a one-shot boot makes of the events of its machine.  All: 0 when it changed the record, else 1.
 */
#ifndef STATE_ONCE_H
#define STATE_ONCE_H

#include <stdint.h>

#include "pxeboot.h"

/* record->boots has counted it already. */
int once_power_on(struct pxeboot_record *record, int64_t when);
int once_served(struct pxeboot_record *record, int64_t when);
/* @shown NULL: nobody asks for a token; -EACCES a wrong one. */
int once_done(struct pxeboot_record *record, const char *shown, int64_t when);

#endif
