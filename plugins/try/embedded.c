/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * --embedded (see lab.h): a script that stands for the one embedded in the loader, on an iPXE that has none.  It runs as
 * that would, in the loader's first moment: the cards are closed, and all that is known is the answer that the firmware got.
 *
 * There are two doors.  iPXE for UEFI since 2024 runs autoexec.ipxe from the server.  Any that takes over the firmware's DHCP
 * answer runs that answer's scriptlet (option 175, 81 in it), which gets the script.  There it has a folder of its own, so
 * that a name without a server leads nowhere, as in a loader.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "command.h"
#include "lab.h"

#define EMBEDDED_MAX (1u << 20)
#define AUTOEXEC "autoexec.ipxe"
#define PLACE "embedded-in-loader/script.ipxe"

/* @name in the folder of @beside, a path in the boot root. */
static int lay(const char *root, const char *beside, const char *name, const char *bytes, size_t n_bytes)
{
	const char *slash = strrchr(beside, '/');
	struct text CLEANUP_TEXT path = TEXT_INIT;
	int r;

	text_addf(&path, "%s/%.*s%s", root, slash ? (int)(slash + 1 - beside) : 0, beside, name);
	if (path.error)
		return path.error;
	r = file_make_parents(path.bytes);
	return r < 0 ? r : file_write(path.bytes, bytes, n_bytes, 0644);
}

/* Over TFTP it is looked for in the root, wherever the loader is; over HTTP beside the loader. */
static int lay_beside_loaders(const struct pxeboot_policy *policy, const char *root, const char *bytes, size_t n_bytes)
{
	int r = lay(root, "", AUTOEXEC, bytes, n_bytes);

	for (int arch = 0; r >= 0 && arch < PXEBOOT_ARCH_COUNT; arch++) {
		const char *loader = pxeboot_policy_loader(policy, arch);

		if (loader && !strstr(loader, "://"))
			r = lay(root, loader, AUTOEXEC, bytes, n_bytes);
	}
	return r;
}

int embedded_lay(const struct lab *lab)
{
	const char *file = lab->options->embedded, *root = pxeboot_policy_get(lab->policy, "server.root");
	char CLEANUP_FREE *bytes = NULL;
	size_t length;
	int r;

	if (!file)
		return 0;
	r = file_read(file, EMBEDDED_MAX, &bytes, &length);
	if (r == 0)
		r = lay(root, "", PLACE, bytes, length);
	if (r >= 0)
		r = lay_beside_loaders(lab->policy, root, bytes, length);
	return r < 0 ? lab_fail(r, "can't lay out '%s': %s", file, strerror(-r)) : 0;
}

void embedded_add_option(const struct network *network, struct command *command)
{
	if (network->embedded)
		command_addf(command, "--dhcp-option-force=encap:175,81,ifopen && imgfetch --name embedded tftp://%s/" PLACE
			     " && ifclose && imgexec embedded", network->address);
}
