/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How one machine is written down: its key, and a record in one versioned encoding.  Pure over bytes; who stores them is
 * store.c's affair.
 *
 *	record	version (1 byte), length of what follows (2), fields
 *	field	number (1), length (2), bytes
 *
 * Numbers are in network byte order.  Fields stand in ascending order, each once; one that is missing is 0, absent or
 * nothing.  A record of another version, of another length than it says, or with a field that is not in the table is
 * malformed as a whole: half of what is known about a machine could make it install itself again.
 */
#ifndef STATE_RECORD_H
#define STATE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "base/scalar.h"
#include "pxeboot.h"

#define RECORD_VERSION 1
#define RECORD_MAX 8192			/* bytes of an encoded record */
#define RECORD_KEY_MAX (1 + UUID_LENGTH)

/* 'm' and a MAC address, or 'u' and a UUID. */
struct record_key {
	uint8_t bytes[RECORD_KEY_MAX];
	size_t length;
};

/* -EINVAL when @text is neither. */
int record_key_parse(const char *text, struct record_key *ret_key) MUST_USE;
/* -EBADMSG when the bytes are no key. */
int record_key_read(const void *bytes, size_t length, struct record_key *ret_key) MUST_USE;
void record_key_format(const struct record_key *key, char ret_text[PXEBOOT_KEY_SIZE]);

/* An empty record of this machine; pxeboot_record_free(). */
int record_new(const struct record_key *key, struct pxeboot_record **ret_record) MUST_USE;
/* -EBADMSG as above; pxeboot_record_free(). */
int record_decode(const struct record_key *key, const void *bytes, size_t length,
		  struct pxeboot_record **ret_record) MUST_USE;
/* -E2BIG for a text or a record over its limit, -EINVAL for a number that no enum has.  The caller frees the bytes. */
int record_encode(const struct pxeboot_record *record, char **ret_bytes, size_t *ret_length) MUST_USE;

#endif
