/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records as bytes and back, through one table of fields.  A number in the table is never given to another field: records
 * outlive programs.
 */
#include "state/record.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/cursor.h"
#include "base/text.h"

#define TEXT_MAX 255		/* bytes of a name, an address, a token */
#define PATH_BYTES_MAX 1023
#define FACT_BYTES_MAX PXEBOOT_RECORD_FACT_MAX
#define HEAD_LENGTH 3		/* of a field: its number and length; of a record: its version and length */

enum kind {
	KIND_TIME,		/* int64_t */
	KIND_COUNT,		/* uint32_t */
	KIND_CHOICE,		/* int, stored as its distance from the lowest one, which is what a missing field means */
	KIND_TEXT,		/* const char *, without its NUL */
};

struct field {
	uint8_t number;
	enum kind kind;
	uint16_t min, max;	/* bytes */
	int lowest, highest;	/* of a choice */
	size_t offset;		/* in struct pxeboot_record */
};

#define AT(member) offsetof(struct pxeboot_record, member)
#define TIME(number, member) { number, KIND_TIME, 8, 8, 0, 0, AT(member) }
/* Three of each stage. */
#define TIMES(number, member) TIME(number, member[0]), TIME(number + 1, member[1]), TIME(number + 2, member[2])
#define COUNT(number, member) { number, KIND_COUNT, 4, 4, 0, 0, AT(member) }
#define CHOICE(number, member, lowest, highest) { number, KIND_CHOICE, 1, 1, lowest, highest, AT(member) }
#define TEXT(number, member, max) { number, KIND_TEXT, 0, max, 0, 0, AT(member) }

/* In ascending order of number. */
static const struct field fields[] = {
	TIME(1, first_seen),
	TIME(2, last_seen),
	CHOICE(3, stage, PXEBOOT_RECORD_NO_STAGE, PXEBOOT_STAGE_OS),
	COUNT(7, boots),
	TEXT(8, address, TEXT_MAX),
	TEXT(9, file, PATH_BYTES_MAX),
	TEXT(10, profile, TEXT_MAX),
	CHOICE(32, once.phase, PXEBOOT_ONCE_NONE, PXEBOOT_ONCE_FAILED),
	CHOICE(33, once.mode, PXEBOOT_ONCE_NEXT_BOOT, PXEBOOT_ONCE_UNTIL_DONE),
	TEXT(34, once.profile, TEXT_MAX),
	TEXT(35, once.then, TEXT_MAX),
	TEXT(36, once.token, TEXT_MAX),
	TEXT(37, once.policy, TEXT_MAX),
	COUNT(38, once.tries),
	COUNT(39, once.tries_max),
	TIME(40, once.armed),
	TIME(41, once.changed),
	COUNT(42, once.round),
	COUNT(43, once.at_boot),
	TEXT(64, facts[PXEBOOT_FACT_MAC], FACT_BYTES_MAX),
	TEXT(65, facts[PXEBOOT_FACT_ARCH], FACT_BYTES_MAX),
	TEXT(66, facts[PXEBOOT_FACT_VENDOR_CLASS], FACT_BYTES_MAX),
	TEXT(67, facts[PXEBOOT_FACT_USER_CLASS], FACT_BYTES_MAX),
	TEXT(68, facts[PXEBOOT_FACT_FEATURES], FACT_BYTES_MAX),
	TEXT(69, facts[PXEBOOT_FACT_IPXE_VERSION], FACT_BYTES_MAX),
	TEXT(70, facts[PXEBOOT_FACT_UUID], FACT_BYTES_MAX),
	TEXT(71, facts[PXEBOOT_FACT_SERIAL], FACT_BYTES_MAX),
	TEXT(72, facts[PXEBOOT_FACT_MANUFACTURER], FACT_BYTES_MAX),
	TEXT(73, facts[PXEBOOT_FACT_PRODUCT], FACT_BYTES_MAX),
	TEXT(74, facts[PXEBOOT_FACT_ADDRESS], FACT_BYTES_MAX),
	TEXT(75, facts[PXEBOOT_FACT_RELAY], FACT_BYTES_MAX),
	TEXT(76, facts[PXEBOOT_FACT_CLIENT_ID], FACT_BYTES_MAX),
	TEXT(77, facts[PXEBOOT_FACT_CIRCUIT_ID], FACT_BYTES_MAX),
	TEXT(78, facts[PXEBOOT_FACT_REMOTE_ID], FACT_BYTES_MAX),
	TEXT(79, facts[PXEBOOT_FACT_UNDI], FACT_BYTES_MAX),
	TIMES(96, asked[PXEBOOT_STAGE_FIRMWARE]),
	TIMES(99, asked[PXEBOOT_STAGE_IPXE_FOREIGN]),
	TIMES(102, asked[PXEBOOT_STAGE_IPXE]),
	TIMES(105, asked[PXEBOOT_STAGE_SCRIPT]),
	TIMES(108, asked[PXEBOOT_STAGE_OS]),
};

