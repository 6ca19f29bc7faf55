/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in: UEFI. */
#ifndef CONFIG_DEFAULTS_EFI_H
#define CONFIG_DEFAULTS_EFI_H

#define REBOOT_EFI
#define SANBOOT_EFI
#define FDT_EFI
#if ! defined ( __i386__ ) && ! defined ( __x86_64__ )
#define SERIAL_NULL
#endif

#endif
