/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way of a name through a map, in one line for people; and its end, for who wants the file alone.
 */
#include <errno.h>

#include "base/macro.h"
#include "map.h"

#define STEPS_SHOWN 16

static void add_place(struct text *out, const struct map_rule *rule)
{
	text_add(out, " (");
	text_add_escaped(out, rule->where.file);
	text_addf(out, ":%u)", rule->where.line);
}

/* The last one is shown always: a rule that starts again may change a name a thousand times, and make it longer each time. */
static void add_steps(const struct map_result *result, struct text *out)
{
	size_t hidden = result->n_steps > STEPS_SHOWN ? result->n_steps - STEPS_SHOWN : 0;

	for (size_t i = 0; i < result->n_steps; i++) {
		if (hidden && i == STEPS_SHOWN - 1) {
			text_addf(out, " → … (%zu more)", hidden);
			i += hidden;
		}
		text_add(out, " → ");
		text_add_escaped(out, result->steps[i].name);
		add_place(out, result->steps[i].rule);
	}
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

	text_add_escaped(out, request->name);
	add_steps(result, out);
	if (ends[result->outcome] == NULL)
		return;
	text_addf(out, ", %s", ends[result->outcome]);
	if (result->rule != NULL)
		add_place(out, result->rule);
}

/* Did the client's address come into it? */
static bool depends_on_address(const struct map_result *result)
{
	for (size_t i = 0; i < result->n_steps; i++)
		if (map_pattern_has(result->steps[i].rule->pattern, 'i'))
			return true;
	return false;
}

int map_look_up(const void *map, const char *name, struct text *file, struct text *way)
{
	struct map_request request = { .name = name, .address = "192.0.2.1" };
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_UNSAFE };

	if (map_run(map, &request, &result) < 0)
		return -ENOMEM;
	if (result.n_steps == 0 && result.outcome == MAP_NAMED) {
		text_add(file, name);
		return PLUGIN_NAME_FILE;
	}
	text_add(way, "tftpd map: ");
	map_describe(&request, &result, way);
	if (depends_on_address(&result))
		return PLUGIN_NAME_DEPENDS;
	if (result.outcome != MAP_NAMED)
		return PLUGIN_NAME_REFUSED;
	text_add(file, result.text);
	return PLUGIN_NAME_FILE;
}
