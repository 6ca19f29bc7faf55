/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-shot boots and the policy (see apply_once.h).  A record keeps the policy's word that was taken up last, so that a once
 * arms once and not with each apply.  All records are read in one go; only what is to change is a transaction.
 */
#include "apply_once.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "manifest.h"
#include "once_file.h"
#include "one_shot.h"
#include "sweep.h"

enum what {
	ARM,			/* the policy says it, and said something else before */
	CLEAR,			/* it said so before, and nobody was given it yet; or the host is gone */
	FORGET,			/* it said so before, and that is over or on its way */
	TAKE,			/* it was taken up before, and nobody remembers what came of it */
	REFRESH,		/* look whether all of it is there */
};

struct todo {
	enum what what;
	size_t index;		/* of the host; not looked at to CLEAR and FORGET */
	char key[PXEBOOT_KEY_SIZE];
};

struct job {
	struct session *session;
	const struct pxeboot_policy *policy;
	bool dry_run;
	struct sight sight;
	struct life *life;
	bool *seen;		/* of each host: it has a record that says something */
	struct manifest taken;	/* what was taken up: a store may be lost, and nobody wants to be installed again for that */
	struct todo *list;
	size_t n, counts[REFRESH + 1];
	int64_t now;
};

/* ---- What is to be done ------------------------------------------------------------------------------------------- */

static int add(struct job *job, enum what what, size_t index, const char *key)
{
	struct todo *todo;

	/* Powers of two: the list is full exactly when its count is one. */
	if (!(job->n & (job->n - 1))) {
		todo = reallocarray(job->list, job->n ? 2 * job->n : 1, sizeof(*todo));
		if (!todo)
			return -ENOMEM;
		job->list = todo;
	}
	todo = &job->list[job->n++];
	*todo = (struct todo){ .what = what, .index = index };
	snprintf(todo->key, sizeof(todo->key), "%s", key);
	return 0;
}

/* That it is the policy's is told by its profile: whoever armed another one meant that. */
static bool is_untouched(const struct pxeboot_once *once)
{
	return once->phase == PXEBOOT_ONCE_ARMED && strcmp(once->profile, once->policy) == 0;
}

static enum what to_do(const struct pxeboot_once *once, const char *says)
{
	if (says && (!once->policy || strcmp(once->policy, says) != 0))
		return ARM;
	if (!says && once->policy)
		return is_untouched(once) ? CLEAR : FORGET;
	return REFRESH;
}

static int look_at(void *context, const char *key, const struct pxeboot_record *record)
{
	struct job *job = context;
	struct pxeboot_host host;
	size_t index;
	int r;

	if (!record || (record->once.phase == PXEBOOT_ONCE_NONE && !record->once.policy))
		return 0;
	r = one_shot_host_of(job->policy, key, &index, &host);
	if (r < 0)
		return r == -ENOENT ? add(job, CLEAR, 0, key) : r;
	job->seen[index] = true;
	return add(job, to_do(&record->once, host.once), index, key);
}

static bool has_once(const struct pxeboot_policy *policy)
{
	struct pxeboot_host host;
	size_t first = 0;

	return pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_ONCE, &first, &host) == 0;
}

/* "52-54-00-12-34-56/install": as the list of what was taken up has it. */
static int taken_line(const struct pxeboot_host *host, struct text *out)
{
	text_add(out, host->macs[0]);
	for (char *at = out->bytes; at && *at; at++)
		if (*at == ':')
			*at = '-';
	text_addf(out, "/%s", host->once);
	return out->error;
}

static int look_at_once(struct job *job, size_t index, const struct pxeboot_host *host)
{
	CLEANUP_TEXT struct text line = TEXT_INIT;
	int r = taken_line(host, &line);

	if (r == 0 && !job->seen[index])
		r = add(job, manifest_had(&job->taken, line.bytes) ? TAKE : ARM, index, host->macs[0]);
	return r < 0 ? r : manifest_add(&job->taken, line.bytes);
}

