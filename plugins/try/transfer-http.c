/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * HTTP transfers (see transfer.h): a GET at the start of a segment, the answer's status and Content-Length in its first
 * segment, then bytes in order.  That is all that the lab's own nginx and the machines' clients make of HTTP.
 */
#include "transfer-http.h"

#include <string.h>

#include "base/scalar.h"

#define HEADER_MAX 2048
#define PARTIAL_CONTENT 206

static void see_get(struct transfers *transfers, const struct frame *frame, int64_t now)
{
	char name[TRANSFER_NAME];
	size_t length = 0;

	if (frame->length < 5 || (memcmp(frame->payload, "GET ", 4) != 0 && memcmp(frame->payload, "HEAD", 4) != 0))
		return;
	if (frame->payload[0] == 'H')
		return;			/* a size probe: the file itself is asked for next */
	for (size_t i = 4; i < frame->length && frame->payload[i] > ' ' && length < sizeof(name) - 1; i++)
		name[length++] = (char)frame->payload[i];
	name[length] = '\0';
	transfers_begin(transfers, true, frame->source_port, name, now);
}

/* The number behind @field in the header; 0 without one. */
static uint32_t header_number(const char *header, const char *field)
{
	const char *at = strcasestr(header, field);
	char digits[16];
	size_t length;
	uint32_t number;

	if (!at)
		return 0;
	at += strlen(field);
	length = strspn(at, "0123456789");
	if (length == 0 || length >= sizeof(digits))
		return 0;
	memcpy(digits, at, length);
	digits[length] = '\0';
	return scalar_u32(digits, 0, UINT32_MAX, &number) == 0 ? number : 0;
}

/* Reads the answer's header; returns the bytes that it takes, 0 when this is none. */
static size_t see_header(struct transfer *transfer, const struct frame *frame)
{
	char header[HEADER_MAX + 1];
	size_t length = frame->length < HEADER_MAX ? frame->length : HEADER_MAX;
	char *end;

	memcpy(header, frame->payload, length);
	header[length] = '\0';
	end = strstr(header, "\r\n\r\n");
	if (strncmp(header, "HTTP/1.", 7) != 0 || !end)
		return 0;
	end[2] = '\0';
	transfer->error = header_number(header + 8, " ");
	transfer->part = transfer->error == PARTIAL_CONTENT;
	transfer->size = header_number(header, "\r\nContent-Length: ");
	transfer->answered = true;
	return (size_t)(end + 4 - header);
}

static void see_body(struct transfers *transfers, struct transfer *transfer, const struct frame *frame, int64_t now)
{
	size_t skip = 0;

	if (!transfer->answered) {
		skip = see_header(transfer, frame);
		if (skip == 0)
			return;
	} else if (frame->sequence != transfer->next_sequence) {
		return;
	}
	transfer->next_sequence = frame->sequence + (uint32_t)frame->length;
	transfer_take(transfer, frame->payload + skip, frame->length - skip);
	if (transfer->error >= 400)
		transfers_end(transfers, transfer, TRANSFER_REFUSED, now);
	else if (transfer->bytes >= transfer->size)
		transfers_end(transfers, transfer, TRANSFER_DONE, now);
}

void transfers_see_http(struct transfers *transfers, const struct frame *frame, int64_t now)
{
	struct transfer *transfer;

	if (frame->destination_port == transfers->http_port) {
		see_get(transfers, frame, now);
		transfer = transfers_find(transfers, true, frame->source_port);
		if (transfer && (frame->flags & FRAME_TCP_RST))
			transfers_end(transfers, transfer, TRANSFER_GIVEN_UP, now);
	} else if (frame->source_port == transfers->http_port && frame->length > 0) {
		transfer = transfers_find(transfers, true, frame->destination_port);
		if (transfer)
			see_body(transfers, transfer, frame, now);
	}
}
