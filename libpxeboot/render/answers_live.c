/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Answer files of one machine, when they are asked for (see pxeboot.h).
 */
#include <errno.h>
#include <string.h>

#include "render/reach.h"
#include "render/render.h"
#include "render/variables.h"

#define KEY_DIGITS (2ul * MAC_LENGTH)	/* a token begins with its machine's MAC address */
#define TOKEN_DIGITS (KEY_DIGITS + 32)

/* ---- Whose they are --------------------------------------------------------------------------------------------------- */

static bool is_token(const char *name)
{
	return strlen(name) == TOKEN_DIGITS && strspn(name, "0123456789abcdef") == TOKEN_DIGITS;
}

static const struct host *host_of_token(const struct pxeboot_policy *policy, const char *token)
{
	char text[KEY_DIGITS + 1] = "";
	uint8_t mac[MAC_LENGTH];

	memcpy(text, token, KEY_DIGITS);
	return scalar_mac(text, mac) ? NULL : policy_host_by_mac(policy, mac);
}

static const char *behind(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

static const struct host *host_of_name(const struct pxeboot_policy *policy, const char *name)
{
	const char *serial = behind(name, "serial-"), *uuid_text = behind(name, "uuid-");
	uint8_t mac[MAC_LENGTH], uuid[UUID_LENGTH];

	if (serial)
		return policy_host_by_serial(policy, serial);
	if (uuid_text)
		return scalar_uuid(uuid_text, uuid) ? NULL : policy_host_by_uuid(policy, uuid);
	return scalar_mac(name, mac) ? NULL : policy_host_by_mac(policy, mac);
}

/* @machine has the caller's token. */
static int find_machine(const struct pxeboot_policy *policy, const char *name, struct machine *machine)
{
	const char *group = behind(name, "group-");

	if (strcmp(name, UNKNOWN_MACHINE) == 0)
		return 0;
	if (is_token(name) && (!machine->token || strcmp(machine->token, name) != 0))
		return -EACCES;
	if (group)
		machine->group = policy_group_by_name(policy, group);
	else
		machine->host = is_token(name) ? host_of_token(policy, name) : host_of_name(policy, name);
	return machine->group || machine->host ? 0 : -ENOENT;
}

/* ---- What they may have ----------------------------------------------------------------------------------------------- */

static int find_file(const struct pxeboot_policy *policy, const char *path, struct machine *machine,
		     const struct answer_file **ret_file)
{
	const char *slash = strchr(path, '/');
	CLEANUP_FREE char *name = slash ? strndup(path, (size_t)(slash - path)) : NULL;
	const struct profile *profile;
	int item;

	if (!name)
		return slash ? -ENOMEM : -ENOENT;
	item = policy_item_by_name(policy, name);
	machine->profile = profile = item < 0 ? NULL : policy->items[item].profile;
	for (size_t i = 0; profile && i < profile->n_answers; i++) {
		if (strcmp(profile->answers[i].name, slash + 1) == 0) {
			*ret_file = &profile->answers[i];
			return 0;
		}
	}
	return -ENOENT;
}

static bool leads_to(const struct reach *reach, const struct profile *profile)
{
	for (size_t i = 0; i < reach->n_answers; i++)
		if (reach->answers[i] == profile)
			return true;
	return false;
}

static int check_private(const struct pxeboot_policy *policy, const struct machine *machine, const char *boot)
{
	int item = boot ? policy_item_by_name(policy, boot) : -1;
	struct reach *reach = NULL;
	int r;

	if (!machine->token || item < 0)
		return -EACCES;
	r = reach_new(policy, &reach);
	if (r == 0 && !leads_to(&reach[item], machine->profile))
		r = -EACCES;
	reach_free(policy, reach);
	return r;
}

/* ---- Public ----------------------------------------------------------------------------------------------------------- */

int pxeboot_answers(const struct pxeboot_policy *policy, const char *machine_name, const char *path,
		    const struct pxeboot_client *client, const struct pxeboot_progress *progress,
		    struct pxeboot_diagnostics *diagnostics, char **ret_text, size_t *ret_length)
{
	struct machine machine = { .client = client, .token = progress ? progress->token : NULL };
	CLEANUP_TEXT struct text text = TEXT_INIT;
	const struct answer_file *file;
	int r;

	if (!policy || !machine_name || !path || !ret_text)
		return -EINVAL;
	r = find_machine(policy, machine_name, &machine);
	if (r == 0)
		r = find_file(policy, path, &machine, &file);
	if (r < 0)
		return r;
	if (machine.profile->private)
		r = check_private(policy, &machine, progress ? progress->boot : NULL);
	if (r == 0)
		r = render_answers(policy, &machine, file, diagnostics, &text);
	return r < 0 ? r : text_take(&text, ret_text, ret_length);
}
