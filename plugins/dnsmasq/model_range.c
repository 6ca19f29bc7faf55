/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dhcp-range.  Ranges of IPv6 are none of ours.
 */
#include <string.h>

#include "model_read.h"

#define BAD "expected [tag:TAG,…][set:TAG,]FIRST,LAST|static|proxy[,NETMASK[,BROADCAST]][,LEASE]"
#define WORDS_MAX 8

/* Takes the tags off the front; NULL, or what is wrong. */
static const char *take_tags(struct model_reader *reader, struct model_range *range, char **argument)
{
	for (;;) {
		char *word = *argument, *rest;

		if (word[strspn(word, " .:0123456789abcdefABCDEF")] == ',' || (rest = words_split(word)) == NULL)
			return NULL;
		*argument = rest;
		if (words_is_tag(word)) {
			struct model_tag *tag = word[4] != '\0' ? model_new_tag(reader, word + 4, range->needs) : NULL;

			range->needs = tag != NULL ? tag : range->needs;
		} else {
			if (range->tag != NULL)
				return "only one tag may be set";
			range->tag = model_set_name(reader, word);
		}
	}
}

static const char *take_ends(struct model_range *range, const char *last)
{
	range->last = range->first;
	if (strcmp(last, "static") == 0)
		range->is_static = true;
	else if (strcmp(last, "proxy") == 0)
		range->is_proxy = true;
	else if (!words_address(last, &range->last))
		return BAD;
	if (range->first > range->last) {
		uint32_t swap = range->first;

		range->first = range->last;
		range->last = swap;
	}
	return NULL;
}

static bool is_lease(const char *word)
{
	size_t length = strlen(word);

	if (strcmp(word, "infinite") == 0 || strcmp(word, "deprecated") == 0)
		return true;
	if (length > 0 && strchr("wWdDhHmMsS", word[length - 1]) != NULL)
		length--;
	return strspn(word, "0123456789") >= length;
}

static const char *take_rest(struct model_range *range, char *const *words, size_t count)
{
	uint32_t broadcast;
	size_t at = 0;

	if (at < count && strchr(words[at], '.') != NULL && words_address(words[at], &range->netmask)) {
		range->has_netmask = true;
		at++;
		if ((range->first & range->netmask) != (range->last & range->netmask))
			return "its ends lie in different networks";
		if (at < count && strchr(words[at], '.') != NULL && words_address(words[at], &broadcast))
			at++;
	}
	if (at < count && (at + 1 != count || !is_lease(words[at])))
		return BAD;
	return NULL;
}

const char *model_parse_range(struct model_reader *reader, char *argument)
{
	struct model_range *range = MODEL_NEW(reader->model, model_range);
	char *words[WORDS_MAX] = { NULL };
	const char *wrong;
	size_t count = 1;

	if (range == NULL)
		return NULL;
	range->where = reader->where;
	wrong = take_tags(reader, range, &argument);
	if (wrong != NULL)
		return wrong;
	for (words[0] = argument; count < WORDS_MAX && (words[count] = words_split(words[count - 1])) != NULL;)
		count++;
	if (count < 2)
		return BAD;
	if (!words_address(words[0], &range->first))
		return words_address6(words[0]) ? NULL : BAD;
	wrong = take_ends(range, words[1]);
	if (wrong == NULL)
		wrong = take_rest(range, words + 2, count - 2);
	if (wrong != NULL)
		return wrong;
	*reader->model->ranges_end = range;
	reader->model->ranges_end = &range->next;
	return NULL;
}
