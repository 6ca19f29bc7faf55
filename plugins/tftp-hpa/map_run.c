/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What in.tftpd 5.2 makes of a name: the rules from the top, all of them, until one ends the walk.  Every loop has an
 * end here, also where in.tftpd's has none.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/macro.h"
#include "map.h"

#define MATCHES 10

struct walk {
	const struct map_request *request;
	struct map_result *result;
	const struct map_rule *rule;
	char *name;
	size_t visits, repeats;
};

static void add_byte(struct text *out, char letters, char c)
{
	text_add_char(out, letters == 'U' ? (char)toupper((unsigned char)c) :
			   letters == 'L' ? (char)tolower((unsigned char)c) : c);
}

static void add_cased(struct text *out, char letters, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		add_byte(out, letters, bytes[i]);
}

/* The name with what matched replaced by the pattern. */
static int replace(const struct walk *walk, const regmatch_t *matches, char **ret_name)
{
	CLEANUP_TEXT struct text out = TEXT_INIT;
	const regmatch_t *match;
	char letters = 'E';

	text_add_bytes(&out, walk->name, (size_t)matches[0].rm_so);
	for (const char *at = walk->rule->pattern; *at != '\0'; at++) {
		if (*at != '\\' || at[1] == '\0') {
			add_byte(&out, letters, *at);
		} else if (isdigit((unsigned char)*++at)) {
			match = &matches[*at - '0'];
			if (match->rm_so >= 0)
				add_cased(&out, letters, walk->name + match->rm_so,
					  (size_t)(match->rm_eo - match->rm_so));
		} else if (strchr("ULE", *at) != NULL) {
			letters = *at;
		} else if (*at == 'i') {
			add_cased(&out, letters, walk->request->address, strlen(walk->request->address));
		} else {
			add_byte(&out, letters, *at);
		}
	}
	text_add(&out, walk->name + matches[0].rm_eo);
	return text_take(&out, ret_name, NULL);
}

static int add_step(struct walk *walk)
{
	struct map_result *result = walk->result;
	struct map_step *steps = realloc(result->steps, (result->n_steps + 1) * sizeof(*steps));

	if (steps == NULL)
		return -ENOMEM;
	result->steps = steps;
	steps[result->n_steps].rule = walk->rule;
	steps[result->n_steps].name = strdup(walk->name);
	if (steps[result->n_steps].name == NULL)
		return -ENOMEM;
	result->n_steps++;
	return 0;
}

/* ---- One rule ---- */

enum what_next { GO_ON, START_AGAIN, ENDED };

static enum what_next end(struct walk *walk, enum map_outcome outcome)
{
	walk->result->outcome = outcome;
	walk->result->rule = walk->rule;
	return ENDED;
}

/* Of both letters, the last one counts. */
static bool applies(const struct map_rule *rule, const struct map_request *request)
{
	const char *put = strrchr(rule->operations, 'P'), *get = strrchr(rule->operations, 'G');

	if (put != NULL && get != NULL)
		*(put > get ? &get : &put) = NULL;
	return !(put != NULL && !request->put) && !(get != NULL && request->put) &&
	       !(map_rule_has(rule, '4') && request->ip6) && !(map_rule_has(rule, '6') && !request->ip6);
}

/* One replacement: 1 when it was made, 0 at the end of the walk. */
static int rewrite(struct walk *walk, const regmatch_t *matches)
{
	char *name;
	int r = replace(walk, matches, &name);

	if (r < 0)
		return r;
	free(walk->name);
	walk->name = name;
	if (strlen(name) <= MAP_NAME_MAX)
		return 1;
	end(walk, MAP_TOO_LONG);
	return 0;
}

/* All replacements of an 'r' rule that has matched: 1, or 0 at the end of the walk. */
static int rewrite_all(struct walk *walk, regmatch_t *matches)
{
	bool again = map_rule_has(walk->rule, 'g');
	int r = rewrite(walk, matches), matched = 0;

	while (again && r == 1 && (matched = regexec(&walk->rule->regex, walk->name, MATCHES, matches, 0)) == 0) {
		if (++walk->repeats == MAP_REPEATS_MAX) {
			end(walk, MAP_ENDLESS);
			return 0;
		}
		r = rewrite(walk, matches);
	}
	return matched == REG_ESPACE ? -ENOMEM : r;
}

static int refuse(struct walk *walk, const regmatch_t *matches)
{
	char *text = NULL;
	int r = walk->rule->pattern[0] != '\0' ? replace(walk, matches, &text) : 0;

	if (r < 0)
		return r;
	free(walk->name);
	walk->name = text;
	return (int)end(walk, MAP_REFUSED);
}

/* What a rule does that has matched; one of enum what_next, or -ENOMEM. */
static int act(struct walk *walk, regmatch_t *matches)
{
	int r = 1;

	if (map_rule_has(walk->rule, 'a'))
		return refuse(walk, matches);
	if (map_rule_has(walk->rule, 'r')) {
		r = rewrite_all(walk, matches);
		if (r >= 0 && add_step(walk) < 0)
			r = -ENOMEM;
	}
	if (r <= 0)
		return r < 0 ? r : ENDED;
	if (map_rule_has(walk->rule, 'e'))
		return (int)end(walk, MAP_NAMED);
	return map_rule_has(walk->rule, 's') ? START_AGAIN : GO_ON;
}

static int visit(struct walk *walk)
{
	regmatch_t matches[MATCHES] = { { 0, 0 } };

	if (!applies(walk->rule, walk->request))
		return GO_ON;
	if (++walk->visits > MAP_RULES_MAX)
		return (int)end(walk, MAP_TOO_MANY_VISITS);
	int matched = regexec(&walk->rule->regex, walk->name, MATCHES, matches, 0);

	if (matched == REG_ESPACE)
		return -ENOMEM;
	if (matched != (map_rule_has(walk->rule, '~') ? REG_NOMATCH : 0))
		return GO_ON;
	return act(walk, matches);
}

static int run(struct walk *walk, const struct map *map)
{
	int r = GO_ON;

	walk->rule = walk->request->start != NULL ? walk->request->start : map->first;
	for (; walk->rule != NULL && r != ENDED; walk->rule = walk->rule->next) {
		r = visit(walk);
		if (r < 0)
			return r;
		if (r == START_AGAIN)
			walk->rule = map->first;	/* and from there to the second */
	}
	return 0;
}

int map_run(const struct map *map, const struct map_request *request, struct map_result *ret_result)
{
	struct map_result result = { .outcome = map->safe ? MAP_NAMED : MAP_UNSAFE };
	struct walk walk = { .request = request, .result = &result, .name = strdup(request->name) };
	int r = walk.name == NULL ? -ENOMEM : map->safe ? run(&walk, map) : 0;

	result.text = walk.name;
	if (r < 0)
		map_result_free(&result);
	else
		*ret_result = result;
	return r;
}

void map_result_free(struct map_result *result)
{
	for (size_t i = 0; i < result->n_steps; i++)
		free(result->steps[i].name);
	free(result->steps);
	free(result->text);
	*result = (struct map_result){ .outcome = MAP_UNSAFE };
}
