/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files on the wire (see transfer.h): the list, and TFTP's half.
 */
#include "transfer.h"

#include <string.h>
#include <strings.h>

#include "base/cursor.h"
#include "base/scalar.h"
#include "transfer-http.h"

#define PORT_TFTP 69
#define TFTP_BLOCK_SIZE 512

enum opcode { OPCODE_RRQ = 1, OPCODE_DATA = 3, OPCODE_ERROR = 5, OPCODE_OACK = 6 };

struct transfer *transfers_find(struct transfers *transfers, bool http, uint16_t port)
{
	for (size_t i = 0; i < TRANSFER_MAX; i++) {
		struct transfer *transfer = &transfers->list[i];

		if (transfer->busy && transfer->http == http && transfer->port == port)
			return transfer;
	}
	return NULL;
}

const struct transfer *transfers_running(const struct transfers *transfers)
{
	const struct transfer *oldest = NULL;

	for (size_t i = 0; i < TRANSFER_MAX; i++) {
		const struct transfer *transfer = &transfers->list[i];

		if (transfer->busy && (!oldest || transfer->asked < oldest->asked))
			oldest = transfer;
	}
	return oldest;
}

/* A free place; where there is none, that of the transfer which was asked for first and never ended. */
static struct transfer *free_place(struct transfers *transfers)
{
	for (size_t i = 0; i < TRANSFER_MAX; i++)
		if (!transfers->list[i].busy)
			return &transfers->list[i];
	return (struct transfer *)transfers_running(transfers);
}

struct transfer *transfers_begin(struct transfers *transfers, bool http, uint16_t port, const char *name, int64_t now)
{
	struct transfer *transfer = transfers_find(transfers, http, port);

	while (*name == '/')
		name++;
	if (transfer && !http && strcmp(transfer->name, name) == 0 && !transfer->answered)
		return NULL;		/* the request again: its answer was late */
	if (!transfer)
		transfer = free_place(transfers);
	*transfer = (struct transfer){ .busy = true, .http = http, .port = port, .asked = now,
				       .block_size = TFTP_BLOCK_SIZE };
	strncpy(transfer->name, name, sizeof(transfer->name) - 1);
	transfers->tell(transfers->context, TRANSFER_ASKED, transfer, now);
	return transfer;
}

void transfers_end(struct transfers *transfers, struct transfer *transfer, enum transfer_event event, int64_t now)
{
	transfer->busy = false;
	transfers->tell(transfers->context, event, transfer, now);
}

void transfer_take(struct transfer *transfer, const uint8_t *bytes, size_t length)
{
	size_t room = sizeof(transfer->head) - transfer->head_length;

	transfer->bytes += length;
	if (length > room)
		length = room;
	memcpy(transfer->head + transfer->head_length, bytes, length);
	transfer->head_length += length;
}

/* Takes one NUL-terminated string off the packet; NULL when there is none. */
static const char *take_string(struct cursor *packet)
{
	const char *string = (const char *)packet->at;
	size_t left = cursor_left(packet);
	size_t length = left ? strnlen(string, left) : 0;

	if (length == left || cursor_skip(packet, length + 1) < 0)
		return NULL;
	return string;
}

static void see_request(struct transfers *transfers, const struct frame *frame, struct cursor *packet, int64_t now)
{
	const char *name = take_string(packet);

	if (name && *name)
		transfers_begin(transfers, false, frame->source_port, name, now);
}

static void see_options(struct transfer *transfer, struct cursor *packet)
{
	const char *name, *value;
	uint32_t size;

	while ((name = take_string(packet)) && (value = take_string(packet)))
		if (strcasecmp(name, "blksize") == 0 && scalar_u32(value, 8, 65464, &size) == 0)
			transfer->block_size = size;
	transfer->answered = true;
}

static void see_data(struct transfers *transfers, struct transfer *transfer, struct cursor *packet, int64_t now)
{
	uint16_t block;
	size_t length;

	if (cursor_be16(packet, &block) < 0 || block != (uint16_t)(transfer->last_block + 1))
		return;
	length = cursor_left(packet);
	transfer->last_block = block;
	transfer->answered = true;
	transfer_take(transfer, packet->at, length);
	if (length < transfer->block_size)
		transfers_end(transfers, transfer, TRANSFER_DONE, now);
}

static void see_error(struct transfers *transfers, struct transfer *transfer, struct cursor *packet, bool by_server,
		      int64_t now)
{
	uint16_t code;

	if (cursor_be16(packet, &code) < 0)
		return;
	transfer->error = code;
	transfers_end(transfers, transfer, by_server ? TRANSFER_REFUSED : TRANSFER_GIVEN_UP, now);
}

static void see_tftp(struct transfers *transfers, const struct frame *frame, int64_t now)
{
	struct cursor packet = cursor_over(frame->payload, frame->length);
	struct transfer *to_machine = transfers_find(transfers, false, frame->destination_port);
	struct transfer *by_machine = transfers_find(transfers, false, frame->source_port);
	uint16_t opcode;

	if (cursor_be16(&packet, &opcode) < 0)
		return;
	if (frame->destination_port == PORT_TFTP) {
		if (opcode == OPCODE_RRQ)
			see_request(transfers, frame, &packet, now);
	} else if (to_machine) {
		if (opcode == OPCODE_DATA)
			see_data(transfers, to_machine, &packet, now);
		else if (opcode == OPCODE_OACK)
			see_options(to_machine, &packet);
		else if (opcode == OPCODE_ERROR)
			see_error(transfers, to_machine, &packet, true, now);
	} else if (by_machine && opcode == OPCODE_ERROR) {
		see_error(transfers, by_machine, &packet, false, now);
	}
}

void transfers_see(struct transfers *transfers, const struct frame *frame, int64_t now)
{
	if (!frame->tcp)
		see_tftp(transfers, frame, now);
	else if (transfers->http_port)
		transfers_see_http(transfers, frame, now);
}
