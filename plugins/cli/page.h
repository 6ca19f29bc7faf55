/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is printed of a chain: lines of the form "section  what  text", so that it fits a screen of 80 columns and two of
 * them can be compared.
 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"

enum page_mood { PAGE_PLAIN, PAGE_STRONG, PAGE_FAINT, PAGE_GOOD, PAGE_BAD };	/* colours, on a terminal only */

struct page {
	struct page_line {
		const char *section;		/* such as a stage; lives as long as the page */
		size_t nth;			/* of sections with this name */
		const char *what;
		char *text;
		enum page_mood mood;
	} *lines;
	size_t n_lines;
	int error;				/* 0 or -ENOMEM, which sticks */
};

#define PAGE_INIT { NULL, 0, 0 }
#define CLEANUP_PAGE __attribute__((cleanup(page_free)))

/* Begins the section; one with the same name right before it is another one. */
void page_begin(struct page *page, const char *section);
/* Adds a line to the last section and takes the text over, which is empty then. */
void page_add(struct page *page, const char *what, enum page_mood mood, struct text *text);
void page_addf(struct page *page, const char *what, enum page_mood mood, const char *format, ...) PRINTF_LIKE(4, 5);

/* How many rows of a terminal it takes. */
size_t page_rows(const struct page *page);
void page_print(const struct page *page, FILE *stream, bool colours);

/* Visits the lines that one page has and the other lacks in the same section under the same word, section by section:
 * @side -1 those of @from, 1 those of @to.  Ends early when the visitor returns other than 0, which this then returns. */
typedef int page_visitor(void *context, const struct page_line *line, int side);
int page_compare(const struct page *from, const struct page *to, page_visitor *visitor, void *context);
/* Prints what differs, "-" and "+" before each line; false when nothing does. */
bool page_print_changes(const struct page *from, const struct page *to, FILE *stream, bool colours);

void page_free(struct page *page);

#endif