/* Some of which nothing is remembered. */
static int look_at_hosts(struct job *job)
{
	struct pxeboot_host host;
	int r = 0;

	for (size_t i = 0; r == 0 && pxeboot_policy_host_from(job->policy, PXEBOOT_HOST_SAYS_ONCE, &i, &host) == 0; i++)
		if (host.n_macs)
			r = look_at_once(job, i, &host);
	return r;
}

/* ---- Doing it ------------------------------------------------------------------------------------------------------ */

static int arm(struct job *job, const struct todo *todo)
{
	struct one_shot shot = { .policy = job->policy, .index = todo->index, .sight = job->sight };
	char token[LIFE_TOKEN_SIZE];
	int r = pxeboot_policy_host(job->policy, todo->index, &shot.host);

	shot.wish = (struct once_wish){
		shot.host.once, shot.host.then, shot.host.until_done ? PXEBOOT_ONCE_UNTIL_DONE : PXEBOOT_ONCE_NEXT_BOOT,
		PXEBOOT_ARCH_NONE,
	};
	shot.tries = shot.host.tries;
	return r < 0 ? r : one_shot_arm(job->life, &shot, shot.host.once, job->now, token);
}

/* @context: the policy's word, or NULL. */
static int take(void *context, struct pxeboot_record *record)
{
	record->once.policy = context;
	return 0;
}

static int take_word(struct job *job, const struct todo *todo)
{
	struct pxeboot_host host;
	int r = pxeboot_policy_host(job->policy, todo->index, &host);

	return r < 0 ? r : life_update(job->life, todo->key, take, (void *)(uintptr_t)host.once);
}

/* What nobody can boot any more is taken back; the host boots as the policy says. */
static int refresh(struct job *job, const struct todo *todo)
{
	struct pxeboot_record *record;
	int r = life_settle(job->life, todo->key, job->now);

	if (r >= 0)
		r = life_read(job->life, todo->key, &record);
	if (r < 0)
		return r;
	r = one_shot_refresh(job->life, job->policy, &job->sight, record);
	if (r == -ENOENT) {
		fprintf(stderr, "pxeboot apply: %s: its one-shot boot is taken back: what it goes to is no longer in the policy\n",
			todo->key);
		r = life_clear(job->life, todo->key, record->once.policy, job->now);
	}
	pxeboot_record_free(record);
	return r;
}

static bool is_unreadable(struct job *job, const char *key)
{
	struct pxeboot_record *record;
	int r = life_read(job->life, key, &record);

	if (r == 0)
		pxeboot_record_free(record);
	return r == -EBADMSG;
}

/* Nobody can tell what to do about a machine whose record can't be read; the others go on.  What came of it otherwise. */
static int pass_over(struct job *job, const char *key, int r)
{
	if (r != -EBADMSG || !is_unreadable(job, key))
		return r;
	fprintf(stderr, "pxeboot apply: %s: its one-shot boot is left as it is: what is remembered of it can't be read, or is a newer "
		"version's; 'pxeboot once HOST --clear' forgets it\n", key);
	return 1;
}

/* 0 when something changed, else 1. */
static int carry_out(struct job *job, const struct todo *todo)
{
	switch (todo->what) {
	case ARM:
		return arm(job, todo);
	case CLEAR:
		return life_clear(job->life, todo->key, NULL, job->now);
	case FORGET:
		return life_update(job->life, todo->key, take, NULL);
	case TAKE:
		return take_word(job, todo);
	case REFRESH:
		return refresh(job, todo);
	}
	return -EINVAL;
}

/* One whose record was lost, or which somebody was killed over, is brought to an end. */
static int settle(void *context, const char *key)
{
	struct job *job = context;
	int r = pass_over(job, key, life_settle(job->life, key, job->now));

	if (r == 0)
		job->counts[REFRESH]++;
	return r < 0 ? r : 0;
}

static void show(const struct job *job, const struct todo *todo)
{
	struct pxeboot_host host = { .name = todo->key };

	if (todo->what == ARM && pxeboot_policy_host(job->policy, todo->index, &host) == 0)
		printf("would arm the one-shot boot of %s: %s\n", host.name, host.once);
	else if (todo->what == CLEAR)
		printf("would take back the one-shot boot of %s\n", todo->key);
}

