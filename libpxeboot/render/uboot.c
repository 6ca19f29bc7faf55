/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxelinux.cfg/default-arm, which U-Boot asks for before pxelinux.cfg/default.  U-Boot reads PXELINUX's words, and few of
 * them: one menu, picked by numbers, of kernels that come by TFTP.  So all menus are one list here, of what it can boot for
 * arm64; what is behind a password, which it could not ask for, is not in it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/pxelinux.h"
#include "render/script.h"

#define MAX_ARGUMENTS 1000		/* of the 1,024 bytes that boards have room for */
#define LOCAL ".local"

struct list {
	struct pxelinux_file *file;
	bool *seen;			/* menus, by item */
	struct text wanted;		/* the label of what the first menu takes by itself */
};

/* ---- Profiles ----------------------------------------------------------------------------------------------------- */

static bool add_text(struct pxelinux_file *file, const struct profile *profile, const char *word, const char *string)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	unsigned met = pxelinux_resolve(file, string, profile, &text);

	if (text.error || met & (TEXT_UNKNOWN | TEXT_PASSES) || text.length > MAX_ARGUMENTS)
		return false;
	pxelinux_add(file, "  %s %s\n", word, text.bytes);
	return true;
}

/* Of the first kernel a file name by TFTP, of initial RAM disks one. */
static bool is_bootable(const struct profile *profile)
{
	return profile->payload == PAYLOAD_KERNEL && profile->archs & ARCH_BIT(PXEBOOT_ARCH_ARM64_UEFI) &&
	       !strstr(profile->target, "://") && profile->n_initrds <= 1 &&
	       (!profile->n_initrds || (!strstr(profile->initrds[0], "://") && !strchr(profile->initrds[0], ',')));
}

static bool add_kernel(struct pxelinux_file *file, const struct profile *profile)
{
	return is_bootable(profile) && add_text(file, profile, "LINUX", profile->target) &&
	       (!profile->n_initrds || add_text(file, profile, "INITRD", profile->initrds[0])) &&
	       (!profile->args || add_text(file, profile, "APPEND", profile->args));
}

/* ---- The list ----------------------------------------------------------------------------------------------------- */

static bool is_wanted(const struct menu *menu, const struct menu_entry *entry)
{
	return menu->default_target >= 0 && menu_entry_is_default(menu, entry, menu->default_target);
}

static void add_label(struct pxelinux_file *file, const char *label)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	pxelinux_resolve(file, label, NULL, &text);
	if (!text.error)
		pxelinux_add(file, "  MENU LABEL %s\n", text.bytes + strspn(text.bytes, " \t"));
}

static void add_profile(struct list *list, const struct menu *menu, const struct menu_entry *entry, bool first)
{
	struct pxelinux_file *file = list->file;
	size_t begin = file->body.length, number = (size_t)(entry - menu->entries);

	pxelinux_add(file, "LABEL %s.%zu\n", menu->name, number);
	add_label(file, entry->label);
	if (!add_kernel(file, file->policy->items[entry->target].profile)) {
		if (file->body.bytes)
			file->body.length = begin;
		return;
	}
	if (first && is_wanted(menu, entry) && !list->wanted.length)
		text_addf(&list->wanted, "%s.%zu", menu->name, number);
}

static void add_menu(struct list *list, int item, bool first)
{
	const struct pxeboot_policy *policy = list->file->policy;
	const struct menu *menu = policy->items[item].menu;

	if (list->seen[item])
		return;
	list->seen[item] = true;
	for (size_t i = 0; i < menu->n_entries; i++) {
		const struct menu_entry *entry = &menu->entries[i];

		if (entry->kind != ENTRY_TARGET || entry->password ||
		    !audience_has(&entry->audience, PXEBOOT_ARCH_ARM64_UEFI, NULL, list->file->group))
			continue;
		if (policy->items[entry->target].menu)
			add_menu(list, entry->target, false);
		else
			add_profile(list, menu, entry, first);
	}
}

/* ---- The file ----------------------------------------------------------------------------------------------------- */

static void add_title(struct pxelinux_file *file, const struct menu *menu)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	pxelinux_resolve(file, menu->title, NULL, &text);
	if (!text.error && text.length)
		pxelinux_add(file, "MENU TITLE %s\n", text.bytes);
}

/* Tenths of a second; without a default it waits, as it does without a time. */
static void add_choice(struct list *list, const struct menu *menu)
{
	if (list->wanted.error)
		list->file->error = list->wanted.error;
	else if (list->wanted.length)
		pxelinux_add(list->file, "DEFAULT %s\n", list->wanted.bytes);
	if (list->wanted.length && menu->timeout)
		pxelinux_add(list->file, "TIMEOUT %u\n", menu->timeout * 10);
}

static int add_menus(struct pxelinux_file *file, int item)
{
	const struct menu *menu = file->policy->items[item].menu;
	CLEANUP_FREE bool *seen = calloc(file->policy->n_items, sizeof(*seen));
	struct list list = { .file = file, .seen = seen, .wanted = TEXT_INIT };

	if (!seen)
		return -ENOMEM;
	add_title(file, menu);
	add_menu(&list, item, true);
	add_choice(&list, menu);
	text_free(&list.wanted);
	pxelinux_add(file, "LABEL " LOCAL "\n  MENU LABEL Go on with the next device\n  LOCALBOOT -1\n");
	return 0;
}

/* A profile boots without a menu; what can't be booted is left to the next device. */
static void add_direct(struct pxelinux_file *file, const struct profile *profile)
{
	pxelinux_add(file, "DEFAULT %s\nLABEL %s\n", profile->name, profile->name);
	if (add_kernel(file, profile))
		return;
	text_free(&file->body);
	pxelinux_add(file, "DEFAULT " LOCAL "\nLABEL " LOCAL "\n  LOCALBOOT -1\n");
}

/* Nothing is told: who has no such machine would hear of each profile that it can't boot. */
int uboot_render_default(const struct pxeboot_policy *policy, struct text *out)
{
	struct pxelinux_file file = { .policy = policy, .arch = PXEBOOT_ARCH_ARM64_UEFI };
	struct location where;
	int item, r = 0;

	file.group = pxelinux_find_group(&file);
	item = file.group ? file.group->boot : policy->unknown;
	where = file.group ? file.group->where : policy->unknown_where;
	if (policy->items[item].menu)
		r = add_menus(&file, item);
	else
		add_direct(&file, policy->items[item].profile);
	script_add_origin(out, "U-Boot's configuration,", "for machines without one of their own", where);
	if (file.body.bytes)
		text_add_bytes(out, file.body.bytes, file.body.length);
	r = r ? r : file.error ? file.error : file.body.error ? file.body.error : out->error;
	text_free(&file.body);
	return r;
}
