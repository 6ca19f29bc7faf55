/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * grub/grub.cfg, which every machine reads, and the files of hosts: grub/grub.cfg-01-MAC and grub/grub.cfg-UUID, as GRUB
 * itself looks for them where it is built to, and grub/serial-SERIAL.cfg.
 */
#include <stdio.h>
#include <string.h>

#include "render/grub.h"
#include "render/render.h"
#include "render/script.h"

/* What all files need.  `-s` opens a file; `-e` looks for it in a list of files, which TFTP has not.  A menu is left, and
 * the next one shown, at the same depth: GRUB's scripts nest thirty menus and no more. */
static const char functions[] =
	"function pxeboot_say {\n"
	"\techo \"$1\"\n"
	"\tsleep --interruptible 5\n"
	"}\n"
	"function pxeboot_shell {\n"
	"\tnormal (none)/\n"			/* a file that is not there: no menu, so a shell; normal_exit leaves it */
	"}\n"
	/* The machine's next question is the start of pxeboot_main. */
	"function pxeboot_discover {\n"
	"\techo 'This machine waits to be assigned.'\n"
	"\techo \"maker ${machine_manufacturer}\"\n"
	"\techo \"product ${machine_product}\"\n"
	"\techo \"serial ${machine_serial}\"\n"
	"\techo \"uuid ${machine_uuid}\"\n"
	"\techo \"mac ${machine_mac}\"\n"
	"\techo \"arch ${machine_arch}\"\n"
	"\techo \"address ${machine_ip}\"\n"
	"\techo \"On the server: pxeboot adopt ${machine_mac} NAME PROFILE\"\n"
	"\tif [ -z \"${pxeboot_pause}\" ]; then set pxeboot_pause=5\n"
	"\telif [ \"${pxeboot_pause}\" = 5 ]; then set pxeboot_pause=10\n"
	"\telif [ \"${pxeboot_pause}\" = 10 ]; then set pxeboot_pause=20\n"
	"\telif [ \"${pxeboot_pause}\" = 20 ]; then set pxeboot_pause=40\n"
	"\telse set pxeboot_pause=60\n"
	"\tfi\n"
	"\texport pxeboot_pause\n"
	"\techo \"Asking again in ${pxeboot_pause} seconds; Escape asks now.\"\n"
	"\tsleep --interruptible \"${pxeboot_pause}\"\n"
	"}\n"
	"function pxeboot_refuse {\n"
	"\techo \"GRUB can't $1.\"\n"
	"\techo 'Press Escape to go back.'\n"
	"\tsleep --interruptible 60\n"
	"}\n"
	/* GRUB can't send UEFI on to its next boot entry: Debian 12's exit is a success, after which firmware shows its
	 * own menu.  So it looks for what is there itself, under the names that a disk's loader may have; what it starts is told
	 * that it came from $root. */
	"function pxeboot_disk {\n"
	"\tif [ \"${grub_platform}\" = efi ]; then\n"
	"\t\tfor pxeboot_file in \"/EFI/BOOT/BOOT${machine_efi}.EFI\" /EFI/Microsoft/Boot/bootmgfw.efi "
	"\"/EFI/debian/grub${machine_efi}.efi\"; do\n"
	"\t\t\tif search --no-floppy --set=root --file \"${pxeboot_file}\"; then\n"
	"\t\t\t\tif chainloader \"(${root})${pxeboot_file}\"; then\n"
	"\t\t\t\t\tboot\n"
	"\t\t\t\tfi\n"
	"\t\t\tfi\n"
	"\t\tdone\n"
	"\t\texit 1\n"
	"\tfi\n"
	"\tset root=hd0\n"
	"\tif chainloader (hd0)+1; then\n"
	"\t\tboot\n"
	"\tfi\n"
	"\tset root=\"${pxeboot_root}\"\n"
	"}\n"
	"function pxeboot_locate {\n"
	"\tset pxeboot_file=\"$1\"\n"
	"\tif regexp --set 1:pxeboot_scheme --set 2:pxeboot_host --set 3:pxeboot_path '^(http|tftp)://([^/]+)(/.*)$' \"$1\"; then\n"
	"\t\tset pxeboot_file=\"(${pxeboot_scheme},${pxeboot_host})${pxeboot_path}\"\n"
	"\tfi\n"
	"}\n"
	"function pxeboot_boot {\n"
	"\twhile true; do\n"
	"\t\tset pxeboot_outcome=failed\n"
	"\t\tsource \"(${pxeboot_root})/grub/profiles/$1.cfg\"\n"
	"\t\tif [ \"${pxeboot_outcome}\" = back ]; then\n"
	"\t\t\tbreak\n"
	"\t\tfi\n"
	"\t\tif pxeboot_say 'It did not boot. Trying again in 5 seconds; Escape goes back.'; then\n"
	"\t\t\ttrue\n"
	"\t\telse\n"
	"\t\t\tbreak\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n"
	"function pxeboot_go {\n"
	"\tset pxeboot_leads=no\n"
	"\tsource \"(${pxeboot_root})/grub/$1.cfg\"\n"
	"\tif [ \"${pxeboot_leads}\" = yes ]; then\n"
	"\t\tnormal_exit\n"
	"\telse\n"
	"\t\tpxeboot_say 'Could not load a file.'\n"
	"\tfi\n"
	"}\n"
	"function pxeboot_menus {\n"
	"\tset pxeboot_menu=\"$1\"\n"
	"\twhile [ -s \"(${pxeboot_root})/grub/menus/${pxeboot_menu}.cfg\" ]; do\n"
	"\t\tconfigfile \"(${pxeboot_root})/grub/menus/${pxeboot_menu}.cfg\"\n"
	"\t\tpxeboot_left\n"
	"\t\tpxeboot_note\n"
	"\t\tpxeboot_next\n"
	"\tdone\n"
	"\techo \"Could not load the menu ${pxeboot_menu}.\"\n"
	"}\n"
	/* That a host's file is missing means only that no host has this name.  That the server doesn't answer must not: a
	 * machine that is known would get what is meant for others.  A file that is never there shows what "missing" is, as long as
	 * another one can be had: a server that is away gives the same error for both. */
	"function pxeboot_find {\n"
	"\tif [ -n \"${pxeboot_target}\" -o -n \"${pxeboot_unsure}\" ]; then\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tif [ -s \"(${pxeboot_root})/grub/$1\" ]; then\n"
	"\t\tsource \"(${pxeboot_root})/grub/$1\"\n"
	"\telse\n"
	"\t\tloopback pxeboot_probe \"(${pxeboot_root})/grub/$1\"\n"
	"\t\tif [ \"$?\" != \"${pxeboot_missing}\" ]; then\n"
	"\t\t\tset pxeboot_unsure=yes\n"
	"\t\tfi\n"
	"\tfi\n"
	"}\n";

