/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `apply --dry-run` shows of one file.
 */
#ifndef CLI_DIFFERENCE_H
#define CLI_DIFFERENCE_H

#include "pxeboot.h"

/* Prints how the file at @path would change, by diff(1).  1 when it would, 0 when not, or a negative errno. */
int difference_show(const char *path, const struct pxeboot_entry *entry);

#endif
