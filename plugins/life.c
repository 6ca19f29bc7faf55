/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Events, written down (see life.h): the store, who a machine is, and what its one-shot boot's file makes of it.
 */
#include "life.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"
#include "once_file.h"

#define HOST_SCRIPT_MAX (1 << 20)
#define MACHINE_LINE "\nset var-machine "

struct life {
	struct life_conf conf;
	char *root, *state_path, *user_class;
	struct pxeboot_state *state;
	bool is_group;			/* between life_begin() and life_commit() */
	bool is_without_files;		/* of one-shot boots, when the group began */
	bool is_doubted;		/* the store was moved aside, or is damaged: all of it is looked at */
};

int life_new(const struct life_conf *conf, struct life **ret_life)
{
	struct life *life = calloc(1, sizeof(*life));

	if (life == NULL)
		return -ENOMEM;
	life->root = strdup(conf->root);
	life->state_path = strdup(conf->state);
	life->user_class = conf->user_class != NULL ? strdup(conf->user_class) : NULL;
	if (life->root == NULL || life->state_path == NULL || (conf->user_class != NULL && life->user_class == NULL)) {
		life_free(life);
		return -ENOMEM;
	}
	life->conf = *conf;
	life->conf.root = life->root;
	life->conf.state = life->state_path;
	life->conf.user_class = life->user_class;
	*ret_life = life;
	return 0;
}

void life_free(struct life *life)
{
	if (life == NULL)
		return;
	pxeboot_state_close(life->state);
	free(life->root);
	free(life->state_path);
	free(life->user_class);
	free(life);
}

const struct life_conf *life_conf(const struct life *life)
{
	return &life->conf;
}

void life_say(const struct life *life, int priority, const char *format, ...)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	if (life->conf.say == NULL)
		return;
	va_start(arguments, format);
	text_addv(&text, format, arguments);
	va_end(arguments);
	life->conf.say(life->conf.context, priority, text.error ? "out of memory" : text.bytes);
}

/* ---- The store -------------------------------------------------------------------------------------------------- */

static int end_orphan(void *context, const char *key)
{
	const struct life *life = context;
	int r = once_file_end(life->root, key);

	if (r == 0)
		life_say(life, LOG_WARNING, "%s: its one-shot boot has ended: nobody knows any more whether it was served", key);
	else if (r < 0)
		life_say(life, LOG_ERR, "%s: its one-shot boot can't be ended: %s", key, strerror(-r));
	return 0;
}

/* A new store knows of no one-shot boot: what is served by their files might be served for ever. */
static void tell_opening(const struct life *life, const struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)) != NULL; i++) {
		int priority = finding->severity == PXEBOOT_ERROR ? LOG_ERR : LOG_WARNING;

		life_say(life, priority, "%s: %s", finding->file, finding->text);
		if (finding->severity == PXEBOOT_WARNING && once_file_each(life->root, end_orphan, (void *)(uintptr_t)life) < 0)
			life_say(life, LOG_ERR, "the files in once/ can't be looked at");
	}
}

static int open_state(struct life *life)
{
	struct pxeboot_diagnostics *diagnostics;
	int r;

	if (life->state != NULL)
		return 0;
	r = pxeboot_diagnostics_new(&diagnostics);
	if (r < 0)
		return r;
	r = pxeboot_state_open(life->state_path, life->conf.is_brief && !life->is_doubted ? PXEBOOT_STATE_BRIEF : 0,
			       diagnostics, &life->state);
	tell_opening(life, diagnostics);
	pxeboot_diagnostics_free(diagnostics);
	return r;
}

struct pxeboot_state *life_state(struct life *life, int *ret_error)
{
	*ret_error = open_state(life);
	return *ret_error < 0 ? NULL : life->state;
}

/* Somebody may have moved the store aside since it was opened, or it turns out to be damaged: then it is opened anew. */
static bool is_stale(struct life *life, int r)
{
	if (r != -ESTALE || life->is_group)
		return false;
	pxeboot_state_close(life->state);
	life->state = NULL;
	life->is_doubted = true;
	return true;
}

static int begin_once(struct life *life)
{
	int r = open_state(life);

	return r < 0 ? r : pxeboot_state_begin(life->state);
}

