/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an own build of iPXE may be able to do, by the names that ipxe-src/options.h has for it: "https" is
 * OPTION_HTTPS.
 */
#include <string.h>

#include "base/macro.h"
#include "policy/policy.h"

static const char *const names[] = {
	[PXEBOOT_BUILD_FRAMEBUFFER] = "framebuffer",
	[PXEBOOT_BUILD_PNG] = "png",
	[PXEBOOT_BUILD_HTTPS] = "https",
	[PXEBOOT_BUILD_CONSOLE] = "console",
	[PXEBOOT_BUILD_PARAM] = "param",
	[PXEBOOT_BUILD_NTP] = "ntp",
	[PXEBOOT_BUILD_NSLOOKUP] = "nslookup",
	[PXEBOOT_BUILD_PING] = "ping",
	[PXEBOOT_BUILD_TIME] = "time",
	[PXEBOOT_BUILD_POWEROFF] = "poweroff",
	[PXEBOOT_BUILD_REBOOT] = "reboot",
	[PXEBOOT_BUILD_IMGTRUST] = "imgtrust",
	[PXEBOOT_BUILD_CERT] = "cert",
	[PXEBOOT_BUILD_VLAN] = "vlan",
	[PXEBOOT_BUILD_NFS] = "nfs",
	[PXEBOOT_BUILD_IPV6] = "ipv6",
	[PXEBOOT_BUILD_SHIM] = "shim",
	[PXEBOOT_BUILD_DIGEST] = "digest",
};

_Static_assert(ARRAY_SIZE(names) == PXEBOOT_BUILD_FEATURE_COUNT, "one name for each feature");
_Static_assert(PXEBOOT_BUILD_FEATURE_COUNT <= 32, "features are bits of an unsigned");

const char *pxeboot_build_feature_name(unsigned feature)
{
	return feature < PXEBOOT_BUILD_FEATURE_COUNT ? names[feature] : NULL;
}

int build_feature_by_name(const char *name)
{
	for (int i = 0; i < PXEBOOT_BUILD_FEATURE_COUNT; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}
