/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-shot boots begin, are taken back, and are done (see life.h).
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <syslog.h>

#include "base/scalar.h"
#include "base/text.h"
#include "life.h"
#include "once_file.h"

#define RANDOM_BYTES 16
#define HEX "0123456789abcdef"

/* ---- Tokens ----------------------------------------------------------------------------------------------------- */

static void write_hex(const uint8_t *bytes, size_t length, char *to)
{
	for (size_t i = 0; i < length; i++) {
		*to++ = HEX[bytes[i] >> 4];
		*to++ = HEX[bytes[i] & 15];
	}
	*to = '\0';
}

static int make_token(const char *key, char ret_token[LIFE_TOKEN_SIZE])
{
	uint8_t bytes[MAC_LENGTH + RANDOM_BYTES];

	if (scalar_mac(key, bytes) < 0)
		return -EINVAL;
	if (getrandom(bytes + MAC_LENGTH, RANDOM_BYTES, 0) != RANDOM_BYTES)
		return -EAGAIN;
	write_hex(bytes, sizeof(bytes), ret_token);
	return 0;
}

int life_token_key(const char *token, char ret_key[PXEBOOT_KEY_SIZE])
{
	char digits[2 * MAC_LENGTH + 1];
	uint8_t mac[MAC_LENGTH];

	if (strlen(token) != LIFE_TOKEN_SIZE - 1 || token[strspn(token, HEX)] != '\0')
		return -EINVAL;
	memcpy(digits, token, sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = '\0';
	if (scalar_mac(digits, mac) < 0)
		return -EINVAL;
	scalar_format_mac(mac, ':', ret_key);
	return 0;
}

int life_done(struct life *life, const char *token, int64_t now)
{
	const struct pxeboot_event event = { .kind = PXEBOOT_EVENT_DONE, .when = now, .token = token };
	char key[PXEBOOT_KEY_SIZE];
	int r = life_token_key(token, key);

	return r < 0 ? r : life_note(life, key, &event, NULL);
}

/* Its file, should it stay, says nothing any more.  The hook's user may write any token into a record: root removes only
 * what is that machine's. */
static void forget_token(const struct life *life, const char *key, char *token)
{
	char owner[PXEBOOT_KEY_SIZE];
	bool is_own = token != NULL && life_token_key(token, owner) == 0 && strcmp(owner, key) == 0;

	if (is_own && once_file_remove_token(life_conf(life)->root, token) < 0)
		life_say(life, LOG_WARNING, "%s: old files in done/ or answers/ can't be removed", key);
	free(token);
}

/* ---- Arming ----------------------------------------------------------------------------------------------------- */

struct arming {
	const struct life *life;
	const struct pxeboot_arming *order;
	const struct life_scripts *scripts;
	const char *token;
	char *old_token;
	uint32_t round;
};

/* What an earlier round serves ends first; what followed it stays until the new round's own files are there. */
static int begin_round(void *context, struct pxeboot_record *record)
{
	struct arming *arming = context;
	int r = once_file_end(life_conf(arming->life)->root, record->key);

	if (r < 0)
		return r;
	free(arming->old_token);
	arming->old_token = record->once.token != NULL ? strdup(record->once.token) : NULL;
	pxeboot_once_arm(record, arming->order);
	arming->round = record->once.round;
	return 0;
}

/* Only as long as nobody has gone on from here meanwhile. */
static int write_files(void *context, struct pxeboot_record *record)
{
	const struct arming *arming = context;
	const char *root = life_conf(arming->life)->root;
	CLEANUP_FREE char *script = NULL;
	CLEANUP_FREE char *then = NULL;
	int r;

	if (record->once.phase != PXEBOOT_ONCE_ARMED || record->once.round != arming->round)
		return 1;
	r = arming->scripts->write(arming->scripts->context, arming->token, arming->round, &script, &then);
	if (r == 0 && arming->scripts->has_token_file)
		r = once_file_add_token(root, arming->token);
	if (r == 0)
		r = once_file_begin(root, record->key, script, then);
	return r < 0 ? r : 1;
}

int life_arm(struct life *life, const char *key, const struct pxeboot_arming *order, const struct life_scripts *scripts,
	     char ret_token[LIFE_TOKEN_SIZE])
{
	struct pxeboot_arming complete = *order;
	char token[LIFE_TOKEN_SIZE];
	struct arming arming = { .life = life, .order = &complete, .scripts = scripts, .token = token };
	int r = make_token(key, token);

	complete.token = token;
	if (r == 0)
		r = life_update(life, key, begin_round, &arming);
	if (r == 0) {
		r = life_update(life, key, write_files, &arming);
		if (r < 0)
			life_say(life, LOG_WARNING, "%s: its one-shot boot is armed, but its files can't be written: %s", key, strerror(-r));
	}
	forget_token(life, key, arming.old_token);
	if (r < 0)
		return r;
	memcpy(ret_token, token, sizeof(token));
	return 0;
}

/* ---- Completing it ---------------------------------------------------------------------------------------------- */

struct refreshing {
	const struct life *life;
	const struct life_scripts *scripts;
	bool wrote;
};

/* One that is over has but what follows it. */
static int refresh_files(const struct refreshing *refreshing, const struct pxeboot_record *record, bool is_on)
{
	const char *root = life_conf(refreshing->life)->root;
	CLEANUP_FREE char *script = NULL;
	CLEANUP_FREE char *then = NULL;
	int r = refreshing->scripts->write(refreshing->scripts->context, record->once.token, record->once.round, &script, &then);

	if (r == 0 && is_on && refreshing->scripts->has_token_file)
		r = once_file_add_token(root, record->once.token);
	if (r == 0 && is_on)
		return once_file_begin(root, record->key, script, then);
	return r == 0 && then != NULL ? once_file_begin(root, record->key, then, NULL) : r;
}

/* What else there is, life_settle() knows what to make of. */
static bool wants_files(const struct pxeboot_record *record, int file, uint32_t round)
{
	bool is_same = file > ONCE_FILE_NONE && round == record->once.round;

	if (record->once.phase == PXEBOOT_ONCE_ARMED)
		return file != ONCE_FILE_OVER || !is_same;
	return is_same && file == (record->once.phase == PXEBOOT_ONCE_SERVED ? ONCE_FILE_ON : ONCE_FILE_OVER);
}

static int refresh(void *context, struct pxeboot_record *record)
{
	struct refreshing *refreshing = context;
	uint32_t round = 0;
	int file = once_file_look(life_conf(refreshing->life)->root, record->key, &round), r;

	if (record->once.phase == PXEBOOT_ONCE_NONE || record->once.token == NULL || !wants_files(record, file, round))
		return 1;
	r = refresh_files(refreshing, record, pxeboot_once_is_on(record));
	refreshing->wrote = r > 0;
	return r < 0 ? r : 1;
}

int life_refresh(struct life *life, const char *key, const struct life_scripts *scripts)
{
	struct refreshing refreshing = { .life = life, .scripts = scripts };
	int r = life_update(life, key, refresh, &refreshing);

	return r < 0 ? r : refreshing.wrote ? 0 : 1;
}

/* ---- Taking it back --------------------------------------------------------------------------------------------- */

struct clearing {
	const struct life *life;
	const char *policy;
	int64_t now;
	char *old_token;
	bool had_something;
};

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int clear(void *context, struct pxeboot_record *record)
{
	struct clearing *clearing = context;
	int r = once_file_end(life_conf(clearing->life)->root, record->key);

	if (r < 0)
		return r;
	clearing->had_something |= r == 0;
	if (record->once.phase == PXEBOOT_ONCE_NONE && is_same_text(record->once.policy, clearing->policy))
		return 1;
	free(clearing->old_token);
	clearing->old_token = record->once.token != NULL ? strdup(record->once.token) : NULL;
	pxeboot_once_clear(record, clearing->now);
	record->once.policy = clearing->policy;
	return 0;
}

/* Nothing of it is served any more, not even what followed one that nobody remembers; unless somebody has armed anew. */
static int remove_files(void *context, struct pxeboot_record *record)
{
	struct clearing *clearing = context;
	const char *root = life_conf(clearing->life)->root;
	uint32_t round;
	int r;

	if (record->once.phase != PXEBOOT_ONCE_NONE)
		return 1;
	clearing->had_something |= once_file_look(root, record->key, &round) != ONCE_FILE_NONE;
	r = once_file_remove(root, record->key);
	return r < 0 ? r : 1;
}

/* A record that can't be read goes as a whole; -EBADMSG when it is not the record that can't be. */
static int forget(struct life *life, const char *key)
{
	struct pxeboot_record *record;
	struct pxeboot_state *state;
	int r = life_read(life, key, &record);

	if (r == 0)
		pxeboot_record_free(record);
	if (r != -EBADMSG)
		return -EBADMSG;
	state = life_state(life, &r);
	return r < 0 ? r : pxeboot_state_remove(state, key);
}

int life_clear(struct life *life, const char *key, const char *policy, int64_t now)
{
	struct clearing clearing = { .life = life, .policy = policy, .now = now };
	int r = life_update(life, key, clear, &clearing), removed;

	if (r == -EBADMSG) {
		r = forget(life, key);
		clearing.had_something = r == 0;
		if (r == 0)
			r = life_update(life, key, clear, &clearing);
	}
	if (r >= 0) {
		removed = life_update(life, key, remove_files, &clearing);
		r = removed < 0 ? removed : r && !clearing.had_something;
	}
	forget_token(life, key, clearing.old_token);
	return r;
}
