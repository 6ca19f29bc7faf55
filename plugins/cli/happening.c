/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records held against what they were.
 */
#include "happening.h"

#include <errno.h>
#include <string.h>

/* What is kept of a record: enough to see that it has changed. */
struct digest {
	char key[PXEBOOT_KEY_SIZE];
	bool is_readable, was_seen;
	bool is_known;			/* to have been there: one-shot boots can be armed for others, too */
	int64_t asked[PXEBOOT_STAGE_COUNT][PXEBOOT_RECORD_ASKED];
	uint32_t file, profile, address;	/* hashes; 0: NULL */
	int phase;
	uint32_t tries, round;
	enum machine_trouble trouble;
};

/* A machine before and now. */
struct look {
	struct happenings *happenings;
	const struct digest *before, *now;
	const struct machine *machine;
	int64_t time;
};

const char *happening_name(enum happening_kind kind)
{
	static const char *const names[] = {
		[HAPPENING_NEW] = "new",
		[HAPPENING_ASKED] = "asked",
		[HAPPENING_FETCHED] = "fetched",
		[HAPPENING_GIVEN] = "given",
		[HAPPENING_ARMED] = "armed",
		[HAPPENING_SERVED] = "served",
		[HAPPENING_DONE] = "done",
		[HAPPENING_FAILED] = "failed",
		[HAPPENING_CLEARED] = "cleared",
		[HAPPENING_STUCK] = "stuck",
		[HAPPENING_FINE] = "fine",
		[HAPPENING_GONE] = "gone",
		[HAPPENING_FORGOTTEN] = "forgotten",
		[HAPPENING_UNREADABLE] = "unreadable",
	};

	return names[kind];
}

/* ---- Digests ------------------------------------------------------------------------------------------------------- */

/* FNV-1a: two texts with the same hash cost a line that nobody sees. */
static uint32_t hash(const char *text)
{
	uint32_t value = 2166136261u;

	if (!text)
		return 0;
	for (; *text; text++)
		value = (value ^ (uint8_t)*text) * 16777619u;
	return value ? value : 1;
}

static void make_digest(struct digest *digest, const char *key, const struct pxeboot_record *record, int64_t now)
{
	*digest = (struct digest){ .is_readable = record };
	strncpy(digest->key, key, sizeof(digest->key) - 1);
	if (!record)
		return;
	digest->is_known = record->last_seen;
	memcpy(digest->asked, record->asked, sizeof(digest->asked));
	digest->file = hash(record->file);
	digest->profile = hash(record->profile);
	digest->address = hash(record->address);
	digest->phase = record->once.phase;
	digest->tries = record->once.tries;
	digest->round = record->once.round;
	digest->trouble = machine_trouble(record, now);
}

static bool is_same(const struct digest *a, const struct digest *b)
{
	return a->is_readable == b->is_readable && a->is_known == b->is_known &&
	       memcmp(a->asked, b->asked, sizeof(a->asked)) == 0 && a->file == b->file && a->profile == b->profile &&
	       a->address == b->address && a->phase == b->phase && a->tries == b->tries && a->round == b->round &&
	       a->trouble == b->trouble;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct digest *)a)->key, ((const struct digest *)b)->key);
}

static struct digest *find(const struct happenings *happenings, const struct digest *wanted)
{
	if (!happenings->n_before)
		return NULL;
	return bsearch(wanted, happenings->before, happenings->n_before, sizeof(*wanted), by_key);
}

static struct digest *next_digest(struct happenings *happenings)
{
	size_t capacity = happenings->capacity;
	struct digest *digests = happenings->now;

	if (happenings->n_now == capacity) {
		capacity = capacity ? 2 * capacity : 64;
		digests = reallocarray(digests, capacity, sizeof(*digests));
		if (!digests) {
			happenings->error = -ENOMEM;
			return NULL;
		}
		happenings->now = digests;
		happenings->capacity = capacity;
	}
	return &digests[happenings->n_now++];
}

/* ---- What has happened --------------------------------------------------------------------------------------------- */

/* Takes the text over. */
static void add(struct happenings *happenings, const struct happening *what, const char *key, const char *name,
		struct text *text)
{
	struct happening *list = reallocarray(happenings->list, happenings->n + 1, sizeof(*list));
	struct happening *happening;

	if (!list) {
		happenings->error = -ENOMEM;
		return;
	}
	happenings->list = list;
	happening = &list[happenings->n];
	*happening = *what;
	happening->name = name ? strdup(name) : NULL;
	strncpy(happening->key, key, sizeof(happening->key) - 1);
	if (text_take(text, &happening->text, NULL) < 0 || (name && !happening->name)) {
		happenings->error = -ENOMEM;
		free(happening->name);
		return;
	}
	happenings->n++;
}

