/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Results in the Test Anything Protocol; one set a process.
 */
#ifndef SERVERS_TAP_H
#define SERVERS_TAP_H

#include <stdbool.h>

#include "base/macro.h"

/* "ok 1 - words" or "not ok 1 - words"; returns @good. */
bool tap_ok(bool good, const char *format, ...) PRINTF_LIKE(2, 3);
/* Prints the plan; 0, or 1 when something was not ok. */
int tap_end(void);

#endif
