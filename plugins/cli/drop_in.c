/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A scanner that knows as much of libconfig's language as it takes to find the list of hosts and its last element: comments,
 * strings, names and brackets.  Whether the whole is a policy is for the loader to say.
 */
#include "drop_in.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 64
#define NAME_FIRST "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ*"
#define NAME_REST NAME_FIRST "0123456789-_"
#define HEADER "# Machines that `pxeboot adopt` has added, which leaves all else in this file as it is.\n"

struct scan {
	const char *at;
	unsigned line;
	char open[DEPTH_MAX];		/* brackets that wait for their end */
	size_t depth;
	const char *last;		/* behind the last token */
	char last_char;			/* that it ended with */
	const char *problem;
};

/* Where the list is. */
struct place {
	bool found;
	const char *last;		/* behind its last element, or behind its '(' */
	bool needs_comma;
	const char *end;		/* its ')' */
};

/* ---- Tokens -------------------------------------------------------------------------------------------------------- */

static int fail(struct scan *scan, const char *problem)
{
	scan->problem = problem;
	return -EBADMSG;
}

static void go_to(struct scan *scan, const char *end)
{
	for (; scan->at < end; scan->at++)
		scan->line += *scan->at == '\n';
}

static int skip_block_comment(struct scan *scan)
{
	const char *end = strstr(scan->at + 2, "*/");

	if (!end)
		return fail(scan, "comment without an end");
	go_to(scan, end + 2);
	return 0;
}

/* Comments and blanks. */
static int skip_nothing(struct scan *scan)
{
	int r = 0;

	while (r == 0) {
		if (*scan->at && strchr(" \t\r\n\f", *scan->at))
			go_to(scan, scan->at + 1);
		else if (*scan->at == '#' || strncmp(scan->at, "//", 2) == 0)
			scan->at += strcspn(scan->at, "\n");
		else if (strncmp(scan->at, "/*", 2) == 0)
			r = skip_block_comment(scan);
		else
			return 0;
	}
	return r;
}

static int skip_string(struct scan *scan)
{
	const char *end = scan->at + 1;

	while (*end && *end != '"')
		end += end[0] == '\\' && end[1] ? 2 : 1;
	if (!*end)
		return fail(scan, "string without an end");
	go_to(scan, end + 1);
	return 0;
}

static int close_bracket(struct scan *scan)
{
	static const char openings[] = "({[", endings[] = ")}]";
	size_t kind = (size_t)(strchr(endings, *scan->at) - endings);

	if (!scan->depth || scan->open[scan->depth - 1] != openings[kind])
		return fail(scan, "bracket that nothing has opened");
	scan->depth--;
	return 0;
}

/* Moves over one token, which is there. */
static int skip_token(struct scan *scan)
{
	int r = 0;

	scan->last_char = *scan->at;
	if (*scan->at == '"') {
		r = skip_string(scan);
	} else if (strchr(NAME_FIRST, *scan->at)) {
		scan->at += strspn(scan->at, NAME_REST);
	} else {
		if (strchr("({[", *scan->at) && scan->depth == DEPTH_MAX)
			r = fail(scan, "brackets too deep");
		else if (strchr("({[", *scan->at))
			scan->open[scan->depth++] = *scan->at;
		else if (strchr(")}]", *scan->at))
			r = close_bracket(scan);
		if (r == 0)
			scan->at++;
	}
	scan->last = scan->at;
	return r;
}

/* ---- The list ------------------------------------------------------------------------------------------------------ */

static bool is_name(const struct scan *scan, const char *name)
{
	return strspn(scan->at, NAME_REST) == strlen(name) && strncmp(scan->at, name, strlen(name)) == 0;
}

/* From "hosts" on to the end of its list. */
static int find_end(struct scan *scan, struct place *place)
{
	int r = skip_token(scan);

	if (r == 0)
		r = skip_nothing(scan);
	if (r == 0 && *scan->at != ':' && *scan->at != '=')
		return fail(scan, "hosts are no list");
	if (r == 0)
		r = skip_token(scan);
	if (r == 0)
		r = skip_nothing(scan);
	if (r == 0 && *scan->at != '(')
		return fail(scan, "hosts are no list");
	if (r == 0)
		r = skip_token(scan);
	while (r == 0) {
		r = skip_nothing(scan);
		if (r == 0 && !*scan->at)
			return fail(scan, "list of hosts without an end");
		if (r == 0 && *scan->at == '@')
			return fail(scan, "hosts that another file holds");
		if (r == 0 && *scan->at == ')' && scan->depth == 1)
			break;
		if (r == 0)
			r = skip_token(scan);
	}
	if (r == 0)
		*place = (struct place){ true, scan->last, !strchr("(,", scan->last_char), scan->at };
	return r;
}

static int find_list(struct scan *scan, struct place *place)
{
	int r = skip_nothing(scan);

	while (r == 0 && *scan->at) {
		if (scan->depth == 0 && is_name(scan, "hosts")) {
			if (place->found)
				return fail(scan, "hosts twice in one file");
			r = find_end(scan, place);
		} else {
			r = skip_token(scan);
		}
		if (r == 0)
			r = skip_nothing(scan);
	}
	if (r == 0 && scan->depth)
		return fail(scan, "bracket without an end");
	return r;
}

/* ---- Writing ------------------------------------------------------------------------------------------------------- */

static void add_hosts(struct text *out, const struct drop_in_host *hosts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text_addf(out, "\t{ name = \"%s\"; mac = \"%s\"; boot = \"%s\"; }%s", hosts[i].name, hosts[i].mac,
			  hosts[i].boot, i + 1 < count ? "," : "");
		if (hosts[i].comment)
			text_addf(out, "\t# %s", hosts[i].comment);
		text_add_char(out, '\n');
	}
}

/* Is there nothing but blanks before it on its line? */
static bool begins_line(const char *text, const char *at)
{
	while (at > text && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	return at == text || at[-1] == '\n';
}

static const char *line_of(const char *text, const char *at)
{
	while (at > text && at[-1] != '\n')
		at--;
	return at;
}

static void add_to_list(struct text *out, const char *text, const struct place *place, const struct drop_in_host *hosts,
			size_t count)
{
	bool own_line = begins_line(text, place->end);
	const char *at = own_line ? line_of(text, place->end) : place->end;

	text_add_bytes(out, text, (size_t)(place->last - text));
	if (place->needs_comma)
		text_add_char(out, ',');
	text_add_bytes(out, place->last, (size_t)(at - place->last));
	if (!own_line)
		text_add_char(out, '\n');
	add_hosts(out, hosts, count);
	text_add(out, at);
}

static void add_list(struct text *out, const char *text, const struct drop_in_host *hosts, size_t count)
{
	size_t length = strlen(text);

	text_add(out, length ? text : HEADER);
	if (length && text[length - 1] != '\n')
		text_add_char(out, '\n');
	text_add(out, "hosts: (\n");
	add_hosts(out, hosts, count);
	text_add(out, ");\n");
}

int drop_in_add(const char *text, const struct drop_in_host *hosts, size_t count, struct text *out,
		const char **ret_problem, unsigned *ret_line)
{
	struct scan scan = { .at = text, .line = 1, .last = text };
	struct place place = { .found = false };
	int r = find_list(&scan, &place);

	if (r < 0) {
		*ret_problem = scan.problem;
		*ret_line = scan.line;
		return r;
	}
	if (place.found)
		add_to_list(out, text, &place, hosts, count);
	else
		add_list(out, text, hosts, count);
	return out->error;
}
