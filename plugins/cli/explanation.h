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
	struct lost_rule {
		struct pxeboot_rule rule;
		char *why;
	} *lost;
	size_t n_lost;
	const char *path;	/* of the profile's or menu's script in the boot root; NULL at other stages */
	char *path_storage;
	int error;		/* -ENOMEM when something is missing here */
};

/* Both objects must outlive the explanation. */
void explanation_make(struct explanation *explanation, const struct pxeboot_policy *policy,
		      const struct pxeboot_client *client, enum pxeboot_stage stage);
void explanation_free(struct explanation *explanation);

/* For people. */
void explanation_print(const struct explanation *explanation);

#endif
