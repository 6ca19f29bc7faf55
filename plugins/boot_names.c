/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "boot_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scalar.h"
#include "base/text.h"

/* ---- Pairs ---- */

bool boot_arch_has_build(const struct pxeboot_policy *policy, int arch)
{
	struct pxeboot_build build;

	return pxeboot_policy_build(policy, &build) == 0 && (build.archs & 1u << arch) != 0;
}

/* Decide's order: what is served first, then the architecture, then TFTP before HTTP. */
static size_t add_pairs(const struct pxeboot_policy *policy, bool ip6, bool served, struct boot_pair *ret)
{
	bool web = pxeboot_policy_get(policy, ip6 ? "server.http6" : "server.http") != NULL;
	size_t count = 0;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		bool loader = pxeboot_policy_loader(policy, arch) != NULL;

		for (int http = 0; http <= 1; http++)
			if ((loader && (http == 0 || web)) == served)
				ret[count++] = (struct boot_pair){
					arch, .http = http == 1, .ip6 = ip6, .served = served,
					.replaces = served && http == 0 && boot_arch_has_build(policy, arch),
				};
	}
	return count;
}

/* DHCP tells hosts by what is in its packets. */
static bool can_tell(const struct pxeboot_host *host)
{
	return host->n_macs > 0 || host->uuid != NULL;
}

static bool any_own_loader(const struct pxeboot_policy *policy)
{
	struct pxeboot_host host;
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		if (can_tell(&host))
			return true;
	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (group.loader != NULL)
			return true;
	return false;
}

static bool groups_ask(const struct pxeboot_policy *policy)
{
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (boot_group_matters(&group) && (boot_group_has(&group, "arch") || boot_group_has(&group, "firmware")))
			return true;
	return false;
}

/* What is not served matters only to groups that ask for an architecture, to whoever has a loader of its own, and to a
 * Raspberry Pi's boot ROM, which says BIOS. */
size_t boot_pairs(const struct pxeboot_policy *policy, bool ip6, struct boot_pair ret[BOOT_PAIRS])
{
	const char *raspberry = pxeboot_policy_get(policy, "server.raspberry_pi");
	size_t count = add_pairs(policy, ip6, true, ret);

	if (groups_ask(policy) || any_own_loader(policy) || (raspberry != NULL && strcmp(raspberry, "true") == 0))
		count += add_pairs(policy, ip6, false, ret + count);
	return count;
}

void boot_pair_name(const struct boot_pair *pair, char ret[BOOT_PAIR_NAME])
{
	snprintf(ret, BOOT_PAIR_NAME, "%s%s", pair->http ? "http-" : "", pxeboot_arch_get(pair->arch)->name);
}

bool boot_pair_has(const struct boot_pair *pair, uint16_t code)
{
	const struct pxeboot_arch_code *row = pxeboot_arch_code_get(code);

	return row != NULL && row->arch == pair->arch && row->http == pair->http;
}

/* ---- Names ---- */

static const char *decided(const struct pxeboot_policy *policy, struct pxeboot_client *client)
{
	struct pxeboot_decision decision;

	pxeboot_decide(policy, client, pxeboot_stage_of(policy, client), NULL, &decision);
	return decision.file;
}

static int set_pair(struct pxeboot_client *client, const struct boot_pair *pair)
{
	char number[8];
	uint16_t code = 0;

	while (!boot_pair_has(pair, code))
		code++;
	snprintf(number, sizeof(number), "%u", code);
	return pxeboot_client_set(client, PXEBOOT_FACT_ARCH, number, NULL);
}

/* Asks for a client that was made up: all of @fact and @pair that is not NULL. */
static const char *ask(const struct pxeboot_policy *policy, bool ip6, int fact, const char *value,
		       const struct boot_pair *pair, int *error)
{
	struct pxeboot_client *client;
	const char *file = NULL;
	int r = pxeboot_client_new(&client);

	if (r < 0) {
		*error = r;
		return NULL;
	}
	r = pxeboot_client_set(client, PXEBOOT_FACT_FAMILY, ip6 ? "ipv6" : "ipv4", NULL);
	if (r == 0 && value != NULL)
		r = pxeboot_client_set(client, fact, value, NULL);
	if (r == 0 && pair != NULL)
		r = set_pair(client, pair);
	if (r == 0)
		file = decided(policy, client);
	else if (r == -ENOMEM)
		*error = r;
	pxeboot_client_unref(client);
	return file;
}

