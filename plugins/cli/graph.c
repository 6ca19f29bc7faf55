/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Nodes, edges, and how they look.
 */
#include "graph.h"

#include <errno.h>
#include <string.h>

#include "dot.h"

static const struct {
	const char *shape, *style, *fill, *line;
	bool aligned;			/* all of them stand in one column */
} looks[GRAPH_KINDS] = {
	[GRAPH_MACHINE] = { "box", "rounded,filled", "#dfe7f1", "#4c6a92", true },
	[GRAPH_PROGRAM] = { "box", "filled", "#e9e3f4", "#6f5499", false },
	[GRAPH_SCRIPT] = { "note", "filled", "#fdf3d3", "#a88420", false },
	[GRAPH_RULE] = { "box", "rounded,filled", "#e3f1e3", "#4b8b4b", true },
	[GRAPH_MENU] = { "tab", "filled", "#dff1f1", "#3b8686", false },
	[GRAPH_PROFILE] = { "box", "filled", "#fbe6d9", "#b0622e", false },
	[GRAPH_FILES] = { "note", "filled", "#ffffff", "#8a8a8a", false },
	[GRAPH_NOTHING] = { "box", "rounded,filled", "#fbdcdc", "#c01c28", false },
};

static const struct {
	const char *colour, *style;
	double width;
} moods[] = {
	[GRAPH_PLAIN] = { "#555555", "solid", 1.0 },
	[GRAPH_STRONG] = { "#222222", "solid", 2.0 },
	[GRAPH_FAINT] = { "#9a9a9a", "dashed", 1.0 },
	[GRAPH_BAD] = { "#c01c28", "solid", 2.0 },
};

/* ---- Filling ------------------------------------------------------------------------------------------------------- */

static void *grow(struct graph *graph, void *array, size_t count, size_t size)
{
	/* Powers of two: the array is full exactly when its count is one. */
	void *grown = count & (count - 1) ? array : reallocarray(array, count ? 2 * count : 1, size);

	if (!grown)
		graph->error = -ENOMEM;
	return grown;
}

static char *copy_of(struct graph *graph, const char *string)
{
	char *copy = strdup(string);

	if (!copy)
		graph->error = -ENOMEM;
	return copy;
}

static size_t find(const struct graph *graph, enum graph_kind kind, const char *key)
{
	size_t i = 0;

	while (i < graph->n_nodes && (graph->nodes[i].kind != kind || strcmp(graph->nodes[i].key, key) != 0))
		i++;
	return i;
}

bool graph_lacks(const struct graph *graph, enum graph_kind kind, const char *key)
{
	return find(graph, kind, key) == graph->n_nodes;
}

size_t graph_node(struct graph *graph, enum graph_kind kind, const char *key, const char *label)
{
	size_t at = graph->error ? 0 : find(graph, kind, key);
	struct graph_node *nodes, node = { .kind = kind };

	if (graph->error || at < graph->n_nodes)
		return at;
	nodes = grow(graph, graph->nodes, graph->n_nodes, sizeof(*nodes));
	if (!nodes)
		return 0;
	graph->nodes = nodes;
	node.key = copy_of(graph, key);
	node.label = copy_of(graph, label ? label : key);
	if (graph->error) {
		free(node.key);
		free(node.label);
		return 0;
	}
	nodes[graph->n_nodes++] = node;
	return at;
}

static bool same_edge(const struct graph_edge *a, const struct graph_edge *b)
{
	return a->from == b->from && a->to == b->to && a->mood == b->mood && strcmp(a->label, b->label) == 0;
}

void graph_edge(struct graph *graph, size_t from, size_t to, const char *label, enum graph_mood mood)
{
	struct graph_edge *edges, edge = { .from = from, .to = to, .mood = mood };

	if (graph->error)
		return;
	edge.label = copy_of(graph, label ? label : "");
	for (size_t i = 0; edge.label && i < graph->n_edges; i++)
		if (same_edge(&graph->edges[i], &edge)) {
			free(edge.label);
			return;
		}
	edges = graph->error ? NULL : grow(graph, graph->edges, graph->n_edges, sizeof(*edges));
	if (!edges) {
		free(edge.label);
		return;
	}
	graph->edges = edges;
	edges[graph->n_edges++] = edge;
}

void graph_free(struct graph *graph)
{
	for (size_t i = 0; i < graph->n_nodes; i++) {
		free(graph->nodes[i].key);
		free(graph->nodes[i].label);
	}
	for (size_t i = 0; i < graph->n_edges; i++)
		free(graph->edges[i].label);
	free(graph->nodes);
	free(graph->edges);
	*graph = (struct graph)GRAPH_INIT;
}

/* ---- Rendering ----------------------------------------------------------------------------------------------------- */

static void render_node(const struct graph *graph, size_t i, struct text *out)
{
	const struct graph_node *node = &graph->nodes[i];

	text_addf(out, "  n%zu [shape=%s, style=\"%s\", fillcolor=\"%s\", color=\"%s\", label=", i,
		  looks[node->kind].shape, looks[node->kind].style, looks[node->kind].fill, looks[node->kind].line);
	dot_add_quoted(out, node->label);
	text_add(out, "];\n");
}

static void render_column(const struct graph *graph, enum graph_kind kind, struct text *out)
{
	text_add(out, "  { rank=same;");
	for (size_t i = 0; i < graph->n_nodes; i++)
		if (graph->nodes[i].kind == kind)
			text_addf(out, " n%zu;", i);
	text_add(out, " }\n");
}

static void render_edge(const struct graph_edge *edge, struct text *out)
{
	text_addf(out, "  n%zu -> n%zu [color=\"%s\", fontcolor=\"%s\", style=%s, penwidth=%.1f, label=", edge->from,
		  edge->to, moods[edge->mood].colour, moods[edge->mood].colour, moods[edge->mood].style,
		  moods[edge->mood].width);
	dot_add_quoted(out, edge->label);
	text_add(out, "];\n");
}

int graph_render(const struct graph *graph, struct text *out)
{
	if (graph->error)
		return graph->error;
	text_add(out, "digraph pxeboot {\n"
		      "  graph [rankdir=LR, nodesep=0.25, ranksep=0.6, bgcolor=white];\n"
		      "  node [fontname=\"sans-serif\", fontsize=11, margin=\"0.14,0.07\"];\n"
		      "  edge [fontname=\"sans-serif\", fontsize=9, arrowsize=0.7];\n");
	for (size_t i = 0; i < graph->n_nodes; i++)
		render_node(graph, i, out);
	for (size_t kind = 0; kind < GRAPH_KINDS; kind++)
		if (looks[kind].aligned)
			render_column(graph, (enum graph_kind)kind, out);
	for (size_t i = 0; i < graph->n_edges; i++)
		render_edge(&graph->edges[i], out);
	text_add(out, "}\n");
	return out->error;
}
