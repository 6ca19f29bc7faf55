/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Variables: as settings of iPXE's or variables of GRUB's, which are looked up when a script runs, and as values that stand
 * in a file.
 */
#include "render/variables.h"

#include <errno.h>
#include <string.h>

#include "render/grub.h"
#include "render/quote.h"
#include "render/render.h"

enum built_in { MACHINE_NAME, MACHINE_MAC, MACHINE_UUID, MACHINE_SERIAL, MACHINE_ADDRESS, MACHINE_MAKER, MACHINE_PRODUCT,
		MACHINE_ARCH, MACHINE_TOKEN, MACHINE_DONE, SERVER_ADDRESS, SERVER_BASE, SERVER_HTTP, ANSWERS, ANSWERS_FOLDER };

static const struct built_in_row {
	const char *name;
	enum built_in is;
	const char *ipxe;	/* NULL: the policy's own text */
	const char *grub;	/* the name of a variable, likewise */
} built_ins[] = {
	{ "name", MACHINE_NAME, "${var-name}", "machine_name" },	/* set by the host's script, else the MAC */
	{ "mac", MACHINE_MAC, "${mac}", "machine_mac" },
	{ "uuid", MACHINE_UUID, "${uuid}", "machine_uuid" },
	{ "serial", MACHINE_SERIAL, "${serial}", "machine_serial" },
	{ "ip", MACHINE_ADDRESS, "${ip}", "machine_ip" },
	{ "manufacturer", MACHINE_MAKER, "${manufacturer}", "machine_manufacturer" },
	{ "product", MACHINE_PRODUCT, "${product}", "machine_product" },
	{ "arch", MACHINE_ARCH, "${arch}", "machine_arch" },		/* set in the script's head */
	{ "token", MACHINE_TOKEN, "${var-token}", "machine_token" },	/* of its one-shot boot; empty without one */
	{ "done", MACHINE_DONE, NULL, NULL },				/* where that is told that it is done */
	{ "server", SERVER_ADDRESS, NULL, NULL },
	{ "base", SERVER_BASE, "${base}", NULL },
	{ "http", SERVER_HTTP, NULL, NULL },
	{ "answers", ANSWERS, NULL, NULL },
	{ "answers-dir", ANSWERS_FOLDER, NULL, NULL },
};

static const struct built_in_row *find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(built_ins); i++)
		if (slice_is(name, built_ins[i].name))
			return &built_ins[i];
	return NULL;
}

bool variable_is_built_in(struct slice name)
{
	return find(name) != NULL;
}

bool variable_is_taken(const char *name)
{
	return variable_is_built_in((struct slice){ name, strlen(name) }) || strcmp(name, "machine") == 0;
}

static int add_or_absent(struct text *out, const char *value)
{
	if (!value)
		return -ENOENT;
	text_add(out, value);
	return 0;
}

void variable_add_answers(struct text *out, const char *base, const char *folder, const struct profile *profile,
			  const char *name)
{
	text_addf(out, "%s%sanswers/%s/%s/%s", base ? base : "", base ? "/" : "", folder, profile->name, name ? name : "");
}

/* The first one, or where all of them lie. */
static const char *asked_for(enum built_in is, const struct profile *profile)
{
	return is == ANSWERS ? profile->answers[0].name : NULL;
}

/* Of a one-shot boot, with its token, which stands for the machine and opens what is private. */
static int add_ipxe_answers(const struct pxeboot_policy *policy, enum built_in is, const struct profile *profile,
			    struct text *out)
{
	if (!profile || !profile->n_answers)
		return -ENOENT;
	variable_add_answers(out, profile->private ? policy->live : "${base}",
			     profile->private ? "${var-token}" : "${folder}", profile, asked_for(is, profile));
	return 0;
}

int variable_for_ipxe(const struct pxeboot_policy *policy, struct slice name, const struct profile *profile,
		      struct text *out)
{
	const struct built_in_row *row = find(name);

