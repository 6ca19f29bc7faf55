/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's monitor, as much of QMP as the lab needs.
 */
#ifndef TRY_MONITOR_H
#define TRY_MONITOR_H

#include <stdbool.h>

#include "base/macro.h"
#include "power.h"

struct monitor {
	int socket;			/* -1: not connected */
	enum power said;		/* how the machine stopped, by the events so far */
};

/* Connects to the socket, within three seconds, and greets. */
int monitor_connect(const char *path, struct monitor *ret_monitor) MUST_USE;
/* Writes the picture of the screen as PNG.  @file needs no quoting in JSON, as in all of these. */
int monitor_screenshot(struct monitor *monitor, const char *file) MUST_USE;
/* Writes @size bytes of the machine's memory at @address. */
int monitor_save_memory(struct monitor *monitor, unsigned long address, unsigned long size, const char *file) MUST_USE;
/* Presses and lets go a key, by QEMU's name: "ret", "down", "d". */
int monitor_press(struct monitor *monitor, const char *key) MUST_USE;
bool monitor_is_key(const char *name);
/* After QEMU has ended: how did the machine stop?  Never POWER_ON. */
enum power monitor_how_it_ended(struct monitor *monitor);

#endif
