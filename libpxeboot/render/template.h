/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Policy text with variables: ${name}, ${name:-default}, and $${ which passes a "${" on; in answer files also
 * ${name|filter}.  Reads only; what a variable becomes is the target's matter.
 */
#ifndef RENDER_TEMPLATE_H
#define RENDER_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/macro.h"
#include "policy/policy.h"

struct slice {
	const char *at;
	size_t length;
};

enum chunk_kind {
	CHUNK_LITERAL,
	CHUNK_PASS,		/* "$${": the target gets "${" */
	CHUNK_VARIABLE,
};

struct chunk {
	enum chunk_kind kind;
	struct slice text;	/* the literal, or the variable's name */
	bool has_default;
	struct slice fallback;	/* the default, which is literal text: the text's own, or the profile's vars */
	struct slice filter;	/* its name, or several with '|' between them; empty without one */
	unsigned line, column;	/* of the chunk's start, counted from 0; columns are bytes */
};

struct template {
	const char *at, *line_start;
	unsigned line;
	const struct profile *profile;
	bool filters;
};

struct template template_over(const char *text);
/* Text of a profile, whose vars stand in where nobody else defines a variable.  @profile may be NULL. */
struct template template_of(const struct profile *profile, const char *text);
/* The same for one of its answer files, where variables may have filters. */
struct template template_of_answers(const struct profile *profile, const char *text);

/* 1 and a chunk, 0 at the end, -EBADMSG for a "${" without a name or without its "}". */
int template_next(struct template *template, struct chunk *ret_chunk) MUST_USE;

/* Names are looked for in tables, where the first letter mostly tells that it is another one. */
static inline bool slice_is(struct slice slice, const char *string)
{
	if (slice.length && *slice.at != *string)
		return false;
	return strncmp(slice.at, string, slice.length) == 0 && !string[slice.length];
}

#endif
