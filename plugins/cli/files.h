/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `check` and the files of the boot root: every file that the policy makes a machine fetch is found and read.
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "base/diagnostics.h"
#include "boot_file.h"
#include "cli.h"

struct files_job {
	const struct pxeboot_policy *policy;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_tree *tree;	/* what `apply` brings; NULL: not known */
	struct boot_root root;		/* as the TFTP server sees it */
	struct boot_root web;		/* as a web server does */
	unsigned named;			/* architectures that loaders or server.serve name */
	unsigned active;		/* these, and those whose loader is there */
	struct said {			/* what was told of one line, to tell a hundred thousand of the kind once */
		const char *id, *file;
		unsigned line;
		size_t count;
	} *said;
	size_t n_said;
};

/* Looks at all of them and tells ids file.….  0, or a negative errno of the system. */
int check_files(struct session *session, struct pxeboot_tree *tree) MUST_USE;

/* A finding about one file: "PATH: … (profiles.NAME: kernel)". */
void files_tell(struct files_job *job, const struct pxeboot_named_file *named, enum pxeboot_severity severity,
		const char *id, const char *format, ...) PRINTF_LIKE(5, 6);
/* Does firmware start it, as the loader of an architecture, a host or a group? */
bool files_is_loader(const struct pxeboot_named_file *named);
/* What is wrong with what the file is, for who comes to it (files_kind.c). */
void files_judge(struct files_job *job, const struct pxeboot_named_file *named, const struct pxeboot_image *image);
/* What an iPXE in it can't do and the policy wants (files_ipxe.c). */
void files_check_ipxe(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file);
/* A fault of the file itself: an error, where machines that the policy names or the boot root serves come to it.  Who says
 * which loader a host or group has says that there are such machines. */
enum pxeboot_severity files_severity(const struct files_job *job, const struct pxeboot_named_file *named);

#endif
