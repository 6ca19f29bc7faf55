/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `check` says of a policy's one-shot boots, and `pxeboot once` of the one that is asked for (see check_once.h).
 */
#include "check_once.h"

#include <string.h>

#include "base/diagnostics.h"
#include "base/text.h"
#include "named.h"

static const enum pxeboot_severity severities[] = {
	[SIGHT_NOTE] = PXEBOOT_NOTE,
	[SIGHT_WARNING] = PXEBOOT_WARNING,
	[SIGHT_REFUSED] = PXEBOOT_ERROR,
};

static struct location place_of(const struct pxeboot_host *host)
{
	return (struct location){ host->file, host->line };
}

/* ---- The machine ------------------------------------------------------------------------------------------------- */

static void check_mac(const struct pxeboot_host *host, struct pxeboot_diagnostics *diagnostics)
{
	if (host->n_macs == 0)
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "once.mac", place_of(host),
				"hosts.%s: once: no MAC address, which is how machines are remembered; expected mac",
				host->name);
}

/* GRUB and PXELINUX have the menus, and no one-shot boots. */
static bool looks_elsewhere(const struct pxeboot_policy *policy, const char *loader)
{
	struct pxeboot_program program;

	pxeboot_program_by_name(loader, &program);
	return (program.kind == PXEBOOT_PROGRAM_GRUB || program.kind == PXEBOOT_PROGRAM_SHIM ||
		program.kind == PXEBOOT_PROGRAM_PXELINUX) && pxeboot_policy_has_menus(policy, program.kind);
}

/* Those that the machine may have, as far as the policy and @arch tell; adds the loaders among them that do not look. */
static size_t count_loaders(const struct pxeboot_policy *policy, const struct pxeboot_host *host, int arch,
			    struct text *elsewhere, size_t *ret_elsewhere)
{
	size_t count = 0, n = 0;

	for (int i = 0; i < PXEBOOT_ARCH_COUNT; i++) {
		const char *loader = host->loader ? host->loader : pxeboot_policy_loader(policy, i);
		bool could_be = arch == PXEBOOT_ARCH_NONE ? pxeboot_arch_get(i)->uefi || !host->secure : i == arch;

		if (!pxeboot_policy_loader(policy, i) || !could_be)
			continue;
		count++;
		if (!looks_elsewhere(policy, loader))
			continue;
		text_addf(elsewhere, "%s'", n++ ? ", '" : "'");
		text_add_escaped(elsewhere, loader);
		text_addf(elsewhere, "' (%s)", pxeboot_arch_get(i)->name);
	}
	*ret_elsewhere = n;
	return count;
}

static void check_loader(const struct pxeboot_policy *policy, const struct pxeboot_host *host, int arch,
			 struct pxeboot_diagnostics *diagnostics)
{
	CLEANUP_TEXT struct text elsewhere = TEXT_INIT;
	size_t n_elsewhere, count = count_loaders(policy, host, arch, &elsewhere, &n_elsewhere);

	if (n_elsewhere == 0)
		return;
	diagnostics_add(diagnostics, n_elsewhere == count ? PXEBOOT_ERROR : PXEBOOT_NOTE, "once.loader", place_of(host),
			"hosts.%s: once: %s looks at no one-shot boots, expected iPXE%s", host->name, elsewhere.bytes,
			n_elsewhere == count ? "" : "; of another architecture it is given this");
}

static void check_arch(const struct pxeboot_policy *policy, const struct pxeboot_host *host, const char *boot, int arch,
		       struct pxeboot_diagnostics *diagnostics)
{
	struct pxeboot_item item;

	if (arch != PXEBOOT_ARCH_NONE && boot && named_item(policy, boot, &item) && !(item.archs & 1u << arch))
		diagnostics_add(diagnostics, PXEBOOT_ERROR, "once.arch", place_of(host),
				"hosts.%s: once: '%s' is not for %s, which the machine was last seen to be", host->name,
				boot, pxeboot_arch_get(arch)->name);
}

/* ---- The set-up -------------------------------------------------------------------------------------------------- */

/* @others: how many more hosts it is true of. */
static void check_sight(const struct pxeboot_host *host, int mode, const struct sight *sight, size_t others,
			struct pxeboot_diagnostics *diagnostics)
{
	const struct sight_cell *cell = sight_cell(sight->dhcp, sight->door);
	CLEANUP_TEXT struct text who = TEXT_INIT;

	text_addf(&who, "hosts.%s", host->name);
	if (others)
		text_addf(&who, " and %zu more", others);
	if (who.error)
		return;
	if (cell->modes[mode].why)
		diagnostics_add(diagnostics, severities[cell->modes[mode].level], "once.sight", place_of(host),
				"%s: once: %s", who.bytes, cell->modes[mode].why);
	if (mode == PXEBOOT_ONCE_UNTIL_DONE && sight->done == SIGHT_DONE_COMMAND &&
	    cell->modes[mode].level != SIGHT_REFUSED)
		diagnostics_add(diagnostics, PXEBOOT_NOTE, "once.done", place_of(host),
				"%s: until_done: no installer can say done by itself here, which takes server.live, or dnsmasq's TFTP "
				"and its hook; only 'pxeboot done' ends it before its tries do", who.bytes);
}

void check_once_wish(const struct pxeboot_policy *policy, const struct pxeboot_host *host, const struct once_wish *wish,
		     const struct sight *sight, struct pxeboot_diagnostics *diagnostics)
{
	check_mac(host, diagnostics);
	check_loader(policy, host, wish->arch, diagnostics);
	check_arch(policy, host, wish->boot, wish->arch, diagnostics);
	check_arch(policy, host, wish->then, wish->arch, diagnostics);
	check_sight(host, wish->mode, sight, 0, diagnostics);
}

/* What is true of the set-up is told once for all hosts of a mode. */
void check_once(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *diagnostics)
{
	const struct sight sight = sight_of(policy, true);
	struct pxeboot_host host, first[2];
	size_t counts[2] = { 0 };

	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_ONCE, &i, &host) == 0; i++) {
		int mode = host.until_done ? PXEBOOT_ONCE_UNTIL_DONE : PXEBOOT_ONCE_NEXT_BOOT;

		if (counts[mode]++ == 0)
			first[mode] = host;
		check_mac(&host, diagnostics);
		check_loader(policy, &host, PXEBOOT_ARCH_NONE, diagnostics);
	}
	for (int mode = 0; mode < 2; mode++)
		if (counts[mode])
			check_sight(&first[mode], mode, &sight, counts[mode] - 1, diagnostics);
}
