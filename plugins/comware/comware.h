/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The DHCP server of switches with Comware 7 (H3C, HPE): lines to be typed or pasted into the switch.
 *
 * A class of clients has rules of which one must match; of the classes that match a client, the first in the order of the
 * address pool gives each option.  So no class can ask for two things at once, and the order must do the rest.
 */
#ifndef COMWARE_COMWARE_H
#define COMWARE_COMWARE_H

#include "base/diagnostics.h"
#include "boot_names.h"
#include "plugin.h"

#define COMWARE_LIST 4			/* numbers of option 93 that are looked at; a class has 16 rules at most */
#define COMWARE_CLASSES_MAX (2 + 2 * BOOT_PAIRS)

enum comware_kind {
	COMWARE_USER_CLASS,		/* option 77 begins so, bare or after a length byte */
	COMWARE_IPXE,			/* the same for any iPXE, or option 175 */
	COMWARE_NUMBERS,		/* option 93 */
	COMWARE_DIGITS,			/* option 60 */
};

struct comware_class {
	enum comware_kind kind;
	const char *begins;		/* a user class */
	const struct boot_pair *pair;	/* of numbers and digits */
	const char *file;		/* what its clients get */
	bool http;			/* option 60 goes along */
	size_t group;			/* its option group is that of the class with this index */
};

struct comware_writer {
	const struct pxeboot_policy *policy;
	struct text *out;
	struct pxeboot_diagnostics *findings;
	int error;			/* 0 or what refuses the whole */

	const char *address, *user_class;	/* settings; the latter or NULL */
	struct text script;			/* a whole URL */
	struct boot_pair pairs[BOOT_PAIRS];
	size_t n_pairs;
	struct comware_class classes[COMWARE_CLASSES_MAX];	/* in the order in which they win */
	size_t n_classes;
};

/* classes.c: who is told apart, and how */
void comware_collect(struct comware_writer *writer);
/* "pxeboot-x64-uefi"; @ret holds 48 bytes */
void comware_class_name(const struct comware_class *class, char ret[48]);
void comware_write_class(struct comware_writer *writer, const struct comware_class *class);

/* limits.c: what can't be said there is told */
void comware_tell_limits(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings);
/* Refuses the whole where @file is too long.  The names and URLs of a policy hold nothing that a switch's command line
 * takes for its own. */
bool comware_can_say(struct comware_writer *writer, const char *file);

/* writer.c */
int comware_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings);
/* For switches without classes: one file name for everybody. */
int comware_write_plain(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings);

#endif
