/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes an iPXE in a network card's ROM look like the plain PXE of most real BIOS machines.  QEMU has no other ROM.
 */
#ifndef TRY_DISGUISE_H
#define TRY_DISGUISE_H

#include <stddef.h>

/* In a frame that carries a DHCP client's message: blanks what tells iPXE from PXE, the options 77 and 175, with pad
 * options.  The frame keeps its length; any other frame is left alone, as is one that does not parse. */
void disguise_frame(void *bytes, size_t length);

#endif
