/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The list of findings.  It owns copies of everything, so that a finding outlives what it speaks of.
 */
#include "base/diagnostics.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

/* What a finding lends stands in one block: id, file, text. */
struct finding {
	struct pxeboot_diagnostic view;
	char *strings;
};

struct pxeboot_diagnostics {
	struct finding *findings;
	size_t count, capacity;
	int error;
};

static const char *const severity_names[] = {
	[PXEBOOT_ERROR] = "error",
	[PXEBOOT_WARNING] = "warning",
	[PXEBOOT_NOTE] = "note",
};

const char *pxeboot_severity_name(enum pxeboot_severity severity)
{
	return (size_t)severity < ARRAY_SIZE(severity_names) ? severity_names[severity] : NULL;
}

int pxeboot_diagnostics_new(struct pxeboot_diagnostics **ret_list)
{
	struct pxeboot_diagnostics *list = calloc(1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	*ret_list = list;
	return 0;
}

void pxeboot_diagnostics_free(struct pxeboot_diagnostics *list)
{
	size_t i;

	if (!list)
		return;
	for (i = 0; i < list->count; i++)
		free(list->findings[i].strings);
	free(list->findings);
	free(list);
}

size_t pxeboot_diagnostics_count(const struct pxeboot_diagnostics *list)
{
	return list ? list->count : 0;
}

const struct pxeboot_diagnostic *pxeboot_diagnostics_get(const struct pxeboot_diagnostics *list, size_t index)
{
	return list && index < list->count ? &list->findings[index].view : NULL;
}

int pxeboot_diagnostics_error(const struct pxeboot_diagnostics *list)
{
	return list->error;
}

/* Lends room for one more finding, NULL without memory. */
static struct finding *next_finding(struct pxeboot_diagnostics *list)
{
	size_t capacity = list->capacity ? 2 * list->capacity : 16;
	struct finding *findings;

	if (list->count < list->capacity)
		return &list->findings[list->count];
	findings = reallocarray(list->findings, capacity, sizeof(*findings));
	if (!findings)
		return NULL;
	list->findings = findings;
	list->capacity = capacity;
	return &list->findings[list->count];
}

static PRINTF_LIKE(3, 0) int copy(struct pxeboot_diagnostics *list, struct pxeboot_diagnostic view,
				   const char *format, va_list arguments)
{
	CLEANUP_TEXT struct text strings = TEXT_INIT;
	size_t id_size = strlen(view.id) + 1, file_size = view.file ? strlen(view.file) + 1 : 0;
	struct finding *finding = next_finding(list);
	int error;

	text_add_bytes(&strings, view.id, id_size);
	text_add_bytes(&strings, view.file, file_size);
	text_addv(&strings, format, arguments);
	if (!finding)
		return -ENOMEM;
	error = text_take(&strings, &finding->strings, NULL);
	if (error)
		return error;
	finding->view = view;
	finding->view.id = finding->strings;
	finding->view.file = view.file ? finding->strings + id_size : NULL;
	finding->view.text = finding->strings + id_size + file_size;
	list->count++;
	return 0;
}

static PRINTF_LIKE(3, 0) void add(struct pxeboot_diagnostics *list, struct pxeboot_diagnostic view,
				  const char *format, va_list arguments)
{
	if (list && copy(list, view, format, arguments) < 0)
		list->error = -ENOMEM;
}

void diagnostics_add(struct pxeboot_diagnostics *list, enum pxeboot_severity severity, const char *id,
		     struct location where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diagnostics_addv(list, severity, id, where, format, arguments);
	va_end(arguments);
}

void diagnostics_addv(struct pxeboot_diagnostics *list, enum pxeboot_severity severity, const char *id,
		      struct location where, const char *format, va_list arguments)
{
	struct pxeboot_diagnostic view = { .severity = severity, .id = id, .file = where.file, .line = where.line };

	add(list, view, format, arguments);
}

void diagnostics_add_pathv(struct pxeboot_diagnostics *list, enum pxeboot_severity severity, const char *id,
			   struct location where, const char *path, const char *format, va_list arguments)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_add_escaped(&text, path);
	text_add(&text, ": ");
	text_addv(&text, format, arguments);
	if (!text.error)
		diagnostics_add(list, severity, id, where, "%s", text.bytes);
}

void diagnostics_add_at(struct pxeboot_diagnostics *list, enum pxeboot_severity severity, const char *id,
			struct location where, unsigned column, const char *format, ...)
{
	struct pxeboot_diagnostic view = { severity, id, where.file, where.line, column, NULL };
	va_list arguments;

	va_start(arguments, format);
	add(list, view, format, arguments);
	va_end(arguments);
}
