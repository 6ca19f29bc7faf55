/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in: UEFI. */
#ifndef CONFIG_DEFAULTS_EFI_H
#define CONFIG_DEFAULTS_EFI_H

#define CONSOLE_EFI
#define REBOOT_EFI
#define SANBOOT_EFI
#define DOWNLOAD_PROTO_FILE
#define IMAGE_EFI
#define IMAGE_SCRIPT
#define REBOOT_CMD
#if defined ( __i386__ ) || defined ( __x86_64__ )
#define CPUID_CMD
#endif

#endif
