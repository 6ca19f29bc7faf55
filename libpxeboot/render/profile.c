/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * profiles/NAME.ipxe: boots one thing.
 */
#include <stdio.h>
#include <string.h>

#include "render/render.h"
#include "render/script.h"
#include "render/theme.h"

struct job {
	struct script script;
	const struct profile *profile;
	char subject[96];		/* "profiles.NAME", for diagnostics */
};

/* Between two questions of a machine that waits, seconds. */
static const char *const pauses[] = { "5", "10", "20", "40", "60" };

static void add_target(struct job *job, const char *path)
{
	script_add_url(&job->script, path, job->profile->target_where, job->subject);
}

/* The signed iPXE asks it about the kernel where Secure Boot is on, and fetches it only then; builds before 2023 don't know
 * the command, and are not signed.  What it can't do, boot tells. */
static void add_shim(struct job *job)
{
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const struct kernel_shim *shim = &job->script.policy->shims[arch];
		const char *buildarch = pxeboot_arch_get(arch)->ipxe_buildarch;

		if (!shim->path || !(job->profile->archs & ARCH_BIT(arch)) || !buildarch)
			continue;
		script_add(&job->script, "iseq ${buildarch} %s && shim ", buildarch);
		script_add_url(&job->script, shim->path, shim->where, "ipxe.shim");
		script_add(&job->script, " ||\n");
	}
}

/* `initrd=` names are for UEFI kernels that fetch their initrd through the firmware; BIOS kernels ignore them. */
static void add_kernel(struct job *job)
{
	const struct profile *profile = job->profile;
	struct script *script = &job->script;

	script_add(script, "imgfree\nkernel --name kernel ");
	add_target(job, profile->target);
	for (size_t i = 0; i < profile->n_initrds; i++)
		script_add(script, " initrd=initrd%zu", i);
	if (profile->args) {
		script_add(script, " ");
		script_add_words(script, profile->args, profile->args_where, job->subject);
	}
	script_add(script, " || goto failed\n");
	for (size_t i = 0; i < profile->n_initrds; i++) {
		script_add(script, "initrd --name initrd%zu ", i);
		add_target(job, profile->initrds[i]);
		script_add(script, " || goto failed\n");
	}
	add_shim(job);
	script_add(script, "boot || goto failed\n");
}

static void add_command(struct job *job, const char *command)
{
	script_add(&job->script, "%s ", command);
	add_target(job, job->profile->target);
	script_add(&job->script, " || goto failed\n");
}

/* The name is in what iPXE leaves for the system on the disk (iBFT), too.  What a variable stands for may begin like an
 * option. */
static void add_san(struct job *job)
{
	if (job->profile->initiator) {
		script_add(&job->script, "set initiator-iqn ");
		script_add_word(&job->script, job->profile->initiator, job->profile->initiator_where, job->subject);
		script_add(&job->script, "\n");
	}
	script_add(&job->script, "sanboot -- ");
	script_add_word(&job->script, job->profile->target, job->profile->target_where, job->subject);
	script_add(&job->script, " || goto failed\n");
}

/* wimboot knows a file by the image's name on UEFI, on BIOS by its argument: under that, iPXE wraps it for cpio. */
static void add_wim_file(struct job *job, const char *name, const char *path)
{
	script_add(&job->script, "initrd --name %s ", name);
	add_target(job, path);
	script_add(&job->script, " %s || goto failed\n", name);
}

/* The files lie as on the medium: boot/bcd and boot/boot.sdi beside sources/boot.wim; wimboot in the boot root takes
 * the boot manager out of boot.wim. */
static void add_wim(struct job *job)
{
	const char *wim = job->profile->target;
	const char *tail = strstr(wim, "sources/");
	int length = tail ? (int)(tail - wim) : 0;
	static const char *const files[] = { "bcd", "boot.sdi" };

	script_add(&job->script, "imgfree\nkernel ${base}/wimboot || goto failed\n");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char path[1100];

		snprintf(path, sizeof(path), "%.*sboot/%s", length, wim, files[i]);
		add_wim_file(job, files[i], path);
	}
	add_wim_file(job, "boot.wim", wim);
	script_add(&job->script, "boot || goto failed\n");
}

