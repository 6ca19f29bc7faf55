/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines, folded at 80 columns.
 */
#include "page.h"

#include <errno.h>
#include <string.h>

#define COLUMNS 80
#define SECTION 8			/* columns of a section's name, unless one is longer */
#define WHAT 7				/* of what a line is about, likewise */

/* ---- Filling ------------------------------------------------------------------------------------------------------- */

static struct page_line *grow(struct page *page)
{
	struct page_line *lines = page->error ? NULL : reallocarray(page->lines, page->n_lines + 1, sizeof(*lines));

	if (!lines) {
		page->error = -ENOMEM;
		return NULL;
	}
	page->lines = lines;
	return &lines[page->n_lines];
}

/* A line without text begins a section; it is never printed. */
void page_begin(struct page *page, const char *section)
{
	struct page_line *line = grow(page);
	size_t nth = 0;

	for (size_t i = 0; line && i < page->n_lines; i++)
		nth += !page->lines[i].text && strcmp(page->lines[i].section, section) == 0;
	if (line) {
		*line = (struct page_line){ .section = section, .nth = nth };
		page->n_lines++;
	}
}

void page_add(struct page *page, const char *what, enum page_mood mood, struct text *text)
{
	struct page_line *line = grow(page);
	char *bytes;
	int r = text_take(text, &bytes, NULL);

	if (r < 0 || !line) {
		page->error = -ENOMEM;
		if (r == 0)
			free(bytes);
		return;
	}
	*line = (struct page_line){ line[-1].section, line[-1].nth, what, bytes, mood };
	page->n_lines++;
}

void page_addf(struct page *page, const char *what, enum page_mood mood, const char *format, ...)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	va_start(arguments, format);
	text_addv(&text, format, arguments);
	va_end(arguments);
	page_add(page, what, mood, &text);
}

void page_free(struct page *page)
{
	for (size_t i = 0; i < page->n_lines; i++)
		free(page->lines[i].text);
	free(page->lines);
	*page = (struct page)PAGE_INIT;
}

/* ---- Printing ------------------------------------------------------------------------------------------------------ */

static const char *colour(enum page_mood mood)
{
	static const char *const colours[] = {
		[PAGE_PLAIN] = "", [PAGE_STRONG] = "\033[1m", [PAGE_FAINT] = "\033[2m", [PAGE_GOOD] = "\033[1;32m",
		[PAGE_BAD] = "\033[1;31m",
	};

	return colours[mood];
}

static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

/* How many bytes of @text go into @columns: up to a blank where there is one, else as they come. */
static size_t row_length(const char *text, size_t columns)
{
	size_t at = 0, used = 0, blank = 0;

	for (; text[at]; at++) {
		if (starts_character(text[at]) && used++ == columns)
			return blank ? blank : at;
		if (text[at] == ' ' && at > 0)
			blank = at;
	}
	return at;
}

static void print_text(const char *text, enum page_mood mood, size_t indent, FILE *stream, bool colours)
{
	const char *on = colours ? colour(mood) : "", *off = *on ? "\033[0m" : "";
	size_t length = row_length(text, COLUMNS - indent);

	fprintf(stream, "%s%.*s%s\n", on, (int)length, text, off);
	for (text += length; *text; text += length) {
		text += *text == ' ';
		length = row_length(text, COLUMNS - indent);
		fprintf(stream, "%*s%s%.*s%s\n", (int)indent, "", on, (int)length, text, off);
	}
}

static size_t section_columns(const struct page *page)
{
	size_t columns = SECTION;

	for (size_t i = 0; i < page->n_lines; i++)
		if (strlen(page->lines[i].section) > columns)
			columns = strlen(page->lines[i].section);
	return columns;
}

static size_t what_columns(const struct page *page)
{
	size_t columns = WHAT;

	for (size_t i = 0; i < page->n_lines; i++)
		if (page->lines[i].text && strlen(page->lines[i].what) > columns)
			columns = strlen(page->lines[i].what);
	return columns;
}

static size_t text_rows(const char *text, size_t columns)
{
	size_t rows = 1;

	for (text += row_length(text, columns); *text; rows++) {
		text += *text == ' ';
		text += row_length(text, columns);
	}
	return rows;
}

size_t page_rows(const struct page *page)
{
	size_t indent = section_columns(page) + what_columns(page) + 2, rows = 0;

	for (size_t i = 0; i < page->n_lines; i++)
		if (page->lines[i].text)
			rows += text_rows(page->lines[i].text, COLUMNS - indent);
	return rows;
}

void page_print(const struct page *page, FILE *stream, bool colours)
{
	size_t columns = section_columns(page), what = what_columns(page);

	for (size_t i = 0; i < page->n_lines; i++) {
		const struct page_line *line = &page->lines[i];
		bool first = line->text && !line[-1].text;
		const char *bold = colours && first ? colour(PAGE_STRONG) : "", *off = *bold ? "\033[0m" : "";

		if (!line->text)
			continue;
		fprintf(stream, "%s%-*s%s %-*s ", bold, (int)columns, first ? line->section : "", off, (int)what, line->what);
		print_text(line->text, line->mood, columns + what + 2, stream, colours);
	}
}

