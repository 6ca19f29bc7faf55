/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A rule matches a packet, does not, or depends on what is not known.  A chain is walked with the set of all outcomes
 * that are possible so far; a rule that surely matches and decides ends it.
 */
#include "rules.h"

#include <errno.h>
#include <string.h>

#ifdef HAVE_JANSSON
#include <jansson.h>

#define DEPTH_MAX 16
#define STEPS_MAX 100000

enum answer { NO, YES, MAYBE };

enum outcome { NEXT = 1, ACCEPT = 2, DROP = 4, RETURN = 8 };

struct filter {
	json_t *objects;			/* the list of tables, chains, rules, sets */
	const struct filter_packet *packet;
	struct text *where;			/* of the first rule that may drop it */
	const char *family, *table;		/* of the chain that is walked */
	unsigned depth, steps;
};

static unsigned walk_chain(struct filter *filter, const char *name);

static bool is(const json_t *object, const char *key, const char *value)
{
	const char *string = json_string_value(json_object_get(object, key));

	return string != NULL && strcmp(string, value) == 0;
}

/* ---- Values ---- */

/* A named set or map of the table that is walked. */
static json_t *named_elements(const struct filter *filter, const char *name)
{
	static const char *const kinds[] = { "set", "map" };
	size_t index;
	json_t *entry;

	json_array_foreach(filter->objects, index, entry)
		for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
			const json_t *set = json_object_get(entry, kinds[i]);

			if (is(set, "name", name) && is(set, "table", filter->table) &&
			    is(set, "family", filter->family))
				return json_object_get(set, "elem");
		}
	return NULL;
}

/* The members of a list in any of its forms, or NULL: "@name", {"set":[…]}, […]. */
static json_t *elements_of(const struct filter *filter, json_t *value)
{
	const char *name = json_string_value(value);

	if (name != NULL && name[0] == '@')
		return named_elements(filter, name + 1);
	if (json_is_array(value))
		return value;
	return json_object_get(value, "set");
}

/* What is known of the packet where a rule looks: a number, a word, or both. */
struct fact {
	bool known, number;
	json_int_t value;
	const char *word;		/* or NULL */
};

static struct fact word_fact(const char *word)
{
	return (struct fact){ .known = true, .word = word };
}

/* Without /etc/protocols nft prints numbers (IANA, "Protocol Numbers"). */
static struct fact protocol_fact(const struct filter_packet *packet)
{
	return packet->tcp ? (struct fact){ true, true, 6, "tcp" } : (struct fact){ true, true, 17, "udp" };
}

static struct fact payload_fact(const struct filter_packet *packet, const json_t *payload)
{
	const char *own = packet->tcp ? "tcp" : "udp";
	bool header = is(payload, "protocol", own) || is(payload, "protocol", "th");

	if (header && is(payload, "field", "dport"))
		return (struct fact){ .known = true, .number = true, .value = packet->port };
	if (is(payload, "protocol", "ip") && is(payload, "field", "protocol"))
		return protocol_fact(packet);
	if (is(payload, "protocol", packet->tcp ? "udp" : "tcp") || is(payload, "protocol", "icmp") ||
	    is(payload, "protocol", "ip6"))
		return word_fact("(another protocol)");
	return (struct fact){ .known = false };
}

static struct fact fact_of(const struct filter_packet *packet, const json_t *left)
{
	const json_t *meta = json_object_get(left, "meta"), *payload = json_object_get(left, "payload");

	if (payload != NULL)
		return payload_fact(packet, payload);
	if (is(json_object_get(left, "ct"), "key", "state"))
		return word_fact(packet->established ? "established" : "new");
	if (is(meta, "key", "l4proto"))
		return protocol_fact(packet);
	if (is(meta, "key", "nfproto"))
		return word_fact("ipv4");
	if (is(meta, "key", "protocol"))
		return word_fact("ip");
	return (struct fact){ .known = false };
}

/* Is the fact this value: a number, a word, a range, or an element with a time limit around one of them? */
static bool equals(const struct fact *fact, const json_t *value)
{
	const json_t *inner = json_object_get(json_object_get(value, "elem"), "val"), *range;
	const char *word;

	if (inner != NULL)
		value = inner;
	range = json_object_get(value, "range");
	word = json_string_value(value);
	if (range != NULL)
		return fact->number && fact->value >= json_integer_value(json_array_get(range, 0)) &&
		       fact->value <= json_integer_value(json_array_get(range, 1));
	if (json_is_integer(value))
		return fact->number && json_integer_value(value) == fact->value;
	return word != NULL && fact->word != NULL && strcmp(word, fact->word) == 0;
}

