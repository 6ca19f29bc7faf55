/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Quoting of values in answer files: the filters of ${name|filter}, and which values would disturb which kind of file.
 */
#ifndef RENDER_FILTER_H
#define RENDER_FILTER_H

#include "base/text.h"
#include "render/template.h"

/* Adds @value, which holds no control characters, as the filter has it; of several, "sh|json", each works on what the one
 * before it made.  -ENOENT: no such filter. */
int filter_add(struct text *out, struct slice filter, const char *value) MUST_USE;
/* The names of all, for messages. */
extern const char filter_names[];

/* A kind of file, known by how its name ends, and what to do about its values. */
struct filter_kind {
	const char *ending;
	const char *what;		/* "a JSON file" */
	const char *filter;		/* that makes any value fit */
	const char *anywhere;		/* characters that mean something else there */
	bool yaml;
};

/* NULL: no kind that is known; then nobody can tell. */
const struct filter_kind *filter_kind_of(const char *file_name);
/* Might @value, put in without a filter, change what the file says around it? */
bool filter_is_needed(const struct filter_kind *kind, const char *value);

#endif
