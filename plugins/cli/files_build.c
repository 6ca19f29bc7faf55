/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Are the loaders in the boot root the own build that the policy describes?  An iPXE that is not the own build is sent to it
 * once; a stock one in its place would be sent to itself for ever, and nothing but its hash tells one for BIOS.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "files.h"
#include "own_build.h"

#define BRING_IT "pxeboot apply --loaders=DIR takes it from the folder that ipxe-src/build wrote"

#define SCRIPT_MAX (1 << 20)

/* About a file of the list, where the policy lists it. */
static void tell_at(struct files_job *job, const struct pxeboot_build_file *listed, enum pxeboot_severity severity,
		    const char *id, const char *format, ...) PRINTF_LIKE(5, 6);
static void tell_at(struct files_job *job, const struct pxeboot_build_file *listed, enum pxeboot_severity severity,
		    const char *id, const char *format, ...)
{
	struct location where = { listed->file, listed->line };
	va_list arguments;

	va_start(arguments, format);
	diagnostics_add_pathv(job->diagnostics, severity, id, where, listed->path, format, arguments);
	va_end(arguments);
}

/* ---- A file that is not as it should be --------------------------------------------------------------------------- */

/* An EFI program that holds the user class is at least some own build, and ends the chain. */
static bool has_user_class(const struct pxeboot_named_file *named, const struct boot_file *file, const char *user_class)
{
	struct pxeboot_program program;

	return boot_file_program(file, named->path, user_class, &program) == 0 && program.uefi &&
	       program.kind == PXEBOOT_PROGRAM_IPXE && !program.is_stock;
}

static void tell_other(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file,
		       const struct pxeboot_build_file *listed)
{
	uint64_t size = (uint64_t)file->status.st_size;
	CLEANUP_TEXT struct text got = TEXT_INIT;
	char sha256[DIGEST_SIZE] = "";
	struct pxeboot_build build;

	if (listed->size && listed->size != size)
		text_addf(&got, "expected %" PRIu64 " bytes, got %" PRIu64, listed->size, size);
	else if (size > OWN_BUILD_MAX)
		text_addf(&got, "got %" PRIu64 " bytes", size);
	else if (digest_of_file(file->fd, sha256) == 0)
		text_addf(&got, "expected a SHA-256 that begins with %.8s, got %.8s", listed->sha256, sha256);
	if (!got.bytes || got.error || pxeboot_policy_build(job->policy, &build) < 0)
		return;
	if (has_user_class(named, file, build.user_class))
		tell_at(job, listed, PXEBOOT_WARNING, "build.hash",
			"an own build, but not the one that is listed here, %s; " BRING_IT ", with its list", got.bytes);
	else
		tell_at(job, listed, PXEBOOT_ERROR, "build.hash",
			"not the own build that is listed here, %s: a stock iPXE in its place is sent to itself for ever; "
			BRING_IT, got.bytes);
}

/* An EFI program without the user class is told of by the proof.  A package's for BIOS is known where `apply` took it. */
static bool is_packaged(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file)
{
	struct ipxe_image image;
	const char *release;

	if (named->role != PXEBOOT_ROLE_LOADER || named->archs != 1u << PXEBOOT_ARCH_BIOS ||
	    !files_know_ipxe(job, named, file, &image))
		return false;
	release = ipxe_release(image.version);
	if (release)
		files_tell(job, named, PXEBOOT_ERROR, "build.stock",
			   "iPXE %s of %s, not the own build that the policy says is here: it is sent to itself for ever; put the own "
			   "one there", image.version, release);
	return release != NULL;
}

/* ---- A file that is ----------------------------------------------------------------------------------------------- */

static void check_signed(struct files_job *job, const struct pxeboot_image *image, const struct pxeboot_build_file *listed)
{
	if (listed->arch == PXEBOOT_ARCH_BIOS || image->is_signed == listed->is_signed)
		return;
	tell_at(job, listed, PXEBOOT_WARNING, "build.signed", "listed as %s, got one that %s",
		listed->is_signed ? "signed" : "not signed", image->is_signed ? "carries a signature" : "carries no signature");
}

static void tell_unhashed(struct files_job *job, const struct pxeboot_named_file *named)
{
	if (job->unhashed)
		return;
	job->unhashed = true;
	files_tell(job, named, PXEBOOT_NOTE, "build.unhashed",
		   "not compared with the hash of ipxe.build.files: this pxeboot was built without nettle");
}

bool files_check_build(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file,
		       const struct pxeboot_image *image)
{
	struct pxeboot_build_file listed, here;
	struct pxeboot_build build;
	int r;

	if (!files_is_loader(named) || pxeboot_policy_build(job->policy, &build) < 0)
		return false;
	if (!build.n_files)
		return named->role == PXEBOOT_ROLE_LOADER && !(named->archs & ~build.archs) && !is_packaged(job, named, file);
	r = own_build_find(job->policy, file->fd, (uint64_t)file->status.st_size, &listed);
	if (r == -ENOTSUP)
		tell_unhashed(job, named);
	if (r == 0)
		check_signed(job, image, &listed);
	else if (own_build_at(job->policy, named->path, &here) == 0 && r == -ENOENT && here.sha256)
		tell_other(job, named, file, &here);
	return r == 0;
}

/* ---- Scripts that it runs ------------------------------------------------------------------------------------------ */

/* Of all that lint would tell only this is a matter of the build. */
static const struct pxeboot_diagnostic *find_lacking(const struct pxeboot_diagnostics *findings)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)); i++)
		if (strcmp(finding->id, "lint.unsupported-command") == 0)
			return finding;
	return NULL;
}

static void lint_script(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file,
			const struct pxeboot_lint_options *options, struct pxeboot_diagnostics *findings)
{
	const struct pxeboot_diagnostic *finding;
	CLEANUP_FREE char *bytes = NULL;
	size_t length;

	if (boot_file_read(file, SCRIPT_MAX, &bytes, &length) < 0)
		return;
	pxeboot_lint(named->path, bytes, length, options, findings);
	finding = find_lacking(findings);
	if (finding)
		files_tell(job, named, PXEBOOT_WARNING, "build.script", "line %u: %s; pxeboot lint --target build tells all of it",
			   finding->line, finding->text);
}

void files_check_script(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file)
{
	struct pxeboot_diagnostics *findings;
	struct pxeboot_build build;

	if (named->role != PXEBOOT_ROLE_CHAIN || pxeboot_policy_build(job->policy, &build) < 0 || !build.features_known ||
	    !(named->archs & build.archs) || pxeboot_diagnostics_new(&findings) < 0)
		return;
	lint_script(job, named, file, &(struct pxeboot_lint_options){ .target = pxeboot_lint_target_of(&build), .build = &build },
		    findings);
	pxeboot_diagnostics_free(findings);
}

/* ---- A file that is missing --------------------------------------------------------------------------------------- */

void files_add_build_hint(const struct files_job *job, const struct pxeboot_named_file *named, struct text *hint)
{
	struct pxeboot_build_file listed;

	if (files_is_loader(named) && own_build_at(job->policy, named->path, &listed) == 0)
		text_addf(hint, "; %s:%u lists it as an own build: " BRING_IT, listed.file, listed.line);
}