/* GRUB has no other way to write a MAC address as its files are named. */
static const char facts[] =
	"set pxeboot_root=\"${root}\"\n"
	"set machine_mac=\"${net_default_mac}\"\n"
	"set machine_ip=\"${net_default_ip}\"\n"
	"set machine_file=\"${net_default_mac}\"\n"
	"if regexp --set 1:m1 --set 2:m2 --set 3:m3 --set 4:m4 --set 5:m5 --set 6:m6 "
	"'^(..):(..):(..):(..):(..):(..)' \"${machine_mac}\"; then\n"
	"\tset machine_file=\"${m1}-${m2}-${m3}-${m4}-${m5}-${m6}\"\n"
	"fi\n"
	"smbios --type 1 --get-string 4 --set machine_manufacturer\n"
	"smbios --type 1 --get-string 5 --set machine_product\n"
	"smbios --type 1 --get-string 7 --set machine_serial\n"
	"smbios --type 1 --get-uuid 8 --set machine_uuid\n";

static const char last_lines[] =
	"function pxeboot_main {\n"
	"\twhile true; do\n"
	"\t\tpxeboot_decide\n"
	"\t\tif [ -n \"${pxeboot_target}\" ]; then\n"
	"\t\t\tpxeboot_${pxeboot_kind} \"${pxeboot_target}\"\n"
	"\t\tfi\n"
	"\t\tif pxeboot_say 'Starting over in 5 seconds; Escape gives a shell.'; then\n"
	"\t\t\ttrue\n"
	"\t\telse\n"
	"\t\t\tpxeboot_shell\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n"
	"pxeboot_main\n";

