/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines with Secure Boot on (see secure.h).  Firmware starts what those have signed whose keys it was sold with; what
 * comes next is started by shim's keys, which are its distribution's.  Whether a signature is right, and which keys somebody
 * has enrolled, only the machine knows.
 */
#include "proof/secure.h"

#include <string.h>

#include "base/text.h"

#define ID "chain.secure"

/* One program of a chain that a machine is given. */
struct judged {
	const struct pxeboot_policy *policy;
	const struct machine *machine;
	const struct pxeboot_step *step;
	bool first;			/* the firmware itself starts it */
};

struct complaint {
	enum pxeboot_severity severity;
	const char *problem, *advice;
};

bool secure_is_on(const struct machine *machine)
{
	bool secure = machine->host ? machine->host->secure : machine->group && machine->group->secure;

	return secure && machine->arch != PXEBOOT_ARCH_NONE && pxeboot_arch_get(machine->arch)->uefi;
}

static bool is_unsigned(const struct judged *judged)
{
	return judged->step->program.looked && !judged->step->program.is_signed;
}

/* Where the issuer can't be read, nobody is suspected. */
static bool is_stranger(const struct judged *judged)
{
	const struct pxeboot_program *program = &judged->step->program;

	return judged->first && *program->signer && !(program->authorities & PXEBOOT_AUTHORITIES_SOLD);
}

static bool has_authorities(const struct judged *judged, enum pxeboot_authority has, enum pxeboot_authority lacks)
{
	unsigned authorities = judged->step->program.authorities;

	return judged->first && authorities & has && !(authorities & (lacks | PXEBOOT_AUTHORITY_WINDOWS));
}

static bool is_of_2011(const struct judged *judged)
{
	return has_authorities(judged, PXEBOOT_AUTHORITY_MICROSOFT_2011, PXEBOOT_AUTHORITY_MICROSOFT_2023);
}

static bool is_of_2023(const struct judged *judged)
{
	return has_authorities(judged, PXEBOOT_AUTHORITY_MICROSOFT_2023, PXEBOOT_AUTHORITY_MICROSOFT_2011);
}

static bool starts_grub(const struct judged *judged)
{
	return judged->step->program.kind == PXEBOOT_PROGRAM_SHIM || judged->step->program.kind == PXEBOOT_PROGRAM_GRUB;
}

static bool has_no_menus(const struct judged *judged)
{
	return starts_grub(judged) && !judged->policy->grub;
}

/* GRUB has the menus, and less that it can boot than iPXE. */
static bool boots_what_grub_cannot(const struct judged *judged)
{
	static const bool can[] = {
		[PAYLOAD_KERNEL] = true, [PAYLOAD_EFI] = true, [PAYLOAD_ACTION] = true, [PAYLOAD_CHAIN] = false,
	};
	const struct profile *profile = judged->policy->items[judged->machine->start].profile;

	return starts_grub(judged) && judged->policy->grub && profile &&
	       (!can[profile->payload] || profile->action == ACTION_CONFIG || profile->action == ACTION_DISCOVER);
}

/* The gravest first. */
static const struct {
	bool (*applies)(const struct judged *judged);
	struct complaint complaint;
} complaints[] = {
	{ is_unsigned, { PXEBOOT_ERROR, "carries no signature", "name a signed loader, such as shim" } },
	{ boots_what_grub_cannot, { PXEBOOT_ERROR, "starts GRUB, which can't boot what the machine boots",
				    "give it a kernel, an EFI program, or a menu" } },
	{ is_stranger, { PXEBOOT_WARNING, "is signed by somebody whose key machines are not sold with",
			 "name shim, which Microsoft has signed, or enrol that key" } },
	{ has_no_menus, { PXEBOOT_WARNING, "starts GRUB, which has no menus here", "say server.menus = \"grub\"" } },
	{ is_of_2011, { PXEBOOT_NOTE, "is signed with Microsoft's key of 2011 alone, which new machines may not have",
			"take a build with both signatures where there is one" } },
	{ is_of_2023, { PXEBOOT_NOTE, "is signed with Microsoft's key of 2023 alone, which machines made before may not have",
			"take a build with both signatures where there is one" } },
};

/* Machines differ in more than the finding says, and each asks over TFTP and over HTTP. */
static bool is_told(const struct pxeboot_diagnostics *diagnostics, const struct pxeboot_rule *rule, const char *text)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(diagnostics, i)); i++)
		if (finding->line == rule->line && !strcmp(finding->id, ID) && !strcmp(finding->text, text))
			return true;
	return false;
}

static int tell(const struct judged *judged, const struct complaint *complaint, struct pxeboot_diagnostics *diagnostics)
{
	const struct pxeboot_rule *rule = &judged->machine->rule;
	const struct pxeboot_answer *answer = &judged->step->answer;
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_addf(&text, "%s %s: Secure Boot is on, and '", rule->kind, rule->name);
	text_add_escaped(&text, answer->path ? answer->path : answer->file);
	text_addf(&text, "' for %s %s", pxeboot_arch_get(judged->machine->arch)->name, complaint->problem);
	if (complaint->severity == PXEBOOT_WARNING && is_stranger(judged)) {
		text_add(&text, " ('");
		text_add_escaped(&text, judged->step->program.signer);
		text_add(&text, "')");
	}
	text_addf(&text, "; %s", complaint->advice);
	if (text.error)
		return text.error;
	if (!is_told(diagnostics, rule, text.bytes))
		diagnostics_add(diagnostics, complaint->severity, ID, (struct location){ rule->file, rule->line }, "%s", text.bytes);
	return 0;
}

/* Of this program the gravest: the others don't matter before it is mended. */
static const struct complaint *judge(const struct judged *judged)
{
	for (size_t i = 0; i < ARRAY_SIZE(complaints); i++)
		if (complaints[i].applies(judged))
			return &complaints[i].complaint;
	return NULL;
}

int secure_check(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, struct pxeboot_client *client,
		 const struct machine *machine, struct pxeboot_diagnostics *diagnostics)
{
	struct pxeboot_walk *walk;
	bool stops = false;
	int r = pxeboot_walk_new(decide, client, &walk);

	if (r < 0)
		return r;
	for (size_t i = 0; i < walk->n_steps && !stops && r == 0; i++) {
		struct judged judged = { policy, machine, &walk->steps[i], i == 0 };
		bool starts = judged.step->answer.file && judged.step->program.kind != PXEBOOT_PROGRAM_SCRIPT;
		const struct complaint *complaint = starts ? judge(&judged) : NULL;

		stops = complaint && complaint->severity == PXEBOOT_ERROR;
		r = complaint ? tell(&judged, complaint, diagnostics) : 0;
	}
	pxeboot_walk_free(walk);
	return r;
}
