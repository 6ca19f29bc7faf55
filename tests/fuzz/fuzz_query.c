/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: a query string.  What it takes keeps its limits, names nothing twice, and is the same when it is written down
 * again with every byte encoded.
 */
#include <string.h>

#include "base/text.h"
#include "fastcgi/query.h"
#include "fuzz.h"

static void add_encoded(struct text *text, const char *string)
{
	for (; *string; string++)
		text_addf(text, "%%%02x", (unsigned char)*string);
}

static void check(const struct query *query)
{
	fuzz_require(query->n_pairs <= QUERY_PAIRS_MAX);
	for (size_t i = 0; i < query->n_pairs; i++) {
		const char *key = query->pairs[i].key, *value = query->pairs[i].value, *got = query_get(query, key);

		fuzz_require(*key && strlen(key) <= QUERY_KEY_MAX && strlen(value) <= QUERY_VALUE_MAX);
		fuzz_require(*value ? got && !strcmp(got, value) : !got);
	}
}

static void check_again(const struct query *query)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct query again;
	const char *why;

	text_add(&text, "");
	for (size_t i = 0; i < query->n_pairs; i++) {
		text_add(&text, i ? "&" : "");
		add_encoded(&text, query->pairs[i].key);
		text_add_char(&text, '=');
		add_encoded(&text, query->pairs[i].value);
	}
	if (text.error || text.length > QUERY_MAX)
		return;
	if (query_parse(text.bytes, &again, &why))
		abort();
	fuzz_require(again.n_pairs == query->n_pairs);
	for (size_t i = 0; i < again.n_pairs; i++)
		fuzz_require(!strcmp(again.pairs[i].key, query->pairs[i].key) &&
			     !strcmp(again.pairs[i].value, query->pairs[i].value));
	query_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *copy = strndup((const char *)bytes, length);
	struct query query;
	const char *why = NULL;

	if (!copy)
		return 0;
	if (query_parse(copy, &query, &why)) {
		fuzz_require(why != NULL);
	} else {
		check(&query);
		check_again(&query);
		query_free(&query);
	}
	free(copy);
	return 0;
}
