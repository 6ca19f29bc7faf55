/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is said of one machine: hosts/….ipxe, which every way to know a host leads to; once/KEY.ipxe, which goes before it
 * while there is one; and the live script, which says the same as both to a machine that told all that it knows of itself.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "render/render.h"
#include "render/script.h"
#include "render/viewer.h"

#define MAX_TOKEN 64

static void add_identity(struct script *script, const struct host *host)
{
	script_add(script, "set var-name %s\nset var-machine ", host->name);
	render_machine(&script->body, host);
	script_add(script, "\n");
}

/* What the host wants of the menu that it boots. */
static void add_menu_choice(struct script *script, const struct host *host)
{
	const struct menu *menu = script->policy->items[host->boot].menu;

	if (menu && host->menu_default >= 0) {
		script_add(script, "set default-%s ", menu->name);
		render_default(&script->body, script->policy, menu, host->menu_default);
		script_add(script, "\n");
	}
	if (menu && host->menu_timeout >= 0)
		script_add(script, "set timeout-%s %d\n", menu->name, host->menu_timeout * 1000);
}

static void add_host(struct script *script, const struct host *host)
{
	char subject[96];

	add_identity(script, host);
	add_menu_choice(script, host);
	if (!host->n_vars)
		return;
	snprintf(subject, sizeof(subject), "hosts.%s", host->name);
	script_add_vars(script, host->vars, host->n_vars, subject);
}

/* ---- In the boot root --------------------------------------------------------------------------------------------- */

/* A one-shot boot may be what keeps the machine from being installed anew: only where the server says that there is none
 * does it go on. */
static void add_once_lookup(struct script *script, const struct host *host)
{
	if (!host->n_macs)
		return;
	script_add(script, "imgfetch --name once-script ${base}/once/");
	render_machine(&script->body, host);
	script_add(script, ".ipxe && chain --replace --autofree once-script ||\n");
	script_add_missing_test(script);
}

/* Who comes here by itself, as the embedded script does, has not been where the variables of all machines are set and the
 * live server is asked. */
static void add_way_in(struct script *script)
{
	if (script->policy->n_vars || script->policy->live)
		script_add(script, "isset ${var-machine} || chain --replace --autofree ${base}/boot.ipxe || exit 2\n");
}

int render_host(const struct pxeboot_policy *policy, const struct host *host,
		struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct script script;
	int r;

	script_init(&script, policy, diagnostics);
	add_way_in(&script);
	add_host(&script, host);
	script_add(&script, ":start\n");
	add_once_lookup(&script, host);
	script_add_chain_to(&script, host->boot);
	if (host->n_macs)
		script_add_unsure(&script, "once-script");
	script_add_retry(&script);	/* short: there may be a hundred thousand of these */
	r = script_finish(&script, "host", host->name, host_origin(host), out);
	script_free(&script);
	return r;
}

static void add_token(struct script *script, const char *token)
{
	if (token)
		script_add(script, "set var-token %s\n", token);
	else
		script_add(script, "clear var-token ||\n");
}

/* The host's own script came before and has set the rest. */
int render_once(const struct pxeboot_policy *policy, const struct host *host, const struct one_shot *once,
		struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct script script;
	char what[64];
	int r;

	snprintf(what, sizeof(what), "%sone-shot boot, round %u:", once->over ? "after the " : "", once->round);
	script_init(&script, policy, diagnostics);
	add_token(&script, once->token);
	script_add(&script, ":start\n");
	script_add_chain_to(&script, once->boot);
	script_add_retry(&script);
	r = script_finish(&script, what, host->name, host_origin(host), out);
	script_free(&script);
	return r;
}

bool render_is_token(const char *token)
{
	size_t length = strspn(token, "0123456789abcdef");

	return length > 0 && length <= MAX_TOKEN && !token[length];
}

int pxeboot_once_script(const struct pxeboot_policy *policy, size_t host, const char *boot, const char *token,
			uint32_t round, bool over, struct pxeboot_diagnostics *diagnostics, char **ret_text)
{
	struct one_shot once = { .round = round, .over = over };
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_item item;
	int r;

	if (!policy || !boot || !ret_text || (token && !render_is_token(token)))
		return -EINVAL;
	once.boot = policy_item_by_name(policy, boot);
	if (host >= policy->n_hosts || once.boot < 0)
		return -ENOENT;
	if (!policy->hosts[host].n_macs)
		return -EINVAL;
	r = pxeboot_policy_item(policy, (size_t)once.boot, &item);
	if (r < 0)
		return r;
	/* Files of the boot root must not hold what opens private answers. */
	once.token = item.is_private ? NULL : token;
	r = render_once(policy, &policy->hosts[host], &once, diagnostics, &text);
	return r < 0 ? r : text_take(&text, ret_text, NULL);
}

/* ---- Live --------------------------------------------------------------------------------------------------------- */

static void add_unknown(struct script *script, const struct group *group)
{
	char subject[96];

	script_add(script, "set var-name ${mac:hexhyp}\nset var-machine ");
	render_answers_folder(&script->body, NULL, group);
	script_add(script, "\n");
	if (!group)
		return;
	snprintf(subject, sizeof(subject), "groups.%s", group->name);
	if (script->policy->groups_matter)
		script_add(script, "set in-group %s\n", group->name);
	script_add_vars(script, group->vars, group->n_vars, subject);
}

static int render_live(const struct viewer *viewer, const char *boot, const char *token, struct text *out)
{
	const struct pxeboot_policy *policy = viewer->policy;
	const struct host *host = viewer->host;
	const struct group *group = viewer->group;
	struct script script;
	int r;

	script_init(&script, policy, viewer->diagnostics);
	script_add(&script, "clear from ||\nclear in-group ||\n");
	add_token(&script, token);
	script_add_vars(&script, policy->vars, policy->n_vars, "vars");
	if (host)
		add_host(&script, host);
	else
		add_unknown(&script, group);
	script_add(&script, ":start\n");
	script_add_chain_to(&script, policy_item_by_name(policy, boot));
	script_add_failsafe(&script);
	r = script_finish(&script, "live answer for", host ? host->name : group ? group->name : "a machine that nobody names",
			  host ? host_origin(host) : group ? group->where : policy->unknown_where, out);
	script_free(&script);
	return r;
}

int pxeboot_live_script(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
			const struct pxeboot_progress *progress, struct pxeboot_diagnostics *diagnostics, char **ret_text,
			size_t *ret_length)
{
	const char *token = progress ? progress->token : NULL;
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct pxeboot_decision decision;
	struct viewer viewer;
	int r;

	if (!policy || !client || !ret_text || (token && !render_is_token(token)))
		return -EINVAL;
	viewer = viewer_of(policy, client, diagnostics);
	pxeboot_decide(policy, client, PXEBOOT_STAGE_SCRIPT, progress, &decision);
	r = render_live(&viewer, decision.boot, token, &text);
	return r < 0 ? r : text_take(&text, ret_text, ret_length);
}
