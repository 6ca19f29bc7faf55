/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines for people: a row of the table, or a page of their own.
 */
#include <string.h>

#include "status.h"

const struct table_column status_columns[STATUS_COLUMNS] = {
	{ "NAME", 8, 0 },    { "MACHINE", 17, 0 }, { "ARCH", 10, 2 }, { "STAGE", 8, 0 },
	{ "PROFILE", 8, 0 }, { "ONCE", 0, 1 },	   { "SEEN", 0, 0 },  { "ADDRESS", 15, 3 },
};

/* ---- The table ----------------------------------------------------------------------------------------------------- */

static void add_optional(struct text *cells, const char *text)
{
	machine_add_text(cells, text && *text ? text : "-");
}

static void end_cell(struct text *cells)
{
	text_add_char(cells, '\0');
}

/* "served 1/3" */
static void add_once(struct text *cells, const struct pxeboot_once *once)
{
	if (once->phase == PXEBOOT_ONCE_NONE) {
		text_add_char(cells, '-');
		return;
	}
	text_add(cells, pxeboot_once_phase_name(once->phase));
	if (once->tries && once->tries_max)
		text_addf(cells, " %u/%u", once->tries, once->tries_max);
	else if (once->tries > 1)
		text_addf(cells, " %u", once->tries);
}

void status_add_row(struct table *table, const struct machine *machine, int64_t now)
{
	const struct pxeboot_record *record = machine->record;
	CLEANUP_TEXT struct text cells = TEXT_INIT;

	add_optional(&cells, machine->is_unknown ? "unknown" : machine->host.name);
	end_cell(&cells);
	text_add(&cells, record->key);
	end_cell(&cells);
	machine_add_arch(&cells, machine);
	end_cell(&cells);
	add_optional(&cells, machine_stage_name(record));
	end_cell(&cells);
	add_optional(&cells, machine->profile);
	end_cell(&cells);
	add_once(&cells, &record->once);
	end_cell(&cells);
	machine_add_age(&cells, record->last_seen, now);
	end_cell(&cells);
	add_optional(&cells, record->address);
	end_cell(&cells);
	machine_add_trouble(&cells, machine, now);
	end_cell(&cells);
	table_add(table, machine->trouble != MACHINE_FINE, &cells);
}

void status_add_unreadable(struct table *table, const char *key)
{
	CLEANUP_TEXT struct text cells = TEXT_INIT;

	for (size_t column = 0; column < STATUS_COLUMNS; column++) {
		text_add(&cells, column == 1 ? key : "-");
		end_cell(&cells);
	}
	text_add(&cells, "its record can't be read");
	end_cell(&cells);
	table_add(table, true, &cells);
}

/* ---- One machine --------------------------------------------------------------------------------------------------- */

static void add_line(struct page *page, const char *what, const char *hostile)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (!hostile)
		return;
	machine_add_text(&text, *hostile ? hostile : "(empty)");
	page_add(page, what, PAGE_PLAIN, &text);
}

/* "2026-11-23 07:00:00, 3 min ago" */
static void add_time(struct page *page, const char *what, int64_t when, int64_t now)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (!when)
		return;
	machine_add_local(&text, when);
	text_add(&text, ", ");
	machine_add_age(&text, when, now);
	page_add(page, what, PAGE_PLAIN, &text);
}

static void add_identity(struct page *page, const struct machine *machine)
{
	const struct pxeboot_host *host = &machine->host;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	page_begin(page, "machine");
	add_line(page, "key", machine->record->key);
	if (host->name) {
		text_addf(&text, "%s, ", host->name);
		machine_add_text(&text, host->file);
		text_addf(&text, ":%u", host->line);
		page_add(page, "name", PAGE_STRONG, &text);
	} else if (machine->is_unknown) {
		page_addf(page, "name", PAGE_BAD, "unknown to the policy");
		machine_add_adoption(&text, machine);
		page_add(page, "adopt", PAGE_PLAIN, &text);
	}
	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		add_line(page, pxeboot_fact_name(fact), machine->record->facts[fact]);
}

static void add_asked(struct page *page, const struct pxeboot_record *record, int64_t now)
{
	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++)
		for (size_t i = 0; i < PXEBOOT_RECORD_ASKED; i++)
			add_time(page, i ? "" : pxeboot_stage_name((enum pxeboot_stage)stage), record->asked[stage][i],
				 now);
}

static void add_seen(struct page *page, const struct machine *machine, int64_t now)
{
	const struct pxeboot_record *record = machine->record;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	page_begin(page, "seen");
	if (machine->trouble != MACHINE_FINE) {
		machine_add_trouble(&text, machine, now);
		page_add(page, "trouble", PAGE_BAD, &text);
	}
	add_time(page, "last", record->last_seen, now);
	add_time(page, "first", record->first_seen, now);
	page_addf(page, "boots", PAGE_PLAIN, "%u", record->boots);
	add_line(page, "stage", machine_stage_name(record));
	add_asked(page, record, now);
	add_line(page, "address", record->address);
	add_line(page, "file", record->file);
	add_line(page, "given", record->profile);
}

/* The token stays secret: whoever has it can say done. */
static void add_once_page(struct page *page, const struct pxeboot_once *once, int64_t now)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (once->phase == PXEBOOT_ONCE_NONE && !once->round)
		return;
	page_begin(page, "once");
	page_addf(page, "phase", once->phase == PXEBOOT_ONCE_FAILED ? PAGE_BAD : PAGE_PLAIN, "%s",
		  pxeboot_once_phase_name(once->phase));
	add_line(page, "profile", once->profile);
	add_line(page, "then", once->then);
	page_addf(page, "mode", PAGE_PLAIN, "%s", machine_mode_name(once->mode));
	text_addf(&text, "%u", once->tries);
	if (once->tries_max)
		text_addf(&text, " of %u", once->tries_max);
	page_add(page, "tries", PAGE_PLAIN, &text);
	page_addf(page, "round", PAGE_PLAIN, "%u", once->round);
	add_time(page, "armed", once->armed, now);
	add_time(page, "changed", once->changed, now);
	add_line(page, "policy", once->policy);
}

static void add_next(struct page *page, const struct machine *machine)
{
	const struct pxeboot_rule *rule = &machine->decision.rule;
	const char *next = machine_next(machine->record);
	CLEANUP_TEXT struct text text = TEXT_INIT;

	/* Without a policy nobody knows what it says. */
	if (!next && !machine->decision.boot)
		return;
	page_begin(page, "next");
	machine_add_text(&text, next ? next : machine->decision.boot);
	page_add(page, "boot", PAGE_GOOD, &text);
	if (next)
		page_addf(page, "because", PAGE_PLAIN, "one-shot boot");
	else if (rule->kind)
		page_addf(page, "because", PAGE_PLAIN, "%s %s", rule->kind, rule->name);
}

void status_fill_page(struct page *page, const struct machine *machine, int64_t now)
{
	add_identity(page, machine);
	add_seen(page, machine, now);
	add_once_page(page, &machine->record->once, now);
	add_next(page, machine);
}
