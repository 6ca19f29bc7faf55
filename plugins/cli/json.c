/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * JSON by jansson.
 */
#include "json.h"

#include <errno.h>

#ifdef HAVE_JANSSON
#include <jansson.h>

#include "json_text.h"
#include "wording.h"

bool json_available(const struct session *session)
{
	return true;
}

static json_t *optional(const char *string)
{
	return string ? json_string(string) : json_null();
}

/* jansson leaves DEL as it is. */
void json_line(json_t *object)
{
	CLEANUP_FREE char *text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);

	for (const char *at = text; at && *at; at++)
		if (*at == 0x7f)
			fputs("\\u007f", stdout);
		else
			putchar(*at);
	putchar('\n');
	json_decref(object);
}

json_t *json_text(const char *text)
{
	CLEANUP_TEXT struct text escaped = TEXT_INIT;
	json_t *string = text ? json_string(text) : json_null();

	if (string)
		return string;
	text_add_escaped(&escaped, text);
	return optional(escaped.bytes);
}

static json_t *finding(const struct pxeboot_diagnostic *diagnostic)
{
	json_t *file = diagnostic->file ? json_text(diagnostic->file) : json_null();
	json_t *object = json_pack("{s:s, s:s, s:o, s:i}", "severity", pxeboot_severity_name(diagnostic->severity),
				   "id", diagnostic->id, "file", file, "line", (int)diagnostic->line);

	if (diagnostic->column)
		json_object_set_new(object, "column", json_integer(diagnostic->column));
	json_object_set_new(object, "text", json_text(diagnostic->text));
	return object;
}

static json_t *all_findings(const struct session *session)
{
	const struct pxeboot_diagnostic **sorted = session_findings(session, 0);
	json_t *findings = json_array();

	for (size_t i = 0; sorted && sorted[i]; i++)
		json_array_append_new(findings, finding(sorted[i]));
	free(sorted);
	return findings;
}

void json_findings(const struct session *session)
{
	bool refused = !session->policy || session_count(session, PXEBOOT_ERROR) > 0;

	json_line(json_pack("{s:s, s:o}", "policy", refused ? "refused" : "ok", "findings", all_findings(session)));
}

void json_system(const struct session *session, const struct system_line *lines, size_t count)
{
	static const char *const verdicts[] = {
		[PLUGIN_FINE] = "fine", [PLUGIN_FINDINGS] = "findings", [PLUGIN_NOT_LOOKED] = "not looked at",
	};
	bool found = session_count(session, PXEBOOT_ERROR) + session_count(session, PXEBOOT_WARNING) > 0;
	json_t *looked = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(looked, json_pack("{s:o, s:o, s:s}", "what", json_text(lines[i].what), "text",
							json_text(lines[i].text), "verdict", verdicts[lines[i].verdict]));
	json_line(json_pack("{s:s, s:o, s:o}", "system", found ? "findings" : "fine", "looked", looked, "findings",
			all_findings(session)));
}

void json_lint(const struct session *session)
{
	json_line(json_pack("{s:i, s:i, s:o}", "errors", (int)session_count(session, PXEBOOT_ERROR), "warnings",
			(int)session_count(session, PXEBOOT_WARNING), "findings", all_findings(session)));
}

/* A fact is its text, "" when empty, {"malformed":true} when it did not parse, and missing when absent. */
static json_t *client(const struct pxeboot_client *from, int arch)
{
	json_t *object = json_object();
	const char *text;

	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++) {
		int r = pxeboot_client_get(from, fact, &text);

		if (r == 0)
			json_object_set_new(object, pxeboot_fact_name(fact), json_text(text));
		else if (r == -EBADMSG)
			json_object_set_new(object, pxeboot_fact_name(fact), json_pack("{s:b}", "malformed", 1));
	}
	json_object_set_new(object, "architecture",
			    optional(arch == PXEBOOT_ARCH_NONE ? NULL : pxeboot_arch_get(arch)->name));
	json_object_set_new(object, "ipxe", json_boolean(pxeboot_client_is_ipxe(from)));
	json_object_set_new(object, "rpi_rom", json_boolean(pxeboot_client_is_rpi_rom(from)));
	return object;
}

static json_t *rule(const struct pxeboot_rule *from)
{
	if (!from->kind)
		return json_null();
	return json_pack("{s:s, s:s, s:o, s:i}", "kind", from->kind, "name", from->name, "file", json_text(from->file),
			 "line", (int)from->line);
}

static json_t *strings(const char *const *list, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(array, json_text(list[i]));
	return array;
}

static json_t *loss(const struct pxeboot_loss *from)
{
	CLEANUP_TEXT struct text why = TEXT_INIT;
	json_t *row = rule(&from->rule);

	wording_add_reason(&why, from);
	json_object_set_new(row, "why", optional(why.bytes));
	if (!from->term)
		return row;
	json_object_set_new(row, "failed", json_integer((json_int_t)from->n_failed));
	json_object_set_new(row, "term", json_string(from->term->name));
	json_object_set_new(row, "expected", strings(from->term->values, from->term->n_values));
	if (from->got_error == 0)
		json_object_set_new(row, "got", json_text(from->got));
	else if (from->got_error == -EBADMSG)
		json_object_set_new(row, "got", json_pack("{s:b}", "malformed", 1));
	return row;
}

