/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finding the files, and what is wrong with the way to them.
 */
#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "trust.h"

#define TOLD_OF_A_LINE 5		/* of the same kind; a line may name a file for each host */
#define SPELLINGS_MAX 100		/* folders can be big */
#define MANY_FILES 1000

/* ---- Telling ----------------------------------------------------------------------------------------------------- */

static struct said *find_said(struct files_job *job, const char *id, const struct pxeboot_named_file *named)
{
	struct said *said;

	for (size_t i = 0; i < job->n_said; i++) {
		said = &job->said[i];
		if (said->line == named->line && !strcmp(said->id, id) && !strcmp(said->file, named->file))
			return said;
	}
	said = reallocarray(job->said, job->n_said + 1, sizeof(*said));
	if (!said)
		return NULL;
	job->said = said;
	said[job->n_said] = (struct said){ id, named->file, named->line, 0 };
	return &said[job->n_said++];
}

void files_tell(struct files_job *job, const struct pxeboot_named_file *named, enum pxeboot_severity severity,
		const char *id, const char *format, ...)
{
	struct said *said = find_said(job, id, named);
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	if (said && ++said->count > TOLD_OF_A_LINE)
		return;
	text_add_escaped(&text, named->path);
	text_add(&text, ": ");
	va_start(arguments, format);
	text_addv(&text, format, arguments);
	va_end(arguments);
	text_addf(&text, " (%s%s: %s)", named->subject, named->name, pxeboot_role_name(named->role));
	if (!text.error)
		diagnostics_add(job->diagnostics, severity, id, (struct location){ named->file, named->line }, "%s",
				text.bytes);
}

/* Links and folders have the names that somebody gave them. */
static const char *shown(struct text *escaped, const char *string)
{
	text_add_escaped(escaped, string);
	return escaped->error || !escaped->bytes ? "" : escaped->bytes;
}

static void tell_the_rest(struct files_job *job)
{
	for (size_t i = 0; i < job->n_said; i++) {
		const struct said *said = &job->said[i];

		if (said->count > TOLD_OF_A_LINE)
			diagnostics_add(job->diagnostics, PXEBOOT_NOTE, said->id,
					(struct location){ said->file, said->line },
					"and %zu more files of this line have the same", said->count - TOLD_OF_A_LINE);
	}
}

enum pxeboot_severity files_severity(const struct files_job *job, const struct pxeboot_named_file *named)
{
	bool own = files_is_loader(named) && named->role != PXEBOOT_ROLE_LOADER;

	return own || named->archs & job->active ? PXEBOOT_ERROR : PXEBOOT_NOTE;
}

/* ---- Which architectures there are ------------------------------------------------------------------------------- */

static bool is_there(const struct files_job *job, const char *path)
{
	struct boot_file file;

	if (boot_file_open(&job->root, path, &file) < 0)
		return false;
	boot_file_close(&file);
	return true;
}

static bool is_set(const struct files_job *job, const char *setting)
{
	const char *file;
	unsigned line;

	return pxeboot_policy_where(job->policy, setting, &file, &line) == 0;
}

/* Nobody is told off for machines that he does not have: an architecture counts when the policy names it, or when
 * somebody has put its loader there.  With no loader at all each of them is missed. */
static void find_archs(struct files_job *job)
{
	bool serves = is_set(job, "server.serve");
	unsigned served = 0, there = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *loader = pxeboot_policy_loader(job->policy, arch);
		char setting[64];

		if (!loader)
			continue;
		snprintf(setting, sizeof(setting), "loaders.%s", pxeboot_arch_get(arch)->name);
		served |= 1u << arch;
		if (serves || is_set(job, setting))
			job->named |= 1u << arch;
		if (is_there(job, loader))
			there |= 1u << arch;
	}
	job->active = (job->named | there) ? (job->named | there) : served;
}

/* ---- Missing files ----------------------------------------------------------------------------------------------- */

static int by_path(const void *key, const void *element)
{
	const struct pxeboot_named_file *named = element;

	return strcmp(key, named->path);
}

