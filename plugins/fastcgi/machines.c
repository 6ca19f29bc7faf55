/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to plugins/life, asked by the clerk. */
#include "machines.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include "life.h"

struct machines {
	struct clerk *clerk;
	struct log *log;
	struct life *life;		/* these are the clerk's */
	int64_t now;			/* of the job at hand */
};

/* ---- In the clerk's thread -------------------------------------------------------------------------------------- */

static void say(void *context, int priority, const char *text)
{
	struct machines *machines = context;

	log_client(machines->log, machines->now, priority, "%s", text);
}

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The policy may have moved them since the last question. */
static int open_life(const struct question *question)
{
	struct machines *machines = question->machines;
	const struct life_conf *old = machines->life ? life_conf(machines->life) : NULL;
	struct life_conf conf = {
		.root = pxeboot_policy_get(question->policy, "server.root"),
		.state = pxeboot_policy_get(question->policy, "server.state"),
		.say = say, .context = machines,
	};

	machines->now = question->now;
	if (!conf.root || !conf.state)
		return -ENOTSUP;
	if (old && is_same_text(old->root, conf.root) && is_same_text(old->state, conf.state))
		return 0;
	life_free(machines->life);
	machines->life = NULL;
	return life_new(&conf, &machines->life);
}

/* The name is the policy's. */
static const char *foresee(void *context, const char *boot)
{
	const struct question *question = context;
	const struct pxeboot_progress progress = { boot, NULL };
	struct pxeboot_decision decision;

	pxeboot_decide(question->policy, question->client, PXEBOOT_STAGE_SCRIPT, &progress, &decision);
	return decision.boot;
}

static int keep_progress(void *context, const struct pxeboot_record *record)
{
	struct machine_progress *progress = &((struct question *)context)->progress;
	const char *boot = pxeboot_once_boot(record);
	const char *token = pxeboot_once_is_on(record) ? record->once.token : NULL;

	machine_progress_free(progress);
	progress->boot = boot ? strdup(boot) : NULL;
	progress->token = token ? strdup(token) : NULL;
	return (boot && !progress->boot) || (token && !progress->token) ? -ENOMEM : 0;
}

/* Where that is kept is open. */
static int note_script(struct question *question)
{
	const struct pxeboot_event event = { .kind = PXEBOOT_EVENT_SERVED, .when = question->now, .stage = PXEBOOT_STAGE_SCRIPT,
					     .client = question->client,
					     .address = *question->address ? question->address : NULL };
	const struct life_look look = { foresee, keep_progress, question };

	question->machines->now = question->now;
	return life_note_with(question->machines->life, question->key, &event, &look);
}

static int run_script(struct question *question)
{
	int r = open_life(question);

	return r < 0 ? r : note_script(question);
}

static int run_token(struct question *question)
{
	struct pxeboot_record *record = NULL;
	int r = open_life(question);

	if (!r)
		r = life_read(question->machines->life, question->key, &record);
	if (r)
		return r == -ENOENT ? -EACCES : r;
	if (pxeboot_once_is_on(record) && pxeboot_once_has_token(record, question->token))
		r = keep_progress(question, record);
	else
		r = -EACCES;
	pxeboot_record_free(record);
	return r;
}

static int run_done(struct question *question)
{
	int r = open_life(question);

	return r ? r : life_done(question->machines->life, question->token, question->now);
}

static int run_alone(struct question *question)
{
	switch (question->kind) {
	case QUESTION_SCRIPT:
		return run_script(question);
	case QUESTION_TOKEN:
		return run_token(question);
	case QUESTION_DONE:
		return run_done(question);
	}
	return -EINVAL;
}

/* ---- Many of them ----------------------------------------------------------------------------------------------- */

static struct question *next_of(const struct question *question)
{
	return (struct question *)question->job.next;
}

/* Most machines come for their script, a whole hall of them at once: what is written down of them is one change, and the
 * disk is waited for once.  Nobody is told anything before that.  What could not be done so is left to be done alone, as is
 * what has another policy, which may keep its state elsewhere. */
static void run_group(struct machines *machines, struct question *first)
{
	int r = open_life(first);

	if (!r)
		r = life_begin(machines->life);
	if (r)
		return;
	for (struct question *question = first; question; question = next_of(question)) {
		question->in_group = question->kind == QUESTION_SCRIPT && question->policy == first->policy;
		if (question->in_group)
			question->job.result = note_script(question);
	}
	r = life_commit(machines->life);
	for (struct question *question = first; question; question = next_of(question)) {
		if (!r && question->job.result >= 0)
			continue;
		question->in_group = false;
		machine_progress_free(&question->progress);
	}
}

