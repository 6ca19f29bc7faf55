/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of machines, for whoever sees a part of it (dnsmasq's hook and Lua module, live answers) or says how it goes on (the
 * commands): the store of what was seen, and the files of one-shot boots, changed together.
 *
 * What ends a one-shot boot changes its file first, then its record; what begins one does so the other way round.  So whoever
 * is killed between the two leaves a one-shot boot that is over, or one that has not begun, and whoever comes next to the
 * machine brings both together.  A file that no record stands behind is ended: nothing is installed on a guess.
 *
 * A machine's key is the first MAC address of its host, else the one that it asked with.
 */
#ifndef LIFE_H
#define LIFE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"
#include "pxeboot.h"

struct life_conf {
	const char *root;		/* the boot root */
	const char *state;		/* the store's directory */
	const char *user_class;		/* how the own build of iPXE names itself, or NULL; for dnsmasq's leases alone */
	unsigned own_archs;		/* bits of the architectures that have it */
	bool is_served_by_dhcp;		/* nobody sees what machines fetch */
	bool is_brief;			/* it is there for one event: PXEBOOT_STATE_BRIEF */
	/* Is told what an administrator should know: LOG_WARNING and the like from syslog(3), one line, all foreign text
	 * escaped.  A store that is lost may bring a line for each machine.  May be NULL. */
	void (*say)(void *context, int priority, const char *text);
	void *context;
};

struct life;

/* Takes copies of the texts.  The store is opened when it is needed first. */
int life_new(const struct life_conf *conf, struct life **ret_life) MUST_USE;
void life_free(struct life *life);		/* NULL is fine */
const struct life_conf *life_conf(const struct life *life);
/* As conf's say(). */
void life_say(const struct life *life, int priority, const char *format, ...) PRINTF_LIKE(3, 4);

/* Whose interface is it?  The host's key, as its script in the boot root tells, else the address itself.  -EINVAL: no MAC
 * address. */
int life_machine(const struct life *life, const char *mac, char ret_key[PXEBOOT_KEY_SIZE]) MUST_USE;
/* Which machine had the address last?  -ENOENT. */
int life_machine_at(struct life *life, const char *address, char ret_key[PXEBOOT_KEY_SIZE]) MUST_USE;

/* What is done between the two costs the disk one change: it is written down, all of it, when life_commit() has returned 0; else
 * none of it is, although files of one-shot boots that ended have: whoever does it again without a group brings both together.
 * In a group a store that was moved aside is not opened anew, and an event that fails ends no one-shot boot: the caller does it
 * again alone, where that is decided.  Errors are those of pxeboot_state_begin() and _commit(). */
int life_begin(struct life *life) MUST_USE;
int life_commit(struct life *life) MUST_USE;

/* Writes an event down and does what follows from it.  @ret_record, if it is not NULL, is then the machine as it stands; the
 * caller frees it.  0; 1 nothing changed; -EACCES a wrong token; what pxeboot_state_update() returns, and what the files of
 * one-shot boots give: then nothing has changed, unless it was a one-shot boot's end; and if the event was the fetch of a
 * one-shot boot's file, that has ended, too: nobody could ever tell it from one that is still to come. */
int life_note(struct life *life, const char *key, const struct pxeboot_event *event,
	      struct pxeboot_record **ret_record) MUST_USE;

/* Looks at a machine's record while an event changes it, so that it is read once. */
struct life_look {
	/* What will the machine have been given?  @boot: what its one-shot boot says then, or NULL.  That becomes the event's
	 * profile, which must outlive the call. */
	const char *(*foresee)(void *context, const char *boot);
	/* The record as the event has left it; lent.  0, or a negative errno: nothing is changed then. */
	int (*see)(void *context, const struct pxeboot_record *record);
	void *context;
};

/* The same, with a look at the record. */
int life_note_with(struct life *life, const char *key, const struct pxeboot_event *event, const struct life_look *look) MUST_USE;

#define LIFE_TOKEN_SIZE 45		/* with its NUL: the key's 12 hexadecimal digits, 32 random ones */

/* Whose token would that be?  -EINVAL: nobody's, it is none. */
int life_token_key(const char *token, char ret_key[PXEBOOT_KEY_SIZE]) MUST_USE;

/* What an installer shows when it is done.  0; 1 it was so already; -EINVAL that is no token; -EACCES it is nobody's. */
int life_done(struct life *life, const char *token, int64_t now) MUST_USE;

/* Writes the scripts of a round; each may be NULL.  The caller of write() frees @ret_script and @ret_then. */
struct life_scripts {
	int (*write)(void *context, const char *token, uint32_t round, char **ret_script, char **ret_then);
	void *context;
	bool has_token_file;		/* TFTP can say done */
};

/* Arms a one-shot boot with a token of its own, which it writes to @ret_token; @arming->token is not looked at.  Where its files
 * can't be written that is said, and it is armed all the same: life_refresh() writes them, life_clear() takes it back. */
int life_arm(struct life *life, const char *key, const struct pxeboot_arming *arming, const struct life_scripts *scripts,
	     char ret_token[LIFE_TOKEN_SIZE]) MUST_USE;
/* Makes the files of a one-shot boot what @scripts say, as far as its record wants them: whoever armed it may have been killed
 * before it wrote them, and the policy that they follow may have changed.  0 when something was written, else 1. */
int life_refresh(struct life *life, const char *key, const struct life_scripts *scripts) MUST_USE;
/* The administrator takes it back.  @policy: what the policy says now, kept in the record; NULL: nothing.  A record that can't
 * be read, a newer version's perhaps, is forgotten with all that it says.  1: there was nothing. */
int life_clear(struct life *life, const char *key, const char *policy, int64_t now) MUST_USE;
/* Brings file and record together where somebody was killed in between.  0 when something changed, else 1. */
int life_settle(struct life *life, const char *key, int64_t now) MUST_USE;

/* The store itself, for reading; NULL and the error when it can't be opened.  Lent until the next call with @life. */
struct pxeboot_state *life_state(struct life *life, int *ret_error) MUST_USE;
/* pxeboot_state_get() and pxeboot_state_update(), with another try where somebody has moved the store aside. */
int life_read(struct life *life, const char *key, struct pxeboot_record **ret_record) MUST_USE;
int life_update(struct life *life, const char *key, int (*change)(void *context, struct pxeboot_record *record),
		void *context) MUST_USE;

#endif
