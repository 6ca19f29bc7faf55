/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The iPXE of the packages and of the boot root: how old, and what its menus can't do.  BIOS images are compressed;
 * those of a package are like its EFI images, and those of an own build are known by the policy's hashes.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "doctor.h"
#include "ipxe_image.h"
#include "own_build.h"

#define IMAGE_MAX (1 << 24)
#define BUILDS_MAX 8

/* All files of one place with the same iPXE in them. */
struct build {
	struct ipxe_image image;
	const char *names;		/* kept by the doctor */
};

struct builds {
	struct build list[BUILDS_MAX];
	size_t count;
};

static void add(struct doctor *doctor, struct builds *builds, const struct ipxe_image *image, const char *name)
{
	for (size_t i = 0; i < builds->count; i++)
		if (strcmp(builds->list[i].image.version, image->version) == 0) {
			builds->list[i].names = doctor_format(doctor, "%s %s", builds->list[i].names, name);
			return;
		}
	if (builds->count < BUILDS_MAX)
		builds->list[builds->count++] = (struct build){ *image, name };
}

/* Are they one of the policy's own build? */
static bool is_own(const struct doctor *doctor, const char *bytes, size_t length)
{
	struct pxeboot_build_file listed;
	char sha256[DIGEST_SIZE];

	if (doctor->machine->policy == NULL || digest_of_bytes(bytes, length, sha256) < 0)
		return false;
	for (size_t i = 0; pxeboot_policy_build_file(doctor->machine->policy, i, &listed) == 0; i++)
		if (own_build_is(&listed, length, sha256))
			return true;
	return false;
}

static void read_image(struct doctor *doctor, const char *path, const char *name, struct builds *builds)
{
	CLEANUP_FREE char *bytes = NULL;
	struct ipxe_image image;
	size_t length;

	if (file_read(doctor_path(doctor, path), IMAGE_MAX, &bytes, &length) == 0 &&
	    ipxe_image_read(bytes, length, &image) && !is_own(doctor, bytes, length))
		add(doctor, builds, &image, doctor_shown(doctor, name));
}

static void read_directory(struct doctor *doctor, const char *directory, struct builds *builds)
{
	struct dirent **entries;
	int n = scandir(doctor_path(doctor, directory), &entries, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		size_t length = strlen(name);

		if (length > 4 && strcmp(name + length - 4, ".efi") == 0)
			read_image(doctor, doctor_format(doctor, "%s/%s", directory, name), name, builds);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* What the policy asks of the iPXE that machines are given. */
static void check_build(struct doctor *doctor, const struct build *build, const char *directory)
{
	const struct location where = { doctor_shown(doctor, directory), 0 };
	const char *http = doctor_policy(doctor, "server.http");
	struct pxeboot_theme theme;

	if (doctor->machine->policy == NULL)
		return;
	if (!ipxe_image_has(&build->image, IPXE_CONSOLE) && pxeboot_policy_theme(doctor->machine->policy, 0, &theme) == 0)
		diagnostics_add(
			doctor->findings, PXEBOOT_WARNING, "system.ipxe-console", where,
			"iPXE: %s of %s show neither pictures nor colours, menus are plain text; Debian 13's can, or a "
			"build of your own",
			build->image.version, build->names);
	if (!ipxe_image_has(&build->image, IPXE_HTTPS) && http != NULL && strncmp(http, "https:", 6) == 0)
		diagnostics_add(
			doctor->findings, PXEBOOT_ERROR, "system.ipxe-https", where,
			"iPXE: %s of %s can't fetch the policy's server.http '%s'; Debian 13's can, or a build of your "
			"own",
			build->image.version, build->names, http);
}

static void look_place(struct doctor *doctor, const char *directory, bool served)
{
	struct builds builds = { .count = 0 };

	read_directory(doctor, directory, &builds);
	for (size_t i = 0; i < builds.count; i++) {
		const struct build *build = &builds.list[i];
		const char *release = ipxe_release(build->image.version);

		if (served)
			check_build(doctor, build, directory);
		doctor_line(doctor, "iPXE", "%s%s%s, %s pictures and colours, %s HTTPS: %s in %s", build->image.version,
			    release != NULL ? " of " : "", release != NULL ? release : "",
			    ipxe_image_has(&build->image, IPXE_CONSOLE) ? "with" : "without",
			    ipxe_image_has(&build->image, IPXE_HTTPS) ? "with" : "without", build->names,
			    doctor_shown(doctor, directory));
	}
}

static void say_own(struct doctor *doctor, const struct pxeboot_build *build, const char *names, const char *root)
{
	CLEANUP_TEXT struct text what = TEXT_INIT;

	if (build->features_known) {
		text_add(&what, ", with ");
		own_build_add_features(build->features, &what);
	}
	doctor_line(doctor, "iPXE", "own build%s%s (%s)%s: %s in %s", build->version != NULL ? " " : "",
		    build->version != NULL ? doctor_shown(doctor, build->version) : "", doctor_shown(doctor, build->user_class),
		    what.bytes != NULL && !what.error ? what.bytes : "", names, doctor_shown(doctor, root));
}

/* What the policy asks of it, as of any. */
static void check_own(struct doctor *doctor, const struct pxeboot_build *build, const char *names, const char *root)
{
	struct build own = { .names = names };

	if (!build->features_known)
		return;
	snprintf(own.image.version, sizeof(own.image.version), "the own build");
	if (build->features >> PXEBOOT_BUILD_CONSOLE & 1)
		own.image.features |= 1u << IPXE_CONSOLE;
	if (build->features >> PXEBOOT_BUILD_HTTPS & 1)
		own.image.features |= 1u << IPXE_HTTPS;
	check_build(doctor, &own, root);
}

/* That all of them are there, `check` without --system says. */
static void look_own(struct doctor *doctor, const char *root)
{
	const struct pxeboot_policy *policy = doctor->machine->policy;
	struct pxeboot_build_file listed;
	struct pxeboot_build build;
	const char *names = NULL;

	for (size_t i = 0; policy != NULL && pxeboot_policy_build_file(policy, i, &listed) == 0; i++) {
		const char *path = doctor_path(doctor, doctor_format(doctor, "%s/%s", root, listed.path));
		CLEANUP_FREE char *bytes = NULL;
		size_t length;

		if (file_read(path, IMAGE_MAX, &bytes, &length) == 0 && is_own(doctor, bytes, length))
			names = names ? doctor_format(doctor, "%s %s", names, listed.path) : listed.path;
	}
	if (names == NULL || pxeboot_policy_build(policy, &build) < 0)
		return;
	check_own(doctor, &build, names, root);
	say_own(doctor, &build, names, root);
}

void look_ipxe(struct doctor *doctor)
{
	const char *version = doctor_package(doctor, "ipxe"), *root = doctor_boot_root(doctor);
	const char *release = version != NULL ? ipxe_release(version) : NULL;

	if (version == NULL)
		doctor_line(doctor, "iPXE", "no package");
	else
		doctor_line(doctor, "iPXE", "package %s%s%s%s", version, release != NULL ? " (" : "",
			    release != NULL ? release : "", release != NULL ? ")" : "");
	look_place(doctor, "/usr/lib/ipxe", false);
	look_place(doctor, "/boot", false);
	if (root != NULL) {
		look_own(doctor, root);
		look_place(doctor, root, true);
	}
}
