/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which commands an own build has: its features say so, where they have a say; all else is as upstream has it in that
 * version.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "proof/lint.h"

/* ---- Features ------------------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum pxeboot_build_feature feature;
} switched[] = {
	{ "certfree", PXEBOOT_BUILD_CERT },	{ "certstat", PXEBOOT_BUILD_CERT },	{ "certstore", PXEBOOT_BUILD_CERT },
	{ "colour", PXEBOOT_BUILD_CONSOLE },	{ "console", PXEBOOT_BUILD_CONSOLE },	{ "cpair", PXEBOOT_BUILD_CONSOLE },
	{ "imgtrust", PXEBOOT_BUILD_IMGTRUST },	{ "imgverify", PXEBOOT_BUILD_IMGTRUST },
	{ "md5sum", PXEBOOT_BUILD_DIGEST },	{ "sha1sum", PXEBOOT_BUILD_DIGEST },	{ "sha224sum", PXEBOOT_BUILD_DIGEST },
	{ "sha256sum", PXEBOOT_BUILD_DIGEST },	{ "sha384sum", PXEBOOT_BUILD_DIGEST },	{ "sha512sum", PXEBOOT_BUILD_DIGEST },
	{ "nslookup", PXEBOOT_BUILD_NSLOOKUP },	{ "ntp", PXEBOOT_BUILD_NTP },
	{ "param", PXEBOOT_BUILD_PARAM },	{ "params", PXEBOOT_BUILD_PARAM },
	{ "ping", PXEBOOT_BUILD_PING },		{ "poweroff", PXEBOOT_BUILD_POWEROFF },
	{ "reboot", PXEBOOT_BUILD_REBOOT },	{ "shim", PXEBOOT_BUILD_SHIM },
	{ "time", PXEBOOT_BUILD_TIME },		{ "vcreate", PXEBOOT_BUILD_VLAN },	{ "vdestroy", PXEBOOT_BUILD_VLAN },
};

int lint_command_feature(const struct lint_command *command)
{
	for (size_t i = 0; i < ARRAY_SIZE(switched); i++)
		if (strcmp(switched[i].name, command->name) == 0)
			return switched[i].feature;
	return -1;
}

const char *lint_whose(const struct lint *lint)
{
	return lint->build && lint_target_is_package(lint->target) ? "an iPXE as old as the own build"
								    : lint_target_label(lint->target);
}

/* ---- Versions ------------------------------------------------------------------------------------------------- */

#define PARTS 3
#define OF_2023 20230501		/* since when there is what Debian 13's has */

static bool is_version(const char *version, unsigned ret_parts[PARTS], const char **ret_rest)
{
	char *end;

	for (int i = 0; i < PARTS; i++, version = end) {
		if (i > 0 && *version++ != '.')
			return false;
		if (!isdigit((unsigned char)*version))
			return false;
		ret_parts[i] = (unsigned)strtoul(version, &end, 10);
	}
	*ret_rest = version;
	return true;
}

/* "git20250501", as distributions name what lies between two releases; 0: nobody says. */
static unsigned long date_in(const char *text)
{
	for (; *text; text++) {
		size_t digits = strspn(text, "0123456789");

		if (digits == 8 && strncmp(text, "20", 2) == 0 && !isalpha((unsigned char)text[digits]))
			return strtoul(text, NULL, 10);
		text += digits ? digits - 1 : 0;
	}
	return 0;
}

enum pxeboot_lint_target pxeboot_lint_target_of(const struct pxeboot_build *build)
{
	bool has_shim = build->features >> PXEBOOT_BUILD_SHIM & 1;
	unsigned parts[PARTS];
	const char *rest;

	if (!build->version || !is_version(build->version, parts, &rest))
		return PXEBOOT_LINT_HEAD;
	if (parts[0] >= 2)
		return parts[0] > 2 || parts[1] || parts[2] ? PXEBOOT_LINT_HEAD : PXEBOOT_LINT_2_0_0;
	if (parts[0] == 1 && parts[1] == 0)
		return PXEBOOT_LINT_D12;
	return *rest && (has_shim || date_in(rest) >= OF_2023) ? PXEBOOT_LINT_D13 : PXEBOOT_LINT_1_21_1;
}
