/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in: where a named configuration is looked for. */
#ifndef CONFIG_NAMED_H
#define CONFIG_NAMED_H

#ifdef CONFIG
#define NAMED_CONFIG(header) <config/CONFIG/header>
#else
#define NAMED_CONFIG(header) <config/header>
#endif

#ifdef LOCAL_CONFIG
#define LOCAL_NAMED_CONFIG(header) <config/local/LOCAL_CONFIG/header>
#else
#define LOCAL_NAMED_CONFIG(header) <config/header>
#endif

#endif
