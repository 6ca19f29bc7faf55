/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asking another program for its opinion of a file.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "base/text.h"

/* The first of these that can be run, of a NULL-terminated list; NULL: none is installed. */
const char *program_find(const char *const *places);
/* Runs @argv, NULL-terminated, argv[0] a path, with @input to read (NULL: nothing), and collects the beginning of what it
 * says on both outputs.  Its exit status (126 where it could not end by itself), or a negative errno. */
int program_ask(const char *const *argv, const struct text *input, struct text *said) MUST_USE;

#endif
