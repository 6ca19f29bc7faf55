/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is remembered of machines (plugins/life.h): questions that the clerk answers.  Whoever asks waits a second at most,
 * whatever the disk does, and goes on without.
 */
#ifndef FASTCGI_MACHINES_H
#define FASTCGI_MACHINES_H

#include <stdint.h>

#include "clerk.h"
#include "log.h"
#include "pxeboot.h"

struct machines;

int machines_new(struct log *log, struct machines **ret_machines) MUST_USE;
/* Leaves what hangs to itself.  NULL is fine. */
void machines_free(struct machines *machines);
/* To whom the questions go; lent. */
struct clerk *machines_clerk(const struct machines *machines);

/* What a machine's one-shot boot makes of it; each may be NULL. */
struct machine_progress {
	char *boot, *token;
};
void machine_progress_free(struct machine_progress *progress);

enum question_kind {
	/* The client comes for its script: writes that down, which may be the end of its one-shot boot, and says what it gets.
	 * An error: nobody can tell. */
	QUESTION_SCRIPT,
	/* Whose one-shot boot is on, with this token?  0; -EACCES nobody's; other errors when nobody can tell. */
	QUESTION_TOKEN,
	/* An installer is done.  0; 1 it was so already; -EACCES that is nobody's token; other errors when nobody can tell. */
	QUESTION_DONE,
};

#define QUESTION_ADDRESS_SIZE 16	/* bytes of an IPv4 address, with its NUL */

/* What it is about is its own, for it may be left alone; the clerk's, while he has it. */
struct question {
	struct clerk_job job;		/* the result is the answer */
	enum question_kind kind;
	struct machines *machines;
	struct pxeboot_policy *policy;
	struct pxeboot_client *client;	/* or NULL */
	char *token;			/* or NULL */
	char address[QUESTION_ADDRESS_SIZE], key[PXEBOOT_KEY_SIZE];
	int64_t now;
	struct machine_progress progress;
	bool in_group;			/* the clerk's own */
};

/* What all questions of one request share; lent. */
struct asking {
	struct machines *machines;
	struct pxeboot_policy *policy;
	int64_t now;
};

/* The question has @client then.  -ENODATA: nothing is known of who has no MAC address; -ENOMEM. */
int question_of_script(const struct asking *asking, struct pxeboot_client *client, const char *address,
		       struct question **ret_question) MUST_USE;
/* -EACCES: that is nobody's token; -ENOMEM. */
int question_of_token(const struct asking *asking, enum question_kind kind, const char *token,
		      struct question **ret_question) MUST_USE;
void question_free(struct question *question);		/* NULL is fine */

/* Says why a machine is given what the policy says and nothing else. */
void machines_tell_trouble(const struct asking *asking, const char *key, int error);

/* Under what key is the client written down?  Its host's first MAC address, else its own; -ENODATA: it has none. */
int machine_key(const struct pxeboot_policy *policy, const struct pxeboot_client *client,
		char ret_key[PXEBOOT_KEY_SIZE]) MUST_USE;

#endif
