/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What DHCP gives to every client, as the machine does it: firmware asks, the program that comes is started, iPXE asks
 * again, until a script or another program comes, nothing comes, or a question comes again.
 */
#include <stdio.h>

#include "brute.h"

#define MOST_STEPS 16
#define LINES 256		/* of a policy at most */
#define SAMPLE 61		/* of so many clients one is walked by the library, too */

/* What one client was given, and what that is. */
struct given {
	struct pxeboot_decision decision;
	size_t back_to;			/* of a loop: the question that comes again */
	const char *path;		/* below the boot root; NULL: nothing */
	struct pxeboot_program program;
};

/* A file that firmware is given, by architecture. */
struct file {
	const char *path;
	unsigned archs;			/* bits */
	bool lines[PXEBOOT_ARCH_COUNT][LINES];	/* of whoever gives it out */
};

struct chains {
	struct brute *brute;
	const char *http;		/* server.http, or NULL */
	unsigned own;			/* architectures that have an own build; bits */
	unsigned archs[64];		/* of each identity */
	struct file files[BRUTE_FILES];
	size_t n_files;
	struct pxeboot_chooser chooser;
};

static const char *loader_of(const struct chains *chains, int arch)
{
	return arch == PXEBOOT_ARCH_NONE ? NULL : pxeboot_policy_loader(chains->brute->policy, arch);
}

/* ---- Whose machine ---- */

static bool is_of(const struct pxeboot_host *host, const struct brute_identity *identity)
{
	for (size_t i = 0; i < host->n_macs; i++)
		if (!strcmp(host->macs[i], identity->mac))
			return true;
	return (host->uuid && identity->uuid && !strcmp(host->uuid, identity->uuid)) ||
	       (host->serial && identity->serial && !strcmp(host->serial, identity->serial));
}

static unsigned archs_of_program(const char *path)
{
	const unsigned all = (1u << PXEBOOT_ARCH_COUNT) - 1, bios = 1u << PXEBOOT_ARCH_BIOS;
	struct pxeboot_program program;

	pxeboot_program_by_name(path, &program);
	if (program.arch != PXEBOOT_ARCH_NONE)
		return 1u << program.arch;
	return program.bios ? bios : program.uefi ? all & ~bios : all;
}

unsigned brute_archs_of(const struct pxeboot_policy *policy, const struct brute_identity *identity)
{
	unsigned archs = (1u << PXEBOOT_ARCH_COUNT) - 1;
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host(policy, i, &host) == 0; i++)
		if (host.loader && is_of(&host, identity))
			archs &= archs_of_program(host.loader);
	return archs;
}

/* ---- One answer ---- */

/* The machine's own link makes a loader of the one name: where one is served, over TFTP, to what can start it. */
static const char *behind_one_name(const struct chains *chains, const struct brute_client *from,
				   const struct pxeboot_decision *decision, bool ipxe)
{
	const struct brute_identity *identity = &brute_identities[from->machine->parts[BRUTE_IDENTITY]];
	bool rom = identity->rpi && decision->arch == PXEBOOT_ARCH_BIOS && !ipxe;

	return rom || (decision->http && !chains->http) ? NULL : loader_of(chains, decision->arch);
}

/* An iPXE is given a loader where it is not ours and its architecture has a build that is; else a script. */
static bool is_right(const struct chains *chains, const struct pxeboot_client *client, const struct pxeboot_decision *decision)
{
	bool has_build = decision->arch != PXEBOOT_ARCH_NONE && chains->own & 1u << decision->arch;
	const char *class = "";

	pxeboot_client_get(client, PXEBOOT_FACT_USER_CLASS, &class);
	return (decision->kind == PXEBOOT_DECISION_LOADER) ==
	       (has_build && !decision->http && strcmp(class, BRUTE_USER_CLASS) != 0 && loader_of(chains, decision->arch));
}

static void ask(const struct chains *chains, const struct brute_client *from, const struct pxeboot_client *client, bool ipxe,
		struct given *ret_given)
{
	const struct pxeboot_policy *policy = chains->brute->policy;
	struct pxeboot_decision *decision = &ret_given->decision;

	pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, decision);
	ret_given->path = decision->file;
	if (ipxe && !pxeboot_policy_get(policy, "server.one_name") && !is_right(chains, client, decision) && chains->brute->odd++ == 0)
		snprintf(chains->brute->oddity, sizeof(chains->brute->oddity), "an iPXE of arch %d is given '%s'", decision->arch,
			 decision->file ? decision->file : "nothing");
	if (decision->source.kind && !strcmp(decision->source.kind, "one-name"))
		ret_given->path = behind_one_name(chains, from, decision, ipxe);
	else if (decision->file && chains->http && !strncmp(decision->file, chains->http, strlen(chains->http)))
		ret_given->path = decision->file + strlen(chains->http) + 1;
	if (ret_given->path)
		pxeboot_program_by_name(ret_given->path, &ret_given->program);
}

