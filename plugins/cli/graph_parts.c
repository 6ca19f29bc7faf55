/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks and profiles as nodes and edges.
 */
#include "graph_parts.h"

#include <string.h>

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* ---- Walks --------------------------------------------------------------------------------------------------------- */

/* One file is one node, whoever gets it and under which name; what it is stands below its name. */
static size_t add_file(struct graph *graph, const struct pxeboot_step *step)
{
	const char *path = step->answer.path ? step->answer.path : step->answer.file;
	bool script = step->program.kind == PXEBOOT_PROGRAM_SCRIPT;
	CLEANUP_TEXT struct text label = TEXT_INIT;

	text_addf(&label, "%s\n%s", base_name(path), pxeboot_program_kind_name(step->program.kind));
	if (label.error)
		graph->error = label.error;
	return graph_node(graph, script ? GRAPH_SCRIPT : GRAPH_PROGRAM, path, label.bytes ? label.bytes : "");
}

static size_t add_nothing(struct graph *graph, const struct pxeboot_walk *walk, const struct pxeboot_step *step)
{
	const char *reason = step->answer.reason ? step->answer.reason : walk->text;
	CLEANUP_TEXT struct text label = TEXT_INIT;

	text_addf(&label, "no boot file\n%s", reason);
	if (label.error)
		graph->error = label.error;
	return graph_node(graph, GRAPH_NOTHING, reason, label.bytes ? label.bytes : "");
}

static bool is_last(const struct pxeboot_walk *walk, size_t i)
{
	return i + 1 == walk->n_steps;
}

/* Why the last answer of a chain that does not boot is wrong. */
static const char *fault_of(const struct pxeboot_walk *walk)
{
	switch (walk->verdict) {
	case PXEBOOT_VERDICT_PLATFORM:
	case PXEBOOT_VERDICT_HTTP:
	case PXEBOOT_VERDICT_UNKNOWN:
		return walk->text;
	case PXEBOOT_VERDICT_BOOTS:
	case PXEBOOT_VERDICT_NOTHING:
	case PXEBOOT_VERDICT_LOOP:
	case PXEBOOT_VERDICT_HOLE:
		return NULL;
	}
	return NULL;
}

/* Where DHCP knows one name only, each machine finds another file under it. */
static bool is_renamed(const struct pxeboot_answer *answer)
{
	return answer->path && strcmp(base_name(answer->path), base_name(answer->file)) != 0;
}

static size_t add_step(struct graph *graph, const struct pxeboot_walk *walk, size_t i, size_t from)
{
	const struct pxeboot_step *step = &walk->steps[i];
	const char *fault = is_last(walk, i) ? fault_of(walk) : NULL;
	const char *why = i ? "asks DHCP again" : NULL;
	size_t to;

	if (!step->answer.file) {
		to = add_nothing(graph, walk, step);
		graph_edge(graph, from, to, NULL, GRAPH_BAD);
		return to;
	}
	to = add_file(graph, step);
	if (is_renamed(&step->answer))
		why = base_name(step->answer.file);
	if (fault || from != to)	/* what gives itself is the loop's edge */
		graph_edge(graph, from, to, fault ? fault : why, fault ? GRAPH_BAD : GRAPH_PLAIN);
	return to;
}

size_t graph_add_walk(struct graph *graph, const struct pxeboot_walk *walk, size_t start)
{
	size_t from = start;

	for (size_t i = 0; i < walk->n_steps; i++)
		from = add_step(graph, walk, i, from);
	if (walk->verdict == PXEBOOT_VERDICT_LOOP && walk->back_to < walk->n_steps)
		graph_edge(graph, from, add_file(graph, &walk->steps[walk->back_to]), "again and again", GRAPH_BAD);
	return from;
}

size_t graph_add_dispatcher(struct graph *graph, const struct pxeboot_walk *walk, size_t end)
{
	const struct pxeboot_step *last = &walk->steps[walk->n_steps - 1];
	bool is_ipxe = last->program.kind == PXEBOOT_PROGRAM_IPXE;
	bool by_autoexec = last->program.looks_for_autoexec && !last->program.has_script;
	const char *text = by_autoexec ? "autoexec.ipxe\niPXE script" : "boot.ipxe\niPXE script";
	size_t script;

	if (last->program.kind == PXEBOOT_PROGRAM_SCRIPT)
		return end;
	script = graph_node(graph, GRAPH_SCRIPT, "boot.ipxe", is_ipxe ? text : "whose machine is it?");
	graph_edge(graph, end, script, !is_ipxe ? "its own menus" : by_autoexec ? "looks for it" : "by its own script",
		   GRAPH_PLAIN);
	return script;
}

/* ---- Profiles ------------------------------------------------------------------------------------------------------ */

static void add_files(struct graph *graph, const struct pxeboot_profile *profile, size_t from)
{
	CLEANUP_TEXT struct text files = TEXT_INIT;

	text_addf(&files, "%s", profile->target);
	for (size_t i = 0; i < profile->n_initrds; i++)
		text_addf(&files, "\n%s", profile->initrds[i]);
	for (size_t i = 0; i < profile->n_answers; i++)
		text_addf(&files, "\n%s", profile->answers[i]);
	if (files.error)
		graph->error = files.error;
	graph_edge(graph, from, graph_node(graph, GRAPH_FILES, files.bytes ? files.bytes : "", NULL), NULL, GRAPH_PLAIN);
}

size_t graph_add_profile(struct graph *graph, const struct pxeboot_profile *profile)
{
	CLEANUP_TEXT struct text label = TEXT_INIT;
	bool action = strcmp(profile->kind, "action") == 0;
	size_t node;

	text_addf(&label, "%s", profile->label);
	if (strcasecmp(profile->label, profile->name) != 0)
		text_addf(&label, "\n%s", profile->name);
	if (action)
		text_addf(&label, "\naction: %s", profile->target);
	if (label.error)
		graph->error = label.error;
	node = graph_node(graph, GRAPH_PROFILE, profile->name, label.bytes ? label.bytes : "");
	if (!action)
		add_files(graph, profile, node);
	return node;
}
