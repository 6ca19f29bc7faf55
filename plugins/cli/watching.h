/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Waiting until something may have changed in a directory, or until it is time to go.
 */
#ifndef CLI_WATCHING_H
#define CLI_WATCHING_H

#include "base/macro.h"

struct watching {
	int signals, changes;		/* descriptors */
};

enum watching_result { WATCHING_TIME, WATCHING_CHANGED, WATCHING_OVER };

/* From now on SIGINT and SIGTERM end the waiting and nothing else.  0 or a negative errno. */
int watching_begin(struct watching *watching) MUST_USE;
/* Looks at this directory; where there is none, time alone counts. */
void watching_look_at(struct watching *watching, const char *directory);
/* Until somebody has written into the directory, or has before; until a signal, or nobody reads standard output any
 * more; or for so many milliseconds. */
enum watching_result watching_wait(struct watching *watching, int milliseconds);
/* The same, whatever is written. */
enum watching_result watching_rest(struct watching *watching, int milliseconds);
void watching_end(struct watching *watching);

#endif
