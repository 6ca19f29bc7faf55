/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in: kinds of console, the usual one by the platform's defaults. */
#ifndef CONFIG_CONSOLE_H
#define CONFIG_CONSOLE_H

#include <config/defaults.h>

//#define CONSOLE_SERIAL
//#define CONSOLE_FRAMEBUFFER
//#define CONSOLE_SYSLOG
//#define CONSOLE_SYSLOGS
#define KEYBOARD_MAP us
#define LOG_LEVEL LOG_NONE

#include <config/named.h>
#include NAMED_CONFIG(console.h)
#include <config/local/console.h>
#include LOCAL_NAMED_CONFIG(console.h)

#endif
