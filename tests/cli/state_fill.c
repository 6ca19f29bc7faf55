/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * state_fill DIRECTORY: writes machines into a store, as the hook would, for tests of those who look at it.  Standard input has
 * a machine a line:
 *
 *	KEY NAME=VALUE…		sets what NAME says, adds nothing else; the names are in the tables below, or facts'
 *	KEY ask STAGE [ADDRESS]	it asks DHCP, as an event has it
 *	KEY fetch FILE		likewise, and so on
 *	KEY served
 *	KEY done
 *	KEY arm PROFILE [THEN]	until done, 3 tries
 *	KEY remove		forgets it
 *	KEY raw			makes its record one that can't be read
 *	sleep MILLISECONDS
 *
 * Times are seconds from now: -180 is three minutes ago.  %XX in a value is a byte.  Ends with 0 when all was done.
 */
#include <errno.h>
#include <lmdb.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/macro.h"
#include "pxeboot.h"

#define WORDS 64

struct line {
	char *words[WORDS];		/* of NAME=VALUE; lent */
	size_t n;
};

enum kind { KIND_TIME, KIND_COUNT, KIND_TEXT, KIND_STAGE, KIND_PHASE, KIND_MODE };

#define FIELD(name, kind, member) { name, kind, offsetof(struct pxeboot_record, member) }
static const struct {
	const char *name;
	enum kind kind;
	size_t offset;
} fields[] = {
	FIELD("first", KIND_TIME, first_seen),	  FIELD("last", KIND_TIME, last_seen),
	FIELD("stage", KIND_STAGE, stage),	  FIELD("boots", KIND_COUNT, boots),
	FIELD("address", KIND_TEXT, address),	  FIELD("file", KIND_TEXT, file),
	FIELD("profile", KIND_TEXT, profile),	  FIELD("once", KIND_PHASE, once.phase),
	FIELD("mode", KIND_MODE, once.mode),	  FIELD("once-profile", KIND_TEXT, once.profile),
	FIELD("then", KIND_TEXT, once.then),	  FIELD("token", KIND_TEXT, once.token),
	FIELD("policy", KIND_TEXT, once.policy),  FIELD("tries", KIND_COUNT, once.tries),
	FIELD("max", KIND_COUNT, once.tries_max), FIELD("round", KIND_COUNT, once.round),
	FIELD("armed", KIND_TIME, once.armed),	  FIELD("changed", KIND_TIME, once.changed),
};

static int choice(const char *value, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(value, names[i]) == 0)
			return (int)i;
	fprintf(stderr, "state_fill: no such word: %s\n", value);
	exit(2);
}

static void set(void *member, enum kind kind, const char *value)
{
	static const char *const stages[] = { "firmware", "ipxe-foreign", "ipxe", "script", "os" };
	static const char *const phases[] = { "none", "armed", "served", "done", "failed" };
	static const char *const modes[] = { "next-boot", "until-done" };

	switch (kind) {
	case KIND_TIME:
		*(int64_t *)member = (int64_t)time(NULL) + strtoll(value, NULL, 10);
		return;
	case KIND_COUNT:
		*(uint32_t *)member = (uint32_t)strtoul(value, NULL, 10);
		return;
	case KIND_TEXT:
		*(const char **)member = value;
		return;
	case KIND_STAGE:
		*(int *)member = choice(value, stages, ARRAY_SIZE(stages));
		return;
	case KIND_PHASE:
		*(int *)member = choice(value, phases, ARRAY_SIZE(phases));
		return;
	case KIND_MODE:
		*(int *)member = choice(value, modes, ARRAY_SIZE(modes));
		return;
	}
}

/* %XX, in place. */
static void decode(char *value)
{
	char *to = value, pair[3] = "";

	for (; *value; value++) {
		if (*value == '%' && value[1] && value[2]) {
			memcpy(pair, value + 1, 2);
			*to++ = (char)strtoul(pair, NULL, 16);
			value += 2;
		} else {
			*to++ = *value;
		}
	}
	*to = '\0';
}

/* asked0, asked1, asked2: at the stage that was said before. */
static bool set_asked(struct pxeboot_record *record, const char *word, const char *value)
{
	unsigned i;

	if (record->stage < 0 || sscanf(word, "asked%u", &i) != 1 || i >= PXEBOOT_RECORD_ASKED)
		return false;
	set(&record->asked[record->stage][i], KIND_TIME, value);
	return true;
}

static void set_word(struct pxeboot_record *record, char *word)
{
	char *value = strchr(word, '=');
	int fact;

	if (!value) {
		fprintf(stderr, "state_fill: NAME=VALUE expected: %s\n", word);
		exit(2);
	}
	*value++ = '\0';
	decode(value);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strcmp(fields[i].name, word) == 0) {
			set((char *)record + fields[i].offset, fields[i].kind, value);
			return;
		}
	if (set_asked(record, word, value))
		return;
	fact = pxeboot_fact_by_name(word);
	if (fact < 0) {
		fprintf(stderr, "state_fill: no such name: %s\n", word);
		exit(2);
	}
	record->facts[fact] = value;
}

