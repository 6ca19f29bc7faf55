/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A table of text that fits a terminal: cells that are too long are cut, above 40 characters anywhere, and columns that matter
 * least are left out.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"

#define TABLE_COLUMNS_MAX 12

struct table_column {
	const char *title;
	size_t minimum;		/* characters that are left of a cell at least; 0: it is never cut */
	unsigned expendable;	/* the column with the highest goes first; 0: it stays, whatever happens */
};

struct table_row {
	char *cells;		/* each with its NUL, and the note at the end */
	bool is_bad;
};

struct table {
	const struct table_column *columns;
	size_t n_columns;
	struct table_row *rows;
	size_t n_rows, capacity;
	int error;		/* 0 or -ENOMEM, which sticks */
};

#define CLEANUP_TABLE __attribute__((cleanup(table_free)))

/* Adds a row: @cells holds n_columns texts and the note that goes behind them, which may be empty, each with its NUL; all of
 * it printable ASCII. It is empty then. */
void table_add(struct table *table, bool is_bad, struct text *cells);
/* @width 0: as wide as it gets.  A note that has no room stands in a line of its own. */
void table_print(const struct table *table, FILE *stream, size_t width, bool colours);
void table_free(struct table *table);

/* The width of the terminal that the stream is; 0 for none. */
size_t table_terminal_width(FILE *stream);

#endif
