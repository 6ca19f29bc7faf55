/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tags that come from what a client says of itself.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "model_ask.h"

const struct model_bytes *ask_option(const struct model_ask *ask, unsigned code, size_t least)
{
	const struct model_bytes *option = code < 256 ? &ask->question->options[code] : NULL;

	return option != NULL && option->bytes != NULL && option->length >= least ? option : NULL;
}

bool ask_wants(const struct model_ask *ask, unsigned code)
{
	const struct model_bytes *wanted = ask_option(ask, OPTION_WANTED, 0);
	const uint8_t *end;

	if (wanted == NULL)
		return true;
	if (code > 254 || wanted->length == 0)
		return false;
	end = memchr(wanted->bytes, 255, wanted->length);
	return memchr(wanted->bytes, (int)code, end != NULL ? (size_t)(end - wanted->bytes) : wanted->length) != NULL;
}

/* Option @code inside option 82. */
static struct model_bytes agent_option(const struct model_ask *ask, uint8_t code, size_t least)
{
	const struct model_bytes *agent = ask_option(ask, OPTION_AGENT, 1);

	for (size_t at = 0; agent != NULL && agent->length - at >= 2;) {
		size_t length = agent->bytes[at + 1];

		if (agent->bytes[at] == 255)
			break;
		if (agent->bytes[at] == 0) {
			at++;
			continue;
		}
		if (length > agent->length - at - 2)
			break;
		if (agent->bytes[at] == code && length >= least)
			return (struct model_bytes){ agent->bytes + at + 2, length };
		at += length + 2;
	}
	return (struct model_bytes){ NULL, 0 };
}

