/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's monitor, as much of QMP as the lab needs.
 */
#ifndef TRY_MONITOR_H
#define TRY_MONITOR_H

#include <stdbool.h>

#include "base/macro.h"

/* Connects to the socket, within three seconds, and greets.  Returns the descriptor or a negative errno. */
int monitor_connect(const char *path) MUST_USE;
/* Writes the picture of the screen as PNG.  @file needs no quoting in JSON, as in all of these. */
int monitor_screenshot(int monitor, const char *file) MUST_USE;
/* Writes @size bytes of the machine's memory at @address. */
int monitor_save_memory(int monitor, unsigned long address, unsigned long size, const char *file) MUST_USE;
/* Presses and lets go a key, by QEMU's name: "ret", "down", "d". */
int monitor_press(int monitor, const char *key) MUST_USE;
bool monitor_is_key(const char *name);

#endif