static void tell(const struct look *look, enum happening_kind kind, int64_t when, struct text *text)
{
	struct happening what = { .kind = kind,
				  .stage = PXEBOOT_RECORD_NO_STAGE,
				  .when = when > 0 ? when : look->time };

	add(look->happenings, &what, look->now->key, look->machine->host.name, text);
}

/* @hostile, which may be a client's, follows. */
static void tell_of(const struct look *look, enum happening_kind kind, int64_t when, const char *what,
		    const char *hostile)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_add(&text, what);
	if (hostile)
		machine_add_text(&text, hostile);
	tell(look, kind, when, &text);
}

static void tell_new(const struct look *look)
{
	if (look->now->is_known && !(look->before && look->before->is_known))
		tell_of(look, HAPPENING_NEW, look->machine->record->first_seen,
			look->machine->is_unknown ? "new machine, unknown to the policy" : "new machine", NULL);
}

/* How many of the times are later than what was known; a second may have had more than one. */
static size_t count_asked(const int64_t *before, const int64_t *now)
{
	size_t n = 0;

	if (memcmp(before, now, PXEBOOT_RECORD_ASKED * sizeof(*now)) == 0)
		return 0;
	while (n < PXEBOOT_RECORD_ASKED && now[n] > before[0])
		n++;
	return n ? n : 1;
}

static void tell_stage(const struct look *look, int stage, int64_t when)
{
	static const char *const words[PXEBOOT_STAGE_COUNT] = {
		[PXEBOOT_STAGE_FIRMWARE] = "firmware asked", [PXEBOOT_STAGE_IPXE_FOREIGN] = "foreign iPXE asked",
		[PXEBOOT_STAGE_IPXE] = "iPXE asked", [PXEBOOT_STAGE_SCRIPT] = "boot script runs",
		[PXEBOOT_STAGE_OS] = "operating system asked",
	};
	struct happening what = { .kind = HAPPENING_ASKED, .stage = stage, .when = when };
	const char *address = look->machine->record->address;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_add(&text, words[stage]);
	if (address)
		text_add(&text, ", ");
	machine_add_text(&text, address ? address : "");
	add(look->happenings, &what, look->now->key, look->machine->host.name, &text);
}

static void tell_asked(const struct look *look)
{
	static const int64_t never[PXEBOOT_RECORD_ASKED];

	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++) {
		const int64_t *now = look->now->asked[stage];
		size_t n = count_asked(look->before ? look->before->asked[stage] : never, now);

		while (n-- > 0)
			tell_stage(look, stage, now[n]);
	}
}

static void tell_texts(const struct look *look)
{
	const struct pxeboot_record *record = look->machine->record;
	const struct digest none = { .file = 0 }, *before = look->before ? look->before : &none, *now = look->now;

	if (now->file && now->file != before->file)
		tell_of(look, HAPPENING_FETCHED, record->last_seen, "fetched ", record->file);
	if (now->profile && now->profile != before->profile)
		tell_of(look, HAPPENING_GIVEN, record->last_seen, "was given ", record->profile);
	if (!now->address && before->address)
		tell_of(look, HAPPENING_GONE, 0, "its lease is over", NULL);
}

static void tell_served(const struct look *look)
{
	const struct pxeboot_once *once = &look->machine->record->once;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_add(&text, "one-shot boot served: ");
	machine_add_text(&text, once->profile ? once->profile : "-");
	if (once->mode == PXEBOOT_ONCE_UNTIL_DONE)
		text_addf(&text, ", try %u", once->tries);
	if (once->mode == PXEBOOT_ONCE_UNTIL_DONE && once->tries_max)
		text_addf(&text, " of %u", once->tries_max);
	tell(look, HAPPENING_SERVED, once->changed, &text);
}

static void tell_once(const struct look *look)
{
	const struct digest none = { .phase = PXEBOOT_ONCE_NONE }, *before = look->before ? look->before : &none;
	const struct pxeboot_once *once = &look->machine->record->once;
	const char *then = once->then ? once->then : "as the policy says";

	if (look->now->round != before->round && once->armed)
		tell_of(look, HAPPENING_ARMED, once->armed,
			"one-shot boot armed: ", once->profile ? once->profile : "-");
	else if (look->now->phase == before->phase && once->tries == before->tries)
		return;
	switch ((enum pxeboot_once_phase)once->phase) {
	case PXEBOOT_ONCE_ARMED:
		return;
	case PXEBOOT_ONCE_NONE:
		if (before->phase != PXEBOOT_ONCE_NONE)
			tell_of(look, HAPPENING_CLEARED, once->changed, "one-shot boot taken back", NULL);
		return;
	case PXEBOOT_ONCE_SERVED:
		tell_served(look);
		return;
	case PXEBOOT_ONCE_DONE:
		tell_of(look, HAPPENING_DONE, once->changed, "one-shot boot done; next: ", then);
		return;
	case PXEBOOT_ONCE_FAILED:
		tell_of(look, HAPPENING_FAILED, once->changed, "one-shot boot failed; next: ", then);
		return;
	}
}

