/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * grub/profiles/NAME.cfg: boots one thing, and comes back where that fails.  It leaves in pxeboot_outcome whether to try
 * again ("failed", which is what it finds there) or to go back.
 */
#include <stdio.h>
#include <string.h>

#include "render/grub.h"
#include "render/other.h"
#include "render/render.h"

struct job {
	struct grub_script script;
	const struct profile *profile;
	unsigned n_files;		/* set up so far */
};

static void report(struct job *job, const char *id, struct location where, const char *problem)
{
	diagnostics_add(job->script.diagnostics, PXEBOOT_WARNING, id, where, "profiles.%s: %s", job->profile->name, problem);
}

/* GRUB names files by device.  What may be a URL is taken apart when the script runs and its variables are known. */
static void add_file(struct job *job, const char *path)
{
	struct grub_script *script = &job->script;
	struct text body = script->body;

	if (!strstr(path, "://")) {
		grub_add(script, "(${pxeboot_root})/");
		grub_add_word(script, path);
		return;
	}
	/* Made in the body's place, since defaults go to the set-up at once. */
	script->body = (struct text)TEXT_INIT;
	grub_add(script, "pxeboot_locate ");
	grub_add_word(script, path);
	grub_add(script, "\nset file%u=\"${pxeboot_file}\"\n", ++job->n_files);
	text_add_bytes(&script->setup, script->body.bytes, script->body.length);
	text_free(&script->body);
	script->body = body;
	grub_add(script, "\"${file%u}\"", job->n_files);
}

static void check_url(struct job *job, const char *path)
{
	switch (other_url(job->script.policy, job->profile, path)) {
	case OTHER_URL_HTTPS:
		report(job, "grub.url", job->profile->target_where, "GRUB fetches nothing over https; there it will fail");
		break;
	case OTHER_URL_PORT:
		report(job, "grub.url", job->profile->target_where,
		       "GRUB before 2.12 knows no port in a URL; there it will fail");
		break;
	case OTHER_URL_FINE:
		break;
	}
}

static void add_initrds(struct job *job)
{
	const struct profile *profile = job->profile;

	if (!profile->n_initrds) {
		grub_add(&job->script, "\tboot\n");
		return;
	}
	grub_add(&job->script, "\tif initrd");
	for (size_t i = 0; i < profile->n_initrds; i++) {
		grub_add(&job->script, " ");
		add_file(job, profile->initrds[i]);
		check_url(job, profile->initrds[i]);
	}
	grub_add(&job->script, "; then\n\t\tboot\n\tfi\n");
}

static void add_kernel(struct job *job)
{
	const struct profile *profile = job->profile;
	struct grub_script *script = &job->script;

	check_url(job, profile->target);
	grub_add(script, "if linux ");
	add_file(job, profile->target);
	if (profile->args)
		grub_add_arguments(script, profile->args);
	if (script->changed)
		report(job, "grub.arguments", profile->args_where, "GRUB puts a backslash before each quote and backslash "
		       "of a kernel's arguments, but for double quotes around blanks");
	grub_add(script, "; then\n");
	add_initrds(job);
	grub_add(script, "fi\n");
}

/* A program that ends comes back as one that never ran. */
static void add_efi(struct job *job)
{
	check_url(job, job->profile->target);
	grub_add(&job->script, "if chainloader ");
	add_file(job, job->profile->target);
	grub_add(&job->script, "; then\n\tset pxeboot_outcome=back\n\tboot\nfi\n");
}

static void add_action(struct grub_script *script, enum action action)
{
	switch (action) {
	case ACTION_DISK:
		grub_add(script, "pxeboot_disk\n");
		break;
	case ACTION_EXIT:
		grub_add(script, "exit 1\n");
		break;
	case ACTION_SHELL:
		grub_add(script, "set pxeboot_outcome=back\npxeboot_shell\n");
		break;
	case ACTION_REBOOT:
		grub_add(script, "reboot\n");
		break;
	case ACTION_POWEROFF:
		grub_add(script, "halt\n");
		break;
	case ACTION_DISCOVER:
		grub_add(script, "set pxeboot_outcome=back\npxeboot_discover\n");
		break;
	case ACTION_CONFIG:
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
	case PAYLOAD_EFI:
		add_efi(job);
		break;
	case PAYLOAD_ACTION:
		add_action(&job->script, job->profile->action);
		break;
	case PAYLOAD_ISO:
	case PAYLOAD_SAN:
	case PAYLOAD_WIM:
	case PAYLOAD_CHAIN:
		break;
	}
}

static void add_refusal(struct job *job, const char *why)
{
	grub_add(&job->script, "set pxeboot_outcome=back\npxeboot_refuse ");
	grub_add_value(&job->script, why);
	grub_add(&job->script, "\n");
}

static const char *why_not(struct job *job)
{
	const struct profile *profile = job->profile;
	const char *kind = other_cannot(profile, false);

	if (kind) {
		diagnostics_add(job->script.diagnostics, PXEBOOT_WARNING, "grub.profile", profile->where,
				"profiles.%s: GRUB can't %s; where it is picked, its menus say so", profile->name, kind);
		return kind;
	}
	if (!other_passes(profile))
		return NULL;
	report(job, "grub.variable", profile->where,
	       "'$${' is for iPXE alone; where it is picked, GRUB's menus say that it can't boot it");
	return "use iPXE's settings";
}

int grub_render_profile(const struct pxeboot_policy *policy, const struct profile *profile,
			struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct job job = { .profile = profile };
	const char *why;
	int r;

	grub_init(&job.script, policy, diagnostics);
	job.script.profile = profile;
	why = why_not(&job);
	if (why)
		add_refusal(&job, why);
	else
		add_payload(&job);
	r = grub_finish(&job.script, "profile", profile->name, profile->where, out);
	grub_free(&job.script);
	return r;
}
