/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the two halves of transfer.h share, and HTTP's half of it.
 */
#ifndef TRY_TRANSFER_HTTP_H
#define TRY_TRANSFER_HTTP_H

#include "transfer.h"

struct transfer *transfers_find(struct transfers *transfers, bool http, uint16_t port);
/* Returns NULL for a TFTP request that is only repeated. */
struct transfer *transfers_begin(struct transfers *transfers, bool http, uint16_t port, const char *name, int64_t now);
void transfers_end(struct transfers *transfers, struct transfer *transfer, enum transfer_event event, int64_t now);
/* Counts bytes of the file and keeps its head. */
void transfer_take(struct transfer *transfer, const uint8_t *bytes, size_t length);

void transfers_see_http(struct transfers *transfers, const struct frame *frame, int64_t now);

#endif
