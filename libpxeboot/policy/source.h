/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One file of a policy with all that it includes, as one text, and the map that leads every line back to its place.
 *
 * libconfig 1.5 resolves includes against one directory only, drops a NUL in a string, accepts a comment that is never
 * closed and wraps integers above 32 bits in silence.  So includes are resolved here, relative to the file that has
 * them, and the other three are told as what they are, before libconfig parses the text.
 *
 * The tree that libconfig makes of a hundred thousand hosts fills every cache of the machine and takes several times the
 * memory of the policy.  So the list of hosts is cut out of the text, in parts of a few hundred, each of which is
 * parsed, looked at and given back before the next one.
 */
#ifndef POLICY_SOURCE_H
#define POLICY_SOURCE_H

#include <libconfig.h>

#include "base/diagnostics.h"
#include "base/text.h"

struct load;

struct source_segment {			/* from @line of the text on, lines are those from @where on */
	unsigned line;
	struct location where;
};

struct source_tail {			/* @line begins behind a string that ended on @string_line */
	unsigned line, string_line;
};

/* What libconfig makes of a text or a part of it. */
struct tree {
	config_t config;		/* the first member: each setting leads back to it */
	struct source *source;
	unsigned line;			/* of the text, on which it begins */
};

struct source_part {			/* of the list of hosts: its bytes in the text, which begin on @line */
	size_t begin, end;
	unsigned line;
};

enum list_state { LIST_NONE, LIST_NAMED, LIST_ASSIGNED, LIST_OPEN, LIST_CLOSED };

struct source_list {			/* of hosts, which stands once in a text */
	enum list_state state;		/* LIST_CLOSED: it was found */
	size_t begin, end;		/* what stands between its brackets */
	unsigned line, end_line;
	size_t n;			/* hosts, no less than there are */
	size_t comma;			/* the last one between them */
	unsigned comma_line;
};

struct source {
	struct tree tree;		/* without the hosts in parts */
	struct load *load;
	struct text text;
	unsigned lines;			/* of the text so far */
	struct source_segment *segments;
	size_t n_segments, segments_capacity;
	struct source_tail *tails;
	size_t n_tails, tails_capacity;
	unsigned string_line;		/* of a string, until the next token */
	unsigned depth;			/* open brackets */
	struct source_list hosts;
	struct source_part *parts;
	size_t n_parts, parts_capacity;
	bool broken;			/* not read to its end */
	bool wins;			/* its settings win over those of other sources */
};

/* Reads the file and all that it includes.  Faults are told and leave the source broken; -ENOMEM, and for the file
 * itself what the system said. */
int source_read(struct source *source, struct load *load, const char *file) MUST_USE;
/* The same for text that is in no file, whose settings win; places in it are called @name. */
int source_read_text(struct source *source, struct load *load, const char *name, const char *text) MUST_USE;
/* Parses the text into source->tree, all but the hosts in parts. */
int source_parse(struct source *source) MUST_USE;
/* Parses one part into a tree with nothing but "hosts", which the caller frees, also on failure.  A fault is told and
 * leaves the source broken. */
int source_parse_part(struct source *source, size_t number, struct tree *ret_tree) MUST_USE;
void source_free(struct source *source);

void tree_init(struct tree *tree, struct source *source, unsigned line);
void tree_free(struct tree *tree);

/* The place of a line of the text. */
struct location source_location(const struct source *source, unsigned line);
/* The line on which a string element stands, where libconfig gives that of the token behind it. */
unsigned source_string_line(const struct source *source, unsigned line);
/* Does the text define something of that name? */
bool source_mentions(const struct source *source, const char *name);

#endif
