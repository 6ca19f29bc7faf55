/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Counts of machines, with labels whose values nobody can make up; and single machines for those who ask for them.
 */
#include "prometheus.h"

#include <errno.h>
#include <string.h>

#define NONE "none"

/* ---- Counting ------------------------------------------------------------------------------------------------------ */

static int arch_of(const struct machine *machine)
{
	int arch = pxeboot_client_arch(machine->client);

	return arch >= 0 && arch < PXEBOOT_ARCH_COUNT ? arch : PXEBOOT_ARCH_COUNT;
}

static void count_profile(struct prometheus *prometheus, const char *name)
{
	struct prometheus_profile *profiles = prometheus->profiles;
	size_t n = prometheus->n_profiles;

	for (size_t i = 0; i < n; i++)
		if (strcmp(profiles[i].name, name) == 0) {
			profiles[i].machines++;
			return;
		}
	if (n == PROMETHEUS_PROFILES) {
		prometheus->other_profiles++;
		return;
	}
	profiles[n] = (struct prometheus_profile){ strdup(name), 1 };
	if (profiles[n].name)
		prometheus->n_profiles++;
	else
		prometheus->error = -ENOMEM;
}

/* The value of a label: backslash, quote and newline are the format's; the rest is ours, as on a terminal. */
static void add_label(struct text *text, const char *name, const char *hostile)
{
	CLEANUP_TEXT struct text clean = TEXT_INIT;

	machine_add_text(&clean, hostile ? hostile : "");
	text_addf(text, "%s=\"", name);
	for (const char *at = clean.bytes ? clean.bytes : ""; *at; at++) {
		if (*at == '\\' || *at == '"')
			text_add_char(text, '\\');
		text_add_char(text, *at);
	}
	text_add_char(text, '"');
	if (clean.error)
		text->error = clean.error;
}

static void add_machine(struct prometheus *prometheus, const struct machine *machine)
{
	const struct pxeboot_record *record = machine->record;
	int arch = arch_of(machine);
	const char *stage = machine_stage_name(record), *trouble = machine_trouble_name(machine->trouble);

	text_addf(&prometheus->info, "pxeboot_machine_info{machine=\"%s\",", record->key);
	add_label(&prometheus->info, "name", machine->host.name);
	text_add_char(&prometheus->info, ',');
	add_label(&prometheus->info, "arch", arch < PXEBOOT_ARCH_COUNT ? pxeboot_arch_get(arch)->name : NONE);
	text_add_char(&prometheus->info, ',');
	add_label(&prometheus->info, "stage", stage ? stage : NONE);
	text_add_char(&prometheus->info, ',');
	add_label(&prometheus->info, "profile", machine->profile ? machine->profile : "(none)");
	text_add_char(&prometheus->info, ',');
	add_label(&prometheus->info, "once", pxeboot_once_phase_name(record->once.phase));
	text_add(&prometheus->info, "} 1\n");
	text_addf(&prometheus->seen, "pxeboot_machine_last_seen_timestamp_seconds{machine=\"%s\"} %lld\n", record->key,
		  (long long)record->last_seen);
	text_addf(&prometheus->boots, "pxeboot_machine_boots_total{machine=\"%s\"} %u\n", record->key, record->boots);
	if (trouble)
		text_addf(&prometheus->troubles, "pxeboot_machine_stuck{machine=\"%s\",trouble=\"%s\"} 1\n",
			  record->key, trouble);
}

void prometheus_add(struct prometheus *prometheus, const struct machine *machine)
{
	const struct pxeboot_record *record = machine->record;
	int stage = record->stage, phase = record->once.phase;

	prometheus->machines++;
	prometheus->unknown += machine->is_unknown;
	prometheus->by_stage[stage >= 0 && stage < PXEBOOT_STAGE_COUNT ? stage : PXEBOOT_STAGE_COUNT]++;
	prometheus->by_arch[arch_of(machine)]++;
	prometheus->by_phase[phase >= 0 && phase < PXEBOOT_ONCE_PHASE_COUNT ? phase : PXEBOOT_ONCE_NONE]++;
	prometheus->by_trouble[machine->trouble]++;
	count_profile(prometheus, machine->profile ? machine->profile : "(none)");
	if (record->last_seen > prometheus->last_seen)
		prometheus->last_seen = record->last_seen;
	if (prometheus->each)
		add_machine(prometheus, machine);
}

void prometheus_add_unreadable(struct prometheus *prometheus)
{
	prometheus->unreadable++;
}

void prometheus_free(struct prometheus *prometheus)
{
	for (size_t i = 0; i < prometheus->n_profiles; i++)
		free(prometheus->profiles[i].name);
	text_free(&prometheus->info);
	text_free(&prometheus->seen);
	text_free(&prometheus->boots);
	text_free(&prometheus->troubles);
}

