/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An installer's answer file, with one machine's values in it.  The text around the variables is passed on byte for byte:
 * it is the installer's language, not ours.  A value goes in on one line, through the filter that the template names; one
 * that would disturb the kind of file and has no filter is told.
 */
#include <errno.h>
#include <string.h>

#include "render/filter.h"
#include "render/render.h"
#include "render/secret.h"
#include "render/template.h"
#include "render/variables.h"

struct job {
	const struct pxeboot_policy *policy;
	const struct machine *machine;
	const struct answer_file *file;
	const struct filter_kind *kind;		/* of file, or NULL */
	struct pxeboot_diagnostics *diagnostics;
	struct text *out;
};

/* ---- Findings ------------------------------------------------------------------------------------------------------- */

static void add_who(struct text *text, const struct machine *machine)
{
	if (machine->host)
		text_addf(text, "hosts.%s", machine->host->name);
	else if (machine->group)
		text_addf(text, "machines of groups.%s", machine->group->name);
	else
		text_add(text, "machines that no host names");
}

static void tell(const struct job *job, enum pxeboot_severity severity, const char *id, unsigned line, unsigned column,
		 const char *format, ...) PRINTF_LIKE(6, 7);
static void tell(const struct job *job, enum pxeboot_severity severity, const char *id, unsigned line, unsigned column,
		 const char *format, ...)
{
	struct location where = { job->file->path, line + 1 };
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	va_start(arguments, format);
	text_addv(&text, format, arguments);
	va_end(arguments);
	diagnostics_add_at(job->diagnostics, severity, id, where, column + 1, "answers of profiles.%s: %s",
			   job->machine->profile->name, text_string(&text));
}

static int refuse_undefined(const struct job *job, const struct chunk *chunk)
{
	CLEANUP_TEXT struct text who = TEXT_INIT;

	add_who(&who, job->machine);
	tell(job, PXEBOOT_ERROR, "variable.undefined", chunk->line, chunk->column, "nothing defines '%.*s' for %s",
	     (int)chunk->text.length, chunk->text.at, text_string(&who));
	return -EBADMSG;
}

static int refuse_value(const struct job *job, const struct chunk *chunk, const char *value)
{
	CLEANUP_TEXT struct text escaped = TEXT_INIT;

	text_add_escaped(&escaped, value);
	tell(job, PXEBOOT_ERROR, "answers.value", chunk->line, chunk->column,
	     "'%.*s' has a control character or is no UTF-8, got '%s'", (int)chunk->text.length, chunk->text.at,
	     text_string(&escaped));
	return -EBADMSG;
}

static int refuse_filter(const struct job *job, const struct chunk *chunk)
{
	tell(job, PXEBOOT_ERROR, "answers.filter", chunk->line, chunk->column, "no such filter, expected %s, got '%.*s'",
	     filter_names, (int)chunk->filter.length, chunk->filter.at);
	return -EBADMSG;
}

static int refuse_syntax(const struct job *job, const struct template *template)
{
	tell(job, PXEBOOT_ERROR, "render.text", template->line, (unsigned)(template->at - template->line_start),
	     "'${' without a name and '}', expected '${name}', or '$${' for a '${' that is the installer's own");
	return -EBADMSG;
}

/* Each place once: a hundred thousand hosts may have such a value. */
static bool is_told(const struct job *job, const char *id, unsigned line, unsigned column)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(job->diagnostics, i)); i++)
		if (finding->line == line + 1 && finding->column == column + 1 && !strcmp(finding->id, id) && !strcmp(finding->file, job->file->path))
			return true;
	return false;
}

static void warn_of_value(const struct job *job, const struct chunk *chunk, const char *value)
{
	CLEANUP_TEXT struct text who = TEXT_INIT, escaped = TEXT_INIT;

	if (!job->diagnostics || !job->kind || !filter_is_needed(job->kind, value) || is_told(job, "answers.quote", chunk->line, chunk->column))
		return;
	add_who(&who, job->machine);
	text_add_escaped(&escaped, value);
	tell(job, PXEBOOT_WARNING, "answers.quote", chunk->line, chunk->column,
	     "'%.*s' of %s may mean something else in %s, expected '${%.*s|%s}', or '|raw' where it is meant so, got '%s'",
	     (int)chunk->text.length, chunk->text.at, text_string(&who), job->kind->what, (int)chunk->text.length,
	     chunk->text.at, job->kind->filter, text_string(&escaped));
}

/* No value has more than one line: those of the text are those of the template. */
static void warn_of_secret(const struct job *job, const char *text, size_t length)
{
	unsigned line;
	const char *what = job->diagnostics && !job->machine->profile->private ? secret_find(text, length, &line) : NULL;

	if (what && !is_told(job, "answers.secret", line - 1, 0))
		tell(job, PXEBOOT_WARNING, "answers.secret", line - 1, 0, "this looks like %s, and everybody on the network can "
		     "fetch the file, expected private = true", what);
}

/* ---- Text ----------------------------------------------------------------------------------------------------------- */

/* Facts come from machines, which may say anything. */
static bool is_one_line(const char *value)
{
	size_t length = 0;

	while (*value && (length = text_printable_length(value)) > 0)
		value += length;
	return !*value;
}

static int add_filtered(const struct job *job, const struct chunk *chunk, const char *value)
{
	int r = filter_add(job->out, chunk->filter, value);

	return r == -ENOENT ? refuse_filter(job, chunk) : r;
}

static int add_value(const struct job *job, const struct chunk *chunk, const char *value)
{
	if (!is_one_line(value))
		return refuse_value(job, chunk, value);
	if (chunk->filter.length)
		return add_filtered(job, chunk, value);
	warn_of_value(job, chunk, value);
	text_add(job->out, value);
	return 0;
}

static int add_variable(const struct job *job, const struct chunk *chunk)
{
	CLEANUP_TEXT struct text value = TEXT_INIT;
	int r = variable_for_machine(job->policy, chunk->text, job->machine, &value);

	if (r == -ENOENT && chunk->has_default)
		text_add_bytes(&value, chunk->fallback.at, chunk->fallback.length);
	else if (r == -ENOENT)
		return refuse_undefined(job, chunk);
	else if (r < 0)
		return r;
	text_add(&value, "");		/* an empty value is a value */
	return value.error ? value.error : add_value(job, chunk, value.bytes);
}

static int add_chunk(const struct job *job, const struct chunk *chunk)
{
	switch (chunk->kind) {
	case CHUNK_LITERAL:
		text_add_bytes(job->out, chunk->text.at, chunk->text.length);
		return 0;
	case CHUNK_PASS:
		text_add(job->out, "${");
		return 0;
	case CHUNK_VARIABLE:
		return add_variable(job, chunk);
	}
	return -EINVAL;
}

int render_answers(const struct pxeboot_policy *policy, const struct machine *machine, const struct answer_file *file,
		   struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct template template = template_of_answers(machine->profile, file->text);
	struct job job = { policy, machine, file, filter_kind_of(file->name), diagnostics, out };
	size_t start = out->length;
	struct chunk chunk;
	int r, result = 0;

	while ((r = template_next(&template, &chunk)) > 0) {
		int added = add_chunk(&job, &chunk);

		if (added < 0 && added != -EBADMSG)
			return added;
		result = added < 0 ? added : result;
	}
	if (r < 0)
		result = refuse_syntax(&job, &template);
	if (result == 0 && !out->error && out->length > start)
		warn_of_secret(&job, out->bytes + start, out->length - start);
	return result < 0 ? result : out->error;
}
