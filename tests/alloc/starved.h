/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One piece of work, done again and again with another allocation failing each time: it must say -ENOMEM, or that a finding
 * was lost, or come to the same result as with all the memory that it wants; and it must give all of it back.
 */
#ifndef STARVED_H
#define STARVED_H

#include <errno.h>
#include <stdlib.h>

#include "base/mark.h"
#include "starve.h"
#include "testing.h"

/* What the work came to. */
struct outcome {
	int r;
	uint64_t mark;			/* of all that it made, and of what it said */
	bool lost;			/* a finding */
	bool broken;			/* something was handed out by what failed, or nothing by what did not */
};

struct work {
	const char *name;
	/* Does it, says what came of it, and frees all of it.  What it needs was made before. */
	void (*run)(struct outcome *outcome);
	void (*prepare)(void);		/* or NULL */
	void (*clean_up)(void);		/* or NULL */
};

static inline void made(struct outcome *outcome, const char *text)
{
	outcome->mark = mark_string(outcome->mark, text ? text : "(null)");
}

/* What an out-parameter that was NULL is now. */
static inline void handed(struct outcome *outcome, const void *object)
{
	outcome->broken |= (outcome->r == 0) != (object != NULL);
}

/* Takes over what was told, and the list. */
static inline void told(struct outcome *outcome, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++) {
		made(outcome, finding->id);
		made(outcome, finding->text);
	}
	outcome->lost = diagnostics && pxeboot_diagnostics_error(diagnostics) == -ENOMEM;
	pxeboot_diagnostics_free(diagnostics);
}

static inline struct outcome starved(const struct work *work, size_t nth, enum starve_length length)
{
	struct outcome outcome = { .mark = MARK_INIT };
	size_t blocks;

	starve(nth, length);
	blocks = starve_blocks();
	work->run(&outcome);
	starve_end();
	ck_assert_msg(starve_blocks() == blocks, "%s, allocation %zu%s: %zd blocks were not given back", work->name, nth,
		      length == STARVE_ON ? " and all after it" : "", (ssize_t)(starve_blocks() - blocks));
	return outcome;
}

static inline void try_without(const struct work *work, size_t nth, enum starve_length length, const struct outcome *expected)
{
	struct outcome got = starved(work, nth, length);

	ck_assert_msg(!got.broken, "%s, allocation %zu: returned %d, and the out-parameter does not fit", work->name, nth, got.r);
	if (starve_failures() && (got.r == -ENOMEM || got.lost))
		return;
	ck_assert_msg(got.r == expected->r && got.mark == expected->mark && got.lost == expected->lost,
		      "%s, allocation %zu%s: returned %d, expected -ENOMEM or %d with the same result%s", work->name, nth,
		      length == STARVE_ON ? " and all after it" : "", got.r, expected->r,
		      starve_failures() ? "" : " (none failed)");
}

/* The first run is that of what is made once for the whole process. */
static inline void starve_work(const struct work *work)
{
	struct outcome expected = { .mark = MARK_INIT };
	size_t count, failed = 0;

	if (work->prepare)
		work->prepare();
	work->run(&expected);
	expected = starved(work, 0, STARVE_ONCE);
	count = starve_end();
	for (size_t nth = 1; nth <= count; nth++)
		for (int length = STARVE_ONCE; length <= STARVE_ON; length++) {
			try_without(work, nth, length, &expected);
			failed += starve_failures() > 0;
		}
	if (work->clean_up)
		work->clean_up();
	fprintf(stderr, "# %s: %zu allocations, %zu times without one of them\n", work->name, count, failed);
}

#endif
