/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The packets of the boot as a pcap file, for `pxeboot explain --pcap` and for Wireshark: everything but the bulk of
 * the files.
 */
#ifndef TRY_CAPTURE_H
#define TRY_CAPTURE_H

#include <stddef.h>

/* Begins the file.  Returns its descriptor or a negative errno, which capture_add() then passes over. */
int capture_open(const char *path);
void capture_add(int capture, const void *frame, size_t length);

#endif