static bool is_among(const struct filter *filter, const struct fact *fact, json_t *right)
{
	json_t *elements = elements_of(filter, right), *element;
	size_t index;

	if (elements == NULL)
		return equals(fact, right);
	json_array_foreach(elements, index, element)
		if (equals(fact, element))
			return true;
	return false;
}

/* ---- Matches ---- */

/* What comes from another machine does not come in by "lo". */
static enum answer match_interface(const json_t *match)
{
	bool negated = is(match, "op", "!=");

	if (!is(match, "right", "lo"))
		return MAYBE;
	return negated ? YES : NO;
}

static enum answer match_number(const struct fact *fact, const char *op, const json_t *right)
{
	json_int_t limit = json_integer_value(right);

	if (!fact->number || !json_is_integer(right))
		return MAYBE;
	if (strcmp(op, "<") == 0)
		return fact->value < limit ? YES : NO;
	if (strcmp(op, ">") == 0)
		return fact->value > limit ? YES : NO;
	if (strcmp(op, "<=") == 0)
		return fact->value <= limit ? YES : NO;
	return strcmp(op, ">=") != 0 ? MAYBE : fact->value >= limit ? YES : NO;
}

static enum answer match(const struct filter *filter, const json_t *match)
{
	const json_t *left = json_object_get(match, "left"), *meta = json_object_get(left, "meta");
	const char *op = json_string_value(json_object_get(match, "op"));
	json_t *right = json_object_get(match, "right");
	struct fact fact = fact_of(filter->packet, left);

	if (is(meta, "key", "iifname") || is(meta, "key", "iif"))
		return match_interface(match);
	if (op == NULL || right == NULL || !fact.known)
		return MAYBE;
	if (strcmp(op, "==") == 0 || strcmp(op, "in") == 0)
		return is_among(filter, &fact, right) ? YES : NO;
	if (strcmp(op, "!=") == 0)
		return is_among(filter, &fact, right) ? NO : YES;
	return match_number(&fact, op, right);
}

/* ---- Verdicts ---- */

/* What a statement decides; 0: it is none that decides. */
static unsigned verdict_of(struct filter *filter, const json_t *statement)
{
	static const struct {
		const char *name;
		unsigned outcome;
	} verdicts[] = {
		{ "accept", ACCEPT }, { "drop", DROP }, { "reject", DROP }, { "return", RETURN }, { "continue", NEXT },
		{ "queue", ACCEPT | DROP },
	};
	const char *target;
	unsigned outcome;

	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (json_object_get(statement, verdicts[i].name) != NULL)
			return verdicts[i].outcome;
	target = json_string_value(json_object_get(json_object_get(statement, "jump"), "target"));
	if (target != NULL)
		return walk_chain(filter, target);
	target = json_string_value(json_object_get(json_object_get(statement, "goto"), "target"));
	if (target == NULL)
		return 0;
	outcome = walk_chain(filter, target);
	return (outcome & NEXT) ? (outcome & ~(unsigned)NEXT) | RETURN : outcome;
}

/* A map from a value to a verdict. */
static unsigned map_outcome(struct filter *filter, const json_t *map)
{
	struct fact fact = fact_of(filter->packet, json_object_get(map, "key"));
	json_t *elements = elements_of(filter, json_object_get(map, "data")), *pair;
	unsigned outcome = 0;
	size_t index;

	json_array_foreach(elements, index, pair) {
		if (!fact.known)
			outcome |= verdict_of(filter, json_array_get(pair, 1));
		else if (equals(&fact, json_array_get(pair, 0)))
			return verdict_of(filter, json_array_get(pair, 1));
	}
	return outcome | NEXT;
}

