/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One function a kind of file; each adds the whole file to @out.
 * All: 0; -EBADMSG when the policy's text can't be expressed (told in @diagnostics); -ENOMEM.
 */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "base/text.h"
#include "policy/policy.h"

#define UNKNOWN_MACHINE "default"	/* the answers folder of machines that neither a host nor a group names */

int render_profile(const struct pxeboot_policy *policy, const struct profile *profile,
		   struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
int render_menu(const struct pxeboot_policy *policy, const struct menu *menu,
		struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
int render_host(const struct pxeboot_policy *policy, const struct host *host,
		struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
/* once/KEY.ipxe of a host with a MAC address, in place of hosts/KEY.ipxe's last step. */
struct one_shot {
	int boot;			/* item index */
	const char *token;		/* or NULL */
	uint32_t round;
	bool over;
};
/* A token goes into scripts and paths as it is: 1 to 64 hexadecimal digits. */
bool render_is_token(const char *token);
int render_once(const struct pxeboot_policy *policy, const struct host *host, const struct one_shot *once,
		struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
/* @group NULL: boot.ipxe. */
int render_dispatcher(const struct pxeboot_policy *policy, const struct group *group,
		      struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
int render_autoexec(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
		    struct text *out) MUST_USE;
/* One file of @machine's profile. */
struct machine;
int render_answers(const struct pxeboot_policy *policy, const struct machine *machine, const struct answer_file *file,
		   struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;

/* The file that a profile or menu is rendered to, under the boot root. */
void render_item_path(struct text *out, const struct item *item);
/* What names a host among machines, in ${var-machine}. */
void render_machine(struct text *out, const struct host *host);
/* The folder of answers, which is ${var-machine} of everybody: a host's, a group's, or the rest's.  Either may be NULL. */
void render_answers_folder(struct text *out, const struct host *host, const struct group *group);
/* What `choose` calls the first entry of @menu that leads to the item @target. */
void render_default(struct text *out, const struct pxeboot_policy *policy, const struct menu *menu, int target);
/* The last component of a path. */
const char *render_file_name(const char *path);

#endif