static json_t *explained(const struct explanation *explanation)
{
	const struct pxeboot_decision *decision = &explanation->decision;
	json_t *lost = json_array();

	for (size_t i = 0; i < explanation->n_lost; i++)
		json_array_append_new(lost, loss(&explanation->lost[i]));
	return json_pack("{s:o, s:s, s:{s:s, s:o, s:o, s:b, s:o, s:o}, s:o, s:o}",
			 "client", client(explanation->client, decision->arch),
			 "stage", pxeboot_stage_name(decision->stage),
			 "decision",
			 "kind", pxeboot_decision_kind_name(decision->kind),
			 "file", optional(decision->file ? decision->file : explanation->path),
			 "boot", optional(decision->boot),
			 "http", decision->http,
			 "source", rule(&decision->source),
			 "reason", optional(decision->reason),
			 "rule", rule(&decision->rule),
			 "lost", lost);
}

void json_explanation(const struct explanation *explanation)
{
	json_line(explained(explanation));
}

static json_t *line(const struct pxeboot_line *from)
{
	return json_pack("{s:o, s:o, s:b}", "text", json_text(from->text), "target", optional(from->target),
			 "gap", from->kind == PXEBOOT_LINE_GAP);
}

static json_t *menu(const struct chain_menu *from)
{
	const struct pxeboot_screen *screen = from->screen;
	json_t *lines = json_array();

	for (size_t i = 0; i < screen->n_lines; i++)
		json_array_append_new(lines, line(&screen->lines[i]));
	return json_pack("{s:s, s:o, s:i, s:b, s:o, s:o}", "name", from->name, "title", json_text(screen->title),
			 "timeout", (int)screen->timeout, "hidden", screen->hidden,
			 "takes", optional(from->taken ? from->taken->target : NULL), "lines", lines);
}

static json_t *profile(const struct pxeboot_profile *from)
{
	if (!from)
		return json_null();
	return json_pack("{s:s, s:o, s:i, s:s, s:o, s:o, s:o, s:o, s:b}", "name", from->name, "file", json_text(from->file),
			 "line", (int)from->line, "kind", from->kind, "target", json_text(from->target),
			 "initrds", strings(from->initrds, from->n_initrds),
			 "args", from->args ? json_text(from->args) : json_null(),
			 "answers", strings(from->answers, from->n_answers), "private", from->private_answers);
}

static json_t *fault(const struct chain_fault *from)
{
	return json_pack("{s:o, s:s}", "file", json_text(from->path), "problem", from->problem);
}

static json_t *chain_object(const struct chain *chain)
{
	json_t *object = explained(&chain->steps[0]), *steps = json_array(), *menus = json_array();
	json_t *faults = json_array();

	for (size_t i = 0; i < chain->n_steps; i++)
		json_array_append_new(steps, explained(&chain->steps[i]));
	for (size_t i = 0; i < chain->n_menus; i++)
		json_array_append_new(menus, menu(&chain->menus[i]));
	for (size_t i = 0; i < chain->n_faults; i++)
		json_array_append_new(faults, fault(&chain->faults[i]));
	json_object_set_new(object, "chain", steps);
	json_object_set_new(object, "faults", faults);
	json_object_set_new(object, "menus", menus);
	json_object_set_new(object, "profile", profile(chain->profile));
	json_object_set_new(object, "verdict", json_string(chain_verdict(chain)));
	json_object_set_new(object, "text", json_string(chain->text));
	if (chain->walk->verdict == PXEBOOT_VERDICT_LOOP)
		json_object_set_new(object, "back_to", json_integer((json_int_t)chain->walk->back_to));
	return object;
}

void json_chain(const struct chain *chain)
{
	json_line(chain_object(chain));
}

static int add_change(void *context, const struct page_line *changed, int side)
{
	json_array_append_new(context, json_pack("{s:s, s:s, s:o}", "stage", changed->section, "what", changed->what,
						 side < 0 ? "from" : "to", json_text(changed->text)));
	return 0;
}

void json_changes(const struct page *from, const struct page *to, const struct chain *from_chain,
		  const struct chain *to_chain)
{
	json_t *changes = json_array();

	page_compare(from, to, add_change, changes);
	json_line(json_pack("{s:o, s:o, s:o}", "changes", changes, "from", chain_object(from_chain), "to",
			chain_object(to_chain)));
}

#else

bool json_available(const struct session *session)
{
	session_usage(session, "--json: this build has no JSON (built without jansson)");
	return false;
}

void json_findings(const struct session *session)
{
}

void json_system(const struct session *session, const struct system_line *lines, size_t count)
{
}

void json_lint(const struct session *session)
{
}

void json_explanation(const struct explanation *explanation)
{
}

void json_chain(const struct chain *chain)
{
}

void json_changes(const struct page *from, const struct page *to, const struct chain *from_chain,
		  const struct chain *to_chain)
{
}
#endif
