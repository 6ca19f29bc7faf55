/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PXELINUX's files, below pxelinux.cfg/ in the boot root.  They have no variables: each holds all menus that one machine,
 * or any that no host names, can come to, with the values put in.
 */
#ifndef RENDER_PXELINUX_H
#define RENDER_PXELINUX_H

#include "base/text.h"
#include "policy/policy.h"

/* As in render.h; what PXELINUX can't do is told once, however many files have it. */

/* For machines that no host names. */
int pxelinux_render_default(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
			    struct text *out) MUST_USE;
/* A few lines where the host's file would say the same as any other's. */
int pxelinux_render_host(const struct pxeboot_policy *policy, const struct host *host,
			 struct pxeboot_diagnostics *diagnostics, struct text *out) MUST_USE;
/* Where PXELINUX looks for it: with the UUID as most firmware sends it (@swapped), or as it is written. */
void pxelinux_uuid_path(struct text *out, const struct host *host, bool swapped);
/* What these lines include.  1 and the file; 0 where it says something else for each machine, so that none is needed. */
int pxelinux_render_shared(const struct pxeboot_policy *policy, const struct item *item, struct text *out) MUST_USE;
void pxelinux_shared_path(struct text *out, const struct item *item);

/* For machines with U-Boot for ARM that no host names (uboot.c). */
int uboot_render_default(const struct pxeboot_policy *policy, struct text *out) MUST_USE;

/* ---- A file in the making ----------------------------------------------------------------------------------------- */

struct pxelinux_file {
	const struct pxeboot_policy *policy;
	int arch;			/* that it is for */
	struct pxeboot_diagnostics *diagnostics;
	const struct host *host;	/* that it is for, or NULL */
	const struct group *group;	/* that it is for, or NULL */
	struct place *places;		/* one for each item of the policy; see pxelinux_menu.c */
	struct text body;
	bool differs;			/* another machine's file would say something else */
	bool has_themes, has_passwords;
	int error;
};

void pxelinux_add(struct pxelinux_file *file, const char *format, ...) PRINTF_LIKE(2, 3);

/* Policy text with its values, and what became of them. */
#define TEXT_UNKNOWN 1u			/* PXELINUX doesn't know a fact of the machine: "-" stands for it */
#define TEXT_DEFAULT 2u			/* likewise, and its default stands for it */
#define TEXT_PASSES 4u			/* "$${" is for iPXE alone */
/* @profile: whose text it is, or NULL. */
unsigned pxelinux_resolve(struct pxelinux_file *file, const char *string, const struct profile *profile, struct text *out);

/* One finding a place, even if many files have it. */
void pxelinux_report(struct pxelinux_file *file, const char *id, struct location where, const char *format,
		     ...) PRINTF_LIKE(4, 5);

/* The group under which all machines of the file's architecture fall, or NULL. */
const struct group *pxelinux_find_group(struct pxelinux_file *file);

/* The lines below a LABEL that boot the profile; NULL.  Or, with nothing added, what PXELINUX can't do. */
const char *pxelinux_add_profile(struct pxelinux_file *file, const struct profile *profile);
/* All menus that can be come to from this one. */
void pxelinux_add_menus(struct pxelinux_file *file, const struct menu *menu);
void pxelinux_add_theme(struct pxelinux_file *file, const struct theme *theme);

#endif
