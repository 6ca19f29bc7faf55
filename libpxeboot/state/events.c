/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an event makes of a machine's record.  Nothing here relies on having seen every event: each says by itself where
 * the machine stands.
 */
#include <errno.h>
#include <string.h>

#include "base/macro.h"
#include "state/once.h"

#define LOOP_SECONDS 300
#define LAST (PXEBOOT_RECORD_ASKED - 1)
#define DISCOVER "discover"	/* the built-in profile of machines that wait to be assigned */

/* ---- Facts ------------------------------------------------------------------------------------------------------ */

/* What a DHCP client says anew each time it asks: what it left out is not so any more. */
static const int dhcp_facts[] = {
	PXEBOOT_FACT_VENDOR_CLASS, PXEBOOT_FACT_USER_CLASS, PXEBOOT_FACT_FEATURES, PXEBOOT_FACT_IPXE_VERSION, PXEBOOT_FACT_RELAY,
	PXEBOOT_FACT_CLIENT_ID, PXEBOOT_FACT_CIRCUIT_ID, PXEBOOT_FACT_REMOTE_ID, PXEBOOT_FACT_UNDI,
};

/* An operating system names itself otherwise than what boots it. */
static void take_facts(struct pxeboot_record *record, const struct pxeboot_event *event)
{
	if (!event->client || event->stage == PXEBOOT_STAGE_OS)
		return;
	for (size_t i = 0; event->kind == PXEBOOT_EVENT_ASKED && i < ARRAY_SIZE(dhcp_facts); i++)
		record->facts[dhcp_facts[i]] = NULL;
	pxeboot_record_set_facts(record, event->client);
}

int pxeboot_record_client(const struct pxeboot_record *record, struct pxeboot_client **ret_client)
{
	struct pxeboot_client *client;
	int error = pxeboot_client_new(&client);

	for (int fact = 0; !error && fact < PXEBOOT_FACT_COUNT; fact++) {
		if (record->facts[fact])
			error = pxeboot_client_set(client, fact, record->facts[fact], NULL);
		error = error == -EBADMSG ? 0 : error;
	}
	if (!error)
		*ret_client = client;
	else
		pxeboot_client_unref(client);
	return error;
}

/* ---- Stages ----------------------------------------------------------------------------------------------------- */

/* Clocks are set, also back: what lies far ahead is no more of the same boot than what lies far behind. */
static bool is_far(int64_t a, int64_t b)
{
	uint64_t distance = a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;

	return distance >= PXEBOOT_SAME_BOOT;
}

/* Does coming to @stage begin a boot?  Firmware does, but asks several times.  Where it was not seen, because an iPXE sits
 * in its place, another DHCP server answers it or an event was lost, the first one to ask does: from an operating system no
 * way leads back but through power-on, and from a script or an iPXE none does at once. */
static bool is_power_on(const struct pxeboot_record *record, int stage, int64_t when)
{
	if (stage == PXEBOOT_RECORD_NO_STAGE || stage == PXEBOOT_STAGE_OS)
		return false;
	if (record->stage == PXEBOOT_RECORD_NO_STAGE || record->stage == PXEBOOT_STAGE_OS)
		return true;
	if (stage == PXEBOOT_STAGE_FIRMWARE && record->stage != PXEBOOT_STAGE_FIRMWARE)
		return true;
	return stage <= record->stage && is_far(record->last_seen, when);
}

static void come_to(struct pxeboot_record *record, int stage, int64_t when)
{
	int64_t *asked = record->asked[stage];

	memmove(asked + 1, asked, LAST * sizeof(*asked));
	asked[0] = when;
	record->stage = stage;
}

static bool is_discover(const char *profile)
{
	return profile && !strcmp(profile, DISCOVER);
}

int pxeboot_record_looping(const struct pxeboot_record *record)
{
	for (int stage = 0; stage < PXEBOOT_STAGE_OS; stage++) {
		const int64_t *asked = record->asked[stage];
		bool waits = stage == PXEBOOT_STAGE_SCRIPT && is_discover(record->profile);
		bool is_often = asked[LAST] && asked[LAST] <= asked[0] &&
				(uint64_t)asked[0] - (uint64_t)asked[LAST] <= LOOP_SECONDS;

		if (is_often && !waits)
			return stage;
	}
	return PXEBOOT_RECORD_NO_STAGE;
}

/* ---- Events ----------------------------------------------------------------------------------------------------- */

/* Who has waited and is assigned now has not gone round by having asked so often. */
static void end_waiting(struct pxeboot_record *record)
{
	int64_t *asked = record->asked[PXEBOOT_STAGE_SCRIPT];

	memset(asked + 1, 0, LAST * sizeof(*asked));
}

static void take_texts(struct pxeboot_record *record, const struct pxeboot_event *event)
{
	if (event->profile && is_discover(record->profile) && !is_discover(event->profile))
		end_waiting(record);
	if (event->address)
		record->address = event->address;
	if (event->file)
		record->file = event->file;
	if (event->profile)
		record->profile = event->profile;
}

static void see(struct pxeboot_record *record, int64_t when)
{
	if (!record->first_seen)
		record->first_seen = when;
	if (record->last_seen < when || is_far(record->last_seen, when))
		record->last_seen = when;
}

/* Nobody is made known by having gone. */
static int take_leave(struct pxeboot_record *record, const struct pxeboot_event *event)
{
	if (!record->address || !event->address || strcmp(record->address, event->address))
		return 1;
	record->address = NULL;
	return 0;
}

/* A one-shot boot's script may be all that is seen of a boot; mostly it is not the first thing. */
static void take_stage(struct pxeboot_record *record, const struct pxeboot_event *event)
{
	bool is_silent = event->kind == PXEBOOT_EVENT_SERVED && event->stage == PXEBOOT_RECORD_NO_STAGE;
	int stage = is_silent ? PXEBOOT_STAGE_SCRIPT : event->stage;
	bool begins = is_power_on(record, stage, event->when);

	if (begins) {
		record->boots++;
		once_power_on(record, event->when);
	}
	if (is_silent && !begins)
		record->stage = stage;
	else if (stage != PXEBOOT_RECORD_NO_STAGE)
		come_to(record, stage, event->when);
}

int pxeboot_record_step(struct pxeboot_record *record, const struct pxeboot_event *event)
{
	bool stands_for_served = event->kind == PXEBOOT_EVENT_ASKED && event->stage == PXEBOOT_STAGE_IPXE && event->is_served;

	if (event->kind == PXEBOOT_EVENT_DONE)
		return once_done(record, event->token, event->when);
	if (event->kind == PXEBOOT_EVENT_GONE)
		return take_leave(record, event);
	take_texts(record, event);
	take_facts(record, event);
	take_stage(record, event);
	see(record, event->when);
	if (event->kind == PXEBOOT_EVENT_SERVED || stands_for_served)
		once_served(record, event->when);
	return 0;
}