/* How UEFI calls an architecture in file names, "BOOTX64.EFI" (UEFI 2.10, section 3.5.1.1). */
static const char *const efi_names[] = {
	[PXEBOOT_ARCH_X64_UEFI] = "X64", [PXEBOOT_ARCH_ARM64_UEFI] = "AA64", [PXEBOOT_ARCH_RISCV64_UEFI] = "RISCV64",
	[PXEBOOT_ARCH_LOONG64_UEFI] = "LOONGARCH64", [PXEBOOT_ARCH_IA32_UEFI] = "IA32", [PXEBOOT_ARCH_ARM32_UEFI] = "ARM",
	[PXEBOOT_ARCH_RISCV32_UEFI] = "RISCV32", [PXEBOOT_ARCH_BIOS] = "",
};

_Static_assert(ARRAY_SIZE(efi_names) == PXEBOOT_ARCH_COUNT, "one name for each architecture");

static void add_arch(struct grub_script *script)
{
	grub_add(script, "set machine_arch=\"${grub_cpu}-${grub_platform}\"\n");
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		grub_add(script, "%s [ \"${machine_arch}\" = %s ]; then\n\tset machine_arch=%s\n\tset machine_efi=%s\n",
			 arch ? "elif" : "if", grub_arch(arch), pxeboot_arch_get(arch)->name, efi_names[arch]);
	grub_add(script, "fi\nexport pxeboot_root pxeboot_menu pxeboot_theme pxeboot_group machine_mac machine_ip machine_name "
			 "machine_id machine_manufacturer machine_product machine_serial machine_uuid machine_arch machine_efi\n");
}

static void add_vars(struct grub_script *script, const struct variable *vars, size_t n_vars)
{
	for (size_t i = 0; i < n_vars; i++) {
		struct slice name = { vars[i].name, strlen(vars[i].name) };

		grub_add(script, "set ");
		grub_add_name(&script->body, "var", name);
		grub_add(script, "=");
		grub_add_value(script, vars[i].value);
		grub_add(script, "\nexport ");
		grub_add_name(&script->body, "var", name);
		grub_add(script, "\n");
	}
}

static void add_target(struct grub_script *script, int target)
{
	const struct item *item = &script->policy->items[target];

	grub_add(script, "set pxeboot_kind=%s\nset pxeboot_target=%s\n", item->menu ? "menus" : "boot", item->name);
}

/* ---- Groups ------------------------------------------------------------------------------------------------------- */

static void add_equal(struct grub_script *script, const struct group_term *term)
{
	for (size_t i = 0; i < term->n_values; i++) {
		grub_add(script, "%s \"${machine_%s}\" = ", i ? " -o" : "if [", term_name(term->kind));
		grub_add_value(script, term->values[i].text);
	}
	grub_add(script, " ]; then\n");
}

static void add_archs(struct grub_script *script, const struct group_term *term)
{
	const char *before = "if [";
	unsigned archs = 0;

	for (size_t i = 0; i < term->n_values; i++)
		archs |= term->values[i].archs;
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		if (!(archs & ARCH_BIT(arch)))
			continue;
		grub_add(script, "%s \"${machine_arch}\" = %s", before, pxeboot_arch_get(arch)->name);
		before = " -o";
	}
	grub_add(script, " ]; then\n");
}