/* What `apply` writes is as good as there; the tree is asked once, and only where something is missing. */
static void take_out_planned(const struct files_job *job, struct pxeboot_named_file *missing, bool *planned,
			     size_t count)
{
	const char *path;

	for (size_t i = 0; job->tree && count && pxeboot_tree_path(job->tree, i, &path) == 0; i++) {
		const struct pxeboot_named_file *found =
			bsearch(path, missing, count, sizeof(*missing), by_path);
		size_t at = found ? (size_t)(found - missing) : 0;

		for (size_t k = at; found && k < count && !strcmp(missing[k].path, path); k++)
			planned[k] = true;
		for (size_t k = at; found && k > 0 && !strcmp(missing[k - 1].path, path); k--)
			planned[k - 1] = true;
	}
}

static void tell_missing(struct files_job *job, const struct pxeboot_named_file *named, bool spell)
{
	CLEANUP_FREE char *spelled = NULL;
	CLEANUP_TEXT struct text hint = TEXT_INIT;

	if (named->role == PXEBOOT_ROLE_PICTURE)	/* loading the policy has told */
		return;
	if (spell && boot_file_spelling(&job->root, named->path, &spelled) == 0) {
		text_add(&hint, "; there is '");
		text_add_escaped(&hint, spelled);
		text_add(&hint, "', and servers tell upper from lower case");
	} else {
		files_add_build_hint(job, named, &hint);
	}
	files_tell(job, named, files_severity(job, named), "file.missing", "no such file in %s%s", job->root.path,
		   text_string(&hint));
}

static int tell_all_missing(struct files_job *job, struct pxeboot_named_file *missing, size_t count)
{
	CLEANUP_FREE bool *planned = calloc(count + 1, sizeof(*planned));

	if (!planned)
		return -ENOMEM;
	take_out_planned(job, missing, planned, count);
	for (size_t i = 0; i < count; i++)
		if (!planned[i])
			tell_missing(job, &missing[i], i < SPELLINGS_MAX);
	return 0;
}

/* ---- One file ---------------------------------------------------------------------------------------------------- */

/* Firmware asks TFTP, and so do the other loaders; iPXE's scripts ask the web server where there is one. */
static const struct boot_root *root_for(const struct files_job *job, const struct pxeboot_named_file *named)
{
	bool tftp = files_is_loader(named) || named->role == PXEBOOT_ROLE_SECOND_STAGE ||
		    named->role == PXEBOOT_ROLE_MODULE || named->role == PXEBOOT_ROLE_MEMDISK ||
		    !pxeboot_policy_get(job->policy, "server.http") || pxeboot_policy_get(job->policy, "server.menus");

	return tftp ? &job->root : &job->web;
}

static void check_way(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file)
{
	const struct boot_root *root = root_for(job, named);
	const char *server = root == &job->web ? "the web server" : root->is_world ? "in.tftpd" : "the TFTP server";
	CLEANUP_TEXT struct text link = TEXT_INIT, closed = TEXT_INIT;

	if (file->left)
		files_tell(job, named, PXEBOOT_WARNING, "file.outside",
			   "a link leads out of the boot root, to '%s': dnsmasq and web servers follow it, in.tftpd does "
			   "not", shown(&link, file->link));
	if (file->closed[0])
		files_tell(job, named, files_severity(job, named), "file.unreadable",
			   "%s may not go through the folder '%s', expected chmod o+x", server,
			   shown(&closed, file->closed));
	else if (S_ISREG(file->status.st_mode) && !boot_file_readable(root, file))
		files_tell(job, named, files_severity(job, named), "file.unreadable",
			   "%s may not read it, expected chmod o+r, got mode %04o", server,
			   (unsigned)file->status.st_mode & 07777);
}

/* What the own build can do and can't, the policy says: check_build() has compared it with what it should. */
static bool knows_features(const struct files_job *job)
{
	struct pxeboot_build build;

	return pxeboot_policy_build(job->policy, &build) == 0 && build.features_known;
}