/* ---- Printing ------------------------------------------------------------------------------------------------------ */

static void add_head(struct text *text, const char *name, const char *type, const char *help)
{
	text_addf(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_gauge(struct text *text, const char *name, const char *help, int64_t value)
{
	add_head(text, name, "gauge", help);
	text_addf(text, "%s %lld\n", name, (long long)value);
}

static void add_series(struct text *text, const char *name, const char *label, const char *value, size_t count)
{
	text_addf(text, "%s{", name);
	add_label(text, label, value);
	text_addf(text, "} %zu\n", count);
}

static void add_counts(struct text *text, const struct prometheus *prometheus)
{
	const char *name = "pxeboot_stage_machines";

	add_head(text, name, "gauge", "Machines by the stage that they have reached.");
	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++)
		add_series(text, name, "stage", pxeboot_stage_name((enum pxeboot_stage)stage),
			   prometheus->by_stage[stage]);
	add_series(text, name, "stage", NONE, prometheus->by_stage[PXEBOOT_STAGE_COUNT]);

	name = "pxeboot_arch_machines";
	add_head(text, name, "gauge", "Machines by architecture.");
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		add_series(text, name, "arch", pxeboot_arch_get(arch)->name, prometheus->by_arch[arch]);
	add_series(text, name, "arch", NONE, prometheus->by_arch[PXEBOOT_ARCH_COUNT]);

	name = "pxeboot_once_machines";
	add_head(text, name, "gauge", "Machines by the phase of their one-shot boot.");
	for (int phase = 0; phase < PXEBOOT_ONCE_PHASE_COUNT; phase++)
		add_series(text, name, "phase", pxeboot_once_phase_name(phase), prometheus->by_phase[phase]);

	name = "pxeboot_stuck_machines";
	add_head(text, name, "gauge", "Machines that are stuck, by what is wrong.");
	for (int trouble = MACHINE_FINE + 1; trouble < MACHINE_TROUBLE_COUNT; trouble++)
		add_series(text, name, "trouble", machine_trouble_name(trouble), prometheus->by_trouble[trouble]);
}

static void add_profiles(struct text *text, const struct prometheus *prometheus)
{
	const char *name = "pxeboot_profile_machines";

	add_head(text, name, "gauge", "Machines by profile or menu that they were given last, or will be.");
	for (size_t i = 0; i < prometheus->n_profiles; i++)
		add_series(text, name, "profile", prometheus->profiles[i].name, prometheus->profiles[i].machines);
	if (prometheus->other_profiles)
		text_addf(text, "%s{profile=\"(other)\"} %zu\n", name, prometheus->other_profiles);
}

static void add_each(struct text *text, const struct prometheus *prometheus)
{
	const struct {
		const char *name, *type, *help;
		const struct text *series;
	} metrics[] = {
		{ "pxeboot_machine_info", "gauge", "What a machine is, in its labels.", &prometheus->info },
		{ "pxeboot_machine_last_seen_timestamp_seconds", "gauge", "When a machine was last seen.",
		  &prometheus->seen },
		{ "pxeboot_machine_boots_total", "counter", "Boots of a machine.", &prometheus->boots },
		{ "pxeboot_machine_stuck", "gauge", "Machines that are stuck.", &prometheus->troubles },
	};

	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++) {
		add_head(text, metrics[i].name, metrics[i].type, metrics[i].help);
		text_add(text, metrics[i].series->bytes ? metrics[i].series->bytes : "");
		if (metrics[i].series->error)
			text->error = metrics[i].series->error;
	}
}

int prometheus_print(const struct prometheus *prometheus, FILE *stream)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	add_gauge(&text, "pxeboot_machines", "Machines that are remembered.", (int64_t)prometheus->machines);
	if (prometheus->has_policy)
		add_gauge(&text, "pxeboot_unknown_machines", "Machines that are no host of the policy.",
			  (int64_t)prometheus->unknown);
	add_gauge(&text, "pxeboot_unreadable_records", "Records that can't be read.", (int64_t)prometheus->unreadable);
	add_gauge(&text, "pxeboot_last_seen_timestamp_seconds", "When a machine was last seen, whichever.",
		  prometheus->last_seen);
	add_counts(&text, prometheus);
	add_profiles(&text, prometheus);
	if (prometheus->each)
		add_each(&text, prometheus);
	if (prometheus->error || text.error)
		return prometheus->error ? prometheus->error : text.error;
	return fwrite(text.bytes, 1, text.length, stream) == text.length ? 0 : -errno;
}
