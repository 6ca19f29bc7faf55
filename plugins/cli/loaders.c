/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Loaders, one at a time: found in a package or among the binaries of an own build, looked at, compared with what is in the
 * boot root, and put there.
 */
#include "loaders.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diagnostics.h"
#include "base/file.h"
#include "files.h"
#include "ipxe_image.h"
#include "loader_list.h"
#include "loader_source.h"
#include "own_build.h"

#define LOADER_MAX ((size_t)64 << 20)

struct job {
	struct session *session;
	const char *root, *from;
	const struct loaders_build *build;	/* or NULL: packages */
	bool dry_run;
	struct loader_list list;
	struct loaders_count *count;
	char *failed;			/* the path of the file that could not be written or read */
};

/* One that was found. */
struct loader {
	const struct loader_source *source;
	const char *path;		/* below the boot root */
	struct location where;
	char *place;			/* where it was found */
	char *bytes;
	size_t length;
	struct ipxe_image image;
	bool is_known;			/* the image is known: of BIOS, by that of the same package for UEFI */
};

static void free_loader(struct loader *loader)
{
	free(loader->place);
	free(loader->bytes);
}

static void tell(const struct job *job, enum pxeboot_severity severity, const char *id, const struct loader *loader,
		 const char *format, ...) PRINTF_LIKE(5, 6);
static void tell(const struct job *job, enum pxeboot_severity severity, const char *id, const struct loader *loader,
		 const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostics_add_pathv(job->session->diagnostics, severity, id, loader->where, loader->path, format, arguments);
	va_end(arguments);
}

/* ---- In the package ------------------------------------------------------------------------------------------------ */

static int read_place(const struct job *job, const char *place, struct loader *loader)
{
	if (asprintf(&loader->place, "%s/%s", job->from, place) < 0) {
		loader->place = NULL;
		return -ENOMEM;
	}
	return file_read(loader->place, LOADER_MAX, &loader->bytes, &loader->length);
}

static int find_place(const struct job *job, struct loader *loader)
{
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < LOADER_PLACES && loader->source->places[i]; i++) {
		free(loader->place);
		r = read_place(job, loader->source->places[i], loader);
		r = r == -ENOTDIR ? -ENOENT : r;
	}
	return r;
}

static int read_bytes(void *context, uint64_t offset, void *buffer, size_t length)
{
	const struct loader *loader = context;

	memcpy(buffer, loader->bytes + offset, length);
	return 0;
}

/* Whose machine code it is, is believed to nobody. */
static bool fits(struct loader *loader)
{
	const struct pxeboot_image_source source = { loader->length, read_bytes, loader };
	struct pxeboot_image image;

	return pxeboot_image_read(&source, &image) == 0 && image.archs & 1u << loader->source->arch;
}

/* An image for BIOS is compressed; beside it in the package is one that is not. */
static void look_at(const struct job *job, struct loader *loader)
{
	const struct loader_source *other = loader_source_of("snponly.efi", PXEBOOT_ARCH_X64_UEFI);
	struct loader sibling = { .source = other };

	loader->is_known = ipxe_image_read(loader->bytes, loader->length, &loader->image);
	if (loader->is_known || loader->source->arch != PXEBOOT_ARCH_BIOS ||
	    strcmp(loader->source->package, other->package) != 0)
		return;
	loader->is_known = find_place(job, &sibling) == 0 &&
			   ipxe_image_read(sibling.bytes, sibling.length, &loader->image) &&
			   ipxe_release_features(loader->image.version, &loader->image.features);
	free_loader(&sibling);
}

/* ---- Into the boot root -------------------------------------------------------------------------------------------- */

static void add_lacking(const struct loader *loader, struct text *out)
{
	const char *before = ", without ";

	for (unsigned i = 0; loader->is_known && i < IPXE_FEATURE_COUNT; i++) {
		if (ipxe_image_has(&loader->image, i))
			continue;
		text_addf(out, "%s%s", before, ipxe_feature_name(i));
		before = ", ";
	}
}

