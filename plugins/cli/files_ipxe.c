/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Can the iPXE in the boot root do what the policy wants of it?
 */
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "loader_list.h"

#define IPXE_MAX (16 << 20)

static bool is_https(const struct files_job *job, const char *setting)
{
	const char *url = pxeboot_policy_get(job->policy, setting);

	return url && strncmp(url, "https:", 6) == 0;
}

/* Images for BIOS are compressed: of one that `apply --loaders` brought the version was written down. */
static bool know(const struct files_job *job, const char *path, const char *bytes, size_t length,
		 struct ipxe_image *ret_image)
{
	struct loader_list list;
	const char *version;
	bool known = ipxe_image_read(bytes, length, ret_image);

	if (known)
		return true;
	if (loader_list_load(&list, job->root.path) == 0) {
		version = loader_list_version(&list, path, bytes, length);
		known = version && ipxe_release_features(version, &ret_image->features);
		if (known)
			snprintf(ret_image->version, sizeof(ret_image->version), "%s", version);
	}
	loader_list_free(&list);
	return known;
}

bool files_know_ipxe(const struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file,
		     struct ipxe_image *ret_image)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length;

	return boot_file_read(file, IPXE_MAX, &bytes, &length) == 0 && know(job, named->path, bytes, length, ret_image);
}

void files_check_ipxe(struct files_job *job, const struct pxeboot_named_file *named, const struct boot_file *file)
{
	bool https = is_https(job, "server.http") || is_https(job, "server.live");
	struct ipxe_image image = { .features = 0 };
	struct pxeboot_theme theme;

	if (!files_is_loader(named))
		return;
	if (!https && pxeboot_policy_theme(job->policy, 0, &theme) < 0)
		return;
	if (!files_know_ipxe(job, named, file, &image))
		return;
	if (!ipxe_image_has(&image, IPXE_CONSOLE) && pxeboot_policy_theme(job->policy, 0, &theme) == 0)
		files_tell(job, named, PXEBOOT_NOTE, "loader.console", "iPXE %s shows neither pictures nor colours: menus with "
			   "a theme will be plain text; Debian 13's can, or a build of your own", image.version);
	if (https && !ipxe_image_has(&image, IPXE_HTTPS))
		files_tell(job, named, PXEBOOT_ERROR, "loader.https", "iPXE %s can't fetch over HTTPS, which server.http or "
			   "server.live asks for; Debian 13's can, or a build of your own", image.version);
}
