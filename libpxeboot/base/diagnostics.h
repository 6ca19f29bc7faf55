/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list of findings that public functions fill; its public half is in pxeboot.h.
 */
#ifndef BASE_DIAGNOSTICS_H
#define BASE_DIAGNOSTICS_H

#include <stdarg.h>

#include "base/macro.h"
#include "pxeboot.h"

/* A place in a text file; @file is lent by whoever owns the location. @line 0 means the file as a whole. */
struct location {
	const char *file;
	unsigned line;
};

/* Adds a finding; everything is copied.  @list may be NULL (nobody listens).  User text in it must have been escaped
 * (text_add_escaped).  Out of memory is remembered and told by pxeboot_diagnostics_error(). */
void diagnostics_add(struct pxeboot_diagnostics *list, enum pxeboot_severity severity, const char *id,
		     struct location where, const char *format, ...) PRINTF_LIKE(5, 6);
void diagnostics_addv(struct pxeboot_diagnostics *list, enum pxeboot_severity severity, const char *id,
		      struct location where, const char *format, va_list arguments) PRINTF_LIKE(5, 0);
/* The same, about a file: "PATH: …".  The path is escaped here. */
void diagnostics_add_pathv(struct pxeboot_diagnostics *list, enum pxeboot_severity severity, const char *id,
			   struct location where, const char *path, const char *format, va_list arguments) PRINTF_LIKE(6, 0);
/* The same, with a column: bytes from 1. */
void diagnostics_add_at(struct pxeboot_diagnostics *list, enum pxeboot_severity severity, const char *id,
			struct location where, unsigned column, const char *format, ...) PRINTF_LIKE(6, 7);

#endif
