/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The iPXE of the packages and of the boot root: how old, and what its menus can't do.  BIOS images are compressed;
 * those of a package are like its EFI images.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "doctor.h"
#include "ipxe_image.h"

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

static void read_image(struct doctor *doctor, const char *path, const char *name, struct builds *builds)
{
	CLEANUP_FREE char *bytes = NULL;
	struct ipxe_image image;
	size_t length;

	if (file_read(doctor_path(doctor, path), IMAGE_MAX, &bytes, &length) == 0 &&
	    ipxe_image_read(bytes, length, &image))
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
	if (root != NULL)
		look_place(doctor, root, true);
}
