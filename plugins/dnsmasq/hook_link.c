/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The link clients/ADDRESS -> ../arch/ARCHITECTURE follows the machine, never the stage: its firmware and its iPXE name
 * the same architecture, so that events may come late, twice or not at all.  What dnsmasq hands over are the client's
 * own bytes: the address and the architecture are parsed strictly, nothing else reaches the file system.
 */
#include "hook_link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"
#include "pxeboot.h"

static void complain(const char *what, const char *about, int error)
{
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	text_add_escaped(&shown, about);
	syslog(LOG_WARNING, "%s '%s': %s", what, shown.bytes != NULL ? shown.bytes : "", strerror(-error));
}

/* An event of a lease on an IPv4 address; dnsmasq has many others. */
static bool is_lease(int argc, char **argv)
{
	uint32_t address;

	return argc >= 4 && (strcmp(argv[1], "add") == 0 || strcmp(argv[1], "old") == 0) &&
	       scalar_ip4(argv[3], &address) == 0;
}

/* The architecture that the event tells, from the tags of our own rules or from the vendor class. */
static int event_arch(char **argv, char **environment)
{
	struct pxeboot_client *client;
	int arch;

	/* -ENODATA: dnsmasq repeats an old lease and knows nothing of the machine. */
	if (pxeboot_client_from_dnsmasq(argv[2], argv[3], (const char *const *)environment, NULL, &client) < 0)
		return PXEBOOT_ARCH_NONE;
	arch = pxeboot_client_arch(client);
	pxeboot_client_unref(client);
	return arch;
}

/* There is no folder of architectures at all where the policy has no need of links. */
static bool has_directory(const char *root, const char *arch)
{
	CLEANUP_FREE char *folder = NULL;
	CLEANUP_FREE char *path = NULL;
	struct stat st;

	if (asprintf(&folder, "%s/arch", root) < 0 || asprintf(&path, "%s/%s", folder, arch) < 0)
		return false;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	if (stat(folder, &st) == 0)
		complain("no directory for the architecture:", path, -ENOENT);
	return false;
}

static void set_link(const char *root, const char *address, const char *arch)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *target = NULL;
	char text[16];
	uint32_t number;
	int r;

	if (scalar_ip4(address, &number) < 0 || !has_directory(root, arch))
		return;
	scalar_format_ip4(number, text);
	if (asprintf(&path, "%s/clients/%s", root, text) < 0 || asprintf(&target, "../arch/%s", arch) < 0)
		return;
	r = file_link(path, target);
	if (r < 0)
		complain("can't set the link", path, r);
	else if (r > 0)
		syslog(LOG_INFO, "clients/%s -> %s", text, target);
}

void hook_link(const char *root, int argc, char **argv, char **environment)
{
	int arch = is_lease(argc, argv) ? event_arch(argv, environment) : PXEBOOT_ARCH_NONE;

	if (arch != PXEBOOT_ARCH_NONE)
		set_link(root, argv[3], pxeboot_arch_get(arch)->name);
}
