/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one place where text is quoted for GRUB's script language, which knows the shell's single and double quotes.
 * Between the fences of quote.h stands the name of one of GRUB's variables.
 */
#ifndef RENDER_QUOTE_GRUB_H
#define RENDER_QUOTE_GRUB_H

#include <stdbool.h>

#include "base/text.h"

/* Adds @text as one word, in as few quotes as it needs.  0, or -EBADMSG for a control character. */
int quote_grub_word(struct text *out, const char *text) MUST_USE;

/* Adds a kernel's command line, each argument with a blank before it.  GRUB's own double quotes go around an argument
 * that has blanks, so the text's own do not stand in it, and it puts a backslash before quotes and backslashes that do:
 * @ret_changed says that there are any.  0, or -EBADMSG. */
int quote_grub_arguments(struct text *out, const char *text, bool *ret_changed) MUST_USE;

#endif