	if (!row) {
		text_add(out, "${var-");
		text_add_bytes(out, name.at, name.length);
		text_add(out, "}");
		return 0;
	}
	if (row->ipxe)
		return add_or_absent(out, row->ipxe);
	if (row->is == SERVER_ADDRESS)
		return add_or_absent(out, policy->address);
	if (row->is == SERVER_HTTP)
		return add_or_absent(out, policy->http);
	if (row->is == MACHINE_DONE) {
		text_addf(out, "%s/done/${var-token}", policy->done_at);
		return 0;
	}
	return add_ipxe_answers(policy, row->is, profile, out);
}

/* Facts that only the running machine knows have no value in a file that is written beforehand. */
static const char *static_value(const struct pxeboot_policy *policy, enum built_in is, const struct host *host)
{
	switch (is) {
	case MACHINE_NAME:
		return host ? host->name : NULL;
	case MACHINE_MAC:
		return host && host->n_macs ? host->mac_texts[0] : NULL;
	case MACHINE_UUID:
		return host ? host->uuid_text : NULL;
	case MACHINE_SERIAL:
		return host ? host->serial : NULL;
	case SERVER_ADDRESS:
		return policy->address;
	case SERVER_BASE:
		return policy->base;
	case SERVER_HTTP:
		return policy->http;
	case MACHINE_ADDRESS:
	case MACHINE_TOKEN:
	case MACHINE_DONE:
	case MACHINE_MAKER:
	case MACHINE_PRODUCT:
	case MACHINE_ARCH:
	case ANSWERS:
	case ANSWERS_FOLDER:
		return NULL;
	}
	return NULL;
}

static void add_fenced(struct text *out, const char *name)
{
	text_addf(out, "%c%s%c", FENCE_OPEN, name, FENCE_CLOSE);
}

static int add_grub_answers(const struct pxeboot_policy *policy, enum built_in is, const struct profile *profile,
			    struct text *out)
{
	static const char folder[] = { FENCE_OPEN, 'm', 'a', 'c', 'h', 'i', 'n', 'e', '_', 'i', 'd', FENCE_CLOSE, '\0' };

	if (!profile || !profile->n_answers)
		return -ENOENT;
	variable_add_answers(out, policy->base, folder, profile, asked_for(is, profile));
	return 0;
}

int variable_for_grub(const struct pxeboot_policy *policy, struct slice name, const struct profile *profile,
		      struct text *out)
{
	const struct built_in_row *row = find(name);

	if (!row) {
		text_add_char(out, FENCE_OPEN);
		grub_add_name(out, "var", name);
		text_add_char(out, FENCE_CLOSE);
		return 0;
	}
	if (row->is == ANSWERS || row->is == ANSWERS_FOLDER)
		return add_grub_answers(policy, row->is, profile, out);
	if (row->is == MACHINE_DONE) {
		text_addf(out, "%s/done/", policy->done_at);
		add_fenced(out, "machine_token");
		return 0;
	}
	if (!row->grub)
		return add_or_absent(out, static_value(policy, row->is, NULL));
	add_fenced(out, row->grub);
	return 0;
}

static const struct variable *find_in(struct slice name, const struct variable *vars, size_t n_vars)
{
	for (size_t i = 0; i < n_vars; i++)
		if (slice_is(name, vars[i].name))
			return &vars[i];
	return NULL;
}

int variable_for_host(const struct pxeboot_policy *policy, struct slice name, const struct host *host,
		      const struct variable *vars, size_t n_vars, struct text *out)
{
	const struct built_in_row *row = find(name);

	if (row)
		return add_or_absent(out, static_value(policy, row->is, host));
	const struct variable *variable = find_in(name, vars, n_vars);

	if (!variable)
		variable = find_in(name, policy->vars, policy->n_vars);
	return add_or_absent(out, variable ? variable->value : NULL);
}

/* ---- Answer files ---------------------------------------------------------------------------------------------------- */

static bool knows(const struct machine *machine, int fact)
{
	return machine->client && client_has(machine->client, fact);
}