static void add_macs(struct grub_script *script, const struct group_term *term)
{
	for (size_t i = 0; i < term->n_values; i++) {
		grub_add(script, i ? "|" : "if regexp '^(");
		for (size_t j = 0; j < term->values[i].mac_length; j++)
			grub_add(script, "%s%02x", j ? ":" : "", term->values[i].mac[j]);
	}
	grub_add(script, ")' \"${machine_mac}\"; then\n");
}

/* Whole octets as they are, then each value that the last one may have. */
static void add_subnet(struct grub_script *script, const struct ip4_prefix *prefix)
{
	unsigned whole = prefix->length / 8, bits = prefix->length % 8, part = 0;

	for (unsigned i = 0; i < whole; i++)
		grub_add(script, "%u%s", prefix->address >> (24 - 8 * i) & 0xff, i < 3 ? "\\." : "$");
	if (!bits)
		return;
	part = prefix->address >> (24 - 8 * whole) & 0xff;
	for (unsigned i = 0; i < 1u << (8 - bits); i++)
		grub_add(script, "%s%u", i ? "|" : "(", part + i);
	grub_add(script, ")%s", whole < 3 ? "\\." : "$");
}

static void add_subnets(struct grub_script *script, const struct group_term *term)
{
	for (size_t i = 0; i < term->n_values; i++) {
		grub_add(script, i ? "|" : "if regexp '^(");
		add_subnet(script, &term->values[i].prefix);
	}
	grub_add(script, ")' \"${machine_ip}\"; then\n");
}

static void add_term(struct grub_script *script, const struct group_term *term)
{
	switch (term->kind) {
	case TERM_ARCH:
	case TERM_FIRMWARE:
		add_archs(script, term);
		break;
	case TERM_MAC:
		add_macs(script, term);
		break;
	case TERM_SUBNET:
		add_subnets(script, term);
		break;
	case TERM_MANUFACTURER:
	case TERM_PRODUCT:
		add_equal(script, term);
		break;
	case TERM_VENDOR_CLASS:		/* is not asked for */
		break;
	}
}

static bool can_test(const struct grub_script *script, const struct group *group)
{
	if (group->tested == PXEBOOT_WHERE_NOWHERE)
		return false;
	for (size_t i = 0; i < group->n_terms; i++) {
		if (group->terms[i].kind != TERM_VENDOR_CLASS)
			continue;
		diagnostics_add(script->diagnostics, PXEBOOT_WARNING, "grub.group", group->terms[i].where,
				"groups.%s: GRUB doesn't know the vendor class; there the machine falls under the next rule",
				group->name);
		return false;
	}
	return true;
}

static void add_group(struct grub_script *script, const struct group *group)
{
	if (!can_test(script, group))
		return;
	grub_add(script, "if [ -z \"${pxeboot_target}\" -a -z \"${pxeboot_unsure}\" ]; then\n");
	for (size_t i = 0; i < group->n_terms; i++)
		add_term(script, &group->terms[i]);
	grub_add(script, "set pxeboot_group=%s\nset machine_id=", group->name);
	render_answers_folder(&script->body, NULL, group);
	grub_add(script, "\n");
	add_vars(script, group->vars, group->n_vars);
	add_target(script, group->boot);
	for (size_t i = 0; i < group->n_terms; i++)
		grub_add(script, "fi\n");
	grub_add(script, "fi\n");
}

/* ---- Files -------------------------------------------------------------------------------------------------------- */

/* Some profile lets machines wait until they are assigned. */
static bool lets_wait(const struct pxeboot_policy *policy)
{
	for (size_t i = 0; i < policy->n_items; i++) {
		const struct profile *profile = policy->items[i].profile;

		if (profile && profile->payload == PAYLOAD_ACTION && profile->action == ACTION_DISCOVER)
			return true;
	}
	return false;
}