static void run_all(void *context, struct clerk_job *jobs)
{
	struct question *first = (struct question *)jobs;

	if (next_of(first))
		run_group(context, first);
	for (struct question *question = first; question; question = next_of(question))
		if (!question->in_group)
			question->job.result = run_alone(question);
}

/* ---- In the askers' threads ------------------------------------------------------------------------------------- */

static void free_job(struct clerk_job *job)
{
	question_free((struct question *)job);
}

void question_free(struct question *question)
{
	if (!question)
		return;
	pxeboot_client_unref(question->client);
	pxeboot_policy_unref(question->policy);
	machine_progress_free(&question->progress);
	free(question->token);
	free(question);
}

static int question_new(const struct asking *asking, enum question_kind kind, const char *key, struct question **ret_question)
{
	struct question *question = calloc(1, sizeof(*question));

	if (!question)
		return -ENOMEM;
	question->job.free = free_job;
	question->kind = kind;
	question->machines = asking->machines;
	question->policy = pxeboot_policy_ref(asking->policy);
	question->now = asking->now;
	memcpy(question->key, key, sizeof(question->key));
	*ret_question = question;
	return 0;
}

static bool copy_text(const char *text, char *to, size_t room)
{
	size_t length = strlen(text);

	if (length < room)
		memcpy(to, text, length + 1);
	return length < room;
}

int machine_key(const struct pxeboot_policy *policy, const struct pxeboot_client *client, char ret_key[PXEBOOT_KEY_SIZE])
{
	struct pxeboot_host host = { .n_macs = 0 };
	const char *mac = NULL;
	size_t index;

	if (pxeboot_policy_host_of(policy, client, &index) == 0)
		pxeboot_policy_host(policy, index, &host);
	if (host.n_macs)
		mac = host.macs[0];
	else if (pxeboot_client_get(client, PXEBOOT_FACT_MAC, &mac) || !*mac)
		return -ENODATA;
	return copy_text(mac, ret_key, PXEBOOT_KEY_SIZE) ? 0 : -ENODATA;
}

int question_of_script(const struct asking *asking, struct pxeboot_client *client, const char *address,
		       struct question **ret_question)
{
	struct question *question;
	char key[PXEBOOT_KEY_SIZE];
	int r = machine_key(asking->policy, client, key);

	if (!r)
		r = question_new(asking, QUESTION_SCRIPT, key, &question);
	if (r)
		return r;
	if (address && !copy_text(address, question->address, sizeof(question->address)))
		*question->address = '\0';
	question->client = client;
	*ret_question = question;
	return 0;
}

int question_of_token(const struct asking *asking, enum question_kind kind, const char *token, struct question **ret_question)
{
	struct question *question;
	char key[PXEBOOT_KEY_SIZE];
	int r = life_token_key(token, key) ? -EACCES : 0;

	if (!r)
		r = question_new(asking, kind, key, &question);
	if (r)
		return r;
	question->token = strdup(token);
	if (!question->token) {
		question_free(question);
		return -ENOMEM;
	}
	*ret_question = question;
	return 0;
}

void machines_tell_trouble(const struct asking *asking, const char *key, int error)
{
	if (error != -ENOTSUP)
		log_client(asking->machines->log, asking->now, LOG_WARNING, "%s: nobody can tell what its one-shot boot is at: it "
			   "gets what the policy says: %s", key, strerror(-error));
}

void machine_progress_free(struct machine_progress *progress)
{
	free(progress->boot);
	free(progress->token);
	*progress = (struct machine_progress){ NULL, NULL };
}

int machines_new(struct log *log, struct machines **ret_machines)
{
	struct machines *machines = calloc(1, sizeof(*machines));
	int r;

	if (!machines)
		return -ENOMEM;
	machines->log = log;
	r = clerk_new(run_all, machines, &machines->clerk);
	if (r)
		free(machines);
	else
		*ret_machines = machines;
	return r;
}

struct clerk *machines_clerk(const struct machines *machines)
{
	return machines->clerk;
}

void machines_free(struct machines *machines)
{
	if (!machines || clerk_free(machines->clerk))
		return;
	life_free(machines->life);
	free(machines);
}
