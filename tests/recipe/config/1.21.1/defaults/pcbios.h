/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in: BIOS. */
#ifndef CONFIG_DEFAULTS_PCBIOS_H
#define CONFIG_DEFAULTS_PCBIOS_H

#define CONSOLE_PCBIOS
#define REBOOT_PCBIOS
#define SANBOOT_PCBIOS
#define IMAGE_SCRIPT
#define PXE_STACK
#define PXE_MENU
#define REBOOT_CMD
#define CPUID_CMD

#endif