/* The network that a relay agent or the client itself asks for; 0. */
uint32_t ask_subnet(const struct model_ask *ask)
{
	struct model_bytes selected = agent_option(ask, 5, 4);
	const struct model_bytes *own = ask_option(ask, OPTION_SUBNET, 4);
	const uint8_t *bytes = selected.bytes != NULL ? selected.bytes : own != NULL ? own->bytes : NULL;

	return bytes == NULL ? 0 : (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void ask_relay_agent(struct model_ask *ask)
{
	static const uint8_t codes[] = {
		[MODEL_CLASS_CIRCUIT] = 1, [MODEL_CLASS_REMOTE] = 2, [MODEL_CLASS_SUBSCRIBER] = 6,
	};

	for (const struct model_class *class = ask->model->classes; class != NULL; class = class->next) {
		struct model_bytes option;

		if (class->kind < MODEL_CLASS_CIRCUIT)
			continue;
		option = agent_option(ask, codes[class->kind], 1);
		if (option.bytes != NULL && option.length == class->length &&
		    memcmp(option.bytes, class->bytes, class->length) == 0)
			model_tags_add(&ask->tags, class->tag);
	}
}

/* Equal but for the bytes that @wild leaves open; counts those that are compared. */
bool ask_compare(const uint8_t *a, const uint8_t *b, int length, uint32_t wild, int *ret_exact)
{
	*ret_exact = 0;
	for (int i = length - 1; i >= 0; i--, wild >>= 1) {
		if (wild & 1)
			continue;
		if (a[i] != b[i])
			return false;
		++*ret_exact;
	}
	return true;
}

void ask_macs(struct model_ask *ask)
{
	int exact;

	for (const struct model_mac *mac = ask->model->macs; mac != NULL; mac = mac->next)
		if (mac->length == MAC_LENGTH && mac->type <= 1 && mac->type >= 0 &&
		    ask_compare(mac->bytes, ask->question->mac, MAC_LENGTH, mac->wild, &exact))
			model_tags_add(&ask->tags, mac->tag);
}

/* From the front with open bytes; text anywhere; anything else element by element. */
static bool matches(const struct model_value *value, const struct model_bytes *option)
{
	int exact;

	if (value->length > option->length)
		return false;
	if (value->length == 0)
		return true;
	if (value->is_hex)
		return ask_compare(value->bytes, option->bytes, (int)value->length, value->wild, &exact);
	for (size_t at = 0; at <= option->length - value->length; at += value->is_text ? 1 : value->length)
		if (memcmp(value->bytes, option->bytes + at, value->length) == 0)
			return true;
	return false;
}

void ask_matches(struct model_ask *ask)
{
	for (const struct model_match *match = ask->model->matches; match != NULL; match = match->next) {
		/* What kind of message it is stands beside the options. */
		const struct model_bytes type = { &ask->question->type, 1 };
		const struct model_bytes *option = match->option == 53 ? &type : ask_option(ask, match->option, 1);

		if (option != NULL && matches(&match->value, option))
			model_tags_add(&ask->tags, match->tag);
	}
}

/* ---- Classes ---- */

static bool holds(const uint8_t *bytes, size_t length, const struct model_class *class)
{
	for (size_t at = 0; class->length <= length && at <= length - class->length; at++)
		if (memcmp(bytes + at, class->bytes, class->length) == 0)
			return true;
	return false;
}

/* Several classes, each with its length in front: where the lengths add up, a NUL takes the place of each. */
static void blank_lengths(uint8_t *bytes, size_t length)
{
	size_t at = 0, next;

	while (at < length)
		at += bytes[at] + 1u;
	for (at = at == length ? 0 : length; at < length; at = next) {
		next = at + bytes[at] + 1;
		bytes[at] = 0;
	}
}

void ask_classes(struct model_ask *ask)
{
	const struct model_bytes *vendor = ask_option(ask, OPTION_CLASS, 1), *user = ask_option(ask, OPTION_USER_CLASS, 1);
	size_t length = user != NULL && user->length <= 255 ? user->length : 0;
	uint8_t bytes[255];

	if (length > 0)
		memcpy(bytes, user->bytes, length);
	blank_lengths(bytes, length);
	for (const struct model_class *class = ask->model->classes; class != NULL; class = class->next)
		if ((class->kind == MODEL_CLASS_VENDOR && vendor != NULL && holds(vendor->bytes, vendor->length, class)) ||
		    (class->kind == MODEL_CLASS_USER && length > 0 && holds(bytes, length, class)))
			model_tags_add(&ask->tags, class->tag);
}

/* ---- Names ---- */

static bool is_name(const char *name)
{
	size_t label = 0;

	for (const char *at = name; *at != '\0'; at++) {
		label = *at == '.' ? 0 : label + 1;
		if (label > 63 || iscntrl((unsigned char)*at))
			return false;
	}
	if (*name == '\0' || !(isalnum((unsigned char)*name) || *name == '.'))
		return false;
	for (; *name != '\0' && *name != '.'; name++)
		if ((unsigned char)*name >= 0x80 || (!isalnum((unsigned char)*name) && *name != '-' && *name != '_'))
			return false;
	return true;
}

bool ask_name(const struct model_ask *ask, char ret[256], bool whole)
{
	const struct model_bytes *option = ask_option(ask, OPTION_HOST_NAME, 1);
	size_t length;

	if (option == NULL || option->length > 255)
		return false;
	memcpy(ret, option->bytes, option->length);
	ret[option->length] = '\0';
	length = strlen(ret);
	if (length == 0 || !is_name(ret))
		return false;
	if (ret[length - 1] == '.')
		ret[length - 1] = '\0';
	if (!whole)
		ret[strcspn(ret, ".")] = '\0';
	return true;
}

void ask_names(struct model_ask *ask)
{
	char name[256];

	if (!ask_name(ask, name, true))
		return;
	for (const struct model_name *rule = ask->model->names; rule != NULL; rule = rule->next)
		if (rule->is_prefix ? strncasecmp(name, rule->name, strlen(rule->name)) == 0 :
				      strcasecmp(name, rule->name) == 0)
			model_tags_add(&ask->tags, rule->tag);
}
