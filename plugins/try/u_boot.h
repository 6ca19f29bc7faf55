/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * U-Boot's settings, as they lie in the second flash of QEMU's ARM machines.
 */
#ifndef TRY_U_BOOT_H
#define TRY_U_BOOT_H

#include "base/macro.h"

/* Makes @path that flash.  @settings: "NAME=VALUE", each with its NUL, and one NUL more.  0 or a negative errno. */
int u_boot_write_settings(const char *path, const char *settings, const char *mac) MUST_USE;

#endif
