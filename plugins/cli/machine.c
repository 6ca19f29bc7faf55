/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records beside the policy, in words.
 */
#include "machine.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/scalar.h"

/* ---- What is known ------------------------------------------------------------------------------------------------- */

static bool is_mac(const char *key)
{
	uint8_t mac[MAC_LENGTH];

	return scalar_mac(key, mac) == 0;
}

/* The machine of a record is its key: a MAC address that it asked with besides is one more of the same host. */
static int client_of(const struct pxeboot_record *record, struct pxeboot_client **ret_client)
{
	int fact = is_mac(record->key) ? PXEBOOT_FACT_MAC : PXEBOOT_FACT_UUID;
	struct pxeboot_client *client;
	int r = pxeboot_record_client(record, &client);

	if (r < 0)
		return r;
	r = pxeboot_client_set(client, fact, record->key, NULL);
	if (r < 0) {
		pxeboot_client_unref(client);
		return r;
	}
	*ret_client = client;
	return 0;
}

/* Whoever has come to an operating system since has got through, and so have most of whom nothing was heard for a day. */
static bool is_looping(const struct pxeboot_record *record, int64_t now)
{
	int stage = pxeboot_record_looping(record);
	int64_t last;

	if (stage == PXEBOOT_RECORD_NO_STAGE)
		return false;
	last = record->asked[stage][0];
	return record->asked[PXEBOOT_STAGE_OS][0] < last && (now < last || now - last < MACHINE_LOOP_OVER);
}

static bool is_not_done(const struct pxeboot_once *once, int64_t now)
{
	return once->phase == PXEBOOT_ONCE_SERVED && once->mode == PXEBOOT_ONCE_UNTIL_DONE && once->changed > 0 &&
	       now > once->changed && now - once->changed > MACHINE_DONE_SECONDS;
}

enum machine_trouble machine_trouble(const struct pxeboot_record *record, int64_t now)
{
	if (record->once.phase == PXEBOOT_ONCE_FAILED)
		return MACHINE_GAVE_UP;
	if (is_looping(record, now))
		return MACHINE_LOOPING;
	return is_not_done(&record->once, now) ? MACHINE_NOT_DONE : MACHINE_FINE;
}

static int ask_policy(struct machine *machine, const struct pxeboot_policy *policy)
{
	size_t index;
	int r = pxeboot_policy_host_of(policy, machine->client, &index);

	pxeboot_decide(policy, machine->client, PXEBOOT_STAGE_SCRIPT, NULL, &machine->decision);
	machine->is_unknown = r < 0;
	if (!machine->profile)
		machine->profile = machine->decision.boot;
	return r == 0 ? pxeboot_policy_host(policy, index, &machine->host) : 0;
}

int machine_make(struct machine *machine, const struct pxeboot_policy *policy, const struct pxeboot_record *record,
		 int64_t now)
{
	int r;

	*machine = (struct machine){ .record = record, .profile = record->profile, .trouble = machine_trouble(record, now) };
	r = client_of(record, &machine->client);
	if (r == 0 && policy)
		r = ask_policy(machine, policy);
	if (r < 0)
		machine_free(machine);
	return r;
}

void machine_free(struct machine *machine)
{
	machine->client = pxeboot_client_unref(machine->client);
}

/* Addresses are written in more ways than one. */
static bool is_same_mac(const char *a, const char *b)
{
	uint8_t left[MAC_LENGTH], right[MAC_LENGTH];

	return a && scalar_mac(a, left) == 0 && scalar_mac(b, right) == 0 && memcmp(left, right, sizeof(left)) == 0;
}

bool machine_is(const struct machine *machine, const char *wanted)
{
	const struct pxeboot_record *record = machine->record;
	const char *const *facts = record->facts;

	return (machine->host.name && strcmp(machine->host.name, wanted) == 0) ||
	       strcasecmp(record->key, wanted) == 0 || is_same_mac(record->key, wanted) ||
	       is_same_mac(facts[PXEBOOT_FACT_MAC], wanted) ||
	       (record->address && strcmp(record->address, wanted) == 0) ||
	       (facts[PXEBOOT_FACT_UUID] && strcasecmp(facts[PXEBOOT_FACT_UUID], wanted) == 0) ||
	       (facts[PXEBOOT_FACT_SERIAL] && strcmp(facts[PXEBOOT_FACT_SERIAL], wanted) == 0);
}

const char *machine_next(const struct pxeboot_record *record)
{
	struct pxeboot_event on = { .kind = PXEBOOT_EVENT_ASKED, .when = INT64_MAX, .stage = PXEBOOT_STAGE_FIRMWARE };
	struct pxeboot_event served = { .kind = PXEBOOT_EVENT_SERVED,
					.when = INT64_MAX,
					.stage = PXEBOOT_RECORD_NO_STAGE };
	struct pxeboot_record next = *record;

	pxeboot_record_step(&next, &on);
	pxeboot_record_step(&next, &served);
	return pxeboot_once_boot(&next);
}

