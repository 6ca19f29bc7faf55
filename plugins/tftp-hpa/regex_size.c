/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "regex_size.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64
#define GROWTH_MAX 2000
#define SIZE_MAX_COUNTED 60000		/* more than a line and its growth; its square fits 32 bits */

struct measure {
	size_t sums[DEPTH_MAX];		/* of the groups that are open */
	size_t depth, last;		/* @last: the size of what a repetition would repeat */
};

static size_t bounded(size_t size)
{
	return size < SIZE_MAX_COUNTED ? size : SIZE_MAX_COUNTED;
}

static void add(struct measure *measure, size_t size)
{
	measure->last = size;
	measure->sums[measure->depth] = bounded(measure->sums[measure->depth] + size);
}

/* @times more copies of the last one, which is thereby one of that size. */
static void repeat(struct measure *measure, size_t times)
{
	size_t more = bounded(measure->last * times);

	measure->sums[measure->depth] = bounded(measure->sums[measure->depth] + more);
	measure->last = bounded(measure->last + more);
}

/* The end of "[...]": ']' is a member when it comes first, and inside [: :], [. .] and [= =]. */
static const char *skip_set(const char *at)
{
	const char *end;

	at += at[1] == '^' ? 2 : 1;
	for (bool first = true; *at != '\0' && (*at != ']' || first); first = false, at++) {
		if (*at != '[' || at[1] == '\0' || strchr(":.=", at[1]) == NULL)
			continue;
		end = strchr(at + 2, ']');
		if (end != NULL && end[-1] == at[1])
			at = end;
	}
	return *at != '\0' ? at : at - 1;
}

/* "{3}", "{3,}", "{3,5}", "{,5}": the highest number. */
static const char *take_interval(struct measure *measure, const char *at)
{
	const char *end = strchr(at, '}'), *comma = strchr(at, ',');
	unsigned long low = strtoul(at + 1, NULL, 10), high;

	if (end == NULL)
		return at;
	high = comma != NULL && comma < end ? strtoul(comma + 1, NULL, 10) : low;
	repeat(measure, bounded(high > low ? high : low));
	return end;
}

/* One atom or repetition; the last byte that it takes. */
static const char *measure_one(struct measure *measure, const char *at)
{
	size_t group;

	if (*at == '(' && measure->depth + 1 < DEPTH_MAX) {
		measure->sums[++measure->depth] = 1;
	} else if (*at == ')' && measure->depth > 0) {
		group = measure->sums[measure->depth--];
		add(measure, group);
	} else if (*at == '{') {
		return take_interval(measure, at);
	} else if (*at == '+') {
		repeat(measure, 1);
	} else if (strchr("*?", *at) == NULL) {
		at = *at == '[' ? skip_set(at) : *at == '\\' && at[1] != '\0' ? at + 1 : at;
		add(measure, 1);
	}
	return at;
}

bool regex_is_bounded(const char *expression)
{
	struct measure measure = { .depth = 0 };
	size_t depth = 0, size = 0;

	for (const char *at = expression; *at != '\0'; at++) {
		at = measure_one(&measure, at);
		if (measure.depth + 1 == DEPTH_MAX)
			return false;
	}
	for (; depth <= measure.depth; depth++)
		size = bounded(size + measure.sums[depth]);
	return size <= strlen(expression) + GROWTH_MAX;
}
