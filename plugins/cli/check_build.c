/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a policy needs of its own build, setting by setting (see check_build.h).
 */
#include "check_build.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diagnostics.h"
#include "base/text.h"

struct job {
	const struct pxeboot_policy *policy;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_build build;
	unsigned archs;			/* that are served by it */
};

static bool lacks(const struct job *job, enum pxeboot_build_feature feature)
{
	return !(job->build.features >> feature & 1);
}

/* @subject is a setting's path, in which all names are the policy's. */
static void tell(const struct job *job, enum pxeboot_build_feature feature, enum pxeboot_severity severity,
		 struct location where, const char *subject, const char *consequence)
{
	const char *name = pxeboot_build_feature_name(feature);

	diagnostics_add(job->diagnostics, severity, "build.lacks", where,
			"%s: the own build is without '%s' (%s:%u): %s; make it anew by ipxe-src/build --with %s", subject, name,
			job->build.file, job->build.line, consequence, name);
}

/* ---- Themes ------------------------------------------------------------------------------------------------------- */

static void check_theme(const struct job *job, const struct pxeboot_theme *theme)
{
	static const char text[] = "menus with it show neither pictures nor its colours";
	const struct location where = { theme->file, theme->line };
	char subject[128];

	snprintf(subject, sizeof(subject), "themes.%s", theme->name);
	if (lacks(job, PXEBOOT_BUILD_CONSOLE))
		tell(job, PXEBOOT_BUILD_CONSOLE, PXEBOOT_WARNING, where, subject, text);
	else if (lacks(job, PXEBOOT_BUILD_FRAMEBUFFER))
		tell(job, PXEBOOT_BUILD_FRAMEBUFFER, PXEBOOT_WARNING, where, subject, text);
	else if (theme->picture && lacks(job, PXEBOOT_BUILD_PNG))
		tell(job, PXEBOOT_BUILD_PNG, PXEBOOT_WARNING, where, subject, "its picture is not shown");
}

static bool is_https(const char *url)
{
	return strncmp(url, "https:", 6) == 0;
}

/* ---- Settings ----------------------------------------------------------------------------------------------------- */

struct need {
	const char *setting;
	bool https_only;		/* the need is that of https URLs */
	enum pxeboot_build_feature feature;
	enum pxeboot_severity severity;
	const char *consequence;
};

static const struct need needs[] = {
	{ "server.http", true, PXEBOOT_BUILD_HTTPS, PXEBOOT_ERROR, "it can fetch nothing from there" },
	{ "server.http6", true, PXEBOOT_BUILD_HTTPS, PXEBOOT_ERROR, "it can fetch nothing from there" },
	{ "server.live", true, PXEBOOT_BUILD_HTTPS, PXEBOOT_ERROR, "it can ask nothing there" },
	{ "server.address6", false, PXEBOOT_BUILD_IPV6, PXEBOOT_WARNING, "it knows IPv4 alone" },
	{ "ipxe.embed.vlan", false, PXEBOOT_BUILD_VLAN, PXEBOOT_WARNING, "it knows no tagged networks" },
};

static void check_setting(const struct job *job, const struct need *need)
{
	const char *value = pxeboot_policy_get(job->policy, need->setting);
	struct location where = { NULL, 0 };

	if (!value || (need->https_only && !is_https(value)) || !lacks(job, need->feature))
		return;
	pxeboot_policy_where(job->policy, need->setting, &where.file, &where.line);
	tell(job, need->feature, need->severity, where, need->setting, need->consequence);
}

static void check_shim(const struct job *job, int arch)
{
	struct location where = { NULL, 0 };
	char setting[64];

	snprintf(setting, sizeof(setting), "ipxe.shim.%s", pxeboot_arch_get(arch)->name);
	if (job->archs >> arch & 1 && lacks(job, PXEBOOT_BUILD_SHIM) &&
	    pxeboot_policy_where(job->policy, setting, &where.file, &where.line) == 0)
		tell(job, PXEBOOT_BUILD_SHIM, PXEBOOT_WARNING, where, setting, "kernels don't start where Secure Boot is on");
}

/* ---- Profiles ----------------------------------------------------------------------------------------------------- */

static const struct {
	const char *action, *consequence;
	enum pxeboot_build_feature feature;
} actions[] = {
	{ "poweroff", "it can't switch machines off", PXEBOOT_BUILD_POWEROFF },
	{ "reboot", "it can't restart machines", PXEBOOT_BUILD_REBOOT },
};

struct wanted {				/* of one profile, told once */
	const struct job *job;
	const struct pxeboot_item *item;
	char subject[128];
	unsigned told;			/* bits, 1 << enum pxeboot_build_feature */
};

