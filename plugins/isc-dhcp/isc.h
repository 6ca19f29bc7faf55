/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the writer for ISC dhcpd share.  A file is written by one writer from top to bottom; what can't be
 * said in dhcpd.conf is told once and refuses the whole.
 */
#ifndef ISC_DHCP_ISC_H
#define ISC_DHCP_ISC_H

#include "base/diagnostics.h"
#include "boot_names.h"
#include "plugin.h"

/* What dhcpd also looks at when it starts, without a packet, complains of each `hardware`; this keeps it away. */
#define ISC_A_PACKET "if exists dhcp-message-type {"

struct isc_writer {
	const struct pxeboot_policy *policy;
	struct text *out;
	struct pxeboot_diagnostics *findings;
	int error;			/* 0 or what refuses the whole */

	const char *address, *user_class, *one_name;	/* settings; the last two or NULL */
	struct boot_pair pairs[BOOT_PAIRS];	/* that are noted, the one that wins first */
	size_t n_pairs;
	struct boot_own_loaders loaders;	/* a machine's note is their index */
	bool raspberry_pi;		/* their boot ROMs are told to fetch their firmware */
};

/* ---- lines.c: the language */

/* Writes one line; %-arguments are ours or went through isc_add_string(). */
void isc_line(struct isc_writer *writer, const char *format, ...) PRINTF_LIKE(2, 3);
void isc_heading(struct isc_writer *writer, const char *words);
/* Adds it in quotes, whatever it holds. */
void isc_add_string(struct text *text, const char *value);
/* Adds "50:58:45" for "PXE". */
void isc_add_hex(struct text *text, const uint8_t *bytes, size_t length);
/* Adds the word between alternatives: nothing before the first.  `and` and `or` have one precedence in dhcpd, the first
 * comes first: both together need brackets. */
void isc_add_or(struct text *condition);
/* Writes the statements that hand out a file.  @indent: tabs before each. */
void isc_boot(struct isc_writer *writer, const char *indent, const char *file);
/* The same for a path, and for the URL that HTTP Boot needs in its place; either may be NULL. */
void isc_boot_both(struct isc_writer *writer, const char *path, const char *url);

/* ---- notes.c: who asks, noted in options that are never sent */

void isc_write_notes(struct isc_writer *writer);

/* ---- machines.c: which machine */

/* Notes whose machines have a loader of their own. */
void isc_write_own_loaders(struct isc_writer *writer);
/* Adds the condition under which a client is in the group. */
void isc_add_group(struct text *condition, const struct pxeboot_group *group, const struct isc_writer *writer);

/* ---- writer.c, check.c, verify.c, plugin.c */

/* Does this policy leave DHCP to dhcpd? */
bool isc_is_wanted(const struct pxeboot_policy *policy);
int isc_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings);
int isc_check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings);
int isc_verify(const char *candidate, struct pxeboot_diagnostics *findings);

#endif
