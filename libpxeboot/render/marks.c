/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What hosts' entries of the boot root follow from.  They follow from the host alone, from the rest of the policy, and from
 * this library; never from other hosts.
 */
#include <errno.h>

#include "base/mark.h"
#include "render/reach.h"
#include "sources_mark.h"

/* A patch that leaves the version as it is may still render something else. */
static uint64_t mark_everybody(const struct pxeboot_policy *policy)
{
	return mark_string(mark_number(MARK_INIT, policy->rest), SOURCES_MARK);
}

static uint64_t add_identity(uint64_t mark, const struct host *host)
{
	mark = mark_bytes(mark, host->macs, host->n_macs * sizeof(*host->macs));
	mark = mark_string(mark, host->has_uuid ? host->uuid_text : NULL);
	return mark_string(mark, host->serial);
}

/* Its loader is only in what DHCP servers are told. */
static uint64_t add_values(uint64_t mark, const struct host *host)
{
	mark = mark_string(mark, host->name);
	mark = mark_string(mark, host->where.file);
	for (size_t way = 0; way < HOST_BOOTS; way++)
		mark = mark_number(mark, (uint64_t)host_boots(host, way));
	mark = mark_number(mark_number(mark, (uint64_t)host->menu_default), (uint64_t)host->menu_timeout);
	mark = mark_number(mark_number(mark_number(mark, host->secure), host->until_done), host->tries);
	mark = mark_number(mark, host->n_vars);
	for (size_t i = 0; i < host->n_vars; i++)
		mark = mark_string(mark_string(mark, host->vars[i].name), host->vars[i].value);
	return mark;
}

/* Answer files have the profile's name in their paths. */
static uint64_t add_answers(uint64_t mark, const struct reach *reach, const struct host *host)
{
	for (size_t way = 0; way < HOST_BOOTS; way++)
		if (way != HOST_BOOTS_ONCE && host_boots(host, way) >= 0 && reach[host_boots(host, way)].n_answers)
			mark = mark_number(mark, (uint64_t)host_boots(host, way));
	return mark;
}

static void fill(struct pxeboot_marks *marks, const struct pxeboot_policy *policy, const struct reach *reach)
{
	uint64_t everybody = mark_everybody(policy);

	for (size_t i = 0; i < policy->n_hosts; i++) {
		const struct host *host = &policy->hosts[i];
		uint64_t identity = add_identity(everybody, host);

		/* A sum, so that the order of hosts does not count. */
		marks->names += add_answers(identity, reach, host);
		marks->hosts[i] = add_values(identity, host);
	}
}

int pxeboot_marks_new(const struct pxeboot_policy *policy, struct pxeboot_marks **ret_marks)
{
	struct pxeboot_marks *marks = calloc(1, sizeof(*marks));
	struct reach *reach = NULL;
	int r;

	if (marks)
		marks->hosts = calloc(policy->n_hosts + 1, sizeof(*marks->hosts));
	r = marks && marks->hosts ? reach_new(policy, &reach) : -ENOMEM;
	if (r < 0) {
		pxeboot_marks_free(marks);
		return r;
	}
	marks->n_hosts = policy->n_hosts;
	fill(marks, policy, reach);
	reach_free(policy, reach);
	*ret_marks = marks;
	return 0;
}

void pxeboot_marks_free(struct pxeboot_marks *marks)
{
	if (marks)
		free(marks->hosts);
	free(marks);
}
