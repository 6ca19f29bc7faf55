/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Transactions on an open store: each reads or changes one machine, or reads all, and is over before anybody is called who
 * might take long, except for the change itself.
 *
 * Another process may have moved the store aside; the file that is open is then still there, and what was written to it
 * would be lost.  So each transaction looks at who stands in the store's place once it has begun.
 */
#include "state/store.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "state/record.h"

#define READ_TRIES 100

static const struct {
	int code, error;
} codes[] = {
	{ MDB_NOTFOUND, -ENOENT },
	{ MDB_MAP_FULL, -ENOSPC },
	{ MDB_READERS_FULL, -EBUSY },
	{ MDB_PAGE_NOTFOUND, -ESTALE },
	{ MDB_CORRUPTED, -ESTALE },
	{ MDB_PANIC, -ESTALE },
	{ MDB_INVALID, -ESTALE },
	{ MDB_VERSION_MISMATCH, -ESTALE },
	{ MDB_TXN_FULL, -E2BIG },
};

int store_error(int code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].code == code)
			return codes[i].error;
	return code >= 0 ? -code : -EIO;
}

/* Is the file that is open still the store? */
static int check_place(const struct pxeboot_state *state)
{
	struct stat status;

	if (stat(state->file, &status) < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	return status.st_dev == state->status.st_dev && status.st_ino == state->status.st_ino ? 0 : -ESTALE;
}

static int begin_code(struct pxeboot_state *state, unsigned flags, MDB_txn **ret_transaction)
{
	int code = mdb_txn_begin(state->env, NULL, flags, ret_transaction), dead;

	if (code == MDB_READERS_FULL && mdb_reader_check(state->env, &dead) == 0 && dead)
		code = mdb_txn_begin(state->env, NULL, flags, ret_transaction);
	/* Another LMDB program has given it a larger map. */
	if (code == MDB_MAP_RESIZED) {
		code = mdb_env_set_mapsize(state->env, 0);
		if (!code)
			code = mdb_txn_begin(state->env, NULL, flags, ret_transaction);
	}
	return code;
}

static int begin_own(struct pxeboot_state *state, unsigned flags, MDB_txn **ret_transaction)
{
	MDB_txn *transaction;
	int error;

	error = store_error(begin_code(state, flags, &transaction));
	if (error)
		return error;
	error = check_place(state);
	if (error) {
		mdb_txn_abort(transaction);
		return error;
	}
	*ret_transaction = transaction;
	return 0;
}

/* Within a group, that is the transaction. */
static int begin(struct pxeboot_state *state, unsigned flags, MDB_txn **ret_transaction)
{
	if (state->pid != getpid())
		return -EINVAL;
	if (!state->group)
		return begin_own(state, flags, ret_transaction);
	*ret_transaction = state->group;
	return 0;
}

static void end_reading(const struct pxeboot_state *state, MDB_txn *transaction)
{
	if (transaction != state->group)
		mdb_txn_abort(transaction);
}

/* Ends a change: whatever is not 0 changes nothing. */
static int end(const struct pxeboot_state *state, MDB_txn *transaction, int r)
{
	if (transaction == state->group)
		return r;
	if (!r)
		return store_error(mdb_txn_commit(transaction));
	mdb_txn_abort(transaction);
	return r;
}

/* Who reads all, or comes to much, must have looked at all. */
static int check_all(struct pxeboot_state *state)
{
	struct pages_fault fault;
	int error = state->is_brief ? store_check(state, &fault) : 0;

	if (!error)
		state->is_brief = false;
	return error == -EBADMSG ? -ESTALE : error;
}

int pxeboot_state_begin(struct pxeboot_state *state)
{
	int error;

	if (state->group || state->pid != getpid())
		return -EINVAL;
	state->group_error = 0;
	error = check_all(state);
	return error ? error : begin_own(state, 0, &state->group);
}

int pxeboot_state_commit(struct pxeboot_state *state)
{
	MDB_txn *group = state->group;

	if (!group || state->pid != getpid())
		return -EINVAL;
	state->group = NULL;
	return end(state, group, state->group_error);
}

static int read_record(struct pxeboot_state *state, MDB_txn *transaction, const struct record_key *key,
		       struct pxeboot_record **ret_record)
{
	MDB_val name = { key->length, (void *)(uintptr_t)key->bytes }, value;
	int error = store_error(mdb_get(transaction, state->records, &name, &value));

	return error ? error : record_decode(key, value.mv_data, value.mv_size, ret_record);
}

/* Others may write twice before this one has looked at what it reads, but not each time. */
static int begin_to_read(struct pxeboot_state *state, const void *key, size_t length, MDB_txn **ret_transaction)
{
	const struct pages_touch touch = { key, length, false };
	unsigned tries;
	int error = -EAGAIN;

	for (tries = 0; error == -EAGAIN && tries < READ_TRIES; tries++) {
		error = begin(state, MDB_RDONLY, ret_transaction);
		if (error)
			return error;
		error = store_check_event(state, *ret_transaction, (struct pages_event){
			.transaction = mdb_txn_id(*ret_transaction), .touches = &touch, .n_touches = 1 });
		if (error)
			mdb_txn_abort(*ret_transaction);
	}
	return error == -EAGAIN ? -ESTALE : error;
}

int pxeboot_state_get(struct pxeboot_state *state, const char *key, struct pxeboot_record **ret_record)
{
	struct record_key parsed;
	MDB_txn *transaction;
	int error = record_key_parse(key, &parsed);

	if (!error)
		error = begin_to_read(state, parsed.bytes, parsed.length, &transaction);
	if (error)
		return error;
	error = read_record(state, transaction, &parsed, ret_record);
	end_reading(state, transaction);
	return error;
}

/* ---- Which machine has an address ---- */

/* 'a' and an IPv4 address; what it leads to is the bytes of a record's key. */
struct address_key {
	uint8_t bytes[5];
};

static bool address_key_of(const char *text, struct address_key *ret_key)
{
	uint32_t address;

	if (!text || scalar_ip4(text, &address) < 0)
		return false;
	*ret_key = (struct address_key){ { 'a', (uint8_t)(address >> 24), (uint8_t)(address >> 16), (uint8_t)(address >> 8),
					   (uint8_t)address } };
	return true;
}

static int read_owner(struct pxeboot_state *state, MDB_txn *transaction, struct address_key *address,
		      struct record_key *ret_owner)
{
	MDB_val name = { sizeof(address->bytes), address->bytes }, value;
	int error = store_error(mdb_get(transaction, state->records, &name, &value));

	return error ? error : record_key_read(value.mv_data, value.mv_size, ret_owner);
}

static bool owns(struct pxeboot_state *state, MDB_txn *transaction, struct address_key *address,
		 const struct record_key *key)
{
	struct record_key owner;

	return read_owner(state, transaction, address, &owner) == 0 && owner.length == key->length &&
	       !memcmp(owner.bytes, key->bytes, key->length);
}

static int disown(struct pxeboot_state *state, MDB_txn *transaction, struct address_key *address,
		  const struct record_key *key)
{
	MDB_val name = { sizeof(address->bytes), address->bytes };

	return owns(state, transaction, address, key) ?
	       store_error(mdb_del(transaction, state->records, &name, NULL)) : 0;
}

static int own(struct pxeboot_state *state, MDB_txn *transaction, struct address_key *address,
	       const struct record_key *key)
{
	MDB_val name = { sizeof(address->bytes), address->bytes };
	MDB_val value = { key->length, (void *)(uintptr_t)key->bytes };

	return owns(state, transaction, address, key) ? 0 :
	       store_error(mdb_put(transaction, state->records, &name, &value, 0));
}

/* Each may be NULL.  Who had the address before this machine has it no more. */
static int move_address(struct pxeboot_state *state, MDB_txn *transaction, const struct record_key *key,
			const char *from, const char *to)
{
	bool stays = from && to && !strcmp(from, to);
	struct address_key old, new;
	int error = 0;

	if (!stays && address_key_of(from, &old))
		error = disown(state, transaction, &old, key);
	return error || !address_key_of(to, &new) ? error : own(state, transaction, &new, key);
}

int pxeboot_state_by_address(struct pxeboot_state *state, const char *address, char ret_key[PXEBOOT_KEY_SIZE])
{
	struct address_key parsed;
	struct record_key owner;
	MDB_txn *transaction;
	int error = address_key_of(address, &parsed) ?
		    begin_to_read(state, parsed.bytes, sizeof(parsed.bytes), &transaction) : -EINVAL;

	if (error)
		return error;
	error = read_owner(state, transaction, &parsed, &owner);
	end_reading(state, transaction);
	if (!error)
		record_key_format(&owner, ret_key);
	return error;
}

/* ---- One of them ---- */

/* What of a machine a transaction touches: its record, before that is read, and all that may be written for it. */
static int check_to_read(struct pxeboot_state *state, MDB_txn *transaction, const struct record_key *key)
{
	const struct pages_touch touch = { key->bytes, key->length, false };
	int error = store_check_event(state, transaction, (struct pages_event){
		.transaction = mdb_txn_id(transaction) - 1, .touches = &touch, .n_touches = 1 });

	return error == -EAGAIN ? -ESTALE : error;
}

static int check_to_write(struct pxeboot_state *state, MDB_txn *transaction, const struct record_key *key,
			  const char *from, const char *to)
{
	struct pages_touch touches[3] = { { key->bytes, key->length, false } };
	struct address_key old, new;
	size_t n = 1;

	if (!state->is_brief)
		return 0;
	if (address_key_of(from, &old) && !(to && !strcmp(from, to)))
		touches[n++] = (struct pages_touch){ old.bytes, sizeof(old.bytes), true };
	if (address_key_of(to, &new))
		touches[n++] = (struct pages_touch){ new.bytes, sizeof(new.bytes), false };
	return store_check_event(state, transaction, (struct pages_event){
		.transaction = mdb_txn_id(transaction) - 1, .writes = true, .touches = touches, .n_touches = n });
}

/* An entry each machine, and one each address, of which a machine has one at most. */
static int check_room(struct pxeboot_state *state, MDB_txn *transaction)
{
	MDB_stat stat;
	int error = store_error(mdb_stat(transaction, state->records, &stat));

	return error ? error : stat.ms_entries / 2 >= PXEBOOT_STATE_MACHINES_MAX ? -E2BIG : 0;
}

/* What does not fit goes without what the machine says of itself, of which it might say too much for anything else to be
 * written down. */
static int encode(const struct pxeboot_record *record, char **ret_bytes, size_t *ret_length)
{
	struct pxeboot_record bare = *record;
	int error = record_encode(record, ret_bytes, ret_length);

	if (error != -E2BIG)
		return error;
	memset(bare.facts, 0, sizeof(bare.facts));
	return record_encode(&bare, ret_bytes, ret_length);
}

static int write_record(struct pxeboot_state *state, MDB_txn *transaction, const struct record_key *key,
			const struct pxeboot_record *record)
{
	MDB_val name = { key->length, (void *)(uintptr_t)key->bytes }, value;
	CLEANUP_FREE char *bytes = NULL;
	size_t length;
	int error = encode(record, &bytes, &length);

	if (error)
		return error;
	value = (MDB_val){ length, bytes };
	return store_error(mdb_put(transaction, state->records, &name, &value, 0));
}

/* A group can't take back one of its changes: what fails halfway fails it all. */
static int write_change(struct pxeboot_state *state, MDB_txn *transaction, const struct pxeboot_record *record,
			const struct record_key *key, const char *old_address)
{
	int error = write_record(state, transaction, key, record);

	if (!error)
		error = move_address(state, transaction, key, old_address, record->address);
	if (error)
		state->group_error = error;
	return error;
}

static int change_record(struct pxeboot_state *state, MDB_txn *transaction, const struct record_key *key,
			 int (*change)(void *context, struct pxeboot_record *record), void *context)
{
	struct pxeboot_record *record;
	const char *address;
	int r = check_to_read(state, transaction, key);

	if (!r)
		r = read_record(state, transaction, key, &record);
	if (r == -ENOENT) {
		r = check_room(state, transaction);
		if (!r)
			r = record_new(key, &record);
	}
	if (r)
		return r;
	address = record->address;
	r = change(context, record);
	if (!r)
		r = check_to_write(state, transaction, key, address, record->address);
	if (!r)
		r = write_change(state, transaction, record, key, address);
	pxeboot_record_free(record);
	return r;
}

int pxeboot_state_update(struct pxeboot_state *state, const char *key,
			 int (*change)(void *context, struct pxeboot_record *record), void *context)
{
	struct record_key parsed;
	MDB_txn *transaction;
	int error = record_key_parse(key, &parsed);

	if (!error)
		error = begin(state, 0, &transaction);
	if (error)
		return error;
	return end(state, transaction, change_record(state, transaction, &parsed, change, context));
}

/* What can't be read keeps an address that leads nowhere, until another machine has it. */
static int remove_record(struct pxeboot_state *state, MDB_txn *transaction, const struct record_key *key)
{
	MDB_val name = { key->length, (void *)(uintptr_t)key->bytes };
	struct pxeboot_record *record = NULL;
	int error = read_record(state, transaction, key, &record);

	if (!error)
		error = move_address(state, transaction, key, record->address, NULL);
	pxeboot_record_free(record);
	if (!error || error == -EBADMSG)
		error = store_error(mdb_del(transaction, state->records, &name, NULL));
	if (error && error != -ENOENT)
		state->group_error = error;
	return error;
}

int pxeboot_state_remove(struct pxeboot_state *state, const char *key)
{
	struct record_key parsed;
	MDB_txn *transaction;
	int error = record_key_parse(key, &parsed);

	/* Two entries go: where LMDB moves others for the first one, those beside the second are not the ones that were. */
	if (!error)
		error = check_all(state);
	if (!error)
		error = begin(state, 0, &transaction);
	return error ? error : end(state, transaction, remove_record(state, transaction, &parsed));
}

/* ---- All of them ---- */

struct machine {
	char key[PXEBOOT_KEY_SIZE];
	struct pxeboot_record *record;		/* NULL: can't be read */
};

struct machines {
	struct machine *list;
	size_t count;
};

static void free_machines(struct machines *machines)
{
	size_t i;

	for (i = 0; i < machines->count; i++)
		pxeboot_record_free(machines->list[i].record);
	free(machines->list);
}

/* What is no key was written by nobody who knows ours, and has no name. */
static int collect_one(struct machines *machines, const MDB_val *name, const MDB_val *value)
{
	struct machine *machine = &machines->list[machines->count];
	struct record_key key;
	int error;

	if (record_key_read(name->mv_data, name->mv_size, &key) < 0)
		return 0;
	record_key_format(&key, machine->key);
	machine->record = NULL;
	error = record_decode(&key, value->mv_data, value->mv_size, &machine->record);
	if (error && error != -EBADMSG)
		return error;
	machines->count++;
	return 0;
}

static int collect(struct pxeboot_state *state, MDB_txn *transaction, struct machines *machines)
{
	MDB_val name, value;
	MDB_cursor *cursor;
	MDB_stat stat;
	int code = mdb_stat(transaction, state->records, &stat), error;
	size_t i;

	if (code)
		return store_error(code);
	machines->list = calloc(stat.ms_entries + 1, sizeof(*machines->list));
	if (!machines->list)
		return -ENOMEM;
	error = store_error(mdb_cursor_open(transaction, state->records, &cursor));
	if (error)
		return error;
	for (i = 0; !error && i < stat.ms_entries; i++) {
		error = store_error(mdb_cursor_get(cursor, &name, &value, MDB_NEXT));
		if (!error)
			error = collect_one(machines, &name, &value);
	}
	mdb_cursor_close(cursor);
	return error == -ENOENT ? 0 : error;
}

static int compare_keys(const struct machine *a, const struct machine *b)
{
	size_t a_length = strlen(a->key), b_length = strlen(b->key);

	return a_length != b_length ? (a_length > b_length) - (a_length < b_length) : strcmp(a->key, b->key);
}

static int by_key(const void *a, const void *b)
{
	const struct machine *x = a, *y = b;

	if (!x->record != !y->record)
		return !x->record - !y->record;
	return compare_keys(x, y);
}

static int by_last_seen(const void *a, const void *b)
{
	const struct machine *x = a, *y = b;

	if (!x->record || !y->record || x->record->last_seen == y->record->last_seen)
		return by_key(a, b);
	return x->record->last_seen < y->record->last_seen ? 1 : -1;
}

static int visit_all(const struct machines *machines,
		     int (*visit)(void *context, const char *key, const struct pxeboot_record *record), void *context)
{
	size_t i;
	int r = 0;

	for (i = 0; !r && i < machines->count; i++)
		r = visit(context, machines->list[i].key, machines->list[i].record);
	return r;
}

int pxeboot_state_each(struct pxeboot_state *state, enum pxeboot_state_order order,
		       int (*visit)(void *context, const char *key, const struct pxeboot_record *record), void *context)
{
	struct machines machines = { NULL, 0 };
	MDB_txn *transaction;
	int r = state->pid == getpid() ? check_all(state) : -EINVAL;

	if (!r)
		r = begin(state, MDB_RDONLY, &transaction);
	if (r)
		return r;
	r = collect(state, transaction, &machines);
	end_reading(state, transaction);
	if (!r && machines.count)
		qsort(machines.list, machines.count, sizeof(*machines.list),
		      order == PXEBOOT_STATE_BY_KEY ? by_key : by_last_seen);
	if (!r)
		r = visit_all(&machines, visit, context);
	free_machines(&machines);
	return r;
}
