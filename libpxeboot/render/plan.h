/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which files the boot root has, in the order in which they must be written so that each names only files that are
 * there already.
 */
#ifndef RENDER_PLAN_H
#define RENDER_PLAN_H

#include "render/reach.h"

enum plan_kind {
	PLAN_ANSWERS,			/* of hosts, groups, and machines that nobody names */
	PLAN_GROUP_ANSWERS,
	PLAN_OTHER_ANSWERS,
	PLAN_PICTURE,
	PLAN_ITEM,
	PLAN_SOME,		/* a file that is sure to be there, for script_add_missing() */
	PLAN_HOST_MAC,
	PLAN_HOST_UUID,
	PLAN_HOST_SERIAL,
	PLAN_GROUP,
	PLAN_BOOT,
	PLAN_AUTOEXEC,
	PLAN_GRUB_ITEM,
	PLAN_GRUB_WAY,
	PLAN_GRUB_BACK,
	PLAN_GRUB_MAC,
	PLAN_GRUB_UUID,
	PLAN_GRUB_SERIAL,
	PLAN_GRUB,
	PLAN_PXELINUX_ITEM,
	PLAN_PXELINUX_MAC,
	PLAN_PXELINUX_UUID,
	PLAN_PXELINUX,
	PLAN_UBOOT,
	PLAN_ONE_NAME,		/* arch/ARCH/NAME -> the architecture's loader */
	PLAN_CLIENT,		/* clients/ADDRESS -> ../arch/ARCH */
};

struct plan {
	enum plan_kind kind;
	uint32_t index;			/* item, host, group, architecture, or the address itself */
	uint32_t detail;		/* answers: the profile's item; MAC, PXELINUX's UUID: which of the host's */
	uint32_t file;			/* answers: which of the profile's */
};

struct plans {
	const struct pxeboot_policy *policy;
	struct plan *plans;		/* the caller frees them */
	size_t n_plans, capacity;
};

/* For whom an answer file is, by its plan's index and item. */
struct machine plan_machine(const struct pxeboot_policy *policy, const struct plan *plan);
/* Is it a file of one host, whose number is its index? */
bool plan_is_of_host(const struct plan *plan);
/* Where it goes.  @token: of the one-shot boot that answer files are for, or NULL. */
void plan_add_path(const struct pxeboot_policy *policy, const struct plan *plan, const char *token, struct text *path);

/* 0; -EBADMSG when something can't be planned (told in @diagnostics); -ENOMEM. */
int plan_all(struct plans *planned, const struct reach *reach, struct pxeboot_diagnostics *diagnostics) MUST_USE;

/* Answer files alone: those of the host for what it reaches from one item. */
int plan_answers_of(struct plans *planned, const struct reach *reach, size_t host) MUST_USE;

#endif
