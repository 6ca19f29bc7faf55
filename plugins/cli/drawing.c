/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Drawings to files.
 */
#include "drawing.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "dot.h"
#include "graph_parts.h"

static bool ends_in(const char *path, const char *ending)
{
	size_t length = strlen(path), wanted = strlen(ending);

	return length > wanted && strcmp(path + length - wanted, ending) == 0;
}

bool drawing_has_format(const char *path)
{
	return strcmp(path, "-") == 0 || ends_in(path, ".svg") || ends_in(path, ".dot");
}

static int write_to(const struct session *session, const char *path, const char *bytes, size_t length)
{
	int r;

	if (strcmp(path, "-") == 0)
		r = fwrite(bytes, 1, length, stdout) == length ? 0 : -errno;
	else
		r = file_write(path, bytes, length, 0644);
	return r < 0 ? session_failure(session, "%s: %s", path, strerror(-r)) : EXIT_FINE;
}

static int write_svg(const struct session *session, const char *path, const struct text *dot)
{
	CLEANUP_FREE char *svg = NULL;
	size_t length;
	int r = dot_draw(dot->bytes, dot->length, &svg, &length);

	if (r == -ENOENT)
		return session_failure(session, "%s: this takes the program dot: install the package graphviz, or write a "
				       ".dot file", path);
	if (r < 0)
		return session_failure(session, "%s: dot: %s", path, strerror(-r));
	return write_to(session, path, svg, length);
}

static int save(const struct session *session, const struct graph *graph, const char *path)
{
	CLEANUP_TEXT struct text dot = TEXT_INIT;
	int r = graph_render(graph, &dot);

	if (r < 0)
		return session_failure(session, "%s", strerror(-r));
	return ends_in(path, ".svg") ? write_svg(session, path, &dot) : write_to(session, path, dot.bytes, dot.length);
}

int drawing_of_chain(const struct session *session, const struct chain *chain, const char *path)
{
	CLEANUP_GRAPH struct graph graph = GRAPH_INIT;

	graph_add_chain(&graph, session->policy, chain);
	return save(session, &graph, path);
}

int drawing_of_policy(const struct session *session, struct boot_looker *looker, const char *path)
{
	CLEANUP_GRAPH struct graph graph = GRAPH_INIT;
	int r = graph_add_policy(&graph, session->policy, looker);

	return r < 0 ? session_failure(session, "%s", strerror(-r)) : save(session, &graph, path);
}
