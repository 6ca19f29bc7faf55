/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The doctor: what there is to look at, in which order, and how a look speaks.
 */
#include <string.h>

#include "doctor.h"

static const struct look {
	const char *name;
	void (*look)(struct doctor *doctor);
} looks[] = {
	/* The first and the third find out what the others ask for. */
	{ "dnsmasq", look_dnsmasq },
	{ "hook", look_hook },
	{ "tftpd", look_tftpd },
	{ "ports", look_ports },
	{ "root", look_root },
	{ "ipxe", look_ipxe },
	{ "apparmor", look_apparmor },
	{ "firewall", look_firewall },
	{ "probe", look_probe },
};

/* ---- Strings ---- */

static const char *keep_text(struct doctor *doctor, struct text *text)
{
	char **kept = reallocarray(doctor->kept, doctor->n_kept + 1, sizeof(*kept));

	if (kept == NULL)
		return "";
	doctor->kept = kept;
	if (text_take(text, &kept[doctor->n_kept], NULL) < 0)
		return "";
	return kept[doctor->n_kept++];
}

const char *doctor_shown(struct doctor *doctor, const char *string)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_add_escaped(&text, string);
	return keep_text(doctor, &text);
}

const char *doctor_format(struct doctor *doctor, const char *format, ...)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	va_start(arguments, format);
	text_addv(&text, format, arguments);
	va_end(arguments);
	return keep_text(doctor, &text);
}

const char *doctor_policy(const struct doctor *doctor, const char *setting)
{
	return doctor->machine->policy != NULL ? pxeboot_policy_get(doctor->machine->policy, setting) : NULL;
}

bool doctor_policy_is(const struct doctor *doctor, const char *setting, const char *value)
{
	const char *is = doctor_policy(doctor, setting);

	return is != NULL && strcmp(is, value) == 0;
}

/* ---- The report ---- */

/* The gravest of what was found since the last line. */
static enum plugin_verdict verdict_of(struct doctor *doctor)
{
	enum plugin_verdict verdict = PLUGIN_FINE;
	const struct pxeboot_diagnostic *finding;

	while ((finding = pxeboot_diagnostics_get(doctor->findings, doctor->n_spoken_of)) != NULL) {
		if (finding->severity != PXEBOOT_NOTE)
			verdict = PLUGIN_FINDINGS;
		doctor->n_spoken_of++;
	}
	return verdict;
}

static void speak(struct doctor *doctor, const char *what, const char *text, enum plugin_verdict verdict)
{
	doctor->machine->looked(doctor->machine->context, what, text, verdict);
}

void doctor_line(struct doctor *doctor, const char *what, const char *format, ...)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	va_list arguments;

	va_start(arguments, format);
	text_addv(&text, format, arguments);
	va_end(arguments);
	speak(doctor, what, text.bytes != NULL ? text.bytes : "", verdict_of(doctor));
}

void doctor_not_looked(struct doctor *doctor, const char *what, const char *why)
{
	speak(doctor, what, why, PLUGIN_NOT_LOOKED);
}

/* ---- The whole ---- */

static void end(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->n_dnsmasq; i++)
		settings_free(&doctor->dnsmasq[i].settings);
	processes_free(&doctor->processes);
	for (size_t i = 0; i < doctor->n_kept; i++)
		free(doctor->kept[i]);
	free(doctor->kept);
}

static int look(const struct plugin_machine *machine, struct pxeboot_diagnostics *findings)
{
	struct doctor doctor = {
		.machine = machine,
		.findings = findings,
		.n_spoken_of = pxeboot_diagnostics_count(findings),
	};

	processes_read(&doctor);
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		looks[i].look(&doctor);
	end(&doctor);
	return pxeboot_diagnostics_error(findings);
}

const struct plugin plugin_doctor = {
	.name = "doctor",
	.look = look,
};