/* As the script calls a machine that has no name: by its MAC address. */
static int add_name(const struct machine *machine, struct text *out)
{
	char mac[3 * MAC_LENGTH];

	if (machine->host)
		return add_or_absent(out, machine->host->name);
	if (!knows(machine, PXEBOOT_FACT_MAC))
		return -ENOENT;
	scalar_format_mac(machine->client->mac, '-', mac);
	text_add(out, mac);
	return 0;
}

static int add_arch(const struct pxeboot_policy *policy, const struct machine *machine, struct text *out)
{
	const struct pxeboot_arch_info *info = NULL;
	struct pxeboot_decision decision;

	if (machine->client) {
		pxeboot_decide(policy, machine->client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
		info = pxeboot_arch_get(decision.arch);
	}
	return add_or_absent(out, info ? info->name : machine->is_trial ? "" : NULL);
}

/* What the machine itself says goes before what the policy says of it. */
static int add_fact(const struct pxeboot_policy *policy, enum built_in is, const struct machine *machine, int fact,
		    struct text *out)
{
	const char *value = NULL;

	if (knows(machine, fact) && pxeboot_client_get(machine->client, fact, &value) == 0)
		return add_or_absent(out, value);
	value = static_value(policy, is, machine->host);
	return add_or_absent(out, !value && machine->is_trial ? "" : value);
}

static int add_token(const struct pxeboot_policy *policy, enum built_in is, const char *token, struct text *out)
{
	if (!token)
		return -ENOENT;
	if (is == MACHINE_DONE)
		text_addf(out, "%s/done/%s", policy->done_at, token);
	else
		text_add(out, token);
	return 0;
}

static int add_folder(const struct pxeboot_policy *policy, enum built_in is, const struct machine *machine,
		      struct text *out)
{
	const struct profile *profile = machine->profile;
	CLEANUP_TEXT struct text folder = TEXT_INIT;

	if (profile->private && !machine->token)
		return -ENOENT;
	if (machine->token)
		text_add(&folder, machine->token);
	else
		render_answers_folder(&folder, machine->host, machine->group);
	if (!folder.error)
		variable_add_answers(out, profile->private ? policy->live : policy->base, folder.bytes, profile,
				     asked_for(is, profile));
	return folder.error;
}

static int add_built_in(const struct pxeboot_policy *policy, enum built_in is, const struct machine *machine,
			struct text *out)
{
	switch (is) {
	case MACHINE_NAME:
		return add_name(machine, out);
	case MACHINE_MAC:
		return add_fact(policy, is, machine, PXEBOOT_FACT_MAC, out);
	case MACHINE_UUID:
		return add_fact(policy, is, machine, PXEBOOT_FACT_UUID, out);
	case MACHINE_SERIAL:
		return add_fact(policy, is, machine, PXEBOOT_FACT_SERIAL, out);
	case MACHINE_ADDRESS:
		return add_fact(policy, is, machine, PXEBOOT_FACT_ADDRESS, out);
	case MACHINE_MAKER:
		return add_fact(policy, is, machine, PXEBOOT_FACT_MANUFACTURER, out);
	case MACHINE_PRODUCT:
		return add_fact(policy, is, machine, PXEBOOT_FACT_PRODUCT, out);
	case MACHINE_ARCH:
		return add_arch(policy, machine, out);
	case SERVER_ADDRESS:
	case SERVER_BASE:
	case SERVER_HTTP:
		return add_or_absent(out, static_value(policy, is, NULL));
	case ANSWERS:
	case ANSWERS_FOLDER:
		return add_folder(policy, is, machine, out);
	case MACHINE_TOKEN:
	case MACHINE_DONE:
		return add_token(policy, is, machine->token, out);
	}
	return -ENOENT;
}

int variable_for_machine(const struct pxeboot_policy *policy, struct slice name, const struct machine *machine,
			 struct text *out)
{
	const struct host *host = machine->host;
	const struct group *group = machine->group;
	const struct built_in_row *row = find(name);

	if (row)
		return add_built_in(policy, row->is, machine, out);
	return variable_for_host(policy, name, host, host ? host->vars : group ? group->vars : NULL,
				 host ? host->n_vars : group ? group->n_vars : 0, out);
}