/* Statements that neither match nor decide. */
static bool is_neutral(const char *key)
{
	static const char *const keys[] = {
		"counter", "log", "notrack", "mangle", "ct helper", "ct timeout", "quota", "set", "map", "comment",
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static unsigned walk_rule(struct filter *filter, const json_t *rule)
{
	json_t *statements = json_object_get(rule, "expr"), *statement;
	bool sure = true;
	size_t index;

	json_array_foreach(statements, index, statement) {
		const json_t *condition = json_object_get(statement, "match"),
			     *map = json_object_get(statement, "vmap");
		const char *key = json_object_iter_key(json_object_iter(statement));
		enum answer answer = condition != NULL ? match(filter, condition) : YES;
		unsigned outcome;

		if (answer == NO)
			return NEXT;
		sure = sure && answer == YES;
		if (condition != NULL)
			continue;
		outcome = map != NULL ? map_outcome(filter, map) : verdict_of(filter, statement);
		if (outcome != 0)
			return outcome | (sure ? 0 : NEXT);
		sure = sure && key != NULL && is_neutral(key);
	}
	return NEXT;
}

/* ---- Chains ---- */

static void remember(struct filter *filter, const char *chain, const char *what)
{
	if (filter->where->length > 0)
		return;
	text_add(filter->where, "table ");
	text_add_escaped(filter->where, filter->family);
	text_add(filter->where, " ");
	text_add_escaped(filter->where, filter->table);
	text_add(filter->where, ", chain ");
	text_add_escaped(filter->where, chain);
	text_add(filter->where, what);
}

static unsigned walk_chain(struct filter *filter, const char *name)
{
	unsigned outcomes = 0;
	json_t *entry;
	size_t index;

	if (filter->depth == DEPTH_MAX)
		return NEXT | ACCEPT | DROP;
	filter->depth++;
	json_array_foreach(filter->objects, index, entry) {
		const json_t *rule = json_object_get(entry, "rule");
		unsigned outcome;

		if (++filter->steps > STEPS_MAX) {
			outcomes |= ACCEPT | DROP;
			break;
		}
		if (!is(rule, "chain", name) || !is(rule, "table", filter->table) ||
		    !is(rule, "family", filter->family))
			continue;
		outcome = walk_rule(filter, rule);
		if (outcome & DROP)
			remember(filter, name, "");
		outcomes |= outcome & (ACCEPT | DROP);
		if (outcome & RETURN)
			outcomes |= NEXT;
		if (!(outcome & NEXT)) {
			filter->depth--;
			return outcomes;
		}
	}
	filter->depth--;
	return outcomes | NEXT;
}

static bool is_passed(const json_t *chain)
{
	return (is(chain, "hook", "input") || is(chain, "hook", "prerouting")) &&
	       (is(chain, "family", "ip") || is(chain, "family", "inet"));
}

/* Of one chain that the kernel itself calls. */
static unsigned walk_base(struct filter *filter, const json_t *chain)
{
	const char *name = json_string_value(json_object_get(chain, "name"));
	unsigned outcomes;

	filter->family = json_string_value(json_object_get(chain, "family"));
	filter->table = json_string_value(json_object_get(chain, "table"));
	if (name == NULL || filter->table == NULL)
		return ACCEPT;
	outcomes = walk_chain(filter, name);
	if ((outcomes & NEXT) && is(chain, "policy", "drop")) {
		remember(filter, name, ", by its policy: no rule lets it in");
		outcomes |= DROP;
	} else if (outcomes & NEXT) {
		outcomes |= ACCEPT;
	}
	return outcomes & (ACCEPT | DROP);
}

int filter_judge(const char *json, const struct filter_packet *packet, enum filter_verdict *ret_verdict,
		 struct text *where)
{
	enum filter_verdict verdict = FILTER_ACCEPTS;
	json_t *root = json_loads(json, 0, NULL), *entry;
	struct filter filter = { .objects = json_object_get(root, "nftables"), .packet = packet };
	size_t index;

	if (!json_is_array(filter.objects)) {
		json_decref(root);
		return -EBADMSG;
	}
	json_array_foreach(filter.objects, index, entry) {
		const json_t *chain = json_object_get(entry, "chain");
		struct text place = TEXT_INIT;
		unsigned outcomes;

		filter.where = &place;
		outcomes = chain != NULL && is_passed(chain) ? walk_base(&filter, chain) : ACCEPT;
		if (outcomes == DROP && verdict != FILTER_DROPS)
			text_add(where, place.bytes != NULL ? place.bytes : "");
		if (outcomes == DROP)
			verdict = FILTER_DROPS;
		else if ((outcomes & DROP) && verdict == FILTER_ACCEPTS)
			verdict = FILTER_DEPENDS;
		text_free(&place);
	}
	json_decref(root);
	*ret_verdict = verdict;
	return 0;
}

#else

int filter_judge(const char *json, const struct filter_packet *packet, enum filter_verdict *ret_verdict,
		 struct text *where)
{
	return -ENOTSUP;
}
#endif
