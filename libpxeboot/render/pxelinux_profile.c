/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a LABEL of PXELINUX boots.
 */
#include <stdio.h>
#include <string.h>

#include "render/other.h"
#include "render/pxelinux.h"
#include "render/render.h"

#define MAX_COMMAND_LINE 2000		/* PXELINUX has room for 2048, and adds words of its own */

struct job {
	struct pxelinux_file *file;
	const struct profile *profile;
	const char *cannot;		/* the first thing that is in the way */
};

static void refuse(struct job *job, const char *id, struct location where, const char *cannot)
{
	if (!job->cannot)
		job->cannot = cannot;
	pxelinux_report(job->file, id, where, "profiles.%s: PXELINUX can't %s; where it is to be picked, its menus say so",
			job->profile->name, cannot);
}

static void resolve(struct job *job, const char *string, struct text *out)
{
	unsigned met = pxelinux_resolve(job->file, string, job->profile, out);

	if (met & TEXT_UNKNOWN)
		refuse(job, "pxelinux.variable", job->profile->where, "put in what only the running machine knows");
	if (met & TEXT_DEFAULT)
		pxelinux_report(job->file, "pxelinux.variable", job->profile->where, "profiles.%s: PXELINUX doesn't know what its "
				"machine says of itself; the default stands for it", job->profile->name);
	if (met & TEXT_PASSES)
		refuse(job, "pxelinux.variable", job->profile->where, "use iPXE's settings");
}

/* "tftp://HOST/PATH" is HOST::PATH. */
static void add_url(struct job *job, const char *url, struct text *out)
{
	static const char tftp[] = "tftp://";
	const char *loader = job->file->policy->served[PXEBOOT_ARCH_BIOS].loader;
	const char *host = url + strlen(tftp), *slash = strchr(url + strlen(tftp), '/');

	if (strncmp(url, "https://", 8) == 0)
		refuse(job, "pxelinux.url", job->profile->target_where, "fetch over https");
	if (strncmp(url, tftp, strlen(tftp)) == 0 && slash) {
		text_add_bytes(out, host, (size_t)(slash - host));
		text_addf(out, "::%s", slash + 1);
		return;
	}
	if (!loader || strcmp(render_file_name(loader), "lpxelinux.0") != 0)
		pxelinux_report(job->file, "pxelinux.url", job->profile->target_where, "profiles.%s: of PXELINUX's loaders only "
				"lpxelinux.0 fetches over http", job->profile->name);
	text_add(out, url);
}

static void add_file(struct job *job, const char *path, struct text *out)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	resolve(job, path, &text);
	if (text.error)
		return;
	if (strstr(path, "://"))		/* as iPXE's scripts tell them apart */
		add_url(job, text.bytes, out);
	else
		text_add(out, text.bytes);
}

static void add_kernel(struct job *job, struct text *out)
{
	const struct profile *profile = job->profile;
	CLEANUP_TEXT struct text args = TEXT_INIT;

	text_add(out, "  LINUX ");
	add_file(job, profile->target, out);
	for (size_t i = 0; i < profile->n_initrds; i++) {
		text_add(out, i ? "," : "\n  INITRD ");
		add_file(job, profile->initrds[i], out);
		if (strchr(profile->initrds[i], ','))
			refuse(job, "pxelinux.arguments", profile->target_where, "fetch an initrd with ',' in its name");
	}
	text_add_char(out, '\n');
	if (profile->args)
		resolve(job, profile->args, &args);
	if (args.length)
		text_addf(out, "  APPEND %s\n", args.bytes);
	if (out->length > MAX_COMMAND_LINE || (args.bytes && !strcmp(args.bytes, "-")))
		refuse(job, "pxelinux.arguments", profile->args_where, "pass on these arguments, of which it takes 2,000 bytes");
}

/* memdisk, from the same package, keeps the whole image in memory and is its drive for as long as BIOS is asked. */
static void add_iso(struct job *job, struct text *out)
{
	text_add(out, "  LINUX memdisk\n  INITRD ");
	add_file(job, job->profile->target, out);
	text_add(out, "\n  APPEND iso raw\n");
}

static void add_action(enum action action, struct text *out)
{
	static const char *const lines[] = {
		[ACTION_NONE] = "", [ACTION_CONFIG] = "",
		[ACTION_DISK] = "  COM32 chain.c32\n  APPEND hd0\n", [ACTION_EXIT] = "  LOCALBOOT -1\n",
		[ACTION_SHELL] = "  MENU QUIT\n", [ACTION_REBOOT] = "  COM32 reboot.c32\n",
		[ACTION_POWEROFF] = "  COM32 poweroff.c32\n",
		/* Its file is looked for anew with a new start only. */
		[ACTION_DISCOVER] = "  COM32 reboot.c32\n",
	};

	text_add(out, lines[action]);
}

static void add_payload(struct job *job, struct text *out)
{
	switch (job->profile->payload) {
	case PAYLOAD_KERNEL:
		add_kernel(job, out);
		break;
	case PAYLOAD_ISO:
		add_iso(job, out);
		break;
	case PAYLOAD_ACTION:
		add_action(job->profile->action, out);
		break;
	case PAYLOAD_SAN:
	case PAYLOAD_WIM:
	case PAYLOAD_EFI:
	case PAYLOAD_CHAIN:
		break;
	}
}

const char *pxelinux_add_profile(struct pxelinux_file *file, const struct profile *profile)
{
	struct job job = { .file = file, .profile = profile };
	CLEANUP_TEXT struct text lines = TEXT_INIT;
	const char *cannot = other_cannot(profile, true);

	if (cannot)
		refuse(&job, "pxelinux.profile", profile->where, cannot);
	else
		add_payload(&job, &lines);
	if (lines.error)
		file->error = lines.error;
	if (!job.cannot)
		text_add_bytes(&file->body, lines.bytes, lines.length);
	return job.cannot;
}
