/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where in the boot root a planned file goes.
 */
#include "render/answers.h"
#include "render/grub.h"
#include "render/plan.h"
#include "render/pxelinux.h"
#include "render/render.h"
#include "render/script.h"
#include "render/variables.h"

struct machine plan_machine(const struct pxeboot_policy *policy, const struct plan *plan)
{
	return (struct machine){
		.host = plan->kind == PLAN_ANSWERS ? &policy->hosts[plan->index] : NULL,
		.group = plan->kind == PLAN_GROUP_ANSWERS ? &policy->groups[plan->index] : NULL,
		.profile = policy->items[plan->detail].profile,
	};
}

static void add_mac_path(struct text *path, const char *before, const struct host *host, size_t mac, const char *after)
{
	char text[3 * MAC_LENGTH];

	scalar_format_mac(host->macs[mac], '-', text);
	text_add(path, before);
	text_add(path, text);
	text_add(path, after);
}

static void add_client_path(struct text *path, uint32_t address)
{
	char text[16];

	scalar_format_ip4(address, text);
	text_addf(path, "clients/%s", text);
}

static void add_answers_path(const struct pxeboot_policy *policy, const struct plan *plan, const char *token,
			     struct text *path)
{
	const struct machine machine = plan_machine(policy, plan);
	CLEANUP_TEXT struct text folder = TEXT_INIT;

	if (token)
		text_add(&folder, token);
	else
		render_answers_folder(&folder, machine.host, machine.group);
	if (folder.error)
		path->error = folder.error;
	else
		variable_add_answers(path, NULL, folder.bytes, machine.profile, machine.profile->answers[plan->file].name);
}

/* Its @index is a host's in these alone. */
bool plan_is_of_host(const struct plan *plan)
{
	switch (plan->kind) {
	case PLAN_ANSWERS:
	case PLAN_HOST_MAC:
	case PLAN_HOST_UUID:
	case PLAN_HOST_SERIAL:
	case PLAN_GRUB_MAC:
	case PLAN_GRUB_UUID:
	case PLAN_GRUB_SERIAL:
	case PLAN_PXELINUX_MAC:
	case PLAN_PXELINUX_UUID:
		return true;
	case PLAN_GROUP_ANSWERS:
	case PLAN_OTHER_ANSWERS:
	case PLAN_PICTURE:
	case PLAN_ITEM:
	case PLAN_SOME:
	case PLAN_GROUP:
	case PLAN_BOOT:
	case PLAN_AUTOEXEC:
	case PLAN_GRUB_ITEM:
	case PLAN_GRUB_WAY:
	case PLAN_GRUB_BACK:
	case PLAN_GRUB:
	case PLAN_PXELINUX_ITEM:
	case PLAN_PXELINUX:
	case PLAN_UBOOT:
	case PLAN_ONE_NAME:
	case PLAN_CLIENT:
		return false;
	}
	return false;
}

static void add_host_path(const struct pxeboot_policy *policy, const struct plan *plan, struct text *path)
{
	const struct host *host = &policy->hosts[plan->index];

	if (plan->kind == PLAN_HOST_MAC)
		add_mac_path(path, "hosts/", host, plan->detail, ".ipxe");
	else if (plan->kind == PLAN_HOST_UUID)
		text_addf(path, "hosts/uuid-%s.ipxe", host->uuid_text);
	else if (plan->kind == PLAN_HOST_SERIAL)
		text_addf(path, "hosts/serial-%s.ipxe", host->serial);
	else if (plan->kind == PLAN_GRUB_MAC)
		add_mac_path(path, "grub/grub.cfg-01-", host, plan->detail, "");
	else if (plan->kind == PLAN_GRUB_UUID)
		text_addf(path, "grub/grub.cfg-%s", host->uuid_text);
	else if (plan->kind == PLAN_GRUB_SERIAL)
		text_addf(path, "grub/serial-%s.cfg", host->serial);
	else if (plan->kind == PLAN_PXELINUX_MAC)
		add_mac_path(path, "pxelinux.cfg/01-", host, plan->detail, "");
	else
		pxelinux_uuid_path(path, host, plan->detail == 0);
}

static void add_shared_path(const struct pxeboot_policy *policy, const struct plan *plan, struct text *path)
{
	if (plan->kind == PLAN_PICTURE)
		text_addf(path, "themes/%s", policy->themes[plan->index].look.picture);
	else if (plan->kind == PLAN_ITEM)
		render_item_path(path, &policy->items[plan->index]);
	else if (plan->kind == PLAN_GROUP)
		text_add(path, policy->groups[plan->index].script);
	else if (plan->kind == PLAN_GRUB_ITEM)
		grub_item_path(path, &policy->items[plan->index]);
	else if (plan->kind == PLAN_GRUB_WAY)
		text_addf(path, "grub/to/%s.cfg", policy->items[plan->index].menu->name);
	else if (plan->kind == PLAN_PXELINUX_ITEM)
		pxelinux_shared_path(path, &policy->items[plan->index]);
	else if (plan->kind == PLAN_ONE_NAME)
		text_addf(path, "arch/%s/%s", pxeboot_arch_get((int)plan->index)->name, policy->one_name);
	else
		add_client_path(path, plan->index);
}

void plan_add_path(const struct pxeboot_policy *policy, const struct plan *plan, const char *token, struct text *path)
{
	static const char *const fixed[] = {
		[PLAN_SOME] = LEARNER, [PLAN_BOOT] = "boot.ipxe", [PLAN_AUTOEXEC] = "autoexec.ipxe",
		[PLAN_GRUB_BACK] = "grub/back.cfg", [PLAN_GRUB] = "grub/grub.cfg", [PLAN_PXELINUX] = "pxelinux.cfg/default",
		[PLAN_UBOOT] = "pxelinux.cfg/default-arm",
	};

	if (plan->kind < ARRAY_SIZE(fixed) && fixed[plan->kind])
		text_add(path, fixed[plan->kind]);
	else if (plan->kind <= PLAN_OTHER_ANSWERS)
		add_answers_path(policy, plan, token, path);
	else if (plan_is_of_host(plan))
		add_host_path(policy, plan, path);
	else
		add_shared_path(policy, plan, path);
}
