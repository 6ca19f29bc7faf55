/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files are told from what they were by what stat(2) says of them. */
#include "current.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "trust.h"

/* What tells one state of a file from another.  All zeros: it is not there. */
struct stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

struct stamps {
	struct stamp *all;
	size_t n;
};

struct current {
	char *path;
	struct log *log;
	pthread_mutex_t lock;		/* of @policy; all else belongs to the thread that looks */
	struct pxeboot_policy *policy;
	struct stamps stamps;		/* of the policy's files, as they were seen last */
	bool again;			/* a file changed while it was being read */
	bool is_wrong;			/* what the files say now */
	unsigned looks;			/* since they were read */
	char *told;			/* what was said of them last */
};

/* ---- Stamps ----------------------------------------------------------------------------------------------------- */

static struct stamp stamp_of(const char *path)
{
	struct stamp stamp;
	struct stat status;

	memset(&stamp, 0, sizeof(stamp));
	if (stat(path, &status) == 0) {
		stamp.device = status.st_dev;
		stamp.inode = status.st_ino;
		stamp.size = status.st_size;
		stamp.modified = status.st_mtim;
		stamp.changed = status.st_ctim;
	}
	return stamp;
}

static bool time_is_equal(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool stamp_is_equal(const struct stamp *a, const struct stamp *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       time_is_equal(&a->modified, &b->modified) && time_is_equal(&a->changed, &b->changed);
}

static int take_stamps(const struct pxeboot_policy *policy, struct stamps *ret_stamps)
{
	struct stamps stamps = { NULL, 0 };
	const char *path;
	size_t n = 0;

	while (pxeboot_policy_file(policy, n, &path) == 0)
		n++;
	stamps.all = calloc(n ? n : 1, sizeof(*stamps.all));
	if (!stamps.all)
		return -ENOMEM;
	for (; stamps.n < n && pxeboot_policy_file(policy, stamps.n, &path) == 0; stamps.n++)
		stamps.all[stamps.n] = stamp_of(path);
	*ret_stamps = stamps;
	return 0;
}

static bool stamps_are_equal(const struct stamps *a, const struct stamps *b)
{
	bool equal = a->n == b->n;

	for (size_t i = 0; equal && i < a->n; i++)
		equal = stamp_is_equal(&a->all[i], &b->all[i]);
	return equal;
}

/* ---- Loading ---------------------------------------------------------------------------------------------------- */

static void add_finding(struct text *text, const struct pxeboot_diagnostic *finding)
{
	if (finding->file)
		text_add_escaped(text, finding->file);
	if (finding->line)
		text_addf(text, ":%u", finding->line);
	text_addf(text, "%s%s: %s [%s]\n", finding->file ? ": " : "", pxeboot_severity_name(finding->severity),
		  finding->text, finding->id);
}

/* What was said last is not said again. */
static void tell(struct current *current, const struct pxeboot_diagnostics *diagnostics)
{
	struct text text = TEXT_INIT;
	const struct pxeboot_diagnostic *finding;
	char *told;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		if (finding->severity != PXEBOOT_NOTE)
			add_finding(&text, finding);
	if (text_take(&text, &told, NULL)) {
		text_free(&text);
		return;
	}
	if (!current->told || strcmp(current->told, told))
		log_lines(current->log, LOG_WARNING, told);
	free(current->told);
	current->told = told;
}

static void put(struct current *current, struct pxeboot_policy *policy)
{
	struct pxeboot_policy *old;

	pthread_mutex_lock(&current->lock);
	old = current->policy;
	current->policy = policy;
	pthread_mutex_unlock(&current->lock);
	pxeboot_policy_unref(old);
}

/* What differs from how it looked before the reading may have changed during it. */
static void keep_stamps(struct current *current, const struct stamps *stamps)
{
	current->again = !stamps_are_equal(stamps, &current->stamps);
	free(current->stamps.all);
	current->stamps = *stamps;
}

static int load(struct current *current)
{
	struct pxeboot_diagnostics *diagnostics = NULL;
	struct pxeboot_policy *policy = NULL;
	struct stamps stamps;
	int r = pxeboot_diagnostics_new(&diagnostics);

	if (r)
		return r;
	current->looks = 0;
	r = pxeboot_policy_load(current->path, diagnostics, &policy);
	if (!r)
		r = trust_policy(policy, PXEBOOT_ERROR, diagnostics);
	tell(current, diagnostics);
	pxeboot_diagnostics_free(diagnostics);
	if (!r)
		r = take_stamps(policy, &stamps);
	if (r) {
		pxeboot_policy_unref(policy);
		return r;
	}
	keep_stamps(current, &stamps);
	put(current, policy);
	return 0;
}

int current_new(const char *path, struct log *log, struct current **ret_current)
{
	struct current *current = calloc(1, sizeof(*current));
	int r = -ENOMEM;

	if (!current)
		return r;
	current->log = log;
	pthread_mutex_init(&current->lock, NULL);
	current->path = strdup(path);
	if (current->path)
		r = load(current);
	if (r)
		current_free(current);
	else
		*ret_current = current;
	return r;
}

void current_free(struct current *current)
{
	if (!current)
		return;
	pxeboot_policy_unref(current->policy);
	pthread_mutex_destroy(&current->lock);
	free(current->stamps.all);
	free(current->told);
	free(current->path);
	free(current);
}

struct pxeboot_policy *current_get(struct current *current)
{
	struct pxeboot_policy *policy;

	pthread_mutex_lock(&current->lock);
	policy = pxeboot_policy_ref(current->policy);
	pthread_mutex_unlock(&current->lock);
	return policy;
}

/* ---- Looking ---------------------------------------------------------------------------------------------------- */

/* Remembers how the files of the policy in force look now, although they say something else by now or are wrong. */
static bool has_changed(struct current *current)
{
	struct stamps now;
	bool changed;

	if (take_stamps(current->policy, &now))
		return false;
	changed = !stamps_are_equal(&now, &current->stamps);
	free(current->stamps.all);
	current->stamps = now;
	return changed;
}

void current_look(struct current *current)
{
	bool changed = has_changed(current), was_wrong = current->is_wrong;
	int r;

	current->looks++;
	if (!changed && !current->again && !(was_wrong && current->looks >= CURRENT_RETRY))
		return;
	current->again = false;
	r = load(current);
	current->is_wrong = r < 0;
	if (r < 0 && (changed || !was_wrong))
		log_say(current->log, LOG_ERR, "the policy is wrong now (%s): the one before stays in force",
			r == -EBADMSG ? "see above" : strerror(-r));
	else if (!r && (changed || was_wrong))
		log_say(current->log, LOG_NOTICE, "the policy has changed: loaded anew");
}