static void check_found(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file)
{
	struct pxeboot_image image;
	int r;

	check_way(job, named, file);
	if (!S_ISREG(file->status.st_mode)) {
		files_tell(job, named, files_severity(job, named), "file.kind", "%s, expected a file",
			   S_ISDIR(file->status.st_mode) ? "folder" : "no regular file");
		return;
	}
	r = boot_file_image(file, &image);
	if (r < 0)
		files_tell(job, named, PXEBOOT_WARNING, "file.unreadable", "can't be read: %s", strerror(-r));
	else if (image.kind == PXEBOOT_IMAGE_EMPTY)
		files_tell(job, named, files_severity(job, named), "file.empty", "empty file");
	else
		files_judge(job, named, &image);
	if (r == 0 && image.kind == PXEBOOT_IMAGE_SCRIPT)
		files_check_script(job, named, file);
	if (r == 0 && !(files_check_build(job, named, file, &image) && knows_features(job)))
		files_check_ipxe(job, named, file);
}

/* A link whose target is not there, or that leads in circles. */
static void check_broken(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file,
			 int r)
{
	bool is_world = root_for(job, named)->is_world;
	CLEANUP_TEXT struct text link = TEXT_INIT;

	if (r == -EACCES)
		files_tell(job, named, PXEBOOT_WARNING, "file.unreadable", "not looked at: %s", strerror(-r));
	else if (file->link[0])
		files_tell(job, named, files_severity(job, named), "file.missing", "a link to '%s' leads nowhere%s",
			   shown(&link, file->link), is_world && file->link[0] == '/' ? "; for in.tftpd, '/' is the boot root" : "");
	else
		files_tell(job, named, files_severity(job, named), "file.missing", "%s", strerror(-r));
}