int life_begin(struct life *life)
{
	int r = begin_once(life);

	if (is_stale(life, r))
		r = begin_once(life);
	life->is_group = r == 0;
	life->is_without_files = life->is_group && once_file_is_none(life->root);
	return r;
}

int life_commit(struct life *life)
{
	life->is_group = false;
	life->is_without_files = false;
	return pxeboot_state_commit(life->state);
}

static int read_once(struct life *life, const char *key, struct pxeboot_record **ret_record)
{
	int r = open_state(life);

	return r < 0 ? r : pxeboot_state_get(life->state, key, ret_record);
}

int life_read(struct life *life, const char *key, struct pxeboot_record **ret_record)
{
	int r = read_once(life, key, ret_record);

	return is_stale(life, r) ? read_once(life, key, ret_record) : r;
}

static int update_once(struct life *life, const char *key, int (*change)(void *context, struct pxeboot_record *record),
		       void *context)
{
	int r = open_state(life);

	return r < 0 ? r : pxeboot_state_update(life->state, key, change, context);
}

int life_update(struct life *life, const char *key, int (*change)(void *context, struct pxeboot_record *record),
		void *context)
{
	int r = update_once(life, key, change, context);

	return is_stale(life, r) ? update_once(life, key, change, context) : r;
}

/* ---- Who it is -------------------------------------------------------------------------------------------------- */

/* What the host's script calls its machine; false when that is no MAC address. */
static bool read_machine(char *script, uint8_t ret_mac[MAC_LENGTH])
{
	char *machine = strstr(script, MACHINE_LINE);

	if (machine == NULL)
		return false;
	machine += strlen(MACHINE_LINE);
	machine[strcspn(machine, "\n")] = '\0';
	return scalar_mac(machine, ret_mac) == 0;
}

int life_machine(const struct life *life, const char *mac, char ret_key[PXEBOOT_KEY_SIZE])
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *script = NULL;
	uint8_t bytes[MAC_LENGTH], first[MAC_LENGTH];
	char name[3 * MAC_LENGTH];

	if (scalar_mac(mac, bytes) < 0)
		return -EINVAL;
	scalar_format_mac(bytes, '-', name);
	if (asprintf(&path, "%s/hosts/%s.ipxe", life->root, name) < 0)
		return -ENOMEM;
	if (file_read(path, HOST_SCRIPT_MAX, &script, NULL) == 0 && read_machine(script, first))
		memcpy(bytes, first, sizeof(bytes));
	scalar_format_mac(bytes, ':', ret_key);
	return 0;
}

static int machine_at_once(struct life *life, const char *address, char ret_key[PXEBOOT_KEY_SIZE])
{
	int r = open_state(life);

	return r < 0 ? r : pxeboot_state_by_address(life->state, address, ret_key);
}

int life_machine_at(struct life *life, const char *address, char ret_key[PXEBOOT_KEY_SIZE])
{
	int r = machine_at_once(life, address, ret_key);

	return is_stale(life, r) ? machine_at_once(life, address, ret_key) : r;
}

/* ---- Its one-shot boot ------------------------------------------------------------------------------------------ */

static int end_file(const struct life *life, const char *key)
{
	int r = once_file_end(life->root, key);

	if (r < 0)
		life_say(life, LOG_ERR, "%s: its one-shot boot can't be ended, and is served again: %s", key, strerror(-r));
	return r < 0 ? r : 0;
}

/* The file is ahead of the record when somebody was killed while ending the one-shot boot; where it serves another round, or
 * one that is not on, the record is right.  One that was armed and has no file of its own has not begun yet.  What follows
 * a one-shot boot goes when that was taken back; when nobody knows of any, it stays.  0 when the record changed, else 1.
 *
 * Whoever begins one writes its record first, and a group has that to itself: where no file was there when the group began, the
 * file of one that is not on could be there only to be ended, which the next group does. */
