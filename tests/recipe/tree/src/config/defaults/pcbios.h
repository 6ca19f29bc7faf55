/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in: BIOS. */
#ifndef CONFIG_DEFAULTS_PCBIOS_H
#define CONFIG_DEFAULTS_PCBIOS_H

#define REBOOT_PCBIOS
#define SANBOOT_PCBIOS
#define FDT_NULL

#endif