/* 1: it is missing. */
static int check_file(struct files_job *job, const struct pxeboot_named_file *named)
{
	struct boot_file file;
	int r;

	if (strchr(named->path, '\\'))
		files_tell(job, named, PXEBOOT_WARNING, "file.name",
			   "'\\' in a path: servers take it for a part of the name, or turn it, expected '/'");
	r = boot_file_open(root_for(job, named), named->path, &file);
	if (r == 0) {
		check_found(job, named, &file);
		boot_file_close(&file);
	} else if ((r == -ENOENT || r == -ENOTDIR) && !file.link[0]) {
		return 1;
	} else {
		check_broken(job, named, &file, r);
	}
	return 0;
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static void show_progress(size_t done, size_t count)
{
	if (count < MANY_FILES || done % 256 || !isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r%zu of %zu files", done, count);
}

static int by_case(const void *a, const void *b)
{
	const struct pxeboot_named_file *left = *(const struct pxeboot_named_file *const *)a;
	const struct pxeboot_named_file *right = *(const struct pxeboot_named_file *const *)b;
	int order = strcasecmp(left->path, right->path);

	return order ? order : strcmp(left->path, right->path);
}

/* Of two names that only upper and lower case keep apart, one is mostly a slip. */
static int check_cases(struct files_job *job, const struct pxeboot_named_file *files, size_t count)
{
	CLEANUP_FREE const struct pxeboot_named_file **sorted = calloc(count + 1, sizeof(*sorted));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &files[i];
	qsort(sorted, count, sizeof(*sorted), by_case);
	for (size_t i = 1; i < count; i++) {
		const struct pxeboot_named_file *before = sorted[i - 1];
		CLEANUP_TEXT struct text path = TEXT_INIT;

		if (!strcasecmp(before->path, sorted[i]->path) && strcmp(before->path, sorted[i]->path) != 0)
			files_tell(job, sorted[i], PXEBOOT_WARNING, "file.case",
				   "only upper and lower case tell it from '%s' of %s:%u", shown(&path, before->path),
				   before->file, before->line);
	}
	return 0;
}

/* The list, copied so that the missing ones can be put together. */
static int copy_files(const struct pxeboot_named_files *list, struct pxeboot_named_file **ret_files, size_t *ret_count)
{
	struct pxeboot_named_file *files, file;
	size_t count = 0;

	while (pxeboot_named_files_get(list, count, &file) == 0)
		count++;
	files = calloc(count + 1, sizeof(*files));
	if (!files)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (pxeboot_named_files_get(list, i, &files[i]) < 0)
			break;
	*ret_files = files;
	*ret_count = count;
	return 0;
}

static int check_each(struct files_job *job, const struct pxeboot_named_files *list)
{
	CLEANUP_FREE struct pxeboot_named_file *files = NULL;
	size_t count = 0, missing = 0;
	int r = copy_files(list, &files, &count);

	if (r == 0)
		r = check_cases(job, files, count);
	for (size_t i = 0; i < count && r == 0; i++) {
		if (check_file(job, &files[i]))
			files[missing++] = files[i];
		show_progress(i, count);
	}
	if (count >= MANY_FILES && isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (r == 0)
		r = tell_all_missing(job, files, missing);
	tell_the_rest(job);
	return r;
}

static void tell_others(const struct files_job *job, const struct pxeboot_named_files *list)
{
	const struct location nowhere = { NULL, 0 };
	size_t elsewhere, unknown;

	pxeboot_named_files_others(list, &elsewhere, &unknown);
	if (elsewhere)
		diagnostics_add(job->diagnostics, PXEBOOT_NOTE, "file.others", nowhere,
				"%zu name%s of files on other servers: not looked at", elsewhere,
				elsewhere == 1 ? "" : "s");
	if (unknown)
		diagnostics_add(job->diagnostics, PXEBOOT_NOTE, "file.others", nowhere,
				"%zu name%s of files with something in them that only the running machine knows: not "
				"looked at", unknown, unknown == 1 ? "" : "s");
}

static void tell_root(struct files_job *job, enum pxeboot_severity severity, const char *problem, const char *path)
{
	struct location where = { NULL, 0 };

	pxeboot_policy_where(job->policy, "server.root", &where.file, &where.line);
	diagnostics_add(job->diagnostics, severity, "file.root", where, "server.root: %s '%s'", problem, path);
}

/* The way down to the boot root is not the policy's matter, and may be another one where the servers run. */
static void check_root(struct files_job *job)
{
	const char *tftp = pxeboot_policy_get(job->policy, "server.tftp");
	CLEANUP_FREE char *above = NULL;

	if (tftp && strcmp(tftp, "dnsmasq") == 0)
		above = boot_root_closed_above(&job->root);
	if (above)
		tell_root(job, PXEBOOT_NOTE, "dnsmasq's user may not go through", above);
	if (!boot_root_open_to(&job->root))
		tell_root(job, PXEBOOT_ERROR, "the TFTP server may not go into it, expected chmod o+x", job->root.path);
}

static bool open_root(struct files_job *job, const char *root)
{
	CLEANUP_TEXT struct text problem = TEXT_INIT;
	int r = boot_root_open(root, pxeboot_policy_get(job->policy, "server.tftp"), &job->root);

	if (r == 0) {
		job->web = job->root;
		job->web.is_world = false;
		job->web.uid = (uid_t)-1;
		job->web.gid = (gid_t)-1;
		check_root(job);
		return true;
	}
	text_addf(&problem, "no file was looked at: %s:", strerror(-r));
	if (!problem.error)
		tell_root(job, r == -ENOENT || r == -EACCES ? PXEBOOT_NOTE : PXEBOOT_ERROR, problem.bytes, root);
	return false;
}

int check_files(struct session *session, struct pxeboot_tree *tree)
{
	struct files_job job = { .policy = session->policy, .diagnostics = session->diagnostics, .tree = tree };
	const char *root = pxeboot_policy_get(session->policy, "server.root");
	struct pxeboot_named_files *list = NULL;
	int r;

	trust_root(session->policy, session->diagnostics);
	if (!root || !open_root(&job, root))
		return 0;
	r = pxeboot_named_files_new(job.policy, &list);
	if (r == 0) {
		find_archs(&job);
		r = check_each(&job, list);
		tell_others(&job, list);
	}
	pxeboot_named_files_free(list);
	free(job.said);
	boot_root_close(&job.root);
	return r;
}
