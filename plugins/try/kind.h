/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a file on the wire is, by its first bytes and, where bytes can't tell, by its name.
 */
#ifndef TRY_KIND_H
#define TRY_KIND_H

#include <stdbool.h>

#include "pxeboot.h"
#include "transfer.h"

enum file_kind {
	FILE_LOADER,
	FILE_SCRIPT,
	FILE_MENU,			/* a script that shows a menu */
	FILE_PICTURE,
	FILE_KERNEL,
	FILE_INITRD,
	FILE_OTHER,
};
#define FILE_KIND_COUNT 7

enum file_kind file_kind_of(const struct pxeboot_policy *policy, const struct transfer *transfer);
/* "LOADER": what stands before its line. */
const char *file_kind_tag(enum file_kind kind);

#endif
