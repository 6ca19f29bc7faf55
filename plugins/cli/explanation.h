/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One decision with the rules that lost, kept to be shown as text or JSON.
 */
#ifndef CLI_EXPLANATION_H
#define CLI_EXPLANATION_H

#include "pxeboot.h"

struct explanation {
	const struct pxeboot_client *client;
	struct pxeboot_decision decision;
	struct pxeboot_loss *lost;	/* nearest first: what matches and came too late, then by terms that fail; what can
					 * never match and the default are last */
	size_t n_lost;
	const char *path;	/* of the profile's or menu's script in the boot root; NULL at other stages */
	char *path_storage;
	int error;		/* -ENOMEM when something is missing here */
};

/* Policy and client must outlive the explanation. */
void explanation_make(struct explanation *explanation, const struct pxeboot_policy *policy,
		      const struct pxeboot_client *client, enum pxeboot_stage stage);
void explanation_free(struct explanation *explanation);

#endif
