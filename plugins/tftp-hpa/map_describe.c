/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way of a name through a map, in one line for people.
 */
#include "base/macro.h"
#include "map.h"

static void add_place(struct text *out, const struct map_rule *rule)
{
	text_add(out, " (");
	text_add_escaped(out, rule->where.file);
	text_addf(out, ":%u)", rule->where.line);
}

void map_describe(const struct map_request *request, const struct map_result *result, struct text *out)
{
	static const char *const ends[] = {
		[MAP_NAMED] = NULL,
		[MAP_REFUSED] = "refused",
		[MAP_TOO_MANY_VISITS] = "refused: more rules looked at than in.tftpd's limit",
		[MAP_ENDLESS] = "no answer: the rule repeats for ever",
		[MAP_TOO_LONG] = "longer than any file's name",
		[MAP_UNSAFE] = "unknown: the map has errors",
	};

	text_add_char(out, '\'');
	text_add_escaped(out, request->name);
	text_add_char(out, '\'');
	for (size_t i = 0; i < result->n_steps; i++) {
		text_add(out, " → '");
		text_add_escaped(out, result->steps[i].name);
		text_add_char(out, '\'');
		add_place(out, result->steps[i].rule);
	}
	if (ends[result->outcome] == NULL)
		return;
	text_addf(out, ", %s", ends[result->outcome]);
	if (result->rule != NULL)
		add_place(out, result->rule);
}
