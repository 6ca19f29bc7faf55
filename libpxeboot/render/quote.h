/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one place where text is quoted for iPXE's script language, which has no quotes and no escapes: it splits at blanks,
 * then looks for comments and operators, then expands settings.  What could be misread is therefore written as a
 * setting that expands to it.
 */
#ifndef RENDER_QUOTE_H
#define RENDER_QUOTE_H

#include <stdbool.h>

#include "base/text.h"

/* Fences around text that is iPXE's own (references to settings); the policy loader lets neither into its texts. */
#define FENCE_OPEN '\x01'
#define FENCE_CLOSE '\x02'

/* Adds @text where it reads the same quoted and as it is, as most texts do; false where it may not, and then nothing has been
 * added. */
bool quote_add_plain(struct text *out, const char *text, bool one_word) MUST_USE;

/* Adds @text, words or one word, and notes in @symbols which settings it uses.
 * 0, or -EBADMSG for a control character or an unfenced "${", -E2BIG for more words than iPXE takes in one command. */
int quote_add(struct text *out, const char *text, bool one_word, unsigned *symbols) MUST_USE;

/* The `set` lines that define the settings used. */
void quote_add_symbols(struct text *out, unsigned symbols);

#endif
