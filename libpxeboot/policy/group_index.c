/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keys are values of terms: the beginning of a MAC address, a subnet, a product, …  First all that stand in the policy
 * are counted, then each group is put under those of one term.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/arena.h"
#include "policy/group_index.h"

struct group_key {
	enum term_kind kind;		/* TERM_ARCH for a firmware, too */
	size_t length;			/* of what a value must begin with: bytes, of a subnet bits; of other texts the whole */
	uint64_t number;		/* of what is not text */
	const char *text;
	uint32_t weight;		/* values of all groups that are this key */
	uint32_t first, n;		/* the groups that stand under it */
};

struct group_probe {
	enum term_kind kind;
	size_t length;			/* 0 for whole texts, and architectures */
};

/* ---- Keys ------------------------------------------------------------------------------------------------------- */

static uint64_t mac_number(const uint8_t mac[MAC_LENGTH], size_t length)
{
	uint64_t number = 0;

	for (size_t i = 0; i < length; i++)
		number = number << 8 | mac[i];
	return number;
}

static uint64_t subnet_number(uint32_t address, size_t bits)
{
	return bits ? address >> (32 - bits) : 0;
}

static bool is_arch(enum term_kind kind)
{
	return kind == TERM_ARCH || kind == TERM_FIRMWARE;
}

/* A value is one key, of architectures as many as there are. */
static size_t key_count(const struct group_term *term)
{
	return term->n_values * (is_arch(term->kind) ? PXEBOOT_ARCH_COUNT : 1);
}

/* False where the value has no such architecture. */
static bool key_at(const struct group_term *term, size_t index, struct group_key *ret_key)
{
	const struct group_value *value = &term->values[is_arch(term->kind) ? index / PXEBOOT_ARCH_COUNT : index];
	struct group_key key = { .kind = term->kind };

	switch (term->kind) {
	case TERM_ARCH:
	case TERM_FIRMWARE:
		key.kind = TERM_ARCH;
		key.number = index % PXEBOOT_ARCH_COUNT;
		if (!(value->archs & ARCH_BIT(key.number)))
			return false;
		break;
	case TERM_MAC:
		key.length = value->mac_length;
		key.number = mac_number(value->mac, key.length);
		break;
	case TERM_SUBNET:
		key.length = value->prefix.length;
		key.number = subnet_number(value->prefix.address, key.length);
		break;
	case TERM_VENDOR_CLASS:
	case TERM_MANUFACTURER:
	case TERM_PRODUCT:
		key.text = value->text;
		key.length = strlen(key.text);
		break;
	}
	*ret_key = key;
	return true;
}

static bool text_key(const struct pxeboot_client *client, int fact, const struct group_probe *probe,
		     struct group_key *key)
{
	if (!client_has(client, fact))
		return false;
	key->text = client->facts[fact].text;
	key->length = probe->kind == TERM_VENDOR_CLASS ? probe->length : strlen(key->text);
	return key->length <= strlen(key->text);
}

/* The key that a client has there; false for none. */
static bool client_key(const struct pxeboot_client *client, int arch, const struct group_probe *probe,
		       struct group_key *key)
{
	*key = (struct group_key){ .kind = probe->kind, .length = probe->length };
	switch (probe->kind) {
	case TERM_ARCH:
	case TERM_FIRMWARE:
		key->number = (uint64_t)arch;
		return arch != PXEBOOT_ARCH_NONE;
	case TERM_MAC:
		key->number = mac_number(client->mac, probe->length);
		return client_has(client, PXEBOOT_FACT_MAC);
	case TERM_SUBNET:
		key->number = subnet_number(client->address, probe->length);
		return client_has(client, PXEBOOT_FACT_ADDRESS);
	case TERM_VENDOR_CLASS:
		return text_key(client, PXEBOOT_FACT_VENDOR_CLASS, probe, key);
	case TERM_MANUFACTURER:
		return text_key(client, PXEBOOT_FACT_MANUFACTURER, probe, key);
	case TERM_PRODUCT:
		return text_key(client, PXEBOOT_FACT_PRODUCT, probe, key);
	}
	return false;
}

static uint32_t key_hash(const struct group_key *key)
{
	return key->text ? index_hash(key->text, key->length) : index_hash(&key->number, sizeof(key->number));
}

static bool same_key(const void *table, uint32_t number, const void *wanted)
{
	const struct group_key *a = (const struct group_key *)table + number, *b = wanted;

	return a->kind == b->kind && a->length == b->length && a->number == b->number &&
	       (!a->text || !memcmp(a->text, b->text, a->length));
}

static uint32_t find_key(const struct group_index *index, const struct group_key *key)
{
	return index_find(&index->by_key, key_hash(key), same_key, index->keys, key);
}

/* ---- Building --------------------------------------------------------------------------------------------------- */

static bool is_in(const struct group *group, enum group_set set)
{
	switch (set) {
	case GROUPS_ALL:
		return group->tested != PXEBOOT_WHERE_NOWHERE;
	case GROUPS_DHCP:
		return group->tested == PXEBOOT_WHERE_DHCP;
	case GROUPS_LOADER:
		return group->tested != PXEBOOT_WHERE_NOWHERE && group->loader;
	}
	return false;
}

