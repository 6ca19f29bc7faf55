/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What has happened to machines between two looks at their records.  A record is what is left of all events: of several that
 * came between two looks the last of each kind is told, and how often a machine asked as far as it is written down.
 */
#ifndef CLI_HAPPENING_H
#define CLI_HAPPENING_H

#include "machine.h"

enum happening_kind {
	HAPPENING_NEW,
	HAPPENING_ASKED,
	HAPPENING_FETCHED,
	HAPPENING_GIVEN,
	HAPPENING_ARMED,
	HAPPENING_SERVED,
	HAPPENING_DONE,
	HAPPENING_FAILED,
	HAPPENING_CLEARED,
	HAPPENING_STUCK,
	HAPPENING_FINE,
	HAPPENING_GONE,
	HAPPENING_FORGOTTEN,
	HAPPENING_UNREADABLE,
};
const char *happening_name(enum happening_kind kind);		/* "new", "asked", … */

struct happening {
	enum happening_kind kind;
	int stage;		/* HAPPENING_ASKED; else PXEBOOT_RECORD_NO_STAGE */
	int64_t when;
	char key[PXEBOOT_KEY_SIZE];
	char *name;		/* of its host, or NULL */
	char *text;		/* for people, printable ASCII */
};

struct digest;

struct happenings {
	const char *wanted;			/* of one machine alone; or NULL */
	struct digest *before, *now;		/* by key */
	size_t n_before, n_now, capacity;
	struct happening *list;
	size_t n;
	int error;				/* 0 or -ENOMEM, which sticks */
};

/* A look: begin, every machine, end; then @list is what has happened since the look before, in order of time. */
void happenings_begin(struct happenings *happenings);
/* @record NULL: it can't be read. */
void happenings_see(struct happenings *happenings, const struct pxeboot_policy *policy, const char *key,
		    const struct pxeboot_record *record, int64_t now);
void happenings_end(struct happenings *happenings, int64_t now);
/* Nothing is known of any machine. */
void happenings_forget(struct happenings *happenings);
void happenings_free(struct happenings *happenings);

/* One object on one line; see pxeboot(1). */
void json_happening(const struct happening *happening);

#endif
