/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * `check` and the files of the boot root: every file that the policy makes a machine fetch is found and read.
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "base/diagnostics.h"
#include "base/text.h"
#include "boot_file.h"
#include "cli.h"
#include "ipxe_image.h"

struct files_job {
	const struct pxeboot_policy *policy;
	struct pxeboot_diagnostics *diagnostics;
	struct pxeboot_tree *tree;	/* what `apply` brings; NULL: not known */
	struct boot_root root;		/* as the TFTP server sees it */
	struct boot_root web;		/* as a web server does */
	unsigned named;			/* architectures that loaders or server.serve name */
	unsigned active;		/* these, and those whose loader is there */
	bool unhashed;			/* that this program knows no hashes was told */
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
/* Is it the own build, where the policy says it is (files_build.c)?  True when it is, as far as can be known. */
bool files_check_build(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file,
		       const struct pxeboot_image *image);
/* Does a script that it is to run ask for a command that it lacks? */
void files_check_script(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file);
/* How one that is missing comes. */
void files_add_build_hint(const struct files_job *job, const struct pxeboot_named_file *named, struct text *hint);
/* Which iPXE is in it, as far as its bytes or the list of what `apply --loaders` took tell. */
bool files_know_ipxe(const struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file,
		     struct ipxe_image *ret_image);
/* What an iPXE in it can't do and the policy wants (files_ipxe.c); of the own build the policy says so. */
void files_check_ipxe(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file);
/* A fault of the file itself: an error, where machines that the policy names or the boot root serves come to it.  Who says
 * which loader a host or group has says that there are such machines. */
enum pxeboot_severity files_severity(const struct files_job *job, const struct pxeboot_named_file *named);

#endif
