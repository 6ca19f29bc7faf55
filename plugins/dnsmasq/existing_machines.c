/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machines that no line can tell apart: hosts that are treated alike are one.
 */
#include <string.h>

#include "existing.h"

#define STARS_MAX 64			/* MACs with stars that are crossed with each other */

static double machines_of(const struct model_mac *mac)
{
	double count = 1;

	for (int i = 0; i < MAC_LENGTH; i++)
		count *= (mac->wild >> i & 1) ? 256 : 1;
	return count;
}

static bool is_ethernet(const struct model_mac *mac)
{
	return mac->length == MAC_LENGTH && (mac->type == 0 || mac->type == 1);
}

static bool same_tags(const struct model_tag *a, const struct model_tag *b)
{
	for (; a != NULL && b != NULL; a = a->next, b = b->next)
		if (strcmp(a->name, b->name) != 0)
			return false;
	return a == b;
}

/* The range that an address is in; NULL. */
static const struct model_range *range_of(const struct model *model, const struct model_host *host)
{
	for (const struct model_range *range = model->ranges; range != NULL && host->has_address; range = range->next)
		if (host->address >= range->first && host->address <= range->last)
			return range;
	return NULL;
}

/* What a dhcp-host does; hosts that do the same need one machine only. */
struct effect {
	const struct model_host *host;	/* NULL: none */
	struct model_tag *sets;		/* that something asks for */
	const struct model_range *range;
};

static struct effect effect_of(struct existing *existing, const struct model_host *host)
{
	struct effect effect = { host, NULL, host != NULL ? range_of(existing->model, host) : NULL };

	for (const struct model_tag *tag = host != NULL ? host->sets : NULL; tag != NULL; tag = tag->next) {
		struct model_tag *copy;

		if (!existing_uses_tag(existing->model, tag->name))
			continue;
		copy = MODEL_NEW(existing->model, model_tag);
		if (copy == NULL)
			break;
		*copy = (struct model_tag){ effect.sets, tag->name };
		effect.sets = copy;
	}
	return effect;
}

static bool same_effect(const struct effect *a, const struct effect *b)
{
	if (a->host == NULL || b->host == NULL)
		return a->host == b->host;
	return same_tags(a->sets, b->sets) && a->range == b->range && same_tags(a->host->needs, b->host->needs) &&
	       a->host->ignored == b->host->ignored && a->host->has_address == b->host->has_address;
}

/* Which of the dhcp-mac lines the machine falls under, as a sum that differs where they do. */
static uint64_t mac_lines(const struct model *model, const uint8_t *bytes)
{
	uint64_t sum = 0, line = 1;

	for (const struct model_mac *mac = model->macs; mac != NULL; mac = mac->next, line = line * 31 + 1) {
		bool fits = is_ethernet(mac);

		for (int i = 0; i < MAC_LENGTH; i++)
			fits = fits && ((mac->wild >> (MAC_LENGTH - 1 - i) & 1) || mac->bytes[i] == bytes[i]);
		sum += fits ? line : 0;
	}
	return sum;
}

/* @wild bytes become something that is hardly ever meant. */
static void fill(const struct model_mac *mac, uint8_t ret[MAC_LENGTH])
{
	for (int i = 0; i < MAC_LENGTH; i++)
		ret[i] = (mac->wild >> (MAC_LENGTH - 1 - i) & 1) ? 0xe7 : mac->bytes[i];
}

struct kind {				/* of machine, that has been added */
	struct effect effect;
	uint64_t lines;
	bool stars;
	size_t index;
};

struct kinds {
	struct kind *list;
	size_t count;
};

static void add_machine(struct existing *existing, struct kinds *kinds, const struct model_mac *mac,
			const struct model_host *host)
{
	struct existing_machine machine = { .clients = machines_of(mac) };
	struct kind kind = { effect_of(existing, host), 0, mac->wild != 0, existing->n_machines };

	if (!is_ethernet(mac))
		return;
	fill(mac, machine.mac);
	kind.lines = mac_lines(existing->model, machine.mac);
	for (size_t i = 0; i < kinds->count; i++)
		if (kinds->list[i].lines == kind.lines && kinds->list[i].stars == kind.stars &&
		    same_effect(&kind.effect, &kinds->list[i].effect)) {
			existing->machines[kinds->list[i].index].clients += machine.clients;
			return;
		}
	if (existing_add(existing, &existing->machines, &existing->n_machines, sizeof(machine), &machine))
		existing_add(existing, &kinds->list, &kinds->count, sizeof(kind), &kind);
}

/* A host that is known by its client identifier. */
static void add_by_id(struct existing *existing, const struct model_host *host)
{
	struct existing_machine machine = { .mac = { 0x02, 0x70, 0x78, 0x65, 0x69, 0x64 }, .clients = 1 };

	machine.client_id = existing_hex(existing, host->client_id, host->client_id_length);
	if (machine.client_id != NULL)
		existing_add(existing, &existing->machines, &existing->n_machines, sizeof(machine), &machine);
}

/* Machines that fall under two lines with stars. */
static void cross(struct existing *existing, struct kinds *kinds, const struct model_mac *a, const struct model_mac *b,
		  const struct model_host *host)
{
	struct model_mac both = *a;

	both.wild = a->wild & b->wild;
	for (int i = 0; i < MAC_LENGTH; i++) {
		bool open_a = a->wild >> (MAC_LENGTH - 1 - i) & 1, open_b = b->wild >> (MAC_LENGTH - 1 - i) & 1;

		if (!open_a && !open_b && a->bytes[i] != b->bytes[i])
			return;
		both.bytes[i] = open_a ? b->bytes[i] : a->bytes[i];
	}
	add_machine(existing, kinds, &both, host);
}

static void cross_all(struct existing *existing, struct kinds *kinds)
{
	size_t count = 0;

	for (const struct model_mac *a = existing->model->macs; a != NULL && count < STARS_MAX; a = a->next, count++) {
		for (const struct model_mac *b = a->next; b != NULL; b = b->next)
			if (is_ethernet(a) && is_ethernet(b))
				cross(existing, kinds, a, b, NULL);
		for (const struct model_host *host = existing->model->hosts; host != NULL; host = host->next)
			for (const struct model_mac *b = host->macs; b != NULL; b = b->next)
				if (b->wild != 0 && is_ethernet(a) && is_ethernet(b))
					cross(existing, kinds, b, a, host);
	}
}

void existing_collect_machines(struct existing *existing)
{
	struct existing_machine usual = { .mac = { 0x02, 0x70, 0x78, 0x65, 0x00, 0x01 }, .clients = 281474976710656.0 };
	struct kinds kinds = { NULL, 0 };

	existing_add(existing, &existing->machines, &existing->n_machines, sizeof(usual), &usual);
	for (const struct model_mac *mac = existing->model->macs; mac != NULL; mac = mac->next)
		add_machine(existing, &kinds, mac, NULL);
	for (const struct model_host *host = existing->model->hosts; host != NULL; host = host->next) {
		for (const struct model_mac *mac = host->macs; mac != NULL; mac = mac->next)
			add_machine(existing, &kinds, mac, host);
		if (host->has_client_id && host->macs == NULL)
			add_by_id(existing, host);
	}
	cross_all(existing, &kinds);
	for (size_t i = 1; i < existing->n_machines; i++)
		existing->machines[0].clients -= existing->machines[i].clients;
	free(kinds.list);
}