/* ---- Comparing ----------------------------------------------------------------------------------------------------- */

static bool same_place(const struct page_line *a, const struct page_line *b)
{
	return a->nth == b->nth && strcmp(a->section, b->section) == 0;
}

static bool same_word(const struct page_line *a, const struct page_line *b)
{
	return strcmp(a->what, b->what) == 0;
}

/* Where the section of this head is; n_lines when there is none. */
static size_t find_section(const struct page *page, const struct page_line *head)
{
	size_t i = 0;

	while (i < page->n_lines && (page->lines[i].text || !same_place(&page->lines[i], head)))
		i++;
	return i;
}

/* The lines of one section. */
struct lines {
	const struct page_line *at;
	size_t n;
};

static struct lines section_lines(const struct page *page, const struct page_line *head)
{
	size_t first = find_section(page, head) + 1;
	struct lines lines = { NULL, 0 };

	if (first > page->n_lines)
		return lines;
	lines.at = &page->lines[first];
	while (first + lines.n < page->n_lines && lines.at[lines.n].text)
		lines.n++;
	return lines;
}

static bool has_word(struct lines lines, const struct page_line *wanted)
{
	for (size_t i = 0; i < lines.n; i++)
		if (same_word(&lines.at[i], wanted))
			return true;
	return false;
}

static bool has_line(struct lines lines, const struct page_line *wanted)
{
	for (size_t i = 0; i < lines.n; i++)
		if (same_word(&lines.at[i], wanted) && strcmp(lines.at[i].text, wanted->text) == 0)
			return true;
	return false;
}

/* The lines with this word that the other side lacks. */
static int visit_word(struct lines lines, struct lines other, const struct page_line *word, int side,
		      page_visitor *visitor, void *context)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < lines.n; i++)
		if (same_word(&lines.at[i], word) && !has_line(other, &lines.at[i]))
			r = visitor(context, &lines.at[i], side);
	return r;
}

/* Word by word, so that what was and what would be stand together. */
static int visit_section(const struct page *from, const struct page *to, const struct page_line *head,
			 page_visitor *visitor, void *context)
{
	struct lines before = section_lines(from, head), after = section_lines(to, head);
	int r = 0;

	for (size_t i = 0; r == 0 && i < before.n; i++) {
		if (i > 0 && has_word((struct lines){ before.at, i }, &before.at[i]))
			continue;
		r = visit_word(before, after, &before.at[i], -1, visitor, context);
		if (r == 0)
			r = visit_word(after, before, &before.at[i], 1, visitor, context);
	}
	for (size_t i = 0; r == 0 && i < after.n; i++)
		if (!has_word(before, &after.at[i]))
			r = visitor(context, &after.at[i], 1);
	return r;
}

/* Sections of @to from @at on that @from lacks, until one that it has. */
static int visit_new_sections(const struct page *from, const struct page *to, size_t at, page_visitor *visitor,
			      void *context)
{
	int r = 0;

	for (; r == 0 && at < to->n_lines; at++) {
		if (to->lines[at].text)
			continue;
		if (find_section(from, &to->lines[at]) < from->n_lines)
			return 0;
		r = visit_section(from, to, &to->lines[at], visitor, context);
	}
	return r;
}

int page_compare(const struct page *from, const struct page *to, page_visitor *visitor, void *context)
{
	int r = visit_new_sections(from, to, 0, visitor, context);

	for (size_t i = 0; r == 0 && i < from->n_lines; i++) {
		const struct page_line *head = &from->lines[i];

		if (head->text)
			continue;
		r = visit_section(from, to, head, visitor, context);
		if (r == 0)
			r = visit_new_sections(from, to, find_section(to, head) + 1, visitor, context);
	}
	return r;
}

struct changes {
	FILE *stream;
	bool colours;
	size_t columns;				/* of a section's name */
	const struct page_line *last;
};

static int print_change(void *context, const struct page_line *line, int side)
{
	struct changes *changes = context;
	enum page_mood mood = side < 0 ? PAGE_BAD : PAGE_GOOD;
	bool first = !changes->last || !same_place(changes->last, line);
	const char *on = changes->colours ? colour(mood) : "", *off = *on ? "\033[0m" : "";

	fprintf(changes->stream, "%-*s %s%c%s %-*s ", (int)changes->columns, first ? line->section : "", on,
		side < 0 ? '-' : '+', off, WHAT, line->what);
	print_text(line->text, mood, changes->columns + WHAT + 4, changes->stream, changes->colours);
	changes->last = line;
	return 0;
}

bool page_print_changes(const struct page *from, const struct page *to, FILE *stream, bool colours)
{
	size_t left = section_columns(from), right = section_columns(to);
	struct changes changes = { stream, colours, left > right ? left : right, NULL };

	page_compare(from, to, print_change, &changes);
	return changes.last != NULL;
}