/* Machine code of its own architecture, for its own kind of firmware, as far as that is known; scripts are for iPXE. */
static bool runs(const struct pxeboot_program *program, unsigned archs, bool ipxe)
{
	const unsigned bios = 1u << PXEBOOT_ARCH_BIOS;

	if (program->kind == PXEBOOT_PROGRAM_SCRIPT)
		return ipxe;
	if (!archs)
		return true;
	if (program->bios != program->uefi)
		archs &= program->bios ? bios : ~bios;
	return program->arch == PXEBOOT_ARCH_NONE ? archs != 0 : archs & 1u << program->arch;
}

static bool is_one_name(const struct given *given)
{
	return given->decision.source.kind && !strcmp(given->decision.source.kind, "one-name");
}

/* One of the files that the policy names; where it names none, the loader of whoever has such a build. */
static bool is_own(const struct chains *chains, const char *path)
{
	struct pxeboot_build_file file;
	bool named = false;

	for (size_t i = 0; pxeboot_policy_build_file(chains->brute->policy, i, &file) == 0; i++) {
		named = true;
		if (!strcmp(file.path, path))
			return true;
	}
	for (int arch = 0; !named && arch < PXEBOOT_ARCH_COUNT; arch++)
		if (chains->own & 1u << arch && loader_of(chains, arch) && !strcmp(loader_of(chains, arch), path))
			return true;
	return false;
}

/* Behind the one name an own build has its script in it, and UEFI's builds look for autoexec.ipxe. */
static bool goes_on_by_itself(const struct chains *chains, const struct given *given)
{
	return is_one_name(given) && (is_own(chains, given->path) || given->decision.arch != PXEBOOT_ARCH_BIOS);
}

/* The end of the chain, or the client that asks next. */
static enum pxeboot_verdict judge(const struct chains *chains, const struct given *given, unsigned archs, bool ipxe,
				  bool *ret_on)
{
	const struct pxeboot_decision *decision = &given->decision;
	bool meant = loader_of(chains, decision->arch) && (!decision->http || chains->http);

	*ret_on = false;
	if (!given->path)
		return meant && decision->kind == PXEBOOT_DECISION_NONE && !strstr(decision->reason, "Raspberry Pi") ?
			PXEBOOT_VERDICT_HOLE : PXEBOOT_VERDICT_NOTHING;
	if (decision->http && !ipxe && strncmp(decision->file, "http", 4) != 0)
		return PXEBOOT_VERDICT_HTTP;
	if (!runs(&given->program, archs, ipxe))
		return PXEBOOT_VERDICT_PLATFORM;
	*ret_on = given->program.kind == PXEBOOT_PROGRAM_IPXE && !goes_on_by_itself(chains, given);
	return PXEBOOT_VERDICT_BOOTS;
}

/* ---- Files for several ---- */

/* What lists several has all of them, and tells nothing. */
static void keep_file(struct chains *chains, const struct given *given, unsigned archs)
{
	int arch = given->decision.arch;
	size_t i = 0;

	if (!given->path || !archs || (archs & (archs - 1)) || !runs(&given->program, archs, false) ||
	    !strcmp(given->decision.source.kind, "host"))
		return;
	while (i < chains->n_files && strcmp(chains->files[i].path, given->path) != 0)
		i++;
	if (i == BRUTE_FILES || given->decision.source.line >= LINES)
		abort();
	chains->files[i].path = given->path;
	chains->files[i].archs |= 1u << arch;
	chains->files[i].lines[arch][given->decision.source.line] = true;
	chains->n_files += i == chains->n_files;
}

/* Told where the last of them stands. */
static void tell_files(const struct chains *chains)
{
	for (size_t i = 0; i < chains->n_files; i++) {
		const struct file *file = &chains->files[i];
		int last = -1;

		for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
			if (file->archs & 1u << arch)
				last = arch;
		for (unsigned line = 0; file->archs & ~(1u << last) && line < LINES; line++)
			if (file->lines[last][line])
				brute_add(&chains->brute->once[BRUTE_ITEMS + BRUTE_HOSTS + i], "chain.platform", line);
	}
}

/* ---- One chain ---- */

static const struct pxeboot_client *next_question(const struct chains *chains, const struct brute_client *from,
						  const struct given *given, unsigned *ret_archs)
{
	int arch = given->program.arch;

	/* Otherwise the first of those that the client lists, on which the program runs. */
	for (int other = 0; arch == PXEBOOT_ARCH_NONE && other < PXEBOOT_ARCH_COUNT; other++)
		if ((*ret_archs & 1u << other) && runs(&given->program, 1u << other, true))
			arch = other;
	*ret_archs = arch == PXEBOOT_ARCH_NONE ? 0 : 1u << arch;
	return from->machine->asking[arch == PXEBOOT_ARCH_NONE ? BRUTE_NO_ARCH : arch][is_own(chains, given->path)];
}

/* The first question that is the last one. */
static size_t again(const struct pxeboot_client *const *questions, size_t last)
{
	size_t i = 0;

	while (questions[i] != questions[last])
		i++;
	return i;
}

static enum pxeboot_verdict follow(struct chains *chains, const struct brute_client *from, struct given *given)
{
	const struct pxeboot_client *questions[MOST_STEPS] = { from->client };
	enum pxeboot_verdict verdict;
	unsigned archs = from->archs;
	bool ipxe = from->ipxe, on;

