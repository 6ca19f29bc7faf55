/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Variables: as settings of iPXE's or variables of GRUB's, which are looked up when a script runs, and as values that stand
 * in a file.
 */
#include "render/variables.h"

#include <errno.h>

#include "render/grub.h"
#include "render/quote.h"

enum built_in { MACHINE_NAME, MACHINE_MAC, MACHINE_UUID, MACHINE_SERIAL, MACHINE_ADDRESS, MACHINE_MAKER, MACHINE_PRODUCT,
		MACHINE_ARCH, MACHINE_TOKEN, MACHINE_DONE, SERVER_ADDRESS, SERVER_BASE, SERVER_HTTP, ANSWERS };

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

static int add_or_absent(struct text *out, const char *value)
{
	if (!value)
		return -ENOENT;
	text_add(out, value);
	return 0;
}

const char *variable_done_at(const struct pxeboot_policy *policy)
{
	return policy->live ? policy->live : policy->base;
}

int variable_for_ipxe(const struct pxeboot_policy *policy, struct slice name, const char *answers, struct text *out)
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
		text_addf(out, "%s/done/${var-token}", variable_done_at(policy));
		return 0;
	}
	if (!answers)
		return -ENOENT;
	text_addf(out, "${base}/answers/${var-machine}/%s", answers);
	return 0;
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
		return NULL;
	}
	return NULL;
}

static void add_fenced(struct text *out, const char *name)
{
	text_addf(out, "%c%s%c", FENCE_OPEN, name, FENCE_CLOSE);
}

static int add_grub_answers(const struct pxeboot_policy *policy, const char *answers, struct text *out)
{
	if (!answers)
		return -ENOENT;
	text_addf(out, "%s/answers/", policy->base);
	add_fenced(out, "machine_id");
	text_addf(out, "/%s", answers);
	return 0;
}

int variable_for_grub(const struct pxeboot_policy *policy, struct slice name, const char *answers, struct text *out)
{
	const struct built_in_row *row = find(name);

	if (!row) {
		text_add_char(out, FENCE_OPEN);
		grub_add_name(out, "var", name);
		text_add_char(out, FENCE_CLOSE);
		return 0;
	}
	if (row->is == ANSWERS)
		return add_grub_answers(policy, answers, out);
	if (row->is == MACHINE_DONE) {
		text_addf(out, "%s/done/", variable_done_at(policy));
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
