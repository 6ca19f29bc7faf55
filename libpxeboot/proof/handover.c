/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a profile leads that runs a script or loader of the boot root itself (see handover.h).
 */
#include "proof/handover.h"

#include <string.h>

/* The rest of @text behind @prefix and a slash. */
static const char *path_below(const char *text, const char *prefix)
{
	size_t length = prefix ? strlen(prefix) : 0;

	return length && !strncmp(text, prefix, length) && text[length] == '/' ? text + length + 1 : NULL;
}

/* Below the boot root, which TFTP and HTTP both serve; NULL for what lies elsewhere. */
static const char *path_in_root(const struct pxeboot_policy *policy, const char *target)
{
	const char *scheme = strstr(target, "://"), *path = path_below(target, policy->http);

	if (!scheme)
		return target;
	if (!path)
		path = path_below(target, policy->http6);
	if (!path)
		path = path_below(target, policy->tftp6);
	if (!path && !strncmp(target, "tftp://", 7))
		path = path_below(target + 7, policy->address);
	return path;
}

/* Whatever a server is asked beside the name. */
static bool is_path(const char *path, size_t length)
{
	return path[length] == '\0' || path[length] == '?' || path[length] == '#';
}

static bool names(const char *path, const char *name)
{
	return !strncmp(path, name, strlen(name)) && is_path(path, strlen(name));
}

/* A loader of ours that asks DHCP again, because it is an iPXE and starts on the machine's machine. */
static bool is_ipxe(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, int own,
		    const char *path)
{
	const char *loader = NULL;
	struct pxeboot_program program;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT && !loader; arch++)
		if (policy->served[arch].loader && names(path, policy->served[arch].loader))
			loader = policy->served[arch].loader;
	if (!loader)
		return false;
	if (!decide->look || !decide->look(decide->look_context, loader, &program))
		pxeboot_program_by_name(loader, &program);
	return program.kind == PXEBOOT_PROGRAM_IPXE &&
	       (program.arch != PXEBOOT_ARCH_NONE ? program.arch == own
						  : pxeboot_arch_get(own)->uefi ? program.uefi : program.bios);
}

/* "NAME.ipxe" */
static bool names_script(const char *path, const char *name)
{
	static const char ending[] = ".ipxe";
	size_t length = strlen(name);

	return !strncmp(path, name, length) && !strncmp(path + length, ending, strlen(ending)) &&
	       is_path(path, length + strlen(ending));
}

/* "menus/NAME.ipxe", "profiles/NAME.ipxe" */
static int item_of_script(const struct pxeboot_policy *policy, const char *path)
{
	for (size_t i = 0; i < policy->n_items; i++) {
		const struct item *item = &policy->items[i];
		const char *name = path_below(path, item->menu ? "menus" : "profiles");

		if (name && names_script(name, item->name))
			return (int)i;
	}
	return -1;
}

/* "groups/NAME.ipxe": hosts and groups before it come first there. */
static int item_of_group(const struct pxeboot_policy *policy, const struct machine *machine, const char *path)
{
	const char *name = path_below(path, "groups");

	for (size_t i = 0; name && i < policy->n_groups; i++) {
		const struct group *group = &policy->groups[i];

		if (!names_script(name, group->name))
			continue;
		return machine->host || (machine->group && machine->group < group && machine->group->tested == PXEBOOT_WHERE_SCRIPT)
			       ? machine->start : group->boot;
	}
	return -1;
}

/* "hosts/52-54-00-12-34-56.ipxe", "hosts/uuid-UUID.ipxe": what that host boots, whoever comes. */
static int item_of_host(const struct pxeboot_policy *policy, const char *path)
{
	const char *name = path_below(path, "hosts"), *end = name ? strstr(name, ".ipxe") : NULL;
	char stem[64];
	uint8_t mac[MAC_LENGTH], uuid[UUID_LENGTH];
	const struct host *host = NULL;

	if (!end || (size_t)(end - name) >= sizeof(stem))
		return -1;
	memcpy(stem, name, (size_t)(end - name));
	stem[end - name] = '\0';
	if (scalar_mac(stem, mac) == 0)
		host = policy_host_by_mac(policy, mac);
	else if (!strncmp(stem, "uuid-", 5) && scalar_uuid(stem + 5, uuid) == 0)
		host = policy_host_by_uuid(policy, uuid);
	else if (!strncmp(stem, "serial-", 7))
		host = policy_host_by_serial(policy, stem + 7);
	return host ? host->boot : -1;
}

int handover_of(const struct pxeboot_policy *policy, const struct pxeboot_chooser *decide, const struct machine *machine,
		const struct profile *profile)
{
	const char *path = profile->target ? path_in_root(policy, profile->target) : NULL;
	int item;

	if (!path || (profile->payload != PAYLOAD_CHAIN && profile->payload != PAYLOAD_EFI &&
		      profile->payload != PAYLOAD_KERNEL))
		return -1;
	if (names(path, "boot.ipxe") || names(path, "autoexec.ipxe") || is_ipxe(policy, decide, machine->arch, path))
		return machine->start;
	item = item_of_script(policy, path);
	if (item < 0)
		item = item_of_group(policy, machine, path);
	return item < 0 ? item_of_host(policy, path) : item;
}

const char *pxeboot_profile_leads_to(const struct pxeboot_policy *policy, const struct pxeboot_chooser *chooser,
				     const struct pxeboot_client *client, const char *name)
{
	struct machine machine = machine_of(policy, client);
	int item = policy_item_by_name(policy, name);

	if (machine.arch == PXEBOOT_ARCH_NONE || item < 0 || !policy->items[item].profile)
		return NULL;
	item = handover_of(policy, chooser, &machine, policy->items[item].profile);
	return item < 0 ? NULL : policy->items[item].name;
}
