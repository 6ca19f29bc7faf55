/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kinds of console.  iPXE reads this as config/local/pxeboot/console.h.
 */
#include <config/local/pxeboot/options.h>

#undef CONSOLE_FRAMEBUFFER
#if OPTION_FRAMEBUFFER
#define CONSOLE_FRAMEBUFFER
#endif