static void tell_trouble(const struct look *look)
{
	enum machine_trouble before = look->before ? look->before->trouble : MACHINE_FINE;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (look->now->trouble == before)
		return;
	if (look->now->trouble == MACHINE_FINE)
		text_add(&text, "is no longer stuck");
	machine_add_trouble(&text, look->machine, look->time);
	tell(look, look->now->trouble == MACHINE_FINE ? HAPPENING_FINE : HAPPENING_STUCK,
	     look->machine->record->last_seen, &text);
}

static void tell_all(struct look *look)
{
	static void (*const tellers[])(const struct look *look) = { tell_new, tell_asked, tell_texts, tell_once,
								    tell_trouble };
	const char *wanted = look->happenings->wanted;

	if (wanted && !machine_is(look->machine, wanted))
		return;
	/* Before it could not be read: nobody knows what has changed. */
	if (look->before && !look->before->is_readable)
		look->before = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(tellers); i++)
		tellers[i](look);
}

static void tell_bare(struct happenings *happenings, enum happening_kind kind, int64_t now, const char *key,
		      const char *what)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (happenings->wanted && strcmp(happenings->wanted, key) != 0)
		return;
	text_add(&text, what);
	add(happenings, &(struct happening){ .kind = kind, .stage = PXEBOOT_RECORD_NO_STAGE, .when = now }, key, NULL,
	    &text);
}

/* ---- Looks --------------------------------------------------------------------------------------------------------- */

static void free_list(struct happenings *happenings)
{
	for (size_t i = 0; i < happenings->n; i++) {
		free(happenings->list[i].name);
		free(happenings->list[i].text);
	}
	free(happenings->list);
	happenings->list = NULL;
	happenings->n = 0;
}

void happenings_begin(struct happenings *happenings)
{
	free_list(happenings);
	happenings->n_now = 0;
}

void happenings_see(struct happenings *happenings, const struct pxeboot_policy *policy, const char *key,
		    const struct pxeboot_record *record, int64_t now)
{
	struct digest *digest = next_digest(happenings), *before;
	struct machine machine;

	if (!digest)
		return;
	make_digest(digest, key, record, now);
	before = find(happenings, digest);
	if (before)
		before->was_seen = true;
	if (before && is_same(before, digest))
		return;
	if (!record) {
		tell_bare(happenings, HAPPENING_UNREADABLE, now, key, "its record can't be read");
	} else if (machine_make(&machine, policy, record, now) < 0) {
		happenings->error = -ENOMEM;
	} else {
		tell_all(&(struct look){ happenings, before, digest, &machine, now });
		machine_free(&machine);
	}
}

/* What happened in the same second stays in the order in which it was told. */
static int by_time(const void *a, const void *b)
{
	int64_t left = ((const struct happening *)a)->when, right = ((const struct happening *)b)->when;

	return (left > right) - (left < right);
}

void happenings_end(struct happenings *happenings, int64_t now)
{
	struct digest *free_again = happenings->before;

	for (size_t i = 0; i < happenings->n_before; i++)
		if (!happenings->before[i].was_seen)
			tell_bare(happenings, HAPPENING_FORGOTTEN, now, happenings->before[i].key, "forgotten");
	if (happenings->n_now)
		qsort(happenings->now, happenings->n_now, sizeof(*happenings->now), by_key);
	if (happenings->n)
		qsort(happenings->list, happenings->n, sizeof(*happenings->list), by_time);	/* glibc's is stable */
	happenings->before = happenings->now;
	happenings->n_before = happenings->n_now;
	happenings->now = NULL;
	happenings->n_now = happenings->capacity = 0;
	free(free_again);
}

void happenings_forget(struct happenings *happenings)
{
	free(happenings->before);
	happenings->before = NULL;
	happenings->n_before = 0;
}

void happenings_free(struct happenings *happenings)
{
	free_list(happenings);
	happenings_forget(happenings);
	free(happenings->now);
	happenings->now = NULL;
}
