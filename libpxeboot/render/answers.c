/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * answers/MACHINE/FILE: an installer's answer file, with one host's values in it.  The text around the variables is
 * passed on byte for byte: it is the installer's language, not ours.
 */
#include <errno.h>

#include "render/render.h"
#include "render/template.h"
#include "render/variables.h"

static int add_variable(const struct pxeboot_policy *policy, const struct host *host, const struct chunk *chunk,
			struct text *out)
{
	const struct variable *vars = host ? host->vars : NULL;
	int r = variable_for_host(policy, chunk->text, host, vars, host ? host->n_vars : 0, out);

	if (r == -ENOENT && chunk->has_default) {
		text_add_bytes(out, chunk->fallback.at, chunk->fallback.length);
		return 0;
	}
	return r;
}

static void refuse(const struct profile *profile, const struct host *host, const struct chunk *chunk,
		   struct pxeboot_diagnostics *diagnostics)
{
	struct location where = { profile->answers, chunk->line + 1 };

	diagnostics_add(diagnostics, PXEBOOT_ERROR, "variable.undefined", where,
			"answers of profiles.%s: nothing defines '%.*s' for %s%s", profile->name,
			(int)chunk->text.length, chunk->text.at, host ? "hosts." : "machines that no host names",
			host ? host->name : "");
}

static void refuse_syntax(const struct profile *profile, unsigned line, struct pxeboot_diagnostics *diagnostics)
{
	struct location where = { profile->answers, line + 1 };

	diagnostics_add(diagnostics, PXEBOOT_ERROR, "render.text", where,
			"answers of profiles.%s: '${' without a name and '}', expected '${name}', or '$${' for a '${' that "
			"is the installer's own", profile->name);
}

int render_answers(const struct pxeboot_policy *policy, const struct profile *profile, const struct host *host,
		   struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct template template = template_over(profile->answers_text);
	struct chunk chunk;
	int r;

	while ((r = template_next(&template, &chunk)) > 0) {
		if (chunk.kind == CHUNK_LITERAL)
			text_add_bytes(out, chunk.text.at, chunk.text.length);
		else if (chunk.kind == CHUNK_PASS)
			text_add(out, "${");
		else if (add_variable(policy, host, &chunk, out) < 0) {
			refuse(profile, host, &chunk, diagnostics);
			return -EBADMSG;
		}
	}
	if (r < 0)
		refuse_syntax(profile, template.line, diagnostics);
	return r < 0 ? r : out->error;
}
