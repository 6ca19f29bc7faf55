/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The ways in which `pxeboot status` shows machines.
 */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include "machine.h"
#include "page.h"
#include "table.h"

extern const struct table_column status_columns[];
#define STATUS_COLUMNS 8

/* A row of the table, for columns status_columns. */
void status_add_row(struct table *table, const struct machine *machine, int64_t now);
/* A row for a record that can't be read. */
void status_add_unreadable(struct table *table, const char *key);
/* All that is known of one machine. */
void status_fill_page(struct page *page, const struct machine *machine, int64_t now);

/* One object on one line; see pxeboot(1). */
void json_machine(const struct machine *machine, bool has_policy, int64_t now);
/* A record that can't be read. */
void json_unreadable(const char *key);

#endif