static int init(struct group_index *index, const struct pxeboot_policy *policy, enum group_set set)
{
	size_t n = 0;

	for (size_t i = 0; i < policy->n_groups; i++)
		for (size_t k = 0; is_in(&policy->groups[i], set) && k < policy->groups[i].n_terms; k++)
			n += key_count(&policy->groups[i].terms[k]);
	index->keys = calloc(n + 1, sizeof(*index->keys));
	return index->keys ? index_init(&index->by_key, n) : -ENOMEM;
}

static void weigh(struct group_index *index, const struct group_term *term)
{
	for (size_t i = 0; i < key_count(term); i++) {
		struct group_key *key = &index->keys[index->n_keys];
		uint32_t other;

		if (!key_at(term, i, key))
			continue;
		other = index_add(&index->by_key, key_hash(key), same_key, index->keys, key, index->n_keys);
		if (other == INDEX_NONE)
			index->n_keys++;
		else
			key = &index->keys[other];
		key->weight++;
	}
}

static uint32_t heaviest(const struct group_index *index, const struct group_term *term)
{
	struct group_key key;
	uint32_t most = 0;

	for (size_t i = 0; i < key_count(term); i++) {
		uint32_t weight = key_at(term, i, &key) ? index->keys[find_key(index, &key)].weight : 0;

		most = weight > most ? weight : most;
	}
	return most;
}

/* The term that the group is found by: clients that have its value meet the fewest others.  NULL of a group without. */
static const struct group_term *best_term(const struct group_index *index, const struct group *group)
{
	const struct group_term *best = NULL;
	uint32_t least = 0;

	for (size_t i = 0; i < group->n_terms; i++) {
		uint32_t most = heaviest(index, &group->terms[i]);

		if (!best || most < least) {
			best = &group->terms[i];
			least = most;
		}
	}
	return best;
}

static int add_probe(struct group_index *index, const struct group_key *key)
{
	bool begins = key->kind == TERM_MAC || key->kind == TERM_SUBNET || key->kind == TERM_VENDOR_CLASS;
	struct group_probe probe = { key->kind, begins ? key->length : 0 };

	for (size_t i = 0; i < index->n_probes; i++)
		if (index->probes[i].kind == probe.kind && index->probes[i].length == probe.length)
			return 0;
	int r = array_grow(&index->probes, index->n_probes, &index->probes_capacity, sizeof(*index->probes));

	if (!r)
		index->probes[index->n_probes++] = probe;
	return r;
}

static int count_group(struct group_index *index, const struct group_term *term)
{
	struct group_key key;
	int r = 0;

	for (size_t i = 0; term && i < key_count(term) && !r; i++)
		if (key_at(term, i, &key)) {
			index->keys[find_key(index, &key)].n++;
			r = add_probe(index, &key);
		}
	return r;
}

static void put_group(struct group_index *index, const struct group_term *term, size_t number)
{
	struct group_key wanted;

	for (size_t i = 0; term && i < key_count(term); i++)
		if (key_at(term, i, &wanted)) {
			struct group_key *key = &index->keys[find_key(index, &wanted)];

			index->groups[key->first + key->n++] = (uint32_t)number;
		}
}

/* Gives each key its place in the row of all, still empty. */
static int make_room(struct group_index *index)
{
	uint32_t n = 0;

	for (size_t i = 0; i < index->n_keys; i++) {
		index->keys[i].first = n;
		n += index->keys[i].n;
		index->keys[i].n = 0;
	}
	index->groups = calloc(n + (size_t)1, sizeof(*index->groups));
	return index->groups ? 0 : -ENOMEM;
}

int group_index_build(struct group_index *index, const struct pxeboot_policy *policy, enum group_set set)
{
	int r = init(index, policy, set);

	for (size_t i = 0; i < policy->n_groups && !r; i++)
		for (size_t k = 0; is_in(&policy->groups[i], set) && k < policy->groups[i].n_terms; k++)
			weigh(index, &policy->groups[i].terms[k]);
	for (size_t i = 0; i < policy->n_groups && !r; i++)
		if (is_in(&policy->groups[i], set))
			r = count_group(index, best_term(index, &policy->groups[i]));
	if (!r)
		r = make_room(index);
	for (size_t i = 0; i < policy->n_groups && !r; i++)
		if (is_in(&policy->groups[i], set))
			put_group(index, best_term(index, &policy->groups[i]), i);
	return r;
}

void group_index_free(struct group_index *index)
{
	index_free(&index->by_key);
	free(index->keys);
	free(index->groups);
	free(index->probes);
	*index = (struct group_index){ .n_keys = 0 };
}

/* ---- Asking ----------------------------------------------------------------------------------------------------- */

const struct group *group_index_find(const struct group_index *index, const struct pxeboot_policy *policy,
				     const struct pxeboot_client *client, int arch)
{
	uint32_t best = (uint32_t)policy->n_groups;
	struct group_key wanted;

	for (size_t i = 0; i < index->n_probes; i++) {
		uint32_t number = client_key(client, arch, &index->probes[i], &wanted) ? find_key(index, &wanted) : INDEX_NONE;
		const struct group_key *key = number == INDEX_NONE ? NULL : &index->keys[number];

		for (uint32_t k = 0; key && k < key->n && index->groups[key->first + k] < best; k++)
			if (group_matches(&policy->groups[index->groups[key->first + k]], client, arch))
				best = index->groups[key->first + k];
	}
	return best < policy->n_groups ? &policy->groups[best] : NULL;
}
