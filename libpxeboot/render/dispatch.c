/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The scripts between DHCP and a profile: boot.ipxe and groups/NAME.ipxe find out whose machine it is (what that machine
 * does is said in host.c); autoexec.ipxe does the same for builds that look for it, so that they need no other.
 */
#include <stdio.h>
#include <string.h>

#include "render/render.h"
#include "render/script.h"

void render_item_path(struct text *out, const struct item *item)
{
	if (item->menu)
		text_add(out, "menus/");
	else
		text_add(out, "profiles/");
	text_add(out, item->name);
	text_add(out, ".ipxe");
}

const char *render_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void render_machine(struct text *out, const struct host *host)
{
	char mac[3 * MAC_LENGTH];

	if (host->n_macs) {
		scalar_format_mac(host->macs[0], '-', mac);
		text_add(out, mac);
	} else if (host->uuid_text) {
		text_addf(out, "uuid-%s", host->uuid_text);
	} else {
		text_addf(out, "serial-%s", host->serial);
	}
}

void render_answers_folder(struct text *out, const struct host *host, const struct group *group)
{
	if (host)
		render_machine(out, host);
	else if (group)
		text_addf(out, "group-%s", group->name);
	else
		text_add(out, UNKNOWN_MACHINE);
}

/* ---- Hosts -------------------------------------------------------------------------------------------------------- */

/* That a host's file is missing means only that no host has this name.  Any other failure must not: a machine that is known
 * would get what is meant for others, an installation perhaps. */
static void add_host_lookup(struct script *script, const char *name)
{
	script_add(script, "imgfetch --name host-script ${base}/hosts/%s.ipxe && "
			   "chain --replace --autofree host-script ||\n", name);
	script_add_missing_test(script);
}

static void add_host_lookups(struct script *script)
{
	struct identities identities = policy_identities(script->policy);

	if (identities.macs)
		add_host_lookup(script, "${mac:hexhyp}");
	if (identities.uuids)
		add_host_lookup(script, "uuid-${uuid}");
	if (identities.serials)	/* makers write "To be filled by O.E.M." and worse */
		add_host_lookup(script, "serial-${serial:uristring}");
}

/* ---- Live --------------------------------------------------------------------------------------------------------- */

/* What iPXE says in option 60, which it keeps to itself: a group that DHCP picked by it is found again. */
static void add_vendor_class(struct script *script, int arch)
{
	for (uint16_t number = 0; number < PXEBOOT_ARCH_CODE_COUNT; number++) {
		const struct pxeboot_arch_code *code = pxeboot_arch_code_get(number);

		if (code->arch != arch || code->http)
			continue;
		text_addf(&script->setup, "iseq ${arch} %s && set class PXEClient:Arch:%05u:UNDI:%s ||\n",
			  pxeboot_arch_get(arch)->name, number, arch == PXEBOOT_ARCH_BIOS ? "002001" : "003010");
		return;
	}
}

static bool wants_vendor_class(const struct pxeboot_policy *policy)
{
	for (size_t i = 0; i < policy->n_groups; i++)
		for (size_t j = 0; j < policy->groups[i].n_terms; j++)
			if (policy->groups[i].terms[j].kind == TERM_VENDOR_CLASS)
				return true;
	return false;
}

/* The live server is asked first.  Where an error comes, or nothing in time, the files of the boot root say what to do.  A
 * page that is no script does the same on UEFI, and must not be found under that name at the next try; iPXE on BIOS would run
 * any bytes as a boot program, which no script can keep it from. */
static void add_live_lookup(struct script *script)
{
	bool vendor_class = wants_vendor_class(script->policy);

	if (!script->policy->live)
		return;
	script->needs_arch = true;
	for (int arch = 0; vendor_class && arch < PXEBOOT_ARCH_COUNT; arch++)
		add_vendor_class(script, arch);
	script_add(script, "imgfetch --name live-script --timeout 4000 %s/boot.ipxe?mac=${mac}&uuid=${uuid}"
			   "&serial=${serial:uristring}&manufacturer=${manufacturer:uristring}&product=${product:uristring}"
			   "&arch=${arch}&ip=${ip}%s && chain --replace --autofree live-script ||\n"
			   "imgfree live-script ||\n", script->policy->live, vendor_class ? "&vendor_class=${class}" : "");
}

