/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in: the platform's own defaults. */
#ifndef CONFIG_DEFAULTS_H
#define CONFIG_DEFAULTS_H

#define CONFIG_DEFAULTS(platform) <config/defaults/platform.h>
#include CONFIG_DEFAULTS(PLATFORM)

#endif
