/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which ranges are of the network that a message comes from, and which of them gives the address.
 */
#include <string.h>

#include "model_ask.h"

static bool is_in(uint32_t address, const struct model_range *range, uint32_t netmask)
{
	return (address & netmask) == (range->first & netmask) && (address & netmask) == (range->last & netmask);
}

/* What a line leaves out: the mask of the interface that it lies at. */
static uint32_t netmask_of(const struct model_ask *ask, const struct model_range *range)
{
	const struct model_question *question = ask->question;

	if (range->has_netmask)
		return range->netmask;
	if ((question->local & question->netmask) == (range->first & question->netmask) ||
	    (question->local & question->netmask) == (range->last & question->netmask))
		return question->netmask;
	return 0;
}

/* Behind a relay it is guessed from the address as in the days of classes. */
static uint32_t guess(const struct model_range *range, uint32_t netmask)
{
	if (netmask != 0 || range->has_netmask)
		return netmask;
	if (((range->first | range->last) & 0x80000000u) == 0)
		return 0xff000000u;
	if ((range->first & range->last & 0x80000000u) && ((range->first | range->last) & 0x40000000u) == 0)
		return 0xffff0000u;
	if ((range->first & range->last & 0xc0000000u) == 0xc0000000u && ((range->first | range->last) & 0x20000000u) == 0)
		return 0xffffff00u;
	return 0;
}

static void collect(struct model_ask *ask, uint32_t address, bool relayed)
{
	ask->n_ranges = 0;
	for (const struct model_range *range = ask->model->ranges; range != NULL; range = range->next) {
		uint32_t netmask = netmask_of(ask, range);

		if (relayed)
			netmask = guess(range, netmask);
		if (netmask == 0 || !is_in(address, range, netmask))
			continue;
		if (ask->n_ranges == MODEL_RANGES_MAX) {
			ask->answer->unknown = true;
			return;
		}
		ask->ranges[ask->n_ranges] = range;
		ask->netmasks[ask->n_ranges++] = netmask;
	}
}

bool ask_network(struct model_ask *ask)
{
	const struct model_question *question = ask->question;
	bool renews = question->type != 1 && ask_option(ask, OPTION_REQUESTED_ADDRESS, 4) == NULL;
	uint32_t subnet = ask_subnet(ask), address = renews ? question->address : 0;

	collect(ask, question->local, false);
	if (subnet != 0 || question->relay != 0) {
		collect(ask, subnet != 0 ? subnet : question->relay, true);
	} else if (address != 0) {
		struct model_ask other = *ask;

		collect(&other, address, true);
		if (other.n_ranges > 0)
			*ask = other;
	}
	return ask->n_ranges > 0;
}

/* ---- Addresses ---- */

static bool is_reserved(const struct model_ask *ask, uint32_t address)
{
	for (const struct model_host *host = ask->model->hosts; host != NULL; host = host->next)
		if (host->has_address && host->address == address)
			return true;
	return false;
}

/* The server itself, and the relay. */
static bool is_router(const struct model_ask *ask, uint32_t address)
{
	return address == ask->question->local || (ask->question->relay != 0 && address == ask->question->relay);
}

static bool is_free(const struct model_ask *ask, uint32_t address)
{
	bool odd_end = (address & 0xff) == 0 || (address & 0xff) == 0xff, class_c = (address & 0xe0000000u) == 0xc0000000u;

	return !is_router(ask, address) && !is_reserved(ask, address) && !(class_c && odd_end);
}

/* Where dnsmasq begins to look: a hash of the MAC. */
static uint32_t seed_of(const uint8_t *mac)
{
	uint32_t hash = 0;

	for (int i = 0; i < MAC_LENGTH; i++)
		hash = mac[i] + (hash << 6) + (hash << 16) - hash;
	return hash != 0 ? hash : 1;
}

static bool allocate_from(const struct model_ask *ask, const struct model_range *range, uint32_t *ret)
{
	uint64_t count = (uint64_t)range->last - range->first + 1;
	uint64_t at = (uint32_t)count != 0 ? seed_of(ask->question->mac) % count : 0;

	for (uint64_t i = 0; i < count; i++, at = at + 1 == count ? 0 : at + 1)
		if (is_free(ask, range->first + (uint32_t)at)) {
			*ret = range->first + (uint32_t)at;
			return true;
		}
	return false;
}

static bool allocate(const struct model_ask *ask, const struct model_tags *tags, uint32_t *ret)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < ask->n_ranges; i++) {
			const struct model_range *range = ask->ranges[i];

			if (!range->is_static && !range->is_proxy && model_tags_meet(tags, range->needs, pass > 0) &&
			    allocate_from(ask, range, ret))
				return true;
		}
	return false;
}

static const struct model_range *holder(const struct model_ask *ask, const struct model_tags *tags, uint32_t address)
{
	if (is_router(ask, address))
		return NULL;
	for (size_t i = 0; i < ask->n_ranges; i++) {
		const struct model_range *range = ask->ranges[i];

		if (!range->is_static && !range->is_proxy && address >= range->first && address <= range->last &&
		    model_tags_meet(tags, range->needs, true))
			return range;
	}
	return NULL;
}

/* Outside of every range an address may still be of its network. */
static const struct model_range *narrow(const struct model_ask *ask, const struct model_tags *tags, uint32_t address)
{
	const struct model_range *found = holder(ask, tags, address);

	for (int pass = 0; pass < 2 && found == NULL; pass++)
		for (size_t i = 0; i < ask->n_ranges && found == NULL; i++) {
			const struct model_range *range = ask->ranges[i];
			uint32_t netmask = ask->netmasks[i];

			if (model_tags_meet(tags, range->needs, true) && (address & netmask) == (range->first & netmask) &&
			    (pass == 0 ? range->is_static : !range->is_proxy))
				found = range;
		}
	return found;
}

static uint32_t wanted_address(const struct model_ask *ask)
{
	const struct model_bytes *option = ask_option(ask, OPTION_REQUESTED_ADDRESS, 4);
	const uint8_t *bytes = option != NULL ? option->bytes : NULL;

	if (ask->question->type != 1 && ask->question->wanted != 0)
		return ask->question->wanted;
	return bytes == NULL ? 0 : (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The address that a DISCOVER is offered. */
static bool offer(const struct model_ask *ask, const struct model_tags *tags, uint32_t *ret)
{
	uint32_t wanted = wanted_address(ask);

	if (ask->host != NULL && ask->host->has_address && !is_router(ask, ask->host->address)) {
		*ret = ask->host->address;
		return true;
	}
	if (wanted != 0 && holder(ask, tags, wanted) != NULL && !is_reserved(ask, wanted)) {
		*ret = wanted;
		return true;
	}
	return allocate(ask, tags, ret);
}

const struct model_range *ask_range(struct model_ask *ask)
{
	uint32_t address = wanted_address(ask);
	const char *names[MODEL_TAGS_MAX];
	const struct model_range *range;
	struct model_tags tags;

	ask_tags(ask, NULL, names, &tags);
	if ((ask->question->type == 1 || address == 0) && !offer(ask, &tags, &address)) {
		ask_silence(ask, "no address is free");
		return NULL;
	}
	range = narrow(ask, &tags, address);
	if (range == NULL)
		ask_silence(ask, "its address lies in no range");
	return range;
}
