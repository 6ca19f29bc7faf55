/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines as JSON.
 */
#include "happening.h"
#include "status.h"

#ifdef HAVE_JANSSON
#include <jansson.h>

#include "json_text.h"

static json_t *number(uint32_t value)
{
	return json_integer((json_int_t)value);
}

/* ISO 8601, UTC; null for never. */
static json_t *time_text(int64_t when)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (when <= 0)
		return json_null();
	machine_add_utc(&text, when);
	return json_text(text.bytes);
}

/* {"firmware":[the latest first],…} */
static json_t *asked(const struct pxeboot_record *record)
{
	json_t *object = json_object();

	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++) {
		json_t *times = json_array();

		for (size_t i = 0; i < PXEBOOT_RECORD_ASKED && record->asked[stage][i]; i++)
			json_array_append_new(times, time_text(record->asked[stage][i]));
		json_object_set_new(object, pxeboot_stage_name((enum pxeboot_stage)stage), times);
	}
	return object;
}

static json_t *facts(const struct pxeboot_record *record)
{
	json_t *object = json_object();

	for (int fact = 0; fact < PXEBOOT_FACT_COUNT; fact++)
		if (record->facts[fact])
			json_object_set_new(object, pxeboot_fact_name(fact), json_text(record->facts[fact]));
	return object;
}

json_t *json_once(const struct pxeboot_once *once)
{
	if (once->phase == PXEBOOT_ONCE_NONE && !once->round)
		return json_null();
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "phase", pxeboot_once_phase_name(once->phase),
			 "mode", machine_mode_name(once->mode), "profile", json_text(once->profile), "then",
			 json_text(once->then), "tries", number(once->tries), "tries_max", number(once->tries_max),
			 "round", number(once->round), "armed", time_text(once->armed), "changed",
			 time_text(once->changed));
}

static json_t *trouble(const struct machine *machine, int64_t now)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (machine->trouble == MACHINE_FINE)
		return json_null();
	machine_add_trouble(&text, machine, now);
	return json_pack("{s:s, s:o}", "kind", machine_trouble_name(machine->trouble), "text", json_text(text.bytes));
}

static json_t *architecture(const struct machine *machine)
{
	const struct pxeboot_arch_info *arch = pxeboot_arch_get(pxeboot_client_arch(machine->client));

	return json_text(arch ? arch->name : NULL);
}

static const char *next_of(const struct machine *machine)
{
	const char *next = machine_next(machine->record);

	return next ? next : machine->decision.boot;
}

void json_machine(const struct machine *machine, bool has_policy, int64_t now)
{
	const struct pxeboot_record *record = machine->record;
	json_t *object = json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "machine", record->key, "readable", 1, "name",
				   json_text(machine->host.name), "known",
				   has_policy ? json_boolean(!machine->is_unknown) : json_null(), "architecture",
				   architecture(machine), "stage", json_text(machine_stage_name(record)), "trouble",
				   trouble(machine, now));

	json_object_set_new(object, "first_seen", time_text(record->first_seen));
	json_object_set_new(object, "last_seen", time_text(record->last_seen));
	json_object_set_new(object, "asked", asked(record));
	json_object_set_new(object, "boots", number(record->boots));
	json_object_set_new(object, "address", json_text(record->address));
	json_object_set_new(object, "file", json_text(record->file));
	json_object_set_new(object, "profile", json_text(machine->profile));
	json_object_set_new(object, "next", json_text(next_of(machine)));
	json_object_set_new(object, "once", json_once(&record->once));
	json_object_set_new(object, "facts", facts(record));
	json_line(object);
}

void json_unreadable(const char *key)
{
	json_line(json_pack("{s:s, s:b}", "machine", key, "readable", 0));
}

void json_happening(const struct happening *happening)
{
	int stage = happening->stage;

	json_line(json_pack("{s:o, s:s, s:o, s:s, s:o, s:s}", "time", time_text(happening->when), "machine", happening->key,
			"name", json_text(happening->name), "event", happening_name(happening->kind), "stage",
			json_text(stage < 0 ? NULL : pxeboot_stage_name((enum pxeboot_stage)stage)), "text",
			happening->text));
}

#else

void json_machine(const struct machine *machine, bool has_policy, int64_t now)
{
}

void json_unreadable(const char *key)
{
}

void json_happening(const struct happening *happening)
{
}
#endif
