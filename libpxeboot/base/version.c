/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The version that the build gave. */
#include "pxeboot.h"

const char *pxeboot_version(void)
{
	return PXEBOOT_VERSION;
}