/* GRUB does not read this file again: a machine that waits looks for a host that there may not be yet. */
static void add_host_lookups(struct grub_script *script)
{
	const struct pxeboot_policy *policy = script->policy;
	struct identities identities = policy_identities(policy);

	identities.macs |= lets_wait(policy);
	if (identities.macs || identities.uuids || identities.serials)
		grub_add(script, "loopback pxeboot_probe \"(${pxeboot_root})/grub/none\"\nset pxeboot_missing=\"$?\"\n"
				 "if [ -s \"(${pxeboot_root})/grub/grub.cfg\" ]; then\n\ttrue\nelse\n\tset pxeboot_unsure=yes\nfi\n");
	if (identities.macs)
		grub_add(script, "pxeboot_find \"grub.cfg-01-${machine_file}\"\n");
	if (identities.uuids)
		grub_add(script, "pxeboot_find \"grub.cfg-${machine_uuid}\"\n");
	if (identities.serials)	/* makers write "To be filled by O.E.M." and worse */
		grub_add(script, "if regexp '^[-A-Za-z0-9._+,]+$' \"${machine_serial}\"; then\n"
				 "\tpxeboot_find \"serial-${machine_serial}.cfg\"\nfi\n");
}

int grub_render_dispatcher(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics,
			   struct text *out)
{
	struct grub_script script;
	int r;

	grub_init(&script, policy, diagnostics);
	grub_add(&script, "%s%s", functions, facts);
	add_arch(&script);
	add_vars(&script, policy->vars, policy->n_vars);
	grub_add(&script, "function pxeboot_decide {\nset pxeboot_target=\nset pxeboot_unsure=\nset pxeboot_group=\n"
			  "set machine_name=\"${machine_file}\"\nset machine_id=" UNKNOWN_MACHINE "\n");
	add_host_lookups(&script);
	for (size_t i = 0; i < policy->n_groups; i++)
		add_group(&script, &policy->groups[i]);
	grub_add(&script, "if [ -z \"${pxeboot_target}\" -a -z \"${pxeboot_unsure}\" ]; then\n");
	add_target(&script, policy->unknown);
	grub_add(&script, "fi\n}\n%s", last_lines);
	r = grub_finish(&script, "GRUB's configuration,", "for every machine", policy->unknown_where, out);
	grub_free(&script);
	return r;
}

/* What the host wants of the menu that it boots. */
static void add_menu_choice(struct grub_script *script, const struct host *host)
{
	const struct item *item = &script->policy->items[host->boot];
	struct slice menu = { item->name, strlen(item->name) };

	if (item->menu && host->menu_default >= 0) {
		const struct item *choice = &script->policy->items[host->menu_default];

		grub_add(script, "set ");
		grub_add_name(&script->body, "default", menu);
		grub_add(script, "=%s/%s\nexport ", choice->menu ? "menus" : "profiles", choice->name);
		grub_add_name(&script->body, "default", menu);
		grub_add(script, "\n");
	}
	if (item->menu && host->menu_timeout >= 0) {
		grub_add(script, "set ");
		grub_add_name(&script->body, "timeout", menu);
		grub_add(script, "=%d\nexport ", host->menu_timeout ? host->menu_timeout : -1);	/* -1: wait for ever */
		grub_add_name(&script->body, "timeout", menu);
		grub_add(script, "\n");
	}
}

/* A GRUB that looks for the host's file itself, before grub.cfg, is sent there. */
int grub_render_host(const struct pxeboot_policy *policy, const struct host *host,
		     struct pxeboot_diagnostics *diagnostics, struct text *out)
{
	struct grub_script script;
	int r;

	grub_init(&script, policy, diagnostics);
	grub_add(&script, "if [ -z \"${pxeboot_root}\" ]; then\n\tsource /grub/grub.cfg\nelse\n"
			  "set machine_name=%s\nset machine_id=", host->name);
	render_machine(&script.body, host);
	grub_add(&script, "\n");
	add_menu_choice(&script, host);
	add_vars(&script, host->vars, host->n_vars);
	add_target(&script, host->boot);
	grub_add(&script, "fi\n");
	r = grub_finish(&script, "host", host->name, host_origin(host), out);
	grub_free(&script);
	return r;
}
