/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * --graph: where a drawing goes, and in which format.
 */
#ifndef CLI_DRAWING_H
#define CLI_DRAWING_H

#include "chain.h"
#include "session.h"

/* Does the name end in .svg or .dot, or is it "-"? */
bool drawing_has_format(const char *path);
/* Both write the file whole, or not at all, and return an exit code after telling what is wrong. */
int drawing_of_chain(const struct session *session, const struct chain *chain, const char *path);
int drawing_of_policy(const struct session *session, struct boot_looker *looker, const char *path);

#endif
