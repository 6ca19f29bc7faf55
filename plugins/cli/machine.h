/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One machine as `status`, `watch` and `adopt` see it: its record beside what the policy says of it, and the words for both.
 */
#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

#include "base/text.h"
#include "pxeboot.h"

#define MACHINE_LOOP_SECONDS 300		/* who was looping and has asked within is at it still */
#define MACHINE_LOOP_OVER (24 * 60 * 60)	/* who has not asked within may be fine */
#define MACHINE_DONE_SECONDS (2 * 60 * 60)	/* without a word of done: something has gone wrong */

enum machine_trouble {
	MACHINE_FINE,
	MACHINE_LOOPING,	/* comes to the same stage again and again */
	MACHINE_NOT_DONE,	/* a boot that ends with done, and hasn't for MACHINE_DONE_SECONDS */
	MACHINE_GAVE_UP,	/* all tries of such a boot are used up */
};
#define MACHINE_TROUBLE_COUNT 4

/* Pointers are lent by the record, the policy or the client. */
struct machine {
	const struct pxeboot_record *record;
	struct pxeboot_client *client;		/* of the record's facts */
	struct pxeboot_decision decision;	/* of the policy, at the script stage; all 0 without a policy */
	struct pxeboot_host host;		/* all 0 where it has none */
	bool is_unknown;			/* there is a policy, and no host of it is this machine */
	const char *profile;			/* given last, else what the policy says; or NULL */
	enum machine_trouble trouble;
};

/* @policy may be NULL.  0 or -ENOMEM. */
int machine_make(struct machine *machine, const struct pxeboot_policy *policy, const struct pxeboot_record *record,
		 int64_t now) MUST_USE;
void machine_free(struct machine *machine);

enum machine_trouble machine_trouble(const struct pxeboot_record *record, int64_t now);
/* Is it meant by a name of the policy, a MAC address, UUID, serial number or address? */
bool machine_is(const struct machine *machine, const char *wanted);
/* What its next boot gets, NULL where the policy decides; a boot that was given out and not done counts as over when the
 * next one ends it. */
const char *machine_next(const struct pxeboot_record *record);

/* "looping", "not-done", "gave-up"; NULL for none. */
const char *machine_trouble_name(enum machine_trouble trouble);
const char *machine_mode_name(int mode);	/* "next-boot", "until-done" */
/* "firmware", …; NULL where it has reached none. */
const char *machine_stage_name(const struct pxeboot_record *record);

/* What a client sent, for any place: what is not printable ASCII, and the backslash, is written \xHH or \\. */
void machine_add_text(struct text *text, const char *hostile);
/* What the trouble is, in words; nothing for none. */
void machine_add_trouble(struct text *text, const struct machine *machine, int64_t now);
/* Its architecture, what it says instead, or "-". */
void machine_add_arch(struct text *text, const struct machine *machine);
/* The line that makes it known, for a shell: "pxeboot adopt MAC NAME PROFILE"; nothing without a MAC address. */
void machine_add_adoption(struct text *text, const struct machine *machine);

/* Times.  0 is "never". */
void machine_add_span(struct text *text, int64_t seconds);		/* "3 min" */
void machine_add_age(struct text *text, int64_t then, int64_t now);	/* "3 min ago" */
void machine_add_local(struct text *text, int64_t when);		/* "2026-11-23 07:00:00", in the local zone */
void machine_add_utc(struct text *text, int64_t when);			/* "2026-11-23T07:00:00Z" */

#endif
