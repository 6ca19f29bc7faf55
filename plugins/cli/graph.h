/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A drawing: nodes and the edges between them, each once, however often it is added.
 */
#ifndef CLI_GRAPH_H
#define CLI_GRAPH_H

#include <stdbool.h>

#include "base/text.h"

enum graph_kind {
	GRAPH_MACHINE,
	GRAPH_PROGRAM,
	GRAPH_SCRIPT,
	GRAPH_RULE,
	GRAPH_MENU,
	GRAPH_PROFILE,
	GRAPH_FILES,
	GRAPH_NOTHING,			/* an end that nobody wants */
};
#define GRAPH_KINDS 8

enum graph_mood { GRAPH_PLAIN, GRAPH_STRONG, GRAPH_FAINT, GRAPH_BAD };

struct graph {
	struct graph_node {
		enum graph_kind kind;
		char *key, *label;
	} *nodes;
	struct graph_edge {
		size_t from, to;
		char *label;
		enum graph_mood mood;
	} *edges;
	size_t n_nodes, n_edges;
	int error;			/* 0 or -ENOMEM, which sticks */
};

#define GRAPH_INIT { NULL, NULL, 0, 0, 0 }
#define CLEANUP_GRAPH __attribute__((cleanup(graph_free)))

/* The node that this kind knows by @key: a new one with that label (NULL: the key), or the one that is there.  A newline
 * starts another line of a label.  Nodes may be named whatever happened: an error only makes the drawing void. */
size_t graph_node(struct graph *graph, enum graph_kind kind, const char *key, const char *label);
/* True when there is no node of this name yet. */
bool graph_lacks(const struct graph *graph, enum graph_kind kind, const char *key);
/* @label may be NULL. */
void graph_edge(struct graph *graph, size_t from, size_t to, const char *label, enum graph_mood mood);
/* Adds the drawing in Graphviz's language.  0 or -ENOMEM. */
int graph_render(const struct graph *graph, struct text *out) MUST_USE;
void graph_free(struct graph *graph);

#endif