static int carry_out_all(struct job *job)
{
	int r = 0;

	for (size_t i = 0; i < job->n && r >= 0; i++) {
		if (job->dry_run) {
			show(job, &job->list[i]);
			continue;
		}
		r = pass_over(job, job->list[i].key, carry_out(job, &job->list[i]));
		if (r == 0)
			job->counts[job->list[i].what]++;
	}
	return r < 0 ? r : 0;
}

static void summarise(const struct job *job)
{
	if (job->counts[ARM] + job->counts[CLEAR] + job->counts[REFRESH])
		printf("one-shot boots: %zu armed, %zu taken back, %zu completed\n", job->counts[ARM], job->counts[CLEAR],
		       job->counts[REFRESH]);
	if (job->counts[TAKE])
		fprintf(stderr, "pxeboot apply: nobody remembers any more whether %zu hosts have had their once: it is not armed "
			"again; 'pxeboot once HOST PROFILE' does, where it is wanted\n", job->counts[TAKE]);
}

/* ---- The store ----------------------------------------------------------------------------------------------------- */

/* Looking makes nothing: 1 when there is no store yet. */
static int look_only(struct job *job)
{
	struct pxeboot_state *state;
	int r = pxeboot_state_open(pxeboot_policy_get(job->policy, "server.state"), PXEBOOT_STATE_LOOK, NULL, &state);

	if (r == -ENOENT || r == -ENOTDIR)
		return 1;
	if (r < 0)
		return r;
	if (job->dry_run)
		r = pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, look_at, job);
	pxeboot_state_close(state);
	return r;
}

static int work(struct job *job)
{
	struct pxeboot_state *state;
	int r = one_shot_life(job->session, &job->life);

	if (r < 0)
		return r;
	r = once_file_each(pxeboot_policy_get(job->policy, "server.root"), settle, job);
	if (r < 0)
		return r;
	state = life_state(job->life, &r);
	if (r == 0)
		r = pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, look_at, job);
	if (r == 0)
		r = look_at_hosts(job);
	if (r == 0)
		r = carry_out_all(job);
	if (r == 0)
		r = sweep_answers(job->life);
	return r < 0 ? r : 0;
}

static int save_taken(struct job *job, bool wanted)
{
	return !job->dry_run && (wanted || job->taken.old) ? manifest_save(&job->taken, MANIFEST_NEW) : 0;
}

static int bring_in_line(struct job *job, bool wanted)
{
	int r = look_only(job);

	if (wanted || (r != 1 && r != -ENOTSUP)) {
		if (r < 0 && r != -EBADMSG)		/* a damaged store is moved aside by who may */
			return r;
		r = job->dry_run ? look_at_hosts(job) : work(job);
		if (r == 0 && job->dry_run)
			r = carry_out_all(job);
		if (r < 0)
			return r;
	}
	return save_taken(job, wanted);
}

static int load_and_bring(struct job *job, bool wanted)
{
	int r = manifest_load(&job->taken, pxeboot_policy_get(job->policy, "server.root"), MANIFEST_ONCE);

	if (r == -EBADMSG)
		fprintf(stderr, "pxeboot apply: %s names what it can't; move it aside to arm every once anew\n", job->taken.path);
	return r < 0 ? r : bring_in_line(job, wanted);
}

int apply_once(struct session *session, bool dry_run)
{
	struct job job = {
		.session = session, .policy = session->policy, .dry_run = dry_run, .sight = one_shot_sight(session->policy),
		.now = time(NULL),
	};
	bool wanted = has_once(session->policy);
	int r;

	job.seen = calloc(pxeboot_policy_host_count(session->policy) + 1, sizeof(*job.seen));
	r = job.seen ? load_and_bring(&job, wanted) : -ENOMEM;
	if (r < 0)
		session_failure(session, "one-shot boots%s: %s: %s", wanted ? "" : " were not looked at",
				pxeboot_policy_get(session->policy, "server.state"),
				r == -ENOTSUP ? "built without LMDB, it remembers no machines" : strerror(-r));
	else
		summarise(&job);
	life_free(job.life);
	manifest_free(&job.taken);
	free(job.list);
	free(job.seen);
	return wanted ? r : 0;
}
