/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A small scanner that knows as much of libconfig's language as it takes to find includes and the list of hosts:
 * comments, strings, names, numbers and brackets.  Everything else passes as it stands.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "policy/load.h"

#define MAX_FILE (256u << 20)
#define MAX_DEPTH 10
#define HOSTS_IN_PART 256	/* what libconfig makes of them stays in a processor's cache */

struct scan {
	struct source *source;
	const struct scan *above;	/* the file that includes this one */
	unsigned depth;
	const char *file;
	const char *at, *copied;	/* what stands before @copied is in the text */
	char **own;			/* the bytes, which the text may take; or NULL: they are lent */
	unsigned line;
	bool line_begins;		/* nothing but blanks so far */
	int error;
};

static int scan_file(struct source *source, const struct scan *above, const char *file);

/* Every byte of a big policy passes here: strspn() and strchr() would cost more than libconfig's own scanner. */
static bool begins_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_in_name(char c)
{
	return begins_name(c) || is_digit(c) || c == '-' || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

static void fault_here(struct scan *scan, const char *id, const char *problem, const char *expected, const char *got)
{
	load_fault(scan->source->load, &(struct fault) { .id = id, .where = { scan->file, scan->line },
		   .problem = problem, .expected = expected, .got = got });
	scan->source->broken = true;
}

static int add_segment(struct source *source, const char *file, unsigned line)
{
	if (array_grow(&source->segments, source->n_segments, &source->segments_capacity, sizeof(*source->segments)))
		return -ENOMEM;
	source->segments[source->n_segments++] = (struct source_segment) { source->lines, { file, line } };
	return 0;
}

static void copy_up_to(struct scan *scan, const char *end)
{
	text_add_bytes(&scan->source->text, scan->copied, (size_t)(end - scan->copied));
	scan->copied = end;
}

/* A big policy is not copied. */
static void copy_rest(struct scan *scan)
{
	struct text *text = &scan->source->text;
	size_t length = (size_t)(scan->at - scan->copied);

	if (!scan->own || scan->copied != *scan->own || text->length) {
		copy_up_to(scan, scan->at);
		return;
	}
	text_free(text);
	*text = (struct text) { .bytes = *scan->own, .length = length, .capacity = length + 1 };
	*scan->own = NULL;
}

static void next_line(struct scan *scan)
{
	scan->at++;
	scan->line++;
	scan->source->lines++;
	scan->line_begins = true;
}

/* Any token ends the wait for what comes behind a string. */
static int token_begins(struct scan *scan)
{
	struct source *source = scan->source;
	unsigned string_line = source->string_line;

	scan->line_begins = false;
	source->string_line = 0;
	if (!string_line || string_line == source->lines)
		return 0;
	if (array_grow(&source->tails, source->n_tails, &source->tails_capacity, sizeof(*source->tails)))
		return -ENOMEM;
	source->tails[source->n_tails++] = (struct source_tail) { source->lines, string_line };
	return 0;
}

static size_t offset_in_text(const struct scan *scan)
{
	return scan->source->text.length + (size_t)(scan->at - scan->copied);
}

static int begin_part(struct source *source, size_t offset, unsigned line)
{
	if (array_grow(&source->parts, source->n_parts, &source->parts_capacity, sizeof(*source->parts)))
		return -ENOMEM;
	source->parts[source->n_parts++] = (struct source_part) { .begin = offset, .line = line };
	return 0;
}

/* Between settings of the whole file: is this the list of hosts? */
static int see_outside(struct scan *scan, char token)
{
	struct source *source = scan->source;
	struct source_list *hosts = &source->hosts;
	enum list_state before = hosts->state;

	if (before == LIST_CLOSED)
		return 0;
	hosts->state = LIST_NONE;
	if (token == 'h' && !strncmp(scan->at, "hosts", 5) && !is_in_name(scan->at[5]))
		hosts->state = LIST_NAMED;
	else if ((token == '=' || token == ':') && before == LIST_NAMED)
		hosts->state = LIST_ASSIGNED;
	if (token != '(' || before != LIST_ASSIGNED)
		return 0;
	hosts->state = LIST_OPEN;
	hosts->line = source->lines;
	hosts->begin = offset_in_text(scan) + 1;
	return begin_part(source, hosts->begin, hosts->line);
}

/* A host begins.  Cuts at the comma before it where hosts stand on either side: then the list is well formed if all its
 * parts are. */
static int see_host(struct scan *scan)
{
	struct source *source = scan->source;
	struct source_list *hosts = &source->hosts;
	struct source_part *part = &source->parts[source->n_parts - 1];
	size_t before = hosts->n++;

	if (!before || before % HOSTS_IN_PART || hosts->comma <= part->begin)
		return 0;
	part->end = hosts->comma;
	return begin_part(source, hosts->comma + 1, hosts->comma_line);
}

static void see_end(struct scan *scan, char token)
{
	struct source *source = scan->source;

	/* Any other bracket is a fault, which libconfig tells. */
	source->hosts.state = token == ')' ? LIST_CLOSED : LIST_NONE;
	source->hosts.end = source->parts[source->n_parts - 1].end = offset_in_text(scan);
	source->hosts.end_line = source->lines;
}

static bool is_opening(char token)
{
	return token == '(' || token == '{' || token == '[';
}

static bool is_closing(char token)
{
	return token == ')' || token == '}' || token == ']';
}

/* Directly in the list of hosts. */
static int see_inside(struct scan *scan, char token)
{
	struct source_list *hosts = &scan->source->hosts;

	if (token == '{')
		return see_host(scan);
	if (token == ',') {
		hosts->comma = offset_in_text(scan);
		hosts->comma_line = scan->source->lines;
	} else if (is_closing(token)) {
		see_end(scan, token);
	}
	return 0;
}

/* Names and marks; strings and numbers don't matter. */
static int see_token(struct scan *scan)
{
	struct source *source = scan->source;
	char token = *scan->at;
	int r = 0;

	if (source->depth == 0)
		r = see_outside(scan, token);
	else if (source->depth == 1 && source->hosts.state == LIST_OPEN)
		r = see_inside(scan, token);
	if (is_opening(token))
		source->depth++;
	else if (source->depth && is_closing(token))
		source->depth--;
	return r;
}

static void skip_line_comment(struct scan *scan)
{
	scan->at += strcspn(scan->at, "\n");
}

static void skip_block_comment(struct scan *scan)
{
	unsigned line = scan->line;

	for (scan->at += 2; *scan->at && strncmp(scan->at, "*/", 2);) {
		if (*scan->at == '\n')
			next_line(scan);
		else
			scan->at++;
	}
	if (*scan->at) {
		scan->at += 2;
		return;
	}
	scan->line = line;
	fault_here(scan, "policy.syntax", "comment without an end", "*/", NULL);
}

static void skip_escape(struct scan *scan)
{
	if (!strncmp(scan->at, "\\x00", 4))
		fault_here(scan, "policy.value", "NUL in a string", "printable text", NULL);
	scan->at += scan->at[1] && scan->at[1] != '\n' ? 2 : 1;
}

/* Of a string, what says nothing to the scanner. */
static void skip_plain(struct scan *scan)
{
	const char *at = scan->at;

	while (*at && *at != '"' && *at != '\\' && *at != '\n')
		at++;
	scan->at = at;
}

static void skip_string(struct scan *scan)
{
	unsigned line = scan->line;

	for (scan->at++; *scan->at && *scan->at != '"';) {
		if (*scan->at == '\\')
			skip_escape(scan);
		else if (*scan->at == '\n')
			next_line(scan);
		else
			skip_plain(scan);
	}
	scan->line_begins = false;
	scan->source->string_line = scan->source->lines;
	if (*scan->at) {
		scan->at++;
		return;
	}
	scan->line = line;
	fault_here(scan, "policy.syntax", "string without an end", "\"", NULL);
}

static void check_number(struct scan *scan)
{
	size_t length = strspn(scan->at, "0123456789abcdefABCDEFxX");
	int base = scan->at[0] == '0' && (scan->at[1] | 0x20) == 'x' ? 16 : 10;
	char *end;

	errno = 0;
	unsigned long long number = strtoull(scan->at, &end, base);
	bool is_long = *end == 'L';

	if ((errno || number > (is_long ? INT64_MAX : INT_MAX)) && !(*end && strchr(".eE", *end))) {
		char digits[32] = "";

		memcpy(digits, scan->at, length < sizeof(digits) ? length : sizeof(digits) - 1);
		fault_here(scan, "policy.range", "integer too big",
			   is_long ? "9223372036854775807 at most" : "2147483647 at most", digits);
	}
	scan->at += length ? length : 1;
}

/* The path behind @include, which the caller frees; NULL when it is none, which is for libconfig to tell. */
static char *include_path(struct scan *scan, const char **ret_end)
{
	if (strncmp(scan->at, "@include", strlen("@include")))
		return NULL;
	const char *at = scan->at + strlen("@include");
	size_t blanks = strspn(at, " \t");

	if (!blanks || at[blanks] != '"')
		return NULL;
	const char *name = at + blanks + 1;
	size_t length = strcspn(name, "\"\n\\");
	const char *slash = name[0] == '/' ? NULL : strrchr(scan->file, '/');
	size_t directory = slash ? (size_t)(slash - scan->file) + 1 : 0;

	if (!length || name[length] != '"')
		return NULL;
	char *path = malloc(directory + length + 1);

	if (!path) {
		scan->error = -ENOMEM;
		return NULL;
	}
	memcpy(path, scan->file, directory);
	memcpy(path + directory, name, length);
	path[directory + length] = '\0';
	*ret_end = name + length + 1;
	return path;
}

static bool is_open(const struct scan *scan, const char *file)
{
	for (; scan; scan = scan->above)
		if (!strcmp(scan->file, file))
			return true;
	return false;
}

static int include(struct scan *scan, const char *path)
{
	struct source *source = scan->source;

	if (scan->depth == MAX_DEPTH || is_open(scan, path)) {
		fault_here(scan, "policy.syntax",
			   is_open(scan, path) ? "file includes itself" : "too many levels of @include", NULL, path);
		return 0;
	}
	int r = scan_file(source, scan, path);

	if (r && r != -ENOMEM) {
		load_unreadable(source->load, (struct location) { scan->file, scan->line }, NULL, path, r);
		source->broken = source->load->blind = true;
		return 0;
	}
	if (!r && source->text.length && source->text.bytes[source->text.length - 1] != '\n') {
		text_add_char(&source->text, '\n');
		source->lines++;
	}
	return r ? r : add_segment(source, scan->file, scan->line);
}

static int scan_include(struct scan *scan)
{
	const char *end;
	CLEANUP_FREE char *path = include_path(scan, &end);

	if (!path) {
		scan->at++;
		return scan->error;
	}
	copy_up_to(scan, scan->at);
	scan->at = scan->copied = end;
	return include(scan, path);
}

static void skip_name(struct scan *scan)
{
	const char *at = scan->at;

	while (is_in_name(*at))
		at++;
	scan->at = at;
}

static int scan_token(struct scan *scan)
{
	bool first = scan->line_begins;
	int r = token_begins(scan);

	if (r)
		return r;
	if (*scan->at == '@' && first)
		return scan_include(scan);
	if (*scan->at == '"') {
		skip_string(scan);
	} else if (begins_name(*scan->at)) {
		r = scan->source->depth == 0 ? see_token(scan) : 0;
		skip_name(scan);
	} else if (is_digit(*scan->at)) {
		check_number(scan);
	} else {
		r = see_token(scan);
		scan->at++;
	}
	return r;
}

static void skip_blanks(struct scan *scan)
{
	const char *at = scan->at;

	while (is_blank(*at))
		at++;
	scan->at = at;
}

static int scan_text(struct scan *scan)
{
	int r = 0;

	while (!r && *scan->at) {
		if (*scan->at == '\n')
			next_line(scan);
		else if (is_blank(*scan->at))
			skip_blanks(scan);
		else if (*scan->at == '#' || (scan->at[0] == '/' && scan->at[1] == '/'))
			skip_line_comment(scan);
		else if (scan->at[0] == '/' && scan->at[1] == '*')
			skip_block_comment(scan);
		else
			r = scan_token(scan);
	}
	copy_rest(scan);
	return r ? r : scan->source->text.error;
}

/* @file is only a name here; locations outlive the text, so they point into the arena.  @own: where @bytes may be taken
 * from; or NULL. */
static int scan_bytes(struct source *source, const struct scan *above, const char *file, const char *bytes,
		      size_t length, char **own)
{
	const char *name = arena_string(source->load->arena, file);

	if (!name)
		return -ENOMEM;
	struct scan scan = { .source = source, .above = above, .depth = above ? above->depth + 1 : 1, .file = name,
			     .at = bytes, .copied = bytes, .own = own, .line = 1, .line_begins = true };

	if (strlen(bytes) != length)
		fault_here(&scan, "policy.syntax", "NUL byte in the file", "text", NULL);
	int r = add_segment(source, name, 1);

	return r ? r : scan_text(&scan);
}

static int scan_file(struct source *source, const struct scan *above, const char *file)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length;
	const struct load *load = source->load;
	int r = load_depends(source->load, file);

	if (!r && load->draft_file && !strcmp(load->draft_file, file))
		return scan_bytes(source, above, file, load->draft_text, strlen(load->draft_text), NULL);
	if (!r)
		r = file_read(file, MAX_FILE, &bytes, &length);
	return r ? r : scan_bytes(source, above, file, bytes, length, &bytes);
}

static void source_init(struct source *source, struct load *load)
{
	*source = (struct source) { .load = load, .text = TEXT_INIT, .lines = 1 };
	tree_init(&source->tree, source, 1);
}

int source_read(struct source *source, struct load *load, const char *file)
{
	source_init(source, load);
	return scan_file(source, NULL, file);
}

int source_read_text(struct source *source, struct load *load, const char *name, const char *text)
{
	source_init(source, load);
	source->wins = true;
	return scan_bytes(source, NULL, name, text, strlen(text), NULL);
}

bool source_mentions(const struct source *source, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = source->text.bytes; at && (at = strstr(at, name)); at += length) {
		const char *end = at + length;

		if ((at == source->text.bytes || !is_in_name(at[-1])) && *end && !is_in_name(*end))
			return true;
	}
	return false;
}
