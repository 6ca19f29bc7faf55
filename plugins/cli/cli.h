/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The sub-commands that are the command's own, and what they share.
 */
#ifndef CLI_H
#define CLI_H

#include "session.h"

extern const struct plugin *const all_plugins[];	/* NULL-terminated */
extern const struct plugin_command command_check, command_explain, command_export, command_apply, command_lint;

/* Everything that `check` looks at and `apply` must not go without: the plugins' own findings, the proof, and the boot
 * root's plan.  Findings go to session->diagnostics.  0, or -EBADMSG when there is an error among them; @ret_tree, which
 * may be NULL, is then untouched. */
int check_policy(struct session *session, struct pxeboot_proof *ret_proof, struct pxeboot_tree **ret_tree);

#endif
