/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What pxeboot preview was asked for.
 */
#ifndef PREVIEW_PREVIEW_H
#define PREVIEW_PREVIEW_H

#include "look.h"
#include "session.h"

struct preview {
	struct session session;
	struct pxeboot_client *client;		/* who looks */
	const char *menu, *output, *theme, *host, *font;
	struct look_request request;
	uint32_t page;				/* from 1 on; 0: the selected line's */
	bool from, real;
};

/* real.c: the same, photographed: boots a virtual machine as far as the menu.  Returns an exit code. */
int preview_real(struct preview *preview);

#endif
