/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What one `pxeboot apply` works on: apply.c prepares it and tells how it went, apply_write.c writes.
 */
#ifndef CLI_APPLY_H
#define CLI_APPLY_H

#include "base/batch.h"
#include "base/text.h"
#include "cli.h"
#include "known.h"
#include "loaders_build.h"
#include "manifest.h"

struct output_job {
	const struct plugin_output *output;
	const char *path;
	struct text text;
	bool changed;
};

#define MAX_OUTPUTS 8

struct apply {
	struct session session;
	bool dry_run, reload, full;
	bool told;			/* what stopped the work was told */
	const char *loaders;		/* where loaders are taken from, packages' or an own build's, "" for this machine; or NULL */
	struct loaders_build build;	/* what is there */
	bool built;			/* is an own build */
	struct pxeboot_tree *tree;
	const char *root;
	struct batch batch;		/* of files of the boot root */
	struct known known;
	uint64_t shared;		/* the sum of the marks of the paths of everybody's entries */
	struct output_job outputs[MAX_OUTPUTS];
	size_t n_outputs;
	struct manifest manifest;
	struct manifest left;		/* files that the last apply has left, and those that this one does */
	size_t written, removed, unchanged, planned, n_left;
	size_t kept;			/* of the planned: those that somebody else looks after */
};

/* Tells what stopped the work, once, and hands the error on; @what, or NULL for the error's own words. */
int apply_fail(struct apply *job, const char *path, const char *what, int error);
/* Makes the boot root and the configurations what was prepared, or shows what would be.  Machines that boot meanwhile boot;
 * whoever is killed leaves each file whole, and the next apply goes on from there. */
int apply_write(struct apply *job) MUST_USE;

#endif