/* ---- Groups ------------------------------------------------------------------------------------------------------- */

static void add_value_test(struct script *script, const struct group_term *term, const struct group_value *value,
			   const char *subject)
{
	script_add(script, "iseq ${%s} ", term_name(term->kind));
	script_add_word(script, value->text, term->where, subject);
}

static unsigned term_archs(const struct group_term *term)
{
	unsigned archs = 0;

	for (size_t i = 0; i < term->n_values; i++)
		archs |= term->values[i].archs;
	return archs;
}

/* Any value of a term will do: "a || b || goto no-NAME". */
static void add_term_test(struct script *script, const struct group *group, const struct group_term *term,
			  const char *subject)
{
	if (term->kind == TERM_ARCH || term->kind == TERM_FIRMWARE) {
		for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
			if (!(term_archs(term) & ARCH_BIT(arch)))
				continue;
			script_add_arch_test(script, arch);
			script_add(script, " || ");
		}
	} else {
		for (size_t i = 0; i < term->n_values; i++) {
			add_value_test(script, term, &term->values[i], subject);
			script_add(script, " || ");
		}
	}
	script_add(script, "goto no-%s\n", group->name);
}

static void add_group(struct script *script, const struct group *group, const char *subject)
{
	if (script->policy->groups_matter)
		script_add(script, "set in-group %s\n", group->name);
	script_add(script, "set var-machine ");
	render_answers_folder(&script->body, NULL, group);
	script_add(script, "\n");
	script_add_vars(script, group->vars, group->n_vars, subject);
	script_add_chain_to(script, group->boot);
}

static void add_group_test(struct script *script, const struct group *group)
{
	char subject[96];

	snprintf(subject, sizeof(subject), "groups.%s", group->name);
	for (size_t i = 0; i < group->n_terms; i++)
		add_term_test(script, group, &group->terms[i], subject);
	add_group(script, group, subject);
	script_add(script, ":no-%s\n", group->name);
}

/* ---- Replacing ---------------------------------------------------------------------------------------------------- */

/* What the next iPXE does instead of asking DHCP for a file: it learns that it is a replacement, and comes back here.  It
 * finds this in option 175.81 of the DHCP answer that the present one hands on to what it starts. */
#define COME_BACK "set replaced yes && dhcp || dhcp && chain"

/* Those that were loaded through another's driver, and not by a ROM with its own: some builds for UEFI look at no answer
 * that was handed on, and would never end to replace each other. */
static const char *const loaded_through[] = { "undionly", "SNP", "NII", "MNP" };

static void add_poor_test(struct script *script)
{
	if (script->policy->replaces)
		script_add(script, "isset ${replaced} || console || goto poor\n");
}

/* Comes back to label "start" when nothing came of it. */
static void add_replacement(struct script *script, const char *path)
{
	const struct pxeboot_policy *policy = script->policy;

	if (!policy->replaces)
		return;
	script_add(script, ":poor\n"
			   "set replaced no\n");
	if (policy->base6)	/* what is handed on is an answer of DHCP for IPv4 */
		script_add(script, "isset ${ip} || goto start\n");
	for (size_t i = 0; i < ARRAY_SIZE(loaded_through); i++)
		script_add(script, "iseq ${netX/chip} %s && goto start ||\n", loaded_through[i]);
	script_add(script, "echo This iPXE (${version}) has neither pictures nor colours: loading another, once.\n"
			   "set netX/scriptlet ");
	script_add_words(script, COME_BACK, policy->replace_where, "ipxe.replace");
	script_add(script, " ${base}/%s\n", path);
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const struct served *served = &policy->served[arch];

		if (!served->loader)
			continue;
		script_add_arch_test(script, arch);
		script_add(script, " && chain --autofree ");
		script_add_url(script, served->loader, served->where, "loaders");
		script_add(script, " ||\n");
	}
	script_add(script, "goto start\n");
}

/* ---- Files -------------------------------------------------------------------------------------------------------- */