static int change(void *context, struct pxeboot_record *record)
{
	struct line *line = context;

	if (!record->first_seen)
		record->first_seen = record->last_seen = (int64_t)time(NULL);
	for (size_t i = 0; i < line->n; i++)
		set_word(record, line->words[i]);
	return 0;
}

static int step(void *context, struct pxeboot_record *record)
{
	static const char *const stages[] = { "firmware", "ipxe-foreign", "ipxe", "script", "os" };
	const struct line *line = context;
	const char *verb = line->words[0], *first = line->n > 1 ? line->words[1] : NULL;
	struct pxeboot_event event = { .when = (int64_t)time(NULL), .stage = PXEBOOT_RECORD_NO_STAGE };

	if (strcmp(verb, "ask") == 0) {
		event.kind = PXEBOOT_EVENT_ASKED;
		event.stage = choice(first ? first : "", stages, ARRAY_SIZE(stages));
		event.address = line->n > 2 ? line->words[2] : NULL;
	} else if (strcmp(verb, "fetch") == 0) {
		event.kind = PXEBOOT_EVENT_FETCHED;
		event.file = first;
	} else {
		event.kind = strcmp(verb, "served") == 0 ? PXEBOOT_EVENT_SERVED : PXEBOOT_EVENT_DONE;
	}
	return pxeboot_record_step(record, &event);
}

static int arm(void *context, struct pxeboot_record *record)
{
	const struct line *line = context;
	struct pxeboot_arming arming = {
		.profile = line->n > 1 ? line->words[1] : NULL,
		.then = line->n > 2 ? line->words[2] : NULL,
		.token = "SECRET",
		.mode = PXEBOOT_ONCE_UNTIL_DONE,
		.tries_max = 3,
		.when = (int64_t)time(NULL),
	};

	pxeboot_once_arm(record, &arming);
	return 0;
}

/* The key as the store has it: 'm' and six bytes. */
static int write_raw(const char *directory, const char *key)
{
	unsigned char bytes[7] = { 'm' };
	char path[4096];
	MDB_env *env;
	MDB_txn *transaction;
	MDB_dbi records;
	MDB_val name = { sizeof(bytes), bytes }, value = { 3, (void *)(uintptr_t)"bad" };
	int r = sscanf(key, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &bytes[1], &bytes[2], &bytes[3], &bytes[4],
		       &bytes[5], &bytes[6]) == 6
			? mdb_env_create(&env)
			: EINVAL;

	if (r)
		return r;
	snprintf(path, sizeof(path), "%s/machines.mdb", directory);
	r = mdb_env_set_mapsize(env, 1u << 30);
	r = r ? r : mdb_env_open(env, path, MDB_NOSUBDIR, 0640);
	r = r ? r : mdb_txn_begin(env, NULL, 0, &transaction);
	r = r ? r : mdb_dbi_open(transaction, NULL, 0, &records);
	r = r ? r : mdb_put(transaction, records, &name, &value, 0);
	r = r ? r : mdb_txn_commit(transaction);
	mdb_env_close(env);
	return r;
}

static int tell(struct pxeboot_state *state, const char *key, struct line *line)
{
	if (strcmp(line->words[0], "remove") == 0)
		return pxeboot_state_remove(state, key);
	return pxeboot_state_update(state, key, strcmp(line->words[0], "arm") == 0 ? arm : step, line);
}

static int make(struct pxeboot_state *state, const char *directory, char *text)
{
	struct line line = { .n = 0 };
	char *next, *key = strtok_r(text, " \t\n", &next), *word;

	if (!key || *key == '#')
		return 0;
	while (line.n < WORDS && (word = strtok_r(NULL, " \t\n", &next)))
		line.words[line.n++] = word;
	if (strcmp(key, "sleep") == 0)
		return usleep(1000u * (unsigned)strtoul(line.n ? line.words[0] : "0", NULL, 10));
	if (line.n && !strchr(line.words[0], '=') && strcmp(line.words[0], "raw") != 0)
		return tell(state, key, &line);
	if (line.n == 1 && strcmp(line.words[0], "raw") == 0)
		return write_raw(directory, key);
	return pxeboot_state_update(state, key, change, &line);
}

int main(int argc, char **argv)
{
	struct pxeboot_state *state;
	char *text = NULL;
	size_t capacity = 0;
	int r;

	if (argc != 2)
		return 2;
	r = pxeboot_state_open(argv[1], 0, NULL, &state);
	while (r == 0 && getline(&text, &capacity, stdin) >= 0) {
		r = make(state, argv[1], text);
		if (r)
			fprintf(stderr, "state_fill: %s: %s\n", text, strerror(r < 0 ? -r : r));
	}
	if (r)
		fprintf(stderr, "state_fill: %s: %s\n", argv[1], strerror(r < 0 ? -r : r));
	else
		pxeboot_state_close(state);
	free(text);
	return r ? 1 : 0;
}
