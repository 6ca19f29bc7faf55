/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in for 2.0.0 and later: kinds of console. */
#ifndef CONFIG_CONSOLE_H
#define CONFIG_CONSOLE_H

#include <config/defaults.h>

#define CONSOLE_FRAMEBUFFER
#define CONSOLE_SYSLOG
#define CONSOLE_SYSLOGS
#if ! defined ( SERIAL_NULL )
//#define CONSOLE_SERIAL
#endif
#if defined ( PLATFORM_pcbios )
#define CONSOLE_PCBIOS
#endif
#if defined ( PLATFORM_efi )
#define CONSOLE_EFI
#endif
#if defined ( PLATFORM_pcbios )
#undef CONSOLE_FRAMEBUFFER
#undef CONSOLE_SYSLOG
#undef CONSOLE_SYSLOGS
#endif
#define KEYBOARD_MAP us
#define LOG_LEVEL LOG_NONE

#include <config/named.h>
#include NAMED_CONFIG(console.h)
#include <config/local/console.h>
#include LOCAL_NAMED_CONFIG(console.h)

#endif
