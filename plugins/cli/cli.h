/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The sub-commands that are the command's own, and what they share.
 */
#ifndef CLI_H
#define CLI_H

#include "session.h"

extern const struct plugin *const all_plugins[];	/* NULL-terminated */
extern const struct plugin_command command_check, command_explain, command_export, command_apply, command_lint;
extern const struct plugin_command command_once, command_done, command_status, command_watch, command_adopt, command_forget,
	command_render;

/* Everything that `check` looks at and `apply` must not go without: the plugins' own findings, the proof, and the boot
 * root's plan.  Findings go to session->diagnostics.  @looker (plugins/boot_file.h) knows the loaders' bytes; NULL: their
 * names must do.  @known and @ret_quiet are pxeboot_tree_new_known()'s.  0, or -EBADMSG when there is an error among the findings; @ret_tree is set wherever all of the boot root
 * could be planned. */
struct boot_looker;
int check_policy(struct session *session, struct boot_looker *looker, const bool *known, bool *ret_quiet,
		 struct pxeboot_proof *ret_proof, struct pxeboot_tree **ret_tree);
/* The policy's boot root; false where it can't be opened: then names must do, and check_files() says why. */
bool check_open_looker(const struct session *session, struct boot_looker *looker);

#endif
