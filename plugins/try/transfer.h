/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files on the wire: TFTP (RFC 1350, 2347, 2348) and plain HTTP transfers of the one machine in the lab, followed from
 * the request to the last byte.  Whatever server sends them, this is what really arrived.
 */
#ifndef TRY_TRANSFER_H
#define TRY_TRANSFER_H

#include "frame.h"

#define TRANSFER_MAX 16			/* at once; a machine that boots has one or two */
#define TRANSFER_NAME 256
#define TRANSFER_HEAD 1024		/* first bytes, to see what the file is */

enum transfer_event {
	TRANSFER_ASKED,
	TRANSFER_DONE,			/* whole */
	TRANSFER_REFUSED,		/* the server has no such file, or won't give it */
	TRANSFER_GIVEN_UP,		/* the machine broke it off */
};

struct transfer {
	bool busy, http;
	uint16_t port;			/* the machine's, which tells transfers apart */
	char name[TRANSFER_NAME];	/* without the leading slash */
	int64_t asked;			/* milliseconds, on the caller's clock */
	uint64_t bytes;			/* that have arrived */
	uint64_t size;			/* HTTP's Content-Length; 0 when unknown */
	uint32_t block_size;		/* TFTP */
	uint16_t last_block;
	uint32_t next_sequence;		/* HTTP */
	bool answered;			/* HTTP: the header has come; TFTP: an answer of any kind */
	bool part;			/* HTTP: of a file that is read like a disk */
	unsigned error;			/* TFTP error code, or HTTP status */
	uint8_t head[TRANSFER_HEAD];
	size_t head_length;
};

struct transfers {
	uint16_t http_port;		/* 0: none */
	void (*tell)(void *context, enum transfer_event event, const struct transfer *transfer, int64_t now);
	void *context;
	struct transfer list[TRANSFER_MAX];
};

/* Takes a frame into account; calls tell() for what it means.  Frames that belong to no transfer are passed over. */
void transfers_see(struct transfers *transfers, const struct frame *frame, int64_t now);
/* The transfer that has been running longest; NULL when the line is quiet. */
const struct transfer *transfers_running(const struct transfers *transfers);

#endif