/* The record first, so that a pointer to it is one to the block. */
struct block {
	struct pxeboot_record record;
	char key[PXEBOOT_KEY_SIZE];
	char texts[];
};

int record_key_parse(const char *text, struct record_key *ret_key)
{
	struct record_key key = { .length = 0 };

	if (scalar_mac(text, key.bytes + 1) == 0) {
		key.bytes[0] = 'm';
		key.length = 1 + MAC_LENGTH;
	} else if (scalar_uuid(text, key.bytes + 1) == 0) {
		key.bytes[0] = 'u';
		key.length = 1 + UUID_LENGTH;
	} else {
		return -EINVAL;
	}
	*ret_key = key;
	return 0;
}

int record_key_read(const void *bytes, size_t length, struct record_key *ret_key)
{
	struct cursor cursor = cursor_over(bytes, length);
	struct record_key key = { .length = length };
	uint8_t kind;

	if (cursor_u8(&cursor, &kind) < 0 ||
	    !((kind == 'm' && length == 1 + MAC_LENGTH) || (kind == 'u' && length == 1 + UUID_LENGTH)))
		return -EBADMSG;
	memcpy(key.bytes, bytes, length);
	*ret_key = key;
	return 0;
}

void record_key_format(const struct record_key *key, char ret_text[PXEBOOT_KEY_SIZE])
{
	if (key->bytes[0] == 'm')
		scalar_format_mac(key->bytes + 1, ':', ret_text);
	else
		scalar_format_uuid(key->bytes + 1, ret_text);
}

static int block_new(const struct record_key *key, size_t room, struct block **ret_block)
{
	struct block *block = calloc(1, sizeof(*block) + room);

	if (!block)
		return -ENOMEM;
	record_key_format(key, block->key);
	block->record.key = block->key;
	block->record.stage = PXEBOOT_RECORD_NO_STAGE;
	*ret_block = block;
	return 0;
}

int record_new(const struct record_key *key, struct pxeboot_record **ret_record)
{
	struct block *block;
	int error = block_new(key, 0, &block);

	if (error)
		return error;
	*ret_record = &block->record;
	return 0;
}

void pxeboot_record_free(struct pxeboot_record *record)
{
	free(record);
}

