/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Removes the answer files of one-shot boots that are over: answers/TOKEN in the boot root.
 */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include "life.h"

/* Each one that no one-shot boot of @life has as its token, or that is over.  How many were removed, or a negative errno. */
int sweep_answers(struct life *life) MUST_USE;

#endif
