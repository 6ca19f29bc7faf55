/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which one-shot boots are refused: those that nothing could ever end, and those that the machine can't be given.
 */
#ifndef CHECK_ONCE_H
#define CHECK_ONCE_H

#include "sight.h"

/* A one-shot boot that somebody wants. */
struct once_wish {
	const char *boot, *then;	/* profiles or menus; then: or NULL */
	int mode;			/* enum pxeboot_once_mode */
	int arch;			/* that the machine was seen to have, or PXEBOOT_ARCH_NONE */
};

/* Everything about one host and one wish. */
void check_once_wish(const struct pxeboot_policy *policy, const struct pxeboot_host *host, const struct once_wish *wish,
		     const struct sight *sight, struct pxeboot_diagnostics *diagnostics);
/* All that the policy itself wants, as far as it tells; the hook that it calls is taken to be there. */
void check_once(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics);

#endif