void pxeboot_record_set_facts(struct pxeboot_record *record, const struct pxeboot_client *client)
{
	const char *text;
	int fact;

	for (fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (pxeboot_client_get(client, fact, &text) == 0 && strlen(text) <= FACT_BYTES_MAX)
			record->facts[fact] = text;
}

/* From @field on, as both the table and a record ascend; NULL. */
static const struct field *find_field(const struct field *field, uint8_t number)
{
	const struct field *end = fields + ARRAY_SIZE(fields);

	while (field < end && field->number < number)
		field++;
	return field < end && field->number == number ? field : NULL;
}

static uint64_t number_of(const uint8_t *bytes, size_t length)
{
	uint64_t number = 0;
	size_t i;

	for (i = 0; i < length; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* Copies the text to @room, which moves on. */
static int take_text(const uint8_t *bytes, size_t length, char **room, const char **ret_text)
{
	if (length && memchr(bytes, '\0', length))
		return -EBADMSG;
	memcpy(*room, bytes, length);
	(*room)[length] = '\0';
	*ret_text = *room;
	*room += length + 1;
	return 0;
}

/* The length has been checked against the table. */
static int take_field(const struct field *field, const uint8_t *bytes, size_t length, char **room,
		      struct pxeboot_record *record)
{
	void *member = (char *)record + field->offset;
	uint64_t number = field->kind == KIND_TEXT ? 0 : number_of(bytes, length);

	switch (field->kind) {
	case KIND_TIME:
		*(int64_t *)member = (int64_t)number;
		return 0;
	case KIND_COUNT:
		*(uint32_t *)member = (uint32_t)number;
		return 0;
	case KIND_CHOICE:
		if (number > (uint64_t)(field->highest - field->lowest))
			return -EBADMSG;
		*(int *)member = field->lowest + (int)number;
		return 0;
	case KIND_TEXT:
		return take_text(bytes, length, room, member);
	}
	return -EBADMSG;
}

static int read_fields(struct cursor *cursor, struct block *block)
{
	char *room = block->texts;
	const struct field *field = fields;
	const uint8_t *bytes;
	uint16_t length;
	uint8_t number;
	int error;

	while (cursor_left(cursor)) {
		if (cursor_u8(cursor, &number) < 0 || cursor_be16(cursor, &length) < 0 ||
		    cursor_bytes(cursor, length, &bytes) < 0)
			return -EBADMSG;
		field = find_field(field, number);
		if (!field || length < field->min || length > field->max)
			return -EBADMSG;
		error = take_field(field, bytes, length, &room, &block->record);
		if (error)
			return error;
		field++;
	}
	return 0;
}

int record_decode(const struct record_key *key, const void *bytes, size_t length, struct pxeboot_record **ret_record)
{
	struct cursor cursor = cursor_over(bytes, length);
	struct block *block;
	uint8_t version;
	uint16_t rest;
	int error;

	if (length > RECORD_MAX || cursor_u8(&cursor, &version) < 0 || version != RECORD_VERSION ||
	    cursor_be16(&cursor, &rest) < 0 || rest != cursor_left(&cursor))
		return -EBADMSG;
	/* A text takes its length and a NUL, where its field took its length and three bytes. */
	error = block_new(key, rest, &block);
	if (error)
		return error;
	error = read_fields(&cursor, block);
	if (error) {
		free(block);
		return error;
	}
	*ret_record = &block->record;
	return 0;
}

static void put_number(uint8_t *bytes, uint64_t number, size_t length)
{
	while (length--) {
		bytes[length] = (uint8_t)number;
		number >>= 8;
	}
}

static void put_head(uint8_t *head, const struct field *field, size_t length)
{
	head[0] = field->number;
	put_number(head + 1, length, 2);
}

static int add_text(struct text *out, const struct field *field, const char *string)
{
	size_t length = string ? strlen(string) : 0;
	uint8_t head[HEAD_LENGTH];

	if (!string)
		return 0;
	if (length > field->max)
		return -E2BIG;
	put_head(head, field, length);
	text_add_bytes(out, head, sizeof(head));
	text_add_bytes(out, string, length);
	return 0;
}

static void add_number(struct text *out, const struct field *field, uint64_t number)
{
	uint8_t bytes[HEAD_LENGTH + sizeof(number)];

	if (!number)
		return;
	put_head(bytes, field, field->max);
	put_number(bytes + HEAD_LENGTH, number, field->max);
	text_add_bytes(out, bytes, HEAD_LENGTH + (size_t)field->max);
}

static int add_field(struct text *out, const struct field *field, const struct pxeboot_record *record)
{
	const void *member = (const char *)record + field->offset;
	uint64_t number = 0;
	int choice;

	switch (field->kind) {
	case KIND_TIME:
		number = (uint64_t)*(const int64_t *)member;
		break;
	case KIND_COUNT:
		number = *(const uint32_t *)member;
		break;
	case KIND_CHOICE:
		choice = *(const int *)member;
		if (choice < field->lowest || choice > field->highest)
			return -EINVAL;
		number = (uint64_t)(choice - field->lowest);
		break;
	case KIND_TEXT:
		return add_text(out, field, *(const char *const *)member);
	}
	add_number(out, field, number);
	return 0;
}

int record_encode(const struct pxeboot_record *record, char **ret_bytes, size_t *ret_length)
{
	uint8_t head[HEAD_LENGTH] = { RECORD_VERSION };
	CLEANUP_TEXT struct text out = TEXT_INIT;
	size_t i;
	int error;

	text_add_bytes(&out, head, sizeof(head));
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		error = add_field(&out, &fields[i], record);
		if (error)
			return error;
	}
	if (out.error)
		return out.error;
	if (out.length > RECORD_MAX)
		return -E2BIG;
	put_number(head + 1, out.length - sizeof(head), 2);
	memcpy(out.bytes, head, sizeof(head));
	return text_take(&out, ret_bytes, ret_length);
}
