/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One entry at a time, in the order of the plan, or many in a batch.
 */
#include "boot_root.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

bool boot_root_keeps(const char *root, const struct pxeboot_entry *entry)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	struct stat status;

	if (!entry->keep)
		return false;
	text_addf(&path, "%s/%s", root, entry->path);
	/* A link whose loader is gone is mended. */
	return !path.error && stat(path.bytes, &status) == 0;
}

int boot_root_write(const char *root, const struct pxeboot_entry *entry)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	int r;

	if (boot_root_keeps(root, entry))
		return 0;
	text_addf(&path, "%s/%s", root, entry->path);
	if (path.error)
		return path.error;
	r = file_make_parents(path.bytes);
	if (r < 0)
		return r;
	return entry->kind == PXEBOOT_ENTRY_LINK ? file_link(path.bytes, entry->bytes)
						 : file_write(path.bytes, entry->bytes, entry->length, 0644);
}

int boot_root_add(struct batch *batch, const struct pxeboot_entry *entry)
{
	const struct file_content content = {
		.bytes = entry->bytes, .length = entry->length, .mode = 0644,
		.target = entry->kind == PXEBOOT_ENTRY_LINK ? entry->bytes : NULL,
	};

	return entry->keep ? -EINVAL : batch_add(batch, entry->path, &content);
}