/* ---- Names --------------------------------------------------------------------------------------------------------- */

const char *machine_trouble_name(enum machine_trouble trouble)
{
	static const char *const names[MACHINE_TROUBLE_COUNT] = {
		[MACHINE_LOOPING] = "looping", [MACHINE_NOT_DONE] = "not-done", [MACHINE_GAVE_UP] = "gave-up",
	};

	return names[trouble];
}

const char *machine_mode_name(int mode)
{
	return mode == PXEBOOT_ONCE_UNTIL_DONE ? "until-done" : "next-boot";
}

const char *machine_stage_name(const struct pxeboot_record *record)
{
	return record->stage < 0 ? NULL : pxeboot_stage_name((enum pxeboot_stage)record->stage);
}

/* ---- Words --------------------------------------------------------------------------------------------------------- */

/* Stricter than text_add_escaped(): a column is as wide as its bytes, and letters that turn the writing around stay out. */
void machine_add_text(struct text *text, const char *hostile)
{
	for (const uint8_t *at = (const uint8_t *)hostile; *at; at++) {
		if (*at == '\\')
			text_add(text, "\\\\");
		else if (*at >= ' ' && *at <= '~')
			text_add_char(text, (char)*at);
		else
			text_addf(text, "\\x%02x", *at);
	}
}

static void add_loop(struct text *text, const struct pxeboot_record *record, int64_t now)
{
	int stage = pxeboot_record_looping(record);
	const int64_t *asked = record->asked[stage];

	text_addf(text, "looping: at %s %d times in ", pxeboot_stage_name((enum pxeboot_stage)stage),
		  PXEBOOT_RECORD_ASKED);
	machine_add_span(text, asked[0] - asked[PXEBOOT_RECORD_ASKED - 1]);
	if (now > asked[0] && now - asked[0] > MACHINE_LOOP_SECONDS) {
		text_add(text, ", until ");
		machine_add_age(text, asked[0], now);
	}
}

void machine_add_trouble(struct text *text, const struct machine *machine, int64_t now)
{
	const struct pxeboot_record *record = machine->record;

	switch (machine->trouble) {
	case MACHINE_FINE:
		return;
	case MACHINE_LOOPING:
		add_loop(text, record, now);
		return;
	case MACHINE_NOT_DONE:
		text_add(text, "not done for ");
		machine_add_span(text, now - record->once.changed);
		return;
	case MACHINE_GAVE_UP:
		text_addf(text, "gave up: all tries are used, %u, and nobody said done", record->once.tries);
		return;
	}
}

void machine_add_arch(struct text *text, const struct machine *machine)
{
	const struct pxeboot_arch_info *arch = pxeboot_arch_get(pxeboot_client_arch(machine->client));
	const char *said = machine->record->facts[PXEBOOT_FACT_ARCH];

	if (arch)
		text_add(text, arch->name);
	else if (said && *said)
		machine_add_text(text, said);
	else
		text_add_char(text, '-');
}

void machine_add_adoption(struct text *text, const struct machine *machine)
{
	if (is_mac(machine->record->key))
		text_addf(text, "pxeboot adopt %s NAME PROFILE", machine->record->key);
}

/* ---- Times --------------------------------------------------------------------------------------------------------- */

void machine_add_span(struct text *text, int64_t seconds)
{
	static const struct {
		int64_t below, unit;
		const char *name;
	} units[] = {
		{ 120, 1, "s" }, { 2 * 3600, 60, "min" }, { 2 * 86400, 3600, "h" }, { INT64_MAX, 86400, "days" },
	};
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && seconds >= units[i].below)
		i++;
	text_addf(text, "%lld %s", (long long)(seconds / units[i].unit), units[i].name);
}

/* Clocks are set back, too. */
void machine_add_age(struct text *text, int64_t then, int64_t now)
{
	if (then <= 0) {
		text_add(text, "never");
	} else if (then > now) {
		text_add(text, then - now < 60 ? "now" : "in the future");
	} else {
		machine_add_span(text, now - then);
		text_add(text, " ago");
	}
}

/* A record may hold times that no calendar has. */
static void add_time(struct text *text, int64_t when, char between, const char *zone,
		     struct tm *(*convert)(const time_t *time, struct tm *parts))
{
	time_t seconds = (time_t)when;
	struct tm parts;

	if (when <= 0)
		text_add(text, "never");
	else if (!convert(&seconds, &parts))
		text_addf(text, "@%lld", (long long)when);
	else
		text_addf(text, "%04lld-%02d-%02d%c%02d:%02d:%02d%s", parts.tm_year + 1900LL, parts.tm_mon + 1,
			  parts.tm_mday, between, parts.tm_hour, parts.tm_min, parts.tm_sec, zone);
}

void machine_add_local(struct text *text, int64_t when)
{
	add_time(text, when, ' ', "", localtime_r);
}

void machine_add_utc(struct text *text, int64_t when)
{
	add_time(text, when, 'T', "Z", gmtime_r);
}