static void want(struct wanted *wanted, enum pxeboot_build_feature feature, enum pxeboot_severity severity,
		 const char *consequence)
{
	if (!lacks(wanted->job, feature) || wanted->told >> feature & 1)
		return;
	wanted->told |= 1u << feature;
	tell(wanted->job, feature, severity, (struct location){ wanted->item->file, wanted->item->line }, wanted->subject,
	     consequence);
}

static void want_url(struct wanted *wanted, const char *url)
{
	if (url && is_https(url))
		want(wanted, PXEBOOT_BUILD_HTTPS, PXEBOOT_ERROR, "it can't fetch what the profile boots");
}

static void want_action(struct wanted *wanted, const char *action)
{
	for (size_t i = 0; action && i < ARRAY_SIZE(actions); i++)
		if (strcmp(action, actions[i].action) == 0)
			want(wanted, actions[i].feature, PXEBOOT_WARNING, actions[i].consequence);
}

/* With what is the same for all machines in its texts; where a host's variable is missing, as the policy writes them. */
static int read_profile(const struct job *job, const char *name, struct pxeboot_profile **ret_profile)
{
	struct pxeboot_client *nobody;
	int r = pxeboot_client_new(&nobody);

	if (r < 0)
		return r;
	r = pxeboot_profile_new(job->policy, name, nobody, NULL, ret_profile);
	pxeboot_client_unref(nobody);
	return r == -EBADMSG ? pxeboot_profile_new(job->policy, name, NULL, NULL, ret_profile) : r;
}

static void check_profile(const struct job *job, const struct pxeboot_item *item)
{
	struct wanted wanted = { .job = job, .item = item };
	struct pxeboot_profile *profile;

	if (!(item->archs & job->archs) || read_profile(job, item->name, &profile) < 0)
		return;
	snprintf(wanted.subject, sizeof(wanted.subject), "profiles.%s", item->name);
	if (strcmp(profile->kind, "action") == 0)
		want_action(&wanted, profile->target);
	else
		want_url(&wanted, profile->target);
	for (size_t i = 0; i < profile->n_initrds; i++)
		want_url(&wanted, profile->initrds[i]);
	pxeboot_profile_free(profile);
}

/* ---- Files -------------------------------------------------------------------------------------------------------- */

static bool is_of_group(const struct pxeboot_policy *policy, const char *path)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (group.loader && strcmp(group.loader, path) == 0)
			return true;
	return false;
}

static bool is_of_host(const struct pxeboot_policy *policy, const char *path)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		if (strcmp(host.loader, path) == 0)
			return true;
	return false;
}

/* What machines of its architecture get in its place is sent to itself for ever if it is an iPXE. */
static void check_file(const struct job *job, const struct pxeboot_build_file *file)
{
	const char *arch = pxeboot_arch_get(file->arch)->name, *loader = pxeboot_policy_loader(job->policy, file->arch);
	const struct location where = { file->file, file->line };

	if ((loader && strcmp(loader, file->path) == 0) || is_of_group(job->policy, file->path) ||
	    is_of_host(job->policy, file->path))
		return;
	if (loader)
		diagnostics_add(job->diagnostics, PXEBOOT_WARNING, "build.unused", where,
				"%s: an own build that no machine gets, expected loaders.%s = \"%s\", got '%s'", file->path, arch,
				file->path, loader);
	else
		diagnostics_add(job->diagnostics, PXEBOOT_NOTE, "build.unused", where,
				"%s: an own build that no machine gets, as server.serve leaves %s out", file->path, arch);
}

/* ---- All of it ---------------------------------------------------------------------------------------------------- */

static unsigned served_archs(const struct pxeboot_policy *policy)
{
	unsigned archs = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (pxeboot_policy_loader(policy, arch))
			archs |= 1u << arch;
	return archs;
}

static void check_features(const struct job *job)
{
	struct pxeboot_theme theme;
	struct pxeboot_item item;

	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		check_setting(job, &needs[i]);
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		check_shim(job, arch);
	for (size_t i = 0; pxeboot_policy_theme(job->policy, i, &theme) == 0; i++)
		check_theme(job, &theme);
	for (size_t i = 0; pxeboot_policy_item(job->policy, i, &item) == 0; i++)
		if (!item.is_menu)
			check_profile(job, &item);
}

void check_build(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics)
{
	struct job job = { .policy = policy, .diagnostics = diagnostics };
	struct pxeboot_build_file file;

	if (pxeboot_policy_build(policy, &job.build) < 0)
		return;
	for (size_t i = 0; pxeboot_policy_build_file(policy, i, &file) == 0; i++)
		check_file(&job, &file);
	job.archs = job.build.archs & served_archs(policy);
	if (job.archs && job.build.features_known)
		check_features(&job);
}
