/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines as Prometheus reads them: text exposition format, version 0.0.4.
 */
#ifndef CLI_PROMETHEUS_H
#define CLI_PROMETHEUS_H

#include <stdio.h>

#include "machine.h"

#define PROMETHEUS_PROFILES 100		/* different names that are told; the others are "other" */

struct prometheus {
	bool has_policy;
	bool each;			/* series of single machines, too: as many as there are machines */
	size_t machines, unknown, unreadable;
	size_t by_stage[PXEBOOT_STAGE_COUNT + 1];	/* the last: none reached */
	size_t by_arch[PXEBOOT_ARCH_COUNT + 1];		/* the last: none known */
	size_t by_phase[PXEBOOT_ONCE_PHASE_COUNT];
	size_t by_trouble[MACHINE_TROUBLE_COUNT];
	struct prometheus_profile {
		char *name;
		size_t machines;
	} profiles[PROMETHEUS_PROFILES];
	size_t n_profiles, other_profiles;
	int64_t last_seen;
	struct text info, seen, boots, troubles;	/* series of single machines */
	int error;
};

void prometheus_add(struct prometheus *prometheus, const struct machine *machine);
void prometheus_add_unreadable(struct prometheus *prometheus);
/* 0, or the error that stuck. */
int prometheus_print(const struct prometheus *prometheus, FILE *stream);
void prometheus_free(struct prometheus *prometheus);

#endif
