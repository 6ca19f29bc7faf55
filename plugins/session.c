/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The frame of every sub-command.
 */
#include "session.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "trust.h"

bool stream_has_colours(FILE *stream)
{
	const char *terminal = getenv("TERM");

	return isatty(fileno(stream)) && !getenv("NO_COLOR") && terminal && strcmp(terminal, "dumb") != 0;
}

/* Files have the names that somebody gave them, arguments come from anywhere, and a terminal does what it is told: all but
 * text shows as \xHH. */
static void put_text(const char *text, size_t length, FILE *stream)
{
	const char *end = text + length;

	while (text < end) {
		size_t run = 0, n;

		while (text + run < end && (n = text_shown_length(text + run)) > 0)
			run += n;
		fwrite(text, 1, run, stream);
		text += run;
		if (text < end)
			fprintf(stream, "\\x%02x", (unsigned char)*text++);
	}
}

static PRINTF_LIKE(2, 0) void say(const struct session *session, const char *format, va_list arguments)
{
	char *text = NULL;
	int length = vasprintf(&text, format, arguments);

	fprintf(stderr, "pxeboot %s: ", session->command->name);
	if (length >= 0) {
		put_text(text, (size_t)length, stderr);
		free(text);
	}
	fputc('\n', stderr);
}

int session_usage(const struct session *session, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(session, format, arguments);
	va_end(arguments);
	fprintf(stderr, "Try 'pxeboot %s --help'.\n", session->command->name);
	return EXIT_USAGE;
}

int session_failure(const struct session *session, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(session, format, arguments);
	va_end(arguments);
	return EXIT_SYSTEM;
}

int session_option(struct session *session, int option)
{
	switch (option) {
	case 'c':
		session->policy_path = optarg;
		return -1;
	case 'S':
		if (session->n_overrides == MAX_OVERRIDES)
			return session_usage(session, "more than %d times --set", MAX_OVERRIDES);
		session->overrides[session->n_overrides++] = optarg;
		return -1;
	case 'h':
		fputs(session->command->help, stdout);
		return EXIT_FINE;
	}
	/* getopt has said what is wrong. */
	fprintf(stderr, "Try 'pxeboot %s --help'.\n", session->command->name);
	return EXIT_USAGE;
}

/* -c, else the environment's directory, else the installed place. */
char *session_policy_path(const struct session *session)
{
	const char *directory = getenv("PXEBOOT_CONFIG");
	char *path = NULL;

	if (session->policy_path)
		return strdup(session->policy_path);
	if (asprintf(&path, "%s/pxeboot.conf", directory && *directory ? directory : PXEBOOT_SYSCONFDIR) < 0)
		return NULL;
	return path;
}

int session_load(struct session *session)
{
	CLEANUP_FREE char *path = session_policy_path(session);
	int r;

	if (!path)
		return -ENOMEM;
	r = pxeboot_diagnostics_new(&session->diagnostics);
	if (r < 0)
		return r;
	r = pxeboot_policy_load_with(path, session->overrides, session->diagnostics, &session->policy);
	if (r == 0)
		r = trust_policy(session->policy, session->command->acts ? PXEBOOT_ERROR : PXEBOOT_WARNING,
				 session->diagnostics);
	return r;
}

int session_load_or_tell(struct session *session)
{
	int r = session_load(session);

	session_tell(session, stderr);
	if (r == 0)
		return EXIT_FINE;
	if (r == -EINVAL)
		return EXIT_USAGE;
	if (r != -EBADMSG && session_count(session, PXEBOOT_ERROR) == 0)
		return session_failure(session, "%s", strerror(-r));
	return r == -EBADMSG ? EXIT_FINDINGS : EXIT_SYSTEM;
}

void session_end(struct session *session)
{
	pxeboot_policy_unref(session->policy);
	pxeboot_diagnostics_free(session->diagnostics);
}

/* The id goes with the first line; a way there has a line for each step. */
static void tell_text(const struct pxeboot_diagnostic *diagnostic, FILE *stream)
{
	const char *line = diagnostic->text;
	size_t length = strcspn(line, "\n");

	put_text(line, length, stream);
	fprintf(stream, " [%s]\n", diagnostic->id);
	while (line[length] != '\0') {
		line += length + 1;
		length = strcspn(line, "\n");
		fputs("        ", stream);
		put_text(line, length, stream);
		fputc('\n', stream);
	}
}

static void tell(const struct pxeboot_diagnostic *diagnostic, FILE *stream, bool colours)
{
	static const char *const colour[] = {
		[PXEBOOT_ERROR] = "\033[1;31m",
		[PXEBOOT_WARNING] = "\033[1;33m",
		[PXEBOOT_NOTE] = "\033[1;36m",
	};

	if (diagnostic->file) {
		put_text(diagnostic->file, strlen(diagnostic->file), stream);
		fputc(':', stream);
	}
	if (diagnostic->file && diagnostic->line)
		fprintf(stream, "%u:", diagnostic->line);
	if (diagnostic->file && diagnostic->line && diagnostic->column)
		fprintf(stream, "%u:", diagnostic->column);
	fprintf(stream, "%s%s%s%s: ", diagnostic->file ? " " : "", colours ? colour[diagnostic->severity] : "",
		pxeboot_severity_name(diagnostic->severity), colours ? "\033[0m" : "");
	tell_text(diagnostic, stream);
}

/* What has no place comes last. */
static int by_place(const void *a, const void *b)
{
	const struct pxeboot_diagnostic *left = *(const struct pxeboot_diagnostic *const *)a;
	const struct pxeboot_diagnostic *right = *(const struct pxeboot_diagnostic *const *)b;
	int order;

	if (!left->file || !right->file)
		return !left->file - !right->file;
	order = strcmp(left->file, right->file);
	if (order == 0)
		order = (left->line > right->line) - (left->line < right->line);
	return order ? order : (left->column > right->column) - (left->column < right->column);
}

const struct pxeboot_diagnostic **session_findings(const struct session *session, size_t first)
{
	size_t count = pxeboot_diagnostics_count(session->diagnostics) - first;
	const struct pxeboot_diagnostic **findings = calloc(count + 1, sizeof(*findings));

	for (size_t i = 0; findings && i < count; i++)
		findings[i] = pxeboot_diagnostics_get(session->diagnostics, first + i);
	if (findings && count > 1)
		qsort(findings, count, sizeof(*findings), by_place);	/* glibc's is stable */
	return findings;
}

/* All at once: what goes to stderr piece by piece is a system call each. */
void session_tell(struct session *session, FILE *stream)
{
	char *text = NULL;
	size_t length = 0;
	FILE *whole = open_memstream(&text, &length);
	const struct pxeboot_diagnostic **findings = session_findings(session, session->n_told);
	bool colours = stream_has_colours(stream);

	for (size_t i = 0; findings && findings[i]; i++)
		tell(findings[i], whole ? whole : stream, colours);
	if (whole) {
		fclose(whole);
		fwrite(text, 1, length, stream);
	}
	free(text);
	if (findings)
		session->n_told = pxeboot_diagnostics_count(session->diagnostics);
	free(findings);
}

size_t session_count(const struct session *session, enum pxeboot_severity severity)
{
	const struct pxeboot_diagnostic *diagnostic;
	size_t count = 0;

	for (size_t i = 0; (diagnostic = pxeboot_diagnostics_get(session->diagnostics, i)); i++)
		count += diagnostic->severity == severity;
	return count;
}