static void add_settings(struct script *script)
{
	const struct pxeboot_policy *policy = script->policy;

	script_add(script, "set var-name ${mac:hexhyp}\nset var-machine " UNKNOWN_MACHINE "\nclear from ||\nclear var-token ||\n");
	script_add_vars(script, policy->vars, policy->n_vars, "vars");
	if (policy->n_hosts)
		script_add_missing_errors(script);
	add_poor_test(script);
}

/* A group that DHCP has picked loses only to hosts and to groups before it; those that DHCP tests did not match. */
static void add_search(struct script *script, const struct group *group)
{
	const struct pxeboot_policy *policy = script->policy;
	size_t end = group ? (size_t)(group - policy->groups) : policy->n_groups;
	char subject[96];

	add_live_lookup(script);
	add_host_lookups(script);
	for (size_t i = 0; i < end; i++)
		if (policy->groups[i].tested == PXEBOOT_WHERE_SCRIPT)
			add_group_test(script, &policy->groups[i]);
	if (group) {
		snprintf(subject, sizeof(subject), "groups.%s", group->name);
		add_group(script, group, subject);
	} else {
		script_add_chain_to(script, policy->unknown);
	}
}

static void add_end(struct script *script, const struct group *group)
{
	if (script->policy->n_hosts)
		script_add_unsure(script, "host-script");
	script_add_failsafe(script);
	add_replacement(script, group ? group->script : "boot.ipxe");
}

int render_dispatcher(const struct pxeboot_policy *policy, const struct group *group,
		      struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct script script;
	int r;

	script_init(&script, policy, diagnostics);
	add_settings(&script);
	script_add(&script, ":start\n");
	add_search(&script, group);
	add_end(&script, group);
	r = script_finish(&script, group ? "group" : "boot script,", group ? group->name : "for every machine",
			  group ? group->where : policy->unknown_where, out);
	script_free(&script);
	return r;
}

/* ---- autoexec.ipxe ------------------------------------------------------------------------------------------------ */

static bool dhcp_picks_groups(const struct pxeboot_policy *policy)
{
	for (size_t i = 0; i < policy->n_groups; i++)
		if (policy->groups[i].tested == PXEBOOT_WHERE_DHCP)
			return true;
	return false;
}

/* The firmware hands on the address that it got, over TFTP and over HTTP: the card that has it needs to be opened only.
 * Where nothing was handed on DHCP is asked, and after a failure, too. */
static void add_known_address(struct script *script)
{
	script_add(script, "isset ${failures} && goto ask ||\n"
			   "set card:int32 0\n"
			   ":card\n"
			   "isset ${net${card}/mac} || goto ask\n"
			   "isset ${net${card}/ip} && ifopen net${card} && iflinkwait net${card} && goto known ||\n"
			   "inc card\n"
			   "goto card\n"
			   ":ask\n");
}

/* It runs before DHCP's file name is asked for.  What DHCP would name for iPXE matters where it picks a group; else the
 * machine asks for nothing that it has, and all that boot.ipxe would do is done here. */
static void add_entry(struct script *script)
{
	const struct pxeboot_policy *policy = script->policy;
	bool asks = dhcp_picks_groups(policy);

	/* Newer builds that are a replacement may come by here first: what was handed on says so until DHCP is asked. */
	if (policy->replaces)
		script_add(script, "isset ${scriptlet} && set replaced yes ||\n");
	script_add(script, ":start\n");
	if (!asks)
		add_known_address(script);
	script_add(script, "dhcp || goto failed\n%s", asks ? "" : ":known\n");
	script_find_base(script);
	for (size_t i = 0; i < policy->n_groups; i++)
		script_add_group_pick(script, &policy->groups[i], "chain --replace --autofree ${base}/");
}

int render_autoexec(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct script script;
	int r;

	script_init(&script, policy, diagnostics);
	add_entry(&script);
	add_settings(&script);
	add_search(&script, NULL);
	add_end(&script, NULL);
	r = script_finish(&script, "entry", "for iPXE builds that look for autoexec.ipxe", policy->server_where, out);
	script_free(&script);
	return r;
}
