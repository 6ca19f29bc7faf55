/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where Debian's packages have the loaders, by the names that policies give them.
 */
#ifndef CLI_LOADER_SOURCE_H
#define CLI_LOADER_SOURCE_H

#include "pxeboot.h"

#define LOADER_PLACES 3

struct loader_source {
	const char *name;			/* the last component of the policy's name */
	int arch;
	const char *package;
	const char *places[LOADER_PLACES];	/* below the packages' root; the first that is there counts, NULL: no more */
	const char *beside;			/* another file that it loads from its own folder, by its name; or NULL */
	bool is_default;			/* what an iPXE of another name is for this architecture */
};

/* Of a name, for the architecture that comes to it (PXEBOOT_ARCH_NONE: what the path says of that); an iPXE by its name, such
 * as arm64/ipxe.efi, that no row has for this architecture is the architecture's default.  NULL: nobody packages it. */
const struct loader_source *loader_source_of(const char *path, int arch);

#endif
