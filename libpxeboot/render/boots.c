/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a profile boots, as one machine gets it: the texts of its script, worked out beforehand.
 */
#include <errno.h>
#include <stdio.h>

#include "policy/value.h"
#include "render/render.h"
#include "render/viewer.h"

/* What the public struct lends, and who owns it. */
struct boots {
	struct pxeboot_profile shown;		/* first: the caller has its address */
	char *target, *args, **answers, **initrds;
};

struct job {
	struct viewer viewer;
	const struct profile *profile;
	char subject[96];			/* "profiles.NAME", for diagnostics */
};

static const char *kind_name(enum payload payload)
{
	static const char *const names[] = {
		[PAYLOAD_KERNEL] = "kernel", [PAYLOAD_ISO] = "iso", [PAYLOAD_SAN] = "san", [PAYLOAD_WIM] = "wim",
		[PAYLOAD_EFI] = "efi", [PAYLOAD_CHAIN] = "chain", [PAYLOAD_ACTION] = "action",
	};

	return names[payload];
}

/* Without a client, texts stay as the policy writes them. */
static int keep(const struct job *job, const char *string, struct location where, char **ret_text)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r = 0;

	if (job->viewer.client)
		r = viewer_add_text(&job->viewer, string, where, job->subject, &text);
	else
		text_add(&text, string);
	return r < 0 ? r : text_take(&text, ret_text, NULL);
}

static int keep_answer_file(const struct job *job, const struct answer_file *file, char **ret_text)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (job->viewer.client)
		viewer_add_answers(&job->viewer, NULL, file->name, &text);
	else
		text_add(&text, file->written);
	return text_take(&text, ret_text, NULL);
}

/* What is private is not in the boot root. */
static size_t count_answers(const struct job *job)
{
	return job->viewer.client && job->profile->private ? 0 : job->profile->n_answers;
}

static int keep_answers(struct boots *boots, const struct job *job)
{
	size_t count = count_answers(job);
	int r = 0;

	boots->answers = calloc(count + 1, sizeof(*boots->answers));
	if (!boots->answers)
		return -ENOMEM;
	for (size_t i = 0; i < count && r == 0; i++)
		r = keep_answer_file(job, &job->profile->answers[i], &boots->answers[i]);
	return r;
}

static int keep_initrds(struct boots *boots, const struct job *job)
{
	const struct profile *profile = job->profile;
	int r = 0;

	boots->initrds = calloc(profile->n_initrds + 1, sizeof(*boots->initrds));
	if (!boots->initrds)
		return -ENOMEM;
	for (size_t i = 0; i < profile->n_initrds && r == 0; i++)
		r = keep(job, profile->initrds[i], profile->where, &boots->initrds[i]);
	return r;
}

static int fill(struct boots *boots, const struct job *job)
{
	const struct profile *profile = job->profile;
	const char *target = profile->payload == PAYLOAD_ACTION ? value_action_name(profile->action) : profile->target;
	int r = keep(job, target, profile->target_where, &boots->target);

	if (r == 0)
		r = keep_initrds(boots, job);
	if (r == 0 && profile->args)
		r = keep(job, profile->args, profile->args_where, &boots->args);
	if (r == 0)
		r = keep_answers(boots, job);
	boots->shown = (struct pxeboot_profile){
		.name = profile->name, .file = profile->where.file, .line = profile->where.line, .label = profile->label,
		.kind = kind_name(profile->payload), .target = boots->target, .args = boots->args,
		.initrds = (const char *const *)boots->initrds, .n_initrds = profile->n_initrds,
		.answers = (const char *const *)boots->answers, .n_answers = count_answers(job),
		.private_answers = profile->private,
	};
	return r;
}

static int boots_new(const struct job *job, struct pxeboot_profile **ret_profile)
{
	struct boots *boots = calloc(1, sizeof(*boots));
	int r = boots ? fill(boots, job) : -ENOMEM;

	if (r < 0 && boots)
		pxeboot_profile_free(&boots->shown);
	if (r == 0)
		*ret_profile = &boots->shown;
	return r;
}

int pxeboot_profile_new(const struct pxeboot_policy *policy, const char *name, const struct pxeboot_client *client,
			struct pxeboot_diagnostics *diagnostics, struct pxeboot_profile **ret_profile)
{
	int item = policy && name ? policy_item_by_name(policy, name) : -1;
	struct job job = { .profile = item < 0 ? NULL : policy->items[item].profile };

	if (!policy || !name || !ret_profile)
		return -EINVAL;
	if (!job.profile)
		return -ENOENT;
	if (client)
		job.viewer = viewer_of(policy, client, diagnostics);
	job.viewer.profile = job.profile;
	snprintf(job.subject, sizeof(job.subject), "profiles.%s", job.profile->name);
	return boots_new(&job, ret_profile);
}

void pxeboot_profile_free(struct pxeboot_profile *shown)
{
	struct boots *boots = (struct boots *)shown;

	if (!boots)
		return;
	for (size_t i = 0; boots->initrds && boots->initrds[i]; i++)
		free(boots->initrds[i]);
	free(boots->initrds);
	free(boots->target);
	free(boots->args);
	for (size_t i = 0; boots->answers && boots->answers[i]; i++)
		free(boots->answers[i]);
	free(boots->answers);
	free(boots);
}
