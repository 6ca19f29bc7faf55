/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names.  iPXE looks for these in config/local/branding.h alone.  The short name "iPXE" and the addresses of its pages on
 * errors, commands and settings stay as they are.
 */
#include <config/local/pxeboot/options.h>

#undef PRODUCT_NAME
#define PRODUCT_NAME PXEBOOT_NAME

#undef PRODUCT_TAG_LINE
#define PRODUCT_TAG_LINE PXEBOOT_TAG_LINE
