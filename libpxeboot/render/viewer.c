/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The variables of one machine's texts, as its scripts will have them.
 */
#include "render/viewer.h"

#include <string.h>

#include "client/client.h"
#include "render/render.h"
#include "render/template.h"
#include "render/variables.h"

#define UNKNOWN_FACT "-"

struct viewer viewer_of(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			struct pxeboot_diagnostics *diagnostics)
{
	struct viewer viewer = { .policy = policy, .client = client, .diagnostics = diagnostics };
	struct pxeboot_decision decision;

	pxeboot_decide(policy, client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	viewer.arch = decision.arch;
	if (decision.rule.kind && !strcmp(decision.rule.kind, "host"))
		viewer.host = policy_host_by_name(policy, decision.rule.name);
	else if (decision.rule.kind && !strcmp(decision.rule.kind, "group"))
		viewer.group = policy_group_by_name(policy, decision.rule.name);
	return viewer;
}

static void add_fact(const struct viewer *viewer, int fact, struct text *out)
{
	const char *value = UNKNOWN_FACT;

	if (pxeboot_client_get(viewer->client, fact, &value) < 0)
		value = UNKNOWN_FACT;
	text_add(out, value);
}

static void add_name(const struct viewer *viewer, struct text *out)
{
	char mac[3 * MAC_LENGTH];

	if (viewer->host) {
		text_add(out, viewer->host->name);
	} else if (client_has(viewer->client, PXEBOOT_FACT_MAC)) {
		scalar_format_mac(viewer->client->mac, '-', mac);
		text_add(out, mac);
	} else {
		text_add(out, UNKNOWN_FACT);
	}
}

static void add_arch(const struct viewer *viewer, struct text *out)
{
	const struct pxeboot_arch_info *info = pxeboot_arch_get(viewer->arch);

	text_add(out, info ? info->name : UNKNOWN_FACT);
}

static void add_defined(const struct viewer *viewer, const struct chunk *chunk, struct text *out)
{
	const struct variable *vars = viewer->host ? viewer->host->vars : viewer->group ? viewer->group->vars : NULL;
	size_t n_vars = viewer->host ? viewer->host->n_vars : viewer->group ? viewer->group->n_vars : 0;

	if (variable_for_host(viewer->policy, chunk->text, viewer->host, vars, n_vars, out) < 0 && chunk->has_default)
		text_add_bytes(out, chunk->fallback.at, chunk->fallback.length);
}

void viewer_add_answers(const struct viewer *viewer, const char *base, const char *name, struct text *out)
{
	CLEANUP_TEXT struct text folder = TEXT_INIT;

	render_answers_folder(&folder, viewer->host, viewer->group);
	if (folder.error)
		out->error = folder.error;
	else
		variable_add_answers(out, base, folder.bytes, viewer->profile, name);
}

/* Nobody is shown a token. */
static void add_answers_url(const struct viewer *viewer, const char *name, struct text *out)
{
	const struct profile *profile = viewer->profile;

	if (!profile || !profile->n_answers)
		return;
	if (profile->private)
		variable_add_answers(out, viewer->policy->live, UNKNOWN_FACT, profile, name);
	else
		viewer_add_answers(viewer, viewer->policy->base, name, out);
}

static void add_variable(const struct viewer *viewer, const struct chunk *chunk, struct text *out)
{
	static const int facts[] = { PXEBOOT_FACT_MAC, PXEBOOT_FACT_UUID, PXEBOOT_FACT_SERIAL, PXEBOOT_FACT_ADDRESS,
				     PXEBOOT_FACT_MANUFACTURER, PXEBOOT_FACT_PRODUCT };
	const struct profile *profile = viewer->profile;

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		if (!slice_is(chunk->text, pxeboot_fact_name(facts[i])))
			continue;
		add_fact(viewer, facts[i], out);
		return;
	}
	if (slice_is(chunk->text, "name"))
		add_name(viewer, out);
	else if (slice_is(chunk->text, "arch"))
		add_arch(viewer, out);
	else if (slice_is(chunk->text, "answers"))
		add_answers_url(viewer, profile && profile->n_answers ? profile->answers[0].name : NULL, out);
	else if (slice_is(chunk->text, "answers-dir"))
		add_answers_url(viewer, NULL, out);
	else if (slice_is(chunk->text, "done"))
		text_addf(out, "%s/done/", viewer->policy->done_at);
	else
		add_defined(viewer, chunk, out);
}

int viewer_add_text(const struct viewer *viewer, const char *string, struct location where, const char *subject,
		    struct text *out)
{
	struct template template = template_of(viewer->profile, string);
	struct chunk chunk;
	int r;

	while ((r = template_next(&template, &chunk)) > 0) {
		if (chunk.kind == CHUNK_LITERAL)
			text_add_bytes(out, chunk.text.at, chunk.text.length);
		else if (chunk.kind == CHUNK_PASS)
			text_add(out, "${");
		else
			add_variable(viewer, &chunk, out);
	}
	if (r < 0)
		diagnostics_add(viewer->diagnostics, PXEBOOT_ERROR, "render.text", where,
				"%s: '${' without a name and '}'; '$${' passes it on to iPXE", subject);
	text_add(out, "");		/* an empty text is a text */
	return r < 0 ? r : out->error;
}