	for (size_t n = 0; n < MOST_STEPS; n++) {
		given->back_to = again(questions, n);
		if (given->back_to < n)
			return PXEBOOT_VERDICT_LOOP;
		ask(chains, from, questions[n], ipxe, given);
		if (!ipxe)
			keep_file(chains, given, archs);
		verdict = judge(chains, given, archs, ipxe, &on);
		/* What was loaded stands there and waits. */
		if (n > 0 && verdict == PXEBOOT_VERDICT_NOTHING)
			return PXEBOOT_VERDICT_HOLE;
		if (!on)
			return verdict;
		if (n + 1 < MOST_STEPS)
			questions[n + 1] = next_question(chains, from, given, &archs);
		ipxe = true;
	}
	return PXEBOOT_VERDICT_LOOP;
}

/* The library's walk of this one client comes to the same end. */
static void compare(struct chains *chains, const struct brute_client *from, enum pxeboot_verdict verdict,
		    const struct given *given)
{
	struct brute *brute = chains->brute;
	struct pxeboot_walk *walk;

	if (pxeboot_walk_new(&chains->chooser, from->client, &walk) < 0)
		abort();
	if ((walk->verdict != verdict || (verdict == PXEBOOT_VERDICT_LOOP && walk->back_to != given->back_to)) &&
	    brute->odd++ == 0) {
		const char *arch = "-", *vendor_class = "-";

		pxeboot_client_get(from->client, PXEBOOT_FACT_ARCH, &arch);
		pxeboot_client_get(from->client, PXEBOOT_FACT_VENDOR_CLASS, &vendor_class);
		snprintf(brute->oddity, sizeof(brute->oddity), "mac=%s arch=%s vendor_class=%s%s: '%s', the library's walk says '%s'",
			 brute_identities[from->machine->parts[BRUTE_IDENTITY]].mac, arch, vendor_class, from->ipxe ? " ipxe" : "",
			 pxeboot_verdict_name(verdict), pxeboot_verdict_name(walk->verdict));
	}
	pxeboot_walk_free(walk);
}

static size_t first_with_loader(const struct pxeboot_policy *policy, const char *loader)
{
	struct pxeboot_host host;
	size_t i = 0;

	while (pxeboot_policy_host(policy, i, &host) == 0 && !(host.loader && !strcmp(host.loader, loader)))
		i++;
	return i;
}

static void tell(struct brute *brute, const char *id, const struct given *given)
{
	const struct pxeboot_rule *source = &given->decision.source;
	struct brute_findings *findings = &brute->findings;

	if (source->kind && !strcmp(source->kind, "host"))
		findings = &brute->once[BRUTE_ITEMS + first_with_loader(brute->policy, given->path)];
	brute_add(findings, id, source->line);
}

static void take(struct chains *chains, const struct brute_client *from, bool sampled)
{
	static const char *const ids[] = {
		[PXEBOOT_VERDICT_LOOP] = "chain.loop", [PXEBOOT_VERDICT_HOLE] = "chain.hole",
		[PXEBOOT_VERDICT_PLATFORM] = "chain.platform", [PXEBOOT_VERDICT_HTTP] = "chain.http",
		[PXEBOOT_VERDICT_UNKNOWN] = NULL,
	};
	struct given given;
	enum pxeboot_verdict verdict = follow(chains, from, &given);

	chains->brute->walks++;
	/* Lists of numbers are no class of their own; what is wrong with them is wrong with one of their numbers. */
	if (ids[verdict] && !(from->archs & (from->archs - 1)))
		tell(chains->brute, ids[verdict], &given);
	if (sampled)
		compare(chains, from, verdict, &given);
}

/* Is there such a machine?  A host with a loader of its own is what that loader is for. */
static bool exists(const struct chains *chains, const struct brute_client *from)
{
	unsigned archs = chains->archs[from->machine->parts[BRUTE_IDENTITY]];
	struct pxeboot_decision decision;

	if (!(~archs & ((1u << PXEBOOT_ARCH_COUNT) - 1)))
		return true;
	pxeboot_decide(chains->brute->policy, from->client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	return decision.arch == PXEBOOT_ARCH_NONE || (archs & 1u << decision.arch);
}

void brute_chains(struct brute *brute)
{
	struct chains chains = { .brute = brute, .http = pxeboot_policy_get(brute->policy, "server.http") };
	struct pxeboot_build build;

	if (pxeboot_policy_build(brute->policy, &build) == 0)
		chains.own = build.archs;
	pxeboot_policy_chooser(brute->policy, &chains.chooser);
	for (size_t i = 0; i < brute_counts[BRUTE_IDENTITY]; i++)
		chains.archs[i] = brute_archs_of(brute->policy, &brute_identities[i]);
	for (size_t i = 0; i < brute->world->n_clients; i++)
		if (exists(&chains, &brute->world->clients[i]))
			take(&chains, &brute->world->clients[i], i % SAMPLE == 0);
	tell_files(&chains);
}
