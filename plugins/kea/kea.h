/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the Kea writer share: client classes for Kea's DHCPv4 server, in the language of version 2.2 without
 * what later ones have dropped.
 *
 * What is written rests on these habits of Kea: classes are tested in the order in which they stand, a test sees what
 * earlier ones have said, and of the classes that match the first that has a boot file name, a server or an option gives
 * it.  So an answer that wins stands before those that it wins over.
 */
#ifndef KEA_KEA_H
#define KEA_KEA_H

#include "base/diagnostics.h"
#include "base/text.h"
#include "boot_names.h"
#include "plugin.h"

#define KEA_NUMBERS 16		/* that are looked at in option 93: as many as libpxeboot keeps */

struct kea_writer {
	const struct pxeboot_policy *policy;
	struct text *out;
	struct pxeboot_diagnostics *findings;
	int error;			/* 0 or what refuses the whole */
	const char *heading;		/* that the next class stands under, or NULL */
	size_t n_classes;

	const char *address, *user_class;	/* settings; the latter or NULL */
	bool raspberry_pi;		/* their boot ROMs are told to fetch their firmware */
	struct text own;		/* a test: has it a loader of its own? */
	struct boot_pair pairs[BOOT_PAIRS];
	size_t n_pairs;
};

/* A class that answers. */
struct kea_answer {
	const char *file;		/* NULL: the class answers nothing */
	bool http;			/* to HTTP Boot, which wants its word back */
	bool raspberry_pi;		/* no file: option 43 for a boot ROM of theirs */
};

/* ---- language.c */

/* Writes one class; its test is in @test, which is emptied.  Nothing when the test is empty. */
void kea_class(struct kea_writer *writer, const char *name, struct text *test, struct kea_answer answer);
/* Adds a piece of a test, behind " or " where it is not the first of @test. */
void kea_or(struct text *test, const char *format, ...) PRINTF_LIKE(2, 3);
/* The same, where the piece compares bytes: "substring(@what,@from,@length) == 0x…". */
void kea_or_begins(struct text *test, const char *what, unsigned from, const void *bytes, size_t length);
/* Adds "0x505845" for "PXE": no text of anybody's stands in a test as it is. */
void kea_add_hex(struct text *test, const void *bytes, size_t length);
/* Refuses the whole. */
void kea_refuse(struct kea_writer *writer, struct location where, const char *id, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* ---- who.c, machines.c: classes that say who asks, and which machine */

void kea_write_who(struct kea_writer *writer);
void kea_write_groups(struct kea_writer *writer);
void kea_write_group_scripts(struct kea_writer *writer);
void kea_write_own_loaders(struct kea_writer *writer);

/* ---- writer.c, check.c, verify.c */

int kea_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings);
int kea_check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings);
int kea_verify(const char *candidate, struct pxeboot_diagnostics *findings);

#endif
