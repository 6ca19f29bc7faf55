/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * U-Boot as the machine's firmware: its image, and its settings in flash.
 */
#ifndef TRY_U_BOOT_H
#define TRY_U_BOOT_H

#include "base/macro.h"

struct command;
struct lab_options;

/* 0 or a negative errno, and has told the user why. */
int u_boot_add(struct command *command, const struct lab_options *options) MUST_USE;

#endif