static int settle(const struct life *life, struct pxeboot_record *record, int64_t now)
{
	const struct pxeboot_event over = { .kind = PXEBOOT_EVENT_DONE, .when = now };
	bool is_on = pxeboot_once_is_on(record), is_same;
	uint32_t round = 0;
	int file;

	if (life->is_without_files && !is_on)
		return 1;
	file = once_file_look(life->root, record->key, &round);
	is_same = file > ONCE_FILE_NONE && round == record->once.round;
	if (file == ONCE_FILE_ON && !(is_on && is_same)) {
		life_say(life, LOG_WARNING, "%s: what is served of a one-shot boot that is not on has ended", record->key);
		return end_file(life, record->key) < 0 ? -EIO : 1;
	}
	if (file == ONCE_FILE_OVER && record->once.round > 0 && record->once.phase == PXEBOOT_ONCE_NONE)
		return once_file_remove(life->root, record->key) < 0 ? -EIO : 1;
	if (is_on && ((file == ONCE_FILE_OVER && is_same) ||
		      (file == ONCE_FILE_NONE && record->once.phase == PXEBOOT_ONCE_SERVED)))
		return pxeboot_record_step(record, &over);
	return 1;
}

struct noting {
	struct life *life;
	const struct pxeboot_event *event;	/* NULL: settles only */
	int64_t now;
	const struct life_look *look;		/* or NULL */
};

/* Who fetches a file is served what it says: until a round's own file is there, an older one's; where live answers alone may
 * give the one-shot boot, what the host boots anyway.  A live answer is the record's. */
static int step(const struct noting *noting, struct pxeboot_record *record)
{
	const struct life *life = noting->life;
	const char *profile = record->once.profile;
	struct pxeboot_event seen = *noting->event;
	struct pxeboot_record after = *record;
	int gives = profile != NULL ? once_file_gives(life->root, record->key, record->once.round, profile) : 0;

	if (gives < 0)
		return gives;
	if (gives == 0) {
		seen.is_served = false;
		if (seen.kind == PXEBOOT_EVENT_SERVED && seen.stage == PXEBOOT_RECORD_NO_STAGE)
			seen.kind = PXEBOOT_EVENT_FETCHED;
	}
	if (noting->look != NULL && pxeboot_record_step(&after, &seen) >= 0)
		seen.profile = noting->look->foresee(noting->look->context, pxeboot_once_boot(&after));
	return pxeboot_record_step(record, &seen);
}

static int note(void *context, struct pxeboot_record *record)
{
	const struct noting *noting = context;
	int settled = settle(noting->life, record, noting->now), r = 1, seen = 0;
	bool was_on = pxeboot_once_is_on(record);

	if (settled < 0)
		return settled;
	if (noting->event != NULL)
		r = step(noting, record);
	if (r == 0 && was_on && !pxeboot_once_is_on(record))
		r = end_file(noting->life, record->key);
	if (r >= 0 && noting->look != NULL)
		seen = noting->look->see(noting->look->context, record);
	return seen < 0 ? seen : r == 1 ? settled : r;
}

static bool is_given_out(const struct pxeboot_event *event)
{
	return (event->kind == PXEBOOT_EVENT_SERVED && event->stage == PXEBOOT_RECORD_NO_STAGE) ||
	       (event->kind == PXEBOOT_EVENT_ASKED && event->stage == PXEBOOT_STAGE_IPXE && event->is_served);
}

/* A file that was fetched, and of which that can't be written down, would be served at each boot from now on. */
static void end_unrecorded(const struct life *life, const char *key, int error)
{
	int r = once_file_end_unrecorded(life->root, key);

	if (r == 0)
		life_say(life, LOG_ERR, "%s: its one-shot boot has ended: that it was given out can't be written down: %s", key,
			 strerror(-error));
	else if (r < 0)
		life_say(life, LOG_ERR, "%s: its one-shot boot can't be ended, and is served again: %s", key, strerror(-r));
}

int life_note_with(struct life *life, const char *key, const struct pxeboot_event *event, const struct life_look *look)
{
	struct noting noting = { life, event, event->when, look };
	int r = life_update(life, key, note, &noting);

	/* In a group it may be another event's fault: the caller tries it again alone. */
	if (r < 0 && !life->is_group && is_given_out(event))
		end_unrecorded(life, key, r);
	return r;
}

int life_note(struct life *life, const char *key, const struct pxeboot_event *event, struct pxeboot_record **ret_record)
{
	int r = life_note_with(life, key, event, NULL), read;

	if (r < 0 || ret_record == NULL)
		return r;
	read = life_read(life, key, ret_record);
	return read < 0 ? read : r;
}

int life_settle(struct life *life, const char *key, int64_t now)
{
	struct noting noting = { life, NULL, now, NULL };

	return life_update(life, key, note, &noting);
}
