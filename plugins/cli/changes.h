/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The facts of --diff: another machine like this one.
 */
#ifndef CLI_CHANGES_H
#define CLI_CHANGES_H

#include "session.h"

/* Makes of @client what it would be with the facts of @list, "arch=arm64-uefi,user-class=iPXE".  A comma before which no
 * fact and '=' begin belongs to the value.  Returns -1 to go on, else the exit code after telling what is wrong. */
int changes_apply(const struct session *session, const char *list, struct pxeboot_client *client);

#endif
