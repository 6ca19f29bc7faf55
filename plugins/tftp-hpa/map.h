/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The map of in.tftpd 5.2: what a rule is, and which rules it must never be given.
 */
#ifndef TFTP_HPA_MAP_H
#define TFTP_HPA_MAP_H

#include "base/diagnostics.h"
#include "base/text.h"
#include "plugin.h"

#define MAP_FILE_MAX (1 << 20)
#define MAP_RULES_MAX 1024		/* in.tftpd looks at no more in one request, matched or not */

/* Checks the rules of @bytes, a text file; findings name @file and the line.  Adds their number to @n_rules.
 * 0, or -EBADMSG when in.tftpd would end, hang, crash or answer garbage. */
int map_check(const char *file, char *bytes, size_t *n_rules, struct pxeboot_diagnostics *findings);

int map_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings);
int map_verify(const char *candidate, struct pxeboot_diagnostics *findings);

#endif
