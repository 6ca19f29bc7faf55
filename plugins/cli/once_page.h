/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is shown of one-shot boots: in words, and as JSON where that was built.
 */
#ifndef ONCE_PAGE_H
#define ONCE_PAGE_H

#include "one_shot.h"

/* One that was armed. */
struct once_page {
	const struct one_shot *shot;
	char token[LIFE_TOKEN_SIZE];
};

/* Where an installer says done, as this set-up has it: URLs, NULL where there is none.  The caller frees them. */
struct once_done_at {
	char *post, *tftp;
};
int once_page_done_at(const struct once_page *page, struct once_done_at *ret_at) MUST_USE;

void once_page_show(const struct once_page *page);
/* All that are remembered, one a line.  0 or a negative errno. */
int once_page_show_all(const struct pxeboot_policy *policy, struct pxeboot_state *state) MUST_USE;

/* {"machine","name","mode","profile","then","tries_max","token","done":{"post","tftp"}} */
void once_page_json(const struct once_page *page);
/* {"machine","name","cleared"} */
void once_page_json_cleared(const struct pxeboot_host *host, bool cleared);
/* {"once":[{"machine","name","phase","mode","profile","then","tries","tries_max","round","armed","changed"},…]} */
int once_page_json_all(const struct pxeboot_policy *policy, struct pxeboot_state *state) MUST_USE;

#endif
