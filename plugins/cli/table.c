/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Columns as wide as their widest cell, until that is too much.
 */
#include "table.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GAP 2			/* blanks between columns */
#define MARK "! "		/* before a bad row */
#define INDENT 4		/* of a note in a line of its own */
#define WIDTH_MIN 20
#define CELL_MAX 40		/* some cells are what a client says */

void table_add(struct table *table, bool is_bad, struct text *cells)
{
	struct table_row *rows = table->rows;
	size_t capacity = table->capacity;
	char *bytes;
	int r = table->error ? table->error : text_take(cells, &bytes, NULL);

	if (r == 0 && table->n_rows == capacity) {
		capacity = capacity ? 2 * capacity : 64;
		rows = reallocarray(rows, capacity, sizeof(*rows));
		if (!rows) {
			free(bytes);
			r = -ENOMEM;
		}
	}
	if (r < 0) {
		table->error = r;
		return;
	}
	table->rows = rows;
	table->capacity = capacity;
	rows[table->n_rows++] = (struct table_row){ bytes, is_bad };
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->n_rows; i++)
		free(table->rows[i].cells);
	free(table->rows);
	table->rows = NULL;
	table->n_rows = table->capacity = 0;
}

/* ---- How wide ------------------------------------------------------------------------------------------------------ */

static bool is_nothing(const char *cell)
{
	return !*cell || strcmp(cell, "-") == 0;
}

/* A column that may go and has nothing in it has no width. */
static void measure(const struct table *table, size_t *widths)
{
	bool something[TABLE_COLUMNS_MAX] = { false };

	for (size_t column = 0; column < table->n_columns; column++)
		widths[column] = strlen(table->columns[column].title);
	for (size_t row = 0; row < table->n_rows; row++) {
		const char *cell = table->rows[row].cells;

		for (size_t column = 0; column < table->n_columns; column++, cell += strlen(cell) + 1) {
			something[column] |= !is_nothing(cell);
			if (strlen(cell) > widths[column])
				widths[column] = strlen(cell);
		}
	}
	for (size_t column = 0; column < table->n_columns; column++) {
		if (widths[column] > CELL_MAX)
			widths[column] = CELL_MAX;
		if (!something[column] && table->columns[column].expendable)
			widths[column] = 0;
	}
}

static size_t total(const struct table *table, const size_t *widths)
{
	size_t sum = strlen(MARK), n = 0;

	for (size_t column = 0; column < table->n_columns; column++) {
		sum += widths[column];
		n += widths[column] > 0;
	}
	return sum + GAP * (n ? n - 1 : 0);
}

/* Cuts cells, the widest first. */
static void shrink(const struct table *table, size_t *widths, size_t width)
{
	size_t all = total(table, widths);

	while (all > width) {
		size_t widest = table->n_columns;

		for (size_t column = 0; column < table->n_columns; column++)
			if (table->columns[column].minimum && widths[column] > table->columns[column].minimum &&
			    (widest == table->n_columns || widths[column] > widths[widest]))
				widest = column;
		if (widest == table->n_columns)
			return;
		widths[widest]--;
		all--;
	}
}

/* The column that is missed least; n_columns when all that are left must stay. */
static size_t most_expendable(const struct table *table, const size_t *widths)
{
	size_t found = table->n_columns;

	for (size_t column = 0; column < table->n_columns; column++)
		if (widths[column] && table->columns[column].expendable &&
		    (found == table->n_columns || table->columns[column].expendable > table->columns[found].expendable))
			found = column;
	return found;
}

static void fit(const struct table *table, size_t *widths, size_t width)
{
	size_t whole[TABLE_COLUMNS_MAX], column;

	for (;;) {
		memcpy(whole, widths, sizeof(whole));
		shrink(table, widths, width);
		if (total(table, widths) <= width)
			return;
		column = most_expendable(table, widths);
		if (column == table->n_columns)
			return;
		memcpy(widths, whole, sizeof(whole));
		widths[column] = 0;
	}
}

size_t table_terminal_width(FILE *stream)
{
	struct winsize size;

	if (!isatty(fileno(stream)))
		return 0;
	if (ioctl(fileno(stream), TIOCGWINSZ, &size) < 0 || size.ws_col < WIDTH_MIN)
		return 80;
	return size.ws_col;
}

/* ---- Printing ------------------------------------------------------------------------------------------------------ */

/* No blanks behind the last cell: @pending are those that the next one needs. */
static void print_cell(const char *cell, size_t width, size_t *pending, FILE *stream)
{
	size_t length = strlen(cell), shown = length > width ? width : length;

	fprintf(stream, "%*s%.*s%s", (int)*pending, "", (int)(length > width ? shown - 1 : shown), cell,
		length > width ? "~" : "");
	*pending = width - shown + GAP;
}

static size_t print_cells(const char *cells, const struct table *table, const size_t *widths, FILE *stream)
{
	size_t pending = 0;

	for (size_t column = 0; column < table->n_columns; column++, cells += strlen(cells) + 1)
		if (widths[column])
			print_cell(cells, widths[column], &pending, stream);
	return pending;
}

static void print_note(const char *note, size_t used, size_t pending, size_t width, FILE *stream)
{
	if (!*note)
		return;
	if (width && used + GAP + strlen(note) > width)
		fprintf(stream, "\n%*s%s", INDENT, "", note);
	else
		fprintf(stream, "%*s%s", (int)pending, "", note);
}

static void print_row(const struct table *table, const struct table_row *row, const size_t *widths, size_t width,
		      FILE *stream, bool colours)
{
	const char *note = row->cells;
	bool coloured = colours && row->is_bad;
	size_t pending;

	for (size_t column = 0; column < table->n_columns; column++)
		note += strlen(note) + 1;
	fprintf(stream, "%s%s", coloured ? "\033[1;31m" : "", row->is_bad ? MARK : "  ");
	pending = print_cells(row->cells, table, widths, stream);
	print_note(note, total(table, widths), pending, width, stream);
	fprintf(stream, "%s\n", coloured ? "\033[0m" : "");
}

static void print_titles(const struct table *table, const size_t *widths, FILE *stream, bool colours)
{
	size_t pending = 0;

	fprintf(stream, "%s  ", colours ? "\033[1m" : "");
	for (size_t column = 0; column < table->n_columns; column++)
		if (widths[column])
			print_cell(table->columns[column].title, widths[column], &pending, stream);
	fprintf(stream, "%s\n", colours ? "\033[0m" : "");
}

void table_print(const struct table *table, FILE *stream, size_t width, bool colours)
{
	size_t widths[TABLE_COLUMNS_MAX] = { 0 };

	measure(table, widths);
	if (width)
		fit(table, widths, width);
	print_titles(table, widths, stream, colours);
	for (size_t row = 0; row < table->n_rows; row++)
		print_row(table, &table->rows[row], widths, width, stream, colours);
}
