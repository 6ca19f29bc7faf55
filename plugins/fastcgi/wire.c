/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records: a head that says version, type, request, the lengths of content and padding; and these two.  Numbers are in
 * network byte order.
 */
#include "wire.h"

#include <errno.h>
#include <string.h>

#include "base/cursor.h"

#define VERSION 1
#define RESPONDER 1
#define KEEPS 1				/* a flag of a request's begin */
#define CONTENT_MAX 65528		/* of what we write: a multiple of eight */
#define PARAMS_KEPT 8192		/* room that a connection keeps for the next request */

enum type {
	BEGIN_REQUEST = 1,
	ABORT_REQUEST = 2,
	END_REQUEST = 3,
	PARAMS = 4,
	STDIN = 5,
	STDOUT = 6,
	UNKNOWN_TYPE = 11,
};

enum end {
	REQUEST_COMPLETE = 0,
	CANT_MULTIPLEX = 1,
	UNKNOWN_ROLE = 3,
};

/* ---- What we write ---------------------------------------------------------------------------------------------- */

static void add_record(struct text *out, enum type type, uint16_t id, const void *content, size_t length)
{
	const uint8_t head[WIRE_HEAD_LENGTH] = { VERSION, (uint8_t)type, (uint8_t)(id >> 8), (uint8_t)id,
						 (uint8_t)(length >> 8), (uint8_t)length, 0, 0 };

	text_add_bytes(out, head, sizeof(head));
	text_add_bytes(out, content, length);
}

static void add_end(struct text *out, uint16_t id, enum end how)
{
	const uint8_t content[8] = { 0, 0, 0, 0, (uint8_t)how, 0, 0, 0 };

	add_record(out, END_REQUEST, id, content, sizeof(content));
}

/* Ready for the next request. */
static void end_request(struct wire *wire)
{
	wire->stage = WIRE_IDLE;
	if (wire->params.capacity > PARAMS_KEPT)
		text_free(&wire->params);
	text_clear(&wire->params);
}

int wire_reply(struct wire *wire, const char *bytes, size_t length, struct text *out)
{
	while (length) {
		size_t n = length < CONTENT_MAX ? length : CONTENT_MAX;

		add_record(out, STDOUT, wire->id, bytes, n);
		bytes += n;
		length -= n;
	}
	add_record(out, STDOUT, wire->id, NULL, 0);
	add_end(out, wire->id, REQUEST_COMPLETE);
	end_request(wire);
	return out->error;
}

/* ---- What comes ------------------------------------------------------------------------------------------------- */