/* Waits for somebody to assign the machine, ever longer, and asks again.  Any key but s ends the wait: prompt knows one. */
static void add_discover(struct script *script)
{
	script->needs_arch = true;
	script_add(script, "isset ${pause} || set pause 5\n"
			   "echo\n"
			   "echo This machine waits to be assigned.\n"
			   "echo maker ${manufacturer}\n"
			   "echo product ${product}\n"
			   "echo serial ${serial}\n"
			   "echo uuid ${uuid}\n"
			   "echo mac ${mac}\n"
			   "echo arch ${arch}\n"
			   "echo address ${ip}\n"
			   "echo On the server: pxeboot adopt ${mac} NAME PROFILE\n"
			   "prompt --key s --timeout ${pause}000 Asking again in ${pause} seconds; r asks now, s is a shell... "
			   "&& shell ||\n");
	for (size_t i = ARRAY_SIZE(pauses) - 1; i > 0; i--)
		script_add(script, "iseq ${pause} %s && set pause %s ||\n", pauses[i - 1], pauses[i]);
	script_add(script, "chain --replace --autofree ${base}/boot.ipxe || goto failed\n");
}

static void add_action(struct script *script, enum action action)
{
	switch (action) {
	case ACTION_DISK:
		script_add(script, SCRIPT_BOOT_DISK);
		break;
	case ACTION_EXIT:
		script_add(script, "exit 1\n");
		break;
	case ACTION_SHELL:
		script_add(script, "shell ||\n");
		break;
	case ACTION_REBOOT:
		script_add(script, "reboot || goto failed\n");
		break;
	case ACTION_POWEROFF:
		/* Builds of Debian 12 and before have no such command. */
		script_add(script, "poweroff || prompt --timeout 30000 This iPXE can't switch the machine off. ||\n"
				   "goto failsafe\n");
		break;
	case ACTION_CONFIG:
		script_add(script, "config ||\n");
		break;
	case ACTION_DISCOVER:
		add_discover(script);
		break;
	case ACTION_NONE:
		break;
	}
}

static void add_payload(struct job *job)
{
	switch (job->profile->payload) {
	case PAYLOAD_KERNEL:
		add_kernel(job);
		break;
	case PAYLOAD_ISO:
		add_command(job, "sanboot");
		break;
	case PAYLOAD_SAN:
		add_san(job);
		break;
	case PAYLOAD_WIM:
		add_wim(job);
		break;
	case PAYLOAD_EFI:
		add_command(job, "chain --autofree");
		break;
	case PAYLOAD_CHAIN:
		add_command(job, "chain --replace --autofree");
		break;
	case PAYLOAD_ACTION:
		add_action(&job->script, job->profile->action);
		break;
	}
}

/* What runs in iPXE itself looks as the menu did. */
static bool keeps_theme(const struct profile *profile)
{
	return profile->payload == PAYLOAD_ACTION && profile->action != ACTION_DISK && profile->action != ACTION_EXIT;
}

static bool comes_back(const struct profile *profile)
{
	return profile->action != ACTION_EXIT && profile->action != ACTION_POWEROFF && profile->action != ACTION_DISCOVER;
}

/* Without a token its answers can't be had. */
static void add_token_test(struct script *script)
{
	script_add(script, "isset ${var-token} || prompt --timeout 30000 Its answers are private: boot it with pxeboot once. ||\n"
			   "isset ${var-token} || goto failsafe\n");
}

int render_profile(const struct pxeboot_policy *policy, const struct profile *profile,
		   struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct job job = { .profile = profile };
	int r;

	snprintf(job.subject, sizeof(job.subject), "profiles.%s", profile->name);
	script_init(&job.script, policy, diagnostics);
	job.script.profile = profile;
	script_add(&job.script, ":start\n");
	if (!keeps_theme(profile))
		theme_add_end(&job.script);
	if (profile->private)
		add_token_test(&job.script);
	add_payload(&job);
	/* What comes back (a program that ends, a shell that is left) returns to its menu, or starts over. */
	if (comes_back(profile))
		script_add(&job.script, "isset ${from} || set from boot.ipxe\nset outcome ${from}\nclear from ||\n"
				"chain --replace --autofree ${base}/${outcome} || goto failed\n");
	script_add_failsafe(&job.script);
	r = script_finish(&job.script, "profile", profile->name, profile->where, out);
	script_free(&job.script);
	return r;
}