static void add_packaged(const struct loader *loader, struct text *out)
{
	const char *release = loader->is_known ? ipxe_release(loader->image.version) : NULL;

	if (loader->is_known)
		text_addf(out, ", iPXE %s%s%s%s", loader->image.version, release ? " (" : "", release ? release : "",
			  release ? ")" : "");
	add_lacking(loader, out);
}

static void add_own(const struct pxeboot_build *build, struct text *out)
{
	text_add(out, ", an own build of iPXE");
	if (build->version) {
		text_add(out, " ");
		text_add_escaped(out, build->version);
	}
	text_add(out, " (");
	text_add_escaped(out, build->user_class);
	text_add(out, ")");
	if (!build->features_known)
		return;
	text_add(out, " with ");
	own_build_add_features(build->features, out);
}

static void say(const struct job *job, const struct loader *loader)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, "%s%s/%s: from ", job->dry_run ? "would write " : "", job->root, loader->path);
	text_add_escaped(&text, loader->place);
	if (job->build)
		add_own(&job->build->build, &text);
	else
		add_packaged(loader, &text);
	if (!text.error)
		puts(text.bytes);
}

/* 1: it may be written; 0: what is there stays. */
static int look_at_target(struct job *job, const struct loader *loader, const char *target)
{
	CLEANUP_FREE char *there = NULL;
	struct stat status;
	size_t length;
	int r;

	if (lstat(target, &status) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 1 : -errno;
	r = S_ISREG(status.st_mode) ? file_read(target, LOADER_MAX, &there, &length) : -E2BIG;
	if (r < 0 && r != -E2BIG)
		return r;
	if (r == 0 && (loader_list_has(&job->list, loader->path, there, length) ||
		       (length == loader->length && memcmp(there, loader->bytes, length) == 0)))
		return 1;
	tell(job, PXEBOOT_WARNING, "loader.kept", loader,
	     "left as it is, for pxeboot did not put it there; remove it to have %s", loader->place);
	return 0;
}

static int write_loader(struct job *job, const struct loader *loader, const char *target)
{
	CLEANUP_FREE char *there = NULL;
	size_t length;
	int r;

	if (job->dry_run) {
		r = file_read(target, LOADER_MAX, &there, &length) < 0 || length != loader->length ||
		    memcmp(there, loader->bytes, length) != 0;
	} else {
		r = file_make_parents(target);
		if (r == 0)
			r = file_write(target, loader->bytes, loader->length, 0644);
	}
	if (r < 0)
		return r;
	if (r > 0)
		say(job, loader);
	job->count->written += r > 0;
	job->count->unchanged += r == 0;
	return loader_list_put(&job->list, loader->path, loader->bytes, loader->length,
			       loader->is_known ? loader->image.version : NULL);
}

static int put(struct job *job, const struct loader *loader)
{
	char *target;
	int r;

	if (asprintf(&target, "%s/%s", job->root, loader->path) < 0)
		return -ENOMEM;
	r = look_at_target(job, loader, target);
	if (r > 0)
		r = write_loader(job, loader, target);
	if (r < 0)
		job->failed = target;
	else
		free(target);
	return r;
}

/* ---- One ----------------------------------------------------------------------------------------------------------- */

static int fail(struct job *job, struct loader *loader, int error)
{
	job->failed = loader->place;
	loader->place = NULL;
	return error;
}

/* Debian 12's package has iPXE for BIOS and x64-uefi only. */
static void tell_missing(const struct job *job, const struct loader *loader)
{
	bool later = strcmp(loader->source->package, "ipxe") == 0 && loader->source->arch != PXEBOOT_ARCH_BIOS &&
		     loader->source->arch != PXEBOOT_ARCH_X64_UEFI;

	tell(job, PXEBOOT_NOTE, "loader.missing", loader, "no %s, which the package %s%s brings", loader->place,
	     loader->source->package, later ? " of Debian 13 or later" : "");
}

static int take(struct job *job, struct loader *loader)
{
	int r = find_place(job, loader);

	if (r == -ENOENT) {
		tell_missing(job, loader);
		return 0;
	}
	if (r == -ENOMEM)
		return fail(job, loader, r);
	if (r < 0) {
		tell(job, PXEBOOT_WARNING, "loader.unreadable", loader, "%s can't be read: %s: not taken", loader->place,
		     r == -E2BIG ? "too big for a loader" : r == -EINVAL ? "no file" : strerror(-r));
		return 0;
	}
	if (!fits(loader)) {
		tell(job, PXEBOOT_WARNING, "loader.machine", loader, "%s is no program for %s: not taken", loader->place,
		     pxeboot_arch_get(loader->source->arch)->name);
		return 0;
	}
	look_at(job, loader);
	return put(job, loader);
}

static int take_source(struct job *job, const struct loader_source *source, const char *path, struct location where)
{
	struct loader loader = { .source = source, .path = path, .where = where };
	int r = take(job, &loader);

	free_loader(&loader);
	return r;
}

/* What a loader loads from beside itself. */
static int take_beside(struct job *job, const struct loader_source *source, const struct pxeboot_named_file *named)
{
	const struct loader_source *beside = loader_source_of(source->beside, source->arch);
	const char *slash = strrchr(named->path, '/');
	CLEANUP_FREE char *path = NULL;

	if (asprintf(&path, "%.*s%s", slash ? (int)(slash + 1 - named->path) : 0, named->path, source->beside) < 0)
		return -ENOMEM;
	return take_source(job, beside, path, (struct location){ named->file, named->line });
}

/* The one architecture that comes to it. */
static int arch_of(const struct pxeboot_named_file *named)
{
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (named->archs == 1u << arch)
			return arch;
	return PXEBOOT_ARCH_NONE;
}

static void tell_unknown(const struct job *job, const struct pxeboot_named_file *named)
{
	const struct loader loader = { .path = named->path, .where = { named->file, named->line } };
	bool ia32 = arch_of(named) == PXEBOOT_ARCH_IA32_UEFI;

	tell(job, PXEBOOT_NOTE, "loader.unknown", &loader, "%s", ia32 ?
	     "Debian packages no iPXE for ia32-uefi: name GRUB's grubnetia32.efi of the package grub-efi-ia32-bin, with "
	     "server.menus = \"grub\", or put a build of your own there" :
	     "in no package that is known by this name: put it there yourself");
}

/* Whoever named a folder meant the recipe's. */
static void tell_own(const struct job *job, const struct pxeboot_named_file *named)
{
	const struct loader loader = { .path = named->path, .where = { named->file, named->line } };
	CLEANUP_TEXT struct text no_list = TEXT_INIT;

	if (*job->from) {
		text_add(&no_list, ", and there is no " BUILD_LIST " in ");
		text_add_escaped(&no_list, job->from);
	}
	tell(job, PXEBOOT_NOTE, "loader.own", &loader,
	     "not taken from a package, as the policy says that it is an own build%s: take it by --loaders=DIR from the "
	     "folder that ipxe-src/build wrote", text_string(&no_list));
}

/* The policy's own build is nobody's package. */
static bool is_own_build(const struct job *job, const struct pxeboot_named_file *named,
			 const struct loader_source *source)
{
	struct pxeboot_build build;

	return named->role == PXEBOOT_ROLE_LOADER && strcmp(source->package, "ipxe") == 0 &&
	       pxeboot_policy_build(job->session->policy, &build) == 0 && named->archs & build.archs;
}

static int take_named(struct job *job, const struct pxeboot_named_file *named)
{
	const struct loader_source *source;
	int r;

	if (!files_is_loader(named))
		return 0;
	source = loader_source_of(named->path, arch_of(named));
	if (!source) {
		tell_unknown(job, named);
		return 0;
	}
	if (is_own_build(job, named, source)) {
		tell_own(job, named);
		return 0;
	}
	/* What it loads goes first. */
	r = source->beside ? take_beside(job, source, named) : 0;
	return r < 0 ? r : take_source(job, source, named->path, (struct location){ named->file, named->line });
}

/* What was read a second time is held against the list a second time. */
static int take_built(struct job *job, const struct pxeboot_named_file *named)
{
	struct loader loader = { .path = named->path, .where = { named->file, named->line } };
	struct pxeboot_build_file file;
	int r;

	if (!files_is_loader(named))
		return 0;
	if (loaders_build_find(job->build, named, &file) < 0) {
		tell(job, PXEBOOT_NOTE, "loader.unlisted", &loader, "not among the files of %s: not taken", job->build->list);
		return 0;
	}
	r = loaders_build_read(job->from, &file, &loader.place, &loader.bytes, &loader.length);
	r = r < 0 ? fail(job, &loader, r == -EBADMSG ? -ESTALE : r) : put(job, &loader);
	free_loader(&loader);
	return r;
}

/* Those that the policy lists otherwise: it was told of an older build, by a copy. */
static void tell_older_list(const struct job *job)
{
	struct pxeboot_build_file file, known;

	for (size_t i = 0; pxeboot_policy_build_file(job->build->policy, i, &file) == 0; i++)
		if (own_build_at(job->session->policy, file.path, &known) == 0 && known.sha256 && file.sha256 &&
		    strcmp(known.sha256, file.sha256) != 0)
			diagnostics_add(job->session->diagnostics, PXEBOOT_WARNING, "loader.unlinked",
					(struct location){ known.file, known.line },
					"%s: here is another file than in %s: put a link to that list in the place of this one",
					file.path, job->build->list);
}

/* Until it does, the build is one as any to DHCP: nobody is sent to it, and that is no fault.  One of another name is sent to
 * itself if it asks DHCP. */
static void tell_unknown_build(const struct job *job)
{
	const struct location where = { job->build->list, 0 };
	struct pxeboot_build build;

	if (pxeboot_policy_build(job->session->policy, &build) < 0)
		diagnostics_add(job->session->diagnostics, PXEBOOT_NOTE, "loader.unlinked", where,
				"the policy does not know this build yet: link the file into policy.d/ and apply again");
	else if (strcmp(build.user_class, job->build->build.user_class) != 0)
		diagnostics_add(job->session->diagnostics, PXEBOOT_WARNING, "loader.unlinked", where,
				"this build names itself '%s', and that of the policy '%s' (%s:%u): say in one place what it is, by "
				"this file in policy.d/", job->build->build.user_class, build.user_class, build.file, build.line);
	else
		tell_older_list(job);
}

/* ---- All ----------------------------------------------------------------------------------------------------------- */

static int take_all(struct job *job)
{
	struct pxeboot_named_files *files;
	struct pxeboot_named_file named;
	int r = pxeboot_named_files_new(job->session->policy, &files), saved;

	if (r < 0)
		return r;
	for (size_t i = 0; r >= 0 && pxeboot_named_files_get(files, i, &named) == 0; i++)
		r = job->build ? take_built(job, &named) : take_named(job, &named);
	if (job->build)
		tell_unknown_build(job);
	pxeboot_named_files_free(files);
	saved = job->dry_run ? 0 : loader_list_save(&job->list);
	return r < 0 ? r : saved;
}

int loaders_take(struct session *session, const char *from, const struct loaders_build *build, bool dry_run,
		 struct loaders_count *count, char **ret_path)
{
	struct job job = {
		.session = session, .root = pxeboot_policy_get(session->policy, "server.root"), .from = from,
		.build = build, .dry_run = dry_run, .count = count,
	};
	int r = loader_list_load(&job.list, job.root);

	if (r == 0)
		r = take_all(&job);
	if (r < 0 && !job.failed)
		job.failed = strdup(job.list.path ? job.list.path : job.root);
	loader_list_free(&job.list);
	if (r < 0)
		*ret_path = job.failed;
	return r;
}
