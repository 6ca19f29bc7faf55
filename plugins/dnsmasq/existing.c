/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot check --dnsmasq: reads the files, looks at their lines, and walks every client that they can tell apart.
 */
#include "existing.h"

#include <errno.h>
#include <string.h>

/* A file for a conf-dir may leave the ranges to others. */
static void assume_range(struct existing *existing)
{
	struct model *model = existing->model;
	struct model_range *range;

	for (range = model->ranges; range != NULL; range = range->next)
		return;
	range = MODEL_NEW(model, model_range);
	if (range == NULL)
		return;
	*range = (struct model_range){
		.first = 0xc0000202u, .last = 0xc00002feu, .netmask = 0xffffff00u, .has_netmask = true,
	};
	model->ranges = range;
	diagnostics_add(existing->findings, PXEBOOT_NOTE, "dnsmasq.no-dhcp", (struct location){ NULL, 0 },
			"no dhcp-range: dnsmasq answers no DHCP with these files alone; looked at as though another file had one");
}

static void free_lists(struct existing *existing)
{
	free(existing->networks);
	free(existing->machines);
	free(existing->askers);
	free(existing->agents);
	free(existing->files);
	free(existing->won);
	free(existing->homeless);
}

/* Hosts with a tag of their own, networks and relay agents multiply. */
static void tell_limit(struct existing *existing)
{
	double classes = (double)existing->n_askers * (double)existing->n_networks * (double)existing->n_agents *
			 (double)existing->n_machines;

	if (classes > EXISTING_CLASSES_MAX)
		diagnostics_add(existing->findings, PXEBOOT_WARNING, "chain.too-many", (struct location){ NULL, 0 },
				"%.0f classes of clients, of which %d were walked: the lines tell too many apart", classes,
				EXISTING_CLASSES_MAX);
}

static int prove(struct existing *existing, struct pxeboot_proof *ret_proof)
{
	const struct pxeboot_chooser chooser = {
		.context = &existing, .choose = existing_choose, .client = existing_client,
		.look = existing_look, .look_context = existing,
	};
	int r;

	existing_collect(existing);
	if (existing->error < 0 || existing->model->error < 0)
		return -ENOMEM;
	tell_limit(existing);
	existing->looker.user_class = existing->own_class;
	r = pxeboot_prove(&chooser, existing->findings, ret_proof);
	if (r == 0)
		existing_check_after(existing);
	existing_check_numbers(existing);
	return r < 0 ? r : existing->error;
}

int existing_check(struct model *model, const char *root, const struct plugin_names *names,
		   struct pxeboot_diagnostics *diagnostics, struct pxeboot_proof *ret_proof)
{
	struct existing existing = { .model = model, .findings = diagnostics, .root = root, .names = names };
	int r;

	assume_range(&existing);
	existing_check_lines(&existing);
	existing_tell_unwalked(&existing);
	r = existing_check_files(&existing);
	if (r == 0)
		r = prove(&existing, ret_proof);
	existing_close_files(&existing);
	free_lists(&existing);
	return r;
}

int dnsmasq_check_existing(const char *const *files, size_t count, const char *root, const struct plugin_names *names,
			   struct pxeboot_diagnostics *diagnostics, struct pxeboot_proof *ret_proof)
{
	struct model *model;
	int r = model_read(files, count, diagnostics, &model);

	if (r < 0)
		return r;
	r = existing_check(model, root, names, diagnostics, ret_proof);
	model_free(model);
	return r;
}