static uint16_t number_at(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static enum type type_of(const struct wire *wire)
{
	return (enum type)wire->head[1];
}

static uint16_t id_of(const struct wire *wire)
{
	return number_at(wire->head + 2);
}

static size_t length_of(const struct wire *wire)
{
	return number_at(wire->head + 4);
}

static bool is_ours(const struct wire *wire)
{
	return wire->stage != WIRE_IDLE && id_of(wire) == wire->id;
}

static int begin(struct wire *wire, struct text *out)
{
	if (length_of(wire) != sizeof(wire->begin) || is_ours(wire))
		return -EBADMSG;
	if (wire->stage != WIRE_IDLE) {
		add_end(out, id_of(wire), CANT_MULTIPLEX);
	} else if (number_at(wire->begin) != RESPONDER) {
		add_end(out, id_of(wire), UNKNOWN_ROLE);
	} else {
		wire->stage = WIRE_PARAMS;
		wire->id = id_of(wire);
		wire->keeps = wire->begin[2] & KEEPS;
	}
	return out->error;
}

/* One that is whole is answered all the same. */
static int abort_request(struct wire *wire, struct text *out)
{
	if (!is_ours(wire) || wire->stage == WIRE_WHOLE)
		return 0;
	add_end(out, wire->id, REQUEST_COMPLETE);
	end_request(wire);
	return out->error;
}

/* An empty record ends a stream. */
static int end_of_params(struct wire *wire)
{
	if (!is_ours(wire))
		return 0;
	if (wire->stage != WIRE_PARAMS)
		return -EBADMSG;
	if (!length_of(wire))
		wire->stage = WIRE_BODY;
	return wire->params.error;
}

static int end_of_body(struct wire *wire)
{
	if (!is_ours(wire) || wire->stage == WIRE_WHOLE)
		return 0;
	if (wire->stage != WIRE_BODY)
		return -EBADMSG;
	if (length_of(wire))
		return 0;
	wire->stage = WIRE_WHOLE;
	return 1;
}

static int refuse_type(const struct wire *wire, struct text *out)
{
	const uint8_t content[8] = { wire->head[1] };

	add_record(out, UNKNOWN_TYPE, 0, content, sizeof(content));
	return out->error;
}

/* All of a record is there.  Those of requests that were refused mean nothing. */
static int end_record(struct wire *wire, struct text *out)
{
	wire->head_length = 0;
	if (!id_of(wire))
		return refuse_type(wire, out);
	if (type_of(wire) == BEGIN_REQUEST)
		return begin(wire, out);
	if (type_of(wire) == ABORT_REQUEST)
		return abort_request(wire, out);
	if (type_of(wire) == PARAMS)
		return end_of_params(wire);
	return type_of(wire) == STDIN ? end_of_body(wire) : 0;
}

static size_t take_head(struct wire *wire, const uint8_t *bytes, size_t length)
{
	size_t n = WIRE_HEAD_LENGTH - wire->head_length;

	n = n < length ? n : length;
	memcpy(wire->head + wire->head_length, bytes, n);
	wire->head_length += n;
	wire->content = length_of(wire);
	wire->padding = wire->head[6];
	return n;
}

/* Bytes of the content, or those of the padding behind it. */
static size_t take_content(struct wire *wire, const uint8_t *bytes, size_t length)
{
	size_t at = length_of(wire) - wire->content, n = wire->content < length ? wire->content : length;

	if (!wire->content) {
		n = wire->padding < length ? wire->padding : length;
		wire->padding -= n;
		return n;
	}
	if (type_of(wire) == BEGIN_REQUEST && at < sizeof(wire->begin))
		memcpy(wire->begin + at, bytes, n < sizeof(wire->begin) - at ? n : sizeof(wire->begin) - at);
	if (type_of(wire) == PARAMS && is_ours(wire) && wire->stage == WIRE_PARAMS)
		text_add_bytes(&wire->params, bytes, n);
	wire->content -= n;
	return n;
}

int wire_take(struct wire *wire, const void *bytes, size_t length, struct text *out)
{
	const uint8_t *at = bytes, *end = at + length;
	int whole = 0, r;

	while (at < end) {
		if (wire->head_length < WIRE_HEAD_LENGTH)
			at += take_head(wire, at, (size_t)(end - at));
		else
			at += take_content(wire, at, (size_t)(end - at));
		if (wire->head[0] != VERSION)
			return -EBADMSG;
		if (wire->params.length > WIRE_PARAMS_MAX)
			return -E2BIG;
		if (wire->head_length < WIRE_HEAD_LENGTH || wire->content || wire->padding)
			continue;
		r = end_record(wire, out);
		if (r < 0)
			return r;
		whole |= r;
	}
	return whole;
}

/* ---- Parameters ------------------------------------------------------------------------------------------------- */

/* A length takes one byte, or four of which the first bit says so. */
static int take_length(struct cursor *cursor, size_t *ret_length)
{
	uint8_t first, second;
	uint16_t rest;
	int r = cursor_u8(cursor, &first);

	if (r)
		return r;
	if (first < 0x80) {
		*ret_length = first;
		return 0;
	}
	r = cursor_u8(cursor, &second);
	if (!r)
		r = cursor_be16(cursor, &rest);
	if (!r)
		*ret_length = (size_t)(first & 0x7f) << 24 | (size_t)second << 16 | rest;
	return r;
}

struct pair {
	const uint8_t *name, *value;
	size_t name_length, value_length;
};

static int take_pair(struct cursor *cursor, struct pair *ret_pair)
{
	struct pair pair;
	int r = take_length(cursor, &pair.name_length);

	if (!r)
		r = take_length(cursor, &pair.value_length);
	if (!r)
		r = cursor_bytes(cursor, pair.name_length, &pair.name);
	if (!r)
		r = cursor_bytes(cursor, pair.value_length, &pair.value);
	if (!r)
		*ret_pair = pair;
	return r;
}

static bool is_named(const struct pair *pair, const char *name)
{
	return strlen(name) == pair->name_length && !memcmp(name, pair->name, pair->name_length);
}

static void keep(const struct pair *pair, struct text *room)
{
	text_add_bytes(room, pair->name, pair->name_length);
	text_add_char(room, '=');
	text_add_bytes(room, pair->value, pair->value_length);
	text_add_char(room, '\0');
}

/* Which of the names that have not been found yet; @n: none. */
static size_t find(const struct pair *pair, const char *const *names, const struct pair *found, size_t n)
{
	size_t i = 0;

	while (i < n && (found[i].name || !is_named(pair, names[i])))
		i++;
	return i;
}

/* The first of each name; those that are not there stay as they are. */
static int find_all(const struct wire *wire, const char *const *names, size_t n, struct pair *found)
{
	struct cursor cursor = cursor_over(wire->params.bytes, wire->params.length);

	for (size_t n_found = 0; n_found < n && cursor_left(&cursor);) {
		struct pair pair;
		int r = take_pair(&cursor, &pair);
		size_t i = r ? n : find(&pair, names, found, n);

		if (r)
			return r;
		if (i < n) {
			found[i] = pair;
			n_found++;
		}
	}
	return 0;
}

/* The texts have their places only when all are there. */
int wire_params(const struct wire *wire, const char *const *names, size_t n, struct text *room, const char **list)
{
	struct pair found[WIRE_NAMES_MAX] = { { .name = NULL } };
	size_t n_found = 0;
	int r = n <= WIRE_NAMES_MAX ? find_all(wire, names, n, found) : -EINVAL;

	if (r)
		return r;
	for (size_t i = 0; i < n; i++)
		if (found[i].name && (!found[i].value_length || !memchr(found[i].value, '\0', found[i].value_length)))
			keep(&found[i], room);
	if (room->error)
		return room->error;
	for (size_t at = 0; at < room->length; at += strlen(room->bytes + at) + 1)
		list[n_found++] = room->bytes + at;
	list[n_found] = NULL;
	return 0;
}

void wire_free(struct wire *wire)
{
	text_free(&wire->params);
	wire->params = (struct text)TEXT_INIT;
}
