/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of an AppArmor profile: which files may be opened.
 */
#ifndef DOCTOR_PATTERN_H
#define DOCTOR_PATTERN_H

#include <stdbool.h>

#include "base/text.h"

/* Does AppArmor's pattern ("/{,usr/}bin/?") match the path?  One that takes too long to try doesn't. */
bool pattern_match(const char *pattern, const char *path);

/* Do the rules allow it, where @mode is 'r', or 'x' for any way of running a program?  @rules is the text of a profile;
 * variables that it defines itself are resolved, what it includes is not looked at. */
bool pattern_allows(const char *rules, const char *path, char mode);

#endif
