/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The whole way of one machine, from power-on to its profile or menu.
 */
#ifndef CLI_CHAIN_H
#define CLI_CHAIN_H

#include "pxeboot.h"

/* Prints it as text or JSON.  Returns an exit code: EXIT_FINDINGS when the chain loops or ends in nothing. */
int chain_show(const struct pxeboot_policy *policy, const struct pxeboot_client *client, bool json);

#endif
