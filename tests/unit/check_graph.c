/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Drawings: quoting for Graphviz, and what a graph keeps once.
 */
#include "testing.h"

#include <stdlib.h>

#include "cli/dot.h"
#include "cli/graph.h"

/* What Graphviz makes of a quoted label (its lexer, then the label's own escapes and entities); NULL when it is none. */
static char *label_of(const char *quoted)
{
	char *label = malloc(strlen(quoted) + 1), *at = label;
	const char *end = quoted + strlen(quoted) - 1;

	if (*quoted++ != '"' || *end != '"')
		goto none;
	while (quoted < end) {
		if (*quoted == '"' || (*quoted == '\\' && quoted + 1 == end))
			goto none;
		if (*quoted == '\\') {
			if (!strchr("\\\"n", quoted[1]))
				goto none;
			*at++ = quoted[1] == 'n' ? '\n' : quoted[1];
			quoted += 2;
		} else if (*quoted == '&') {
			if (strncmp(quoted, "&amp;", 5) != 0)
				goto none;
			*at++ = '&';
			quoted += 5;
		} else {
			*at++ = *quoted++;
		}
	}
	*at = '\0';
	return label;
none:
	free(label);
	return NULL;
}

static char *quoted(const char *string)
{
	struct text text = TEXT_INIT;
	char *bytes;

	dot_add_quoted(&text, string);
	ck_assert_int_eq(text_take(&text, &bytes, NULL), 0);
	return bytes;
}

START_TEST(quoting)
{
	static const struct {
		const char *string, *shown;
	} rows[] = {
		{ "\x1b[31m", "\\x1b[31m" },		/* controls */
		{ "\x7f", "\\x7f" },
		{ "\r\t", "\\x0d\\x09" },
		{ "\xff", "\\xff" },			/* no UTF-8 */
		{ "\xc3", "\\xc3" },			/* cut off */
		{ "\xc3\"", "\\xc3\"" },
		{ "\xc0\xaf", "\\xc0\\xaf" },		/* overlong */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },	/* half a surrogate pair */
		{ "\xc2\x85", "\\xc2\\x85" },		/* a control above ASCII */
		{ "", "" },
		{ "\"", "\"" },
		{ "a\"];\nn1 -> n2 [label=\"", "a\"];\nn1 -> n2 [label=\"" },
		{ "\\", "\\" },
		{ "\\\"", "\\\"" },
		{ "\\N \\G \\l \\r \\n", "\\N \\G \\l \\r \\n" },
		{ "&lt; &amp; &#65; &", "&lt; &amp; &#65; &" },
		{ "<b>html</b>", "<b>html</b>" },
		{ "one\ntwo\n", "one\ntwo\n" },
		{ "橘 ü \xf0\x9f\x98\x80", "橘 ü \xf0\x9f\x98\x80" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *bytes = quoted(rows[i].string), *label = label_of(bytes);

		ck_assert_msg(label != NULL, "%s is no label", bytes);
		ck_assert_str_eq(label, rows[i].shown);
		free(label);
		free(bytes);
	}
}
END_TEST

/* Whatever the bytes, a label stays one label. */
START_TEST(random_bytes)
{
	static const char likely[] = "\"\\&;<>n\n[]{}#\xc3\xbc\x80\x01";
	unsigned seed = 1;

	for (int i = 0; i < 20000; i++) {
		char string[24];
		size_t length = (size_t)(rand_r(&seed) % (int)sizeof(string));
		char *bytes, *label;

		for (size_t j = 0; j < length; j++)
			string[j] = rand_r(&seed) % 4 ? likely[(size_t)rand_r(&seed) % (sizeof(likely) - 1)]
						      : (char)(1 + rand_r(&seed) % 255);
		string[length ? length - 1 : 0] = '\0';
		bytes = quoted(string);
		label = label_of(bytes);
		ck_assert_msg(label != NULL, "%s is no label", bytes);
		for (const char *at = label; *at; at += text_printable_length(at) ? text_printable_length(at) : 1)
			ck_assert(*at == '\n' || text_printable_length(at));
		free(label);
		free(bytes);
	}
}
END_TEST

START_TEST(once)
{
	struct graph graph = GRAPH_INIT;
	struct text text = TEXT_INIT;
	size_t a = graph_node(&graph, GRAPH_RULE, "a", "first"), b = graph_node(&graph, GRAPH_MENU, "a", NULL);

	ck_assert_uint_ne(a, b);
	ck_assert_uint_eq(graph_node(&graph, GRAPH_RULE, "a", "second"), a);
	ck_assert(!graph_lacks(&graph, GRAPH_RULE, "a"));
	ck_assert(graph_lacks(&graph, GRAPH_FILES, "a"));
	for (int i = 0; i < 3; i++) {
		graph_edge(&graph, a, b, "x", GRAPH_PLAIN);
		graph_edge(&graph, a, b, NULL, GRAPH_PLAIN);
		graph_edge(&graph, b, a, "x", GRAPH_BAD);
	}
	ck_assert_uint_eq(graph.n_nodes, 2);
	ck_assert_uint_eq(graph.n_edges, 3);
	ck_assert_str_eq(graph.nodes[a].label, "first");
	ck_assert_str_eq(graph.nodes[b].label, "a");
	ck_assert_int_eq(graph_render(&graph, &text), 0);
	ck_assert_ptr_nonnull(strstr(text.bytes, "n0 -> n1 ["));
	text_free(&text);
	graph_free(&graph);
}
END_TEST

/* Growth is by powers of two; nothing is lost on the way. */
START_TEST(many)
{
	struct graph graph = GRAPH_INIT;
	char key[16];

	for (size_t i = 0; i < 300; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		ck_assert_uint_eq(graph_node(&graph, GRAPH_FILES, key, NULL), i);
		graph_edge(&graph, i, 0, key, GRAPH_PLAIN);
	}
	ck_assert_uint_eq(graph.n_edges, 300);
	ck_assert_str_eq(graph.nodes[299].key, "299");
	ck_assert_int_eq(graph.error, 0);
	graph_free(&graph);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("graph");
	TCase *tests = tcase_create("graph");

	tcase_add_test(tests, quoting);
	tcase_add_test(tests, random_bytes);
	tcase_add_test(tests, once);
	tcase_add_test(tests, many);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