const char *boot_loader(const struct pxeboot_policy *policy, const struct boot_pair *pair, int *error)
{
	return ask(policy, pair->ip6, PXEBOOT_FACT_ARCH, NULL, pair, error);
}

/* One that says by option 175 alone that it is iPXE can't be ours; over IPv6 there is no such option. */
const char *boot_own_build(const struct pxeboot_policy *policy, const struct boot_pair *pair, int *error)
{
	if (pair->ip6)
		return ask(policy, true, PXEBOOT_FACT_USER_CLASS, "iPXE", pair, error);
	return ask(policy, false, PXEBOOT_FACT_FEATURES, "", pair, error);
}

const char *boot_script(const struct pxeboot_policy *policy, bool ip6, int *error)
{
	const char *own = pxeboot_policy_get(policy, "ipxe.user_class");

	return ask(policy, ip6, PXEBOOT_FACT_USER_CLASS, own != NULL ? own : "iPXE", NULL, error);
}

static bool is_place(const struct pxeboot_policy *policy, const char *setting, struct location *ret)
{
	return pxeboot_policy_where(policy, setting, &ret->file, &ret->line) == 0;
}

static bool is_either(const char *file, const char *path, const char *url)
{
	return (path != NULL && strcmp(file, path) == 0) || (url != NULL && strcmp(file, url) == 0);
}

static bool is_of_machines(const struct pxeboot_policy *policy, const char *file, struct location *ret)
{
	struct pxeboot_host host;
	struct pxeboot_group group;

	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		if (is_either(file, host.loader, host.loader_url)) {
			*ret = (struct location){ host.file, host.line };
			return true;
		}
	for (size_t i = 0; pxeboot_policy_group(policy, i, &group) == 0; i++)
		if (is_either(file, group.loader, group.loader_url) || is_either(file, NULL, group.script_url)) {
			*ret = (struct location){ group.file, group.line };
			return true;
		}
	return false;
}

static bool is_of_arch(const struct pxeboot_policy *policy, int arch, const char *file, struct location *ret)
{
	const char *loader = pxeboot_policy_loader(policy, arch);
	size_t whole = strlen(file), part = loader != NULL ? strlen(loader) : 0;
	char setting[48];

	snprintf(setting, sizeof(setting), "loaders.%s", pxeboot_arch_get(arch)->name);
	return loader != NULL && part <= whole && strcmp(file + (whole - part), loader) == 0 &&
	       is_place(policy, setting, ret);
}

/* What makes this name what it is: nothing where that can't be told. */
static struct location place_of(const struct pxeboot_policy *policy, const char *file)
{
	const char *one_name = pxeboot_policy_get(policy, "server.one_name");
	struct location place = { NULL, 0 };

	if (is_either(file, one_name, NULL) && is_place(policy, "server.one_name", &place))
		return place;
	if (is_of_machines(policy, file, &place))
		return place;
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (is_of_arch(policy, arch, file, &place))
			return place;
	is_place(policy, "server.http", &place);
	return place;
}

static bool is_told(const struct pxeboot_diagnostics *findings, const char *text)
{
	const struct pxeboot_diagnostic *finding;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++)
		if (strcmp(finding->text, text) == 0)
			return true;
	return false;
}

/* Once for each name, which may stand in many lines. */
bool boot_name_fits(const struct pxeboot_policy *policy, const char *file, const char *id,
		    struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (strlen(file) <= BOOT_NAME_MAX)
		return true;
	text_addf(&text, "boot file name: DHCP carries at most %d bytes, got '", BOOT_NAME_MAX);
	text_add_escaped(&text, file);
	text_addf(&text, "' (%zu bytes)", strlen(file));
	if (text.error != 0 || !is_told(findings, text.bytes))
		diagnostics_add(findings, PXEBOOT_ERROR, id, place_of(policy, file), "%s", text_string(&text));
	return false;
}

