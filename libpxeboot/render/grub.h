/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GRUB's files, below grub/ in the boot root.  The way through them is that of iPXE's scripts: grub.cfg finds out whose
 * machine it is, a host's file sets its variables, menus and profiles are files of their own.
 *
 * Variables: pxeboot_root is the device that GRUB came from; machine_* are the machine's facts; var_* are the policy's;
 * pxeboot_menu is the menu on the screen, from_NAME the one that led to the menu NAME; default_NAME and timeout_NAME are
 * a host's own; pxeboot_group is the group that the machine falls under, pxeboot_theme the theme that is on.
 */
#ifndef RENDER_GRUB_H
#define RENDER_GRUB_H

#include "base/text.h"
#include "policy/policy.h"
#include "render/template.h"

/* One function a kind of file, as in render.h. */
int grub_render_dispatcher(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
			   struct text *out) MUST_USE;
int grub_render_host(const struct pxeboot_policy *policy, const struct host *host,
		     struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
int grub_render_menu(const struct pxeboot_policy *policy, const struct menu *menu,
		     struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
int grub_render_profile(const struct pxeboot_policy *policy, const struct profile *profile,
			struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
/* What a menu's entry runs before it leaves the menu: for @menu, or back to where it came from (NULL). */
void grub_render_way(const struct menu *menu, struct text *out);

/* The file of a profile or menu, below the boot root. */
void grub_item_path(struct text *out, const struct item *item);

/* ---- A file in the making ----------------------------------------------------------------------------------------- */

struct grub_script {
	const struct pxeboot_policy *policy;
	struct pxeboot_diagnostics *diagnostics;
	const struct profile *profile;	/* whose texts they are; NULL: nobody's */
	struct text setup, body;	/* set-up runs before the body */
	unsigned n_defaults;		/* ${name:-default}s met so far */
	bool passes;			/* the last text had "$${", which is iPXE's alone */
	bool changed;			/* the last arguments will not reach the kernel as they are */
	int error;
};

void grub_init(struct grub_script *script, const struct pxeboot_policy *policy,
	       struct pxeboot_diagnostics *diagnostics);
void grub_free(struct grub_script *script);
void grub_add(struct grub_script *script, const char *format, ...) PRINTF_LIKE(2, 3);
/* Policy text as one word, or as a kernel's arguments.  What no script can hold was told when iPXE's was rendered. */
void grub_add_word(struct grub_script *script, const char *text);
void grub_add_arguments(struct grub_script *script, const char *text);
/* A value that is no template. */
void grub_add_value(struct grub_script *script, const char *value);
/* The name of a variable for something that has a name in the policy: "var", "from", "default", "timeout", "shown". */
void grub_add_name(struct text *out, const char *kind, struct slice name);
int grub_finish(struct grub_script *script, const char *what, const char *name, struct location where,
		struct text *out) MUST_USE;

/* A password as GRUB keeps it, not to be told from the file.  -ENOTSUP: built without nettle. */
int grub_add_password(struct text *out, const char *salt, const char *password) MUST_USE;

/* What $grub_cpu-$grub_platform says on an architecture. */
const char *grub_arch(int arch);

#endif
