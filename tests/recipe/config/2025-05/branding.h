/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stand-in: names, which the tree's own local/branding.h alone may change. */
#ifndef CONFIG_BRANDING_H
#define CONFIG_BRANDING_H

#include <config/defaults.h>

#define PRODUCT_NAME ""
#define PRODUCT_SHORT_NAME "iPXE"
#define PRODUCT_URI "https://ipxe.org"
#define PRODUCT_TAG_LINE "Open Source Network Boot Firmware"
#define PRODUCT_ERROR_URI "https://ipxe.org/%08x"
#define PRODUCT_COMMAND_URI "https://ipxe.org/cmd/%s"
#define PRODUCT_SETTING_URI "https://ipxe.org/cfg/%s"

#include <config/local/branding.h>

#endif