/* ---- Loaders of one's own ---- */

size_t boot_own_loaders_find(const struct boot_own_loaders *loaders, const char *path)
{
	size_t i;

	for (i = 0; i < loaders->n; i++)
		if (strcmp(loaders->list[i].path, path) == 0)
			break;
	return i;
}

static int add_own_loader(struct boot_own_loaders *loaders, const char *path, const char *url)
{
	struct boot_own_loader *more;

	if (path == NULL || boot_own_loaders_find(loaders, path) < loaders->n)
		return 0;
	more = reallocarray(loaders->list, loaders->n + 1, sizeof(*more));
	if (more == NULL)
		return -ENOMEM;
	loaders->list = more;
	loaders->list[loaders->n++] = (struct boot_own_loader){ path, url };
	return 0;
}

int boot_own_loaders_collect(const struct pxeboot_policy *policy, struct boot_own_loaders *loaders)
{
	struct pxeboot_host host;
	struct pxeboot_group group;
	int r = 0;

	for (size_t i = 0; r == 0 && pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		if (can_tell(&host))
			r = add_own_loader(loaders, host.loader, host.loader_url);
	for (size_t i = 0; r == 0 && pxeboot_policy_group(policy, i, &group) == 0; i++)
		r = add_own_loader(loaders, group.loader, group.loader_url);
	return r;
}

void boot_own_loaders_free(struct boot_own_loaders *loaders)
{
	free(loaders->list);
	*loaders = (struct boot_own_loaders){ NULL, 0 };
}

void boot_tell_serials(const struct pxeboot_policy *policy, const char *id, struct pxeboot_diagnostics *findings)
{
	struct pxeboot_host host;

	for (size_t i = 0; pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_LOADER, &i, &host) == 0; i++)
		if (!can_tell(&host))
			diagnostics_add(findings, PXEBOOT_WARNING, id, (struct location){ host.file, host.line },
					"host '%s': DHCP knows no serial numbers, its loader is never handed out", host.name);
}

/* ---- Ranges ---- */

/* In that server's configuration they stand beside much else that we know nothing of. */
void boot_tell_range(const struct pxeboot_policy *policy, const char *id, const char *whose,
		     struct pxeboot_diagnostics *findings)
{
	struct location place;

	if (is_place(policy, "server.dhcp.range", &place))
		diagnostics_add(findings, PXEBOOT_NOTE, id, place,
				"server.dhcp.range: not written, %s has the subnets and ranges", whose);
}

void boot_tell_ip6(const struct pxeboot_policy *policy, const char *id, const char *program,
		   struct pxeboot_diagnostics *findings)
{
	struct location place;

	if (is_place(policy, "server.address6", &place))
		diagnostics_add(findings, PXEBOOT_WARNING, id, place,
				"server.address6: nothing is written for %s, who asks over IPv6 is told no file", program);
}

/* ---- Machines ---- */

bool boot_group_matters(const struct pxeboot_group *group)
{
	return group->where == PXEBOOT_WHERE_DHCP || group->loader != NULL;
}

bool boot_group_has(const struct pxeboot_group *group, const char *term)
{
	for (size_t i = 0; i < group->n_terms; i++)
		if (strcmp(group->terms[i].name, term) == 0)
			return true;
	return false;
}

bool boot_wire_uuid(const char *uuid, uint8_t ret[BOOT_WIRE_UUID])
{
	static const uint8_t order[UUID_LENGTH] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t bytes[UUID_LENGTH];

	if (uuid == NULL || scalar_uuid(uuid, bytes) < 0)
		return false;
	ret[0] = 0;
	for (size_t i = 0; i < UUID_LENGTH; i++)
		ret[1 + i] = bytes[order[i]];
	return true;
}
