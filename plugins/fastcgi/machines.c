/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions to plugins/life, asked by the clerk. */
#include "machines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "clerk.h"
#include "life.h"

struct machines {
	struct clerk *clerk;
	struct log *log;
	struct life *life;		/* these are the clerk's */
	int64_t now;			/* of the job at hand */
};

/* One question; what it is about is its own, for it may be left alone. */
struct question {
	struct clerk_job job;
	struct machines *machines;
	struct pxeboot_policy *policy;
	struct pxeboot_client *client;	/* or NULL */
	char *token, *address;		/* or NULL */
	char key[PXEBOOT_KEY_SIZE];
	int64_t now;
	struct machine_progress progress;
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

/* What the machine will have been given: nothing is written down here. */
static const char *foresee(const struct question *question, const struct pxeboot_event *event)
{
	struct pxeboot_record *record = NULL;
	struct pxeboot_progress progress = { NULL, NULL };
	struct pxeboot_decision decision;

	if (life_read(question->machines->life, question->key, &record) == 0 && pxeboot_record_step(record, event) >= 0)
		progress.boot = pxeboot_once_boot(record);
	pxeboot_decide(question->policy, question->client, PXEBOOT_STAGE_SCRIPT, &progress, &decision);
	pxeboot_record_free(record);
	/* The name is the policy's, which outlives the record. */
	return decision.boot;
}

static int keep_progress(struct question *question, const struct pxeboot_record *record)
{
	const char *boot = pxeboot_once_boot(record);
	const char *token = pxeboot_once_is_on(record) ? record->once.token : NULL;

	question->progress.boot = boot ? strdup(boot) : NULL;
	question->progress.token = token ? strdup(token) : NULL;
	return (boot && !question->progress.boot) || (token && !question->progress.token) ? -ENOMEM : 0;
}

static int run_ask(struct clerk_job *job)
{
	struct question *question = (struct question *)job;
	struct pxeboot_record *record = NULL;
	struct pxeboot_event event = { .kind = PXEBOOT_EVENT_SERVED, .when = question->now, .stage = PXEBOOT_STAGE_SCRIPT,
				       .client = question->client, .address = question->address };
	int r = open_life(question);

	if (r < 0)
		return r;
	event.profile = foresee(question, &event);
	r = life_note(question->machines->life, question->key, &event, &record);
	if (r >= 0)
		r = keep_progress(question, record);
	pxeboot_record_free(record);
	return r;
}

static int run_token(struct clerk_job *job)
{
	struct question *question = (struct question *)job;
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

static int run_done(struct clerk_job *job)
{
	struct question *question = (struct question *)job;
	int r = open_life(question);

	return r ? r : life_done(question->machines->life, question->token, question->now);
}

/* ---- In the askers' threads ------------------------------------------------------------------------------------- */

static void question_free(struct clerk_job *job)
{
	struct question *question = (struct question *)job;

	pxeboot_client_unref(question->client);
	pxeboot_policy_unref(question->policy);
	machine_progress_free(&question->progress);
	free(question->token);
	free(question->address);
	free(question);
}

static struct question *question_new(struct machines *machines, struct pxeboot_policy *policy,
				     int (*run)(struct clerk_job *job), int64_t now)
{
	struct question *question = calloc(1, sizeof(*question));

	if (!question)
		return NULL;
	question->job.run = run;
	question->job.free = question_free;
	question->machines = machines;
	question->policy = pxeboot_policy_ref(policy);
	question->now = now;
	return question;
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
	return snprintf(ret_key, PXEBOOT_KEY_SIZE, "%s", mac) < PXEBOOT_KEY_SIZE ? 0 : -ENODATA;
}

static void tell_trouble(struct machines *machines, const char *key, int error, int64_t now)
{
	if (error != -ENOTSUP)
		log_client(machines->log, now, LOG_WARNING, "%s: nobody can tell what its one-shot boot is at: it gets what the "
			   "policy says: %s", key, strerror(-error));
}

/* A client belongs to one thread, and the clerk may still be at it when its asker has gone on. */
static int copy_client(const struct pxeboot_client *client, struct pxeboot_client **ret_copy)
{
	struct pxeboot_client *copy;
	const char *text;
	int r = pxeboot_client_new(&copy);

	for (int fact = 0; fact < PXEBOOT_FACT_COUNT && !r; fact++)
		if (pxeboot_client_get(client, fact, &text) == 0)
			r = pxeboot_client_set(copy, fact, text, NULL);
	if (r)
		return r;
	*ret_copy = copy;
	return 0;
}

static int fill_in(struct question *question, const struct pxeboot_client *client, const char *address)
{
	question->address = address ? strdup(address) : NULL;
	if (address && !question->address)
		return -ENOMEM;
	return copy_client(client, &question->client);
}

/* What became of it; what it has found goes to @ret_progress. */
static int ask(struct question *question, struct machine_progress *ret_progress)
{
	int r = clerk_do(question->machines->clerk, &question->job);

	if (r == -ETIMEDOUT)
		return r;
	if (r >= 0 && ret_progress) {
		*ret_progress = question->progress;
		question->progress = (struct machine_progress){ NULL, NULL };
	}
	question_free(&question->job);
	return r;
}

int machines_ask(struct machines *machines, struct pxeboot_policy *policy, const struct pxeboot_client *client,
		 const char *address, int64_t now, struct machine_progress *ret_progress)
{
	struct question *question;
	char key[PXEBOOT_KEY_SIZE];
	int r;

	*ret_progress = (struct machine_progress){ NULL, NULL };
	if (machine_key(policy, client, key))
		return 0;
	question = question_new(machines, policy, run_ask, now);
	if (!question)
		return -ENOMEM;
	memcpy(question->key, key, sizeof(key));
	r = fill_in(question, client, address);
	if (r) {
		question_free(&question->job);
		return r;
	}
	r = ask(question, ret_progress);
	if (r < 0)
		tell_trouble(machines, key, r, now);
	return 0;
}

void machine_progress_free(struct machine_progress *progress)
{
	free(progress->boot);
	free(progress->token);
	*progress = (struct machine_progress){ NULL, NULL };
}

static int ask_of_token(struct machines *machines, struct pxeboot_policy *policy, int (*run)(struct clerk_job *job),
			const char *token, int64_t now, char key[PXEBOOT_KEY_SIZE], struct machine_progress *ret_progress)
{
	struct question *question;

	if (life_token_key(token, key))
		return -EACCES;
	question = question_new(machines, policy, run, now);
	if (!question)
		return -ENOMEM;
	memcpy(question->key, key, PXEBOOT_KEY_SIZE);
	question->token = strdup(token);
	if (!question->token) {
		question_free(&question->job);
		return -ENOMEM;
	}
	return ask(question, ret_progress);
}

int machines_token(struct machines *machines, struct pxeboot_policy *policy, const char *token, int64_t now,
		   char ret_key[PXEBOOT_KEY_SIZE], struct machine_progress *ret_progress)
{
	char key[PXEBOOT_KEY_SIZE];
	int r = ask_of_token(machines, policy, run_token, token, now, key, ret_progress);

	if (!r)
		memcpy(ret_key, key, sizeof(key));
	return r;
}

int machines_done(struct machines *machines, struct pxeboot_policy *policy, const char *token, int64_t now)
{
	char key[PXEBOOT_KEY_SIZE];

	return ask_of_token(machines, policy, run_done, token, now, key, NULL);
}

int machines_new(struct log *log, struct machines **ret_machines)
{
	struct machines *machines = calloc(1, sizeof(*machines));
	int r;

	if (!machines)
		return -ENOMEM;
	machines->log = log;
	r = clerk_new(&machines->clerk);
	if (r)
		free(machines);
	else
		*ret_machines = machines;
	return r;
}

void machines_free(struct machines *machines)
{
	if (!machines || clerk_free(machines->clerk))
		return;
	life_free(machines->life);
	free(machines);
}
