/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Machines with Secure Boot on (see secure.h).  Firmware starts what those have signed whose keys it was sold with; what
 * comes next is started by shim's keys, which are its distribution's.  Whether a signature is right, and which keys somebody
 * has enrolled, only the machine knows.
 */
#include "proof/secure.h"

#include "base/text.h"

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

	return secure && pxeboot_arch_get(machine->arch)->uefi;
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

static const struct {
	bool (*applies)(const struct judged *judged);
	struct complaint complaint;
} complaints[] = {
	{ is_unsigned, { PXEBOOT_ERROR, "carries no signature", "name a signed loader, such as shim" } },
	{ is_stranger, { PXEBOOT_WARNING, "is signed by somebody whose key machines are not sold with",
			 "name shim, which Microsoft has signed, or enrol that key" } },
	{ has_no_menus, { PXEBOOT_WARNING, "starts GRUB, which has no menus here", "say server.menus = \"grub\"" } },
	{ boots_what_grub_cannot, { PXEBOOT_ERROR, "starts GRUB, which can't boot what the machine boots",
				    "give it a kernel, an EFI program, or a menu" } },
	{ is_of_2011, { PXEBOOT_NOTE, "is signed with Microsoft's key of 2011 alone, which new machines may not have",
			"take a build with both signatures where there is one" } },
	{ is_of_2023, { PXEBOOT_NOTE, "is signed with Microsoft's key of 2023 alone, which machines made before may not have",
			"take a build with both signatures where there is one" } },
};

static void tell(const struct judged *judged, const struct complaint *complaint, struct pxeboot_diagnostics *diagnostics)
{
	const struct machine *machine = judged->machine;
	const char *signer = judged->step->program.signer;
	CLEANUP_TEXT struct text file = TEXT_INIT, by = TEXT_INIT;

	text_add_escaped(&file, judged->step->answer.file);
	if (*signer && complaint->severity == PXEBOOT_WARNING && is_stranger(judged)) {
		text_add(&by, " ('");
		text_add_escaped(&by, signer);
		text_add(&by, "')");
	}
	diagnostics_add(diagnostics, complaint->severity, "chain.secure",
			(struct location){ machine->rule.file, machine->rule.line },
			"%s %s: Secure Boot is on, and '%s' for %s %s%s; %s", machine->rule.kind, machine->rule.name,
			file.error || !file.bytes ? "" : file.bytes, pxeboot_arch_get(machine->arch)->name,
			complaint->problem, by.error || !by.bytes ? "" : by.bytes, complaint->advice);
}

/* The gravest that applies: what comes after it does not matter before it is mended. */
static bool judge(const struct judged *judged, struct pxeboot_diagnostics *diagnostics)
{
	for (size_t i = 0; i < ARRAY_SIZE(complaints); i++)
		if (complaints[i].applies(judged)) {
			tell(judged, &complaints[i].complaint, diagnostics);
			return true;
		}
	return false;
}

int secure_check(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, struct pxeboot_client *client,
		 const struct machine *machine, struct pxeboot_diagnostics *diagnostics)
{
	struct pxeboot_walk *walk;
	bool told = false;
	int r = pxeboot_walk_new(decide, client, &walk);

	if (r < 0)
		return r;
	for (size_t i = 0; i < walk->n_steps && !told; i++) {
		struct judged judged = { policy, machine, &walk->steps[i], i == 0 };

		if (judged.step->answer.file && judged.step->program.kind != PXEBOOT_PROGRAM_SCRIPT)
			told = judge(&judged, diagnostics);
	}
	pxeboot_walk_free(walk);
	return told;
}
