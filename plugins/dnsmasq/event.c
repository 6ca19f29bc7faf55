/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Leases and TFTP transfers, told apart (see event.h).  What dnsmasq hands over are the client's own bytes: addresses are
 * parsed, names are only compared with what we know, and no path is made of any of them.
 */
#include "event.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <syslog.h>

#include "base/scalar.h"

#define NAME_MAX_LENGTH 64

/* ---- Leases ----------------------------------------------------------------------------------------------------- */

static int note_lease(struct life *life, const char *key, char *const *argv, char *const *environment, int64_t now)
{
	struct pxeboot_event event = { .kind = PXEBOOT_EVENT_ASKED, .when = now, .address = argv[3] };
	struct pxeboot_client *client;
	/* -ENODATA: dnsmasq repeats an old lease and knows nothing of the machine. */
	int r = pxeboot_client_from_dnsmasq(argv[2], argv[3], (const char *const *)environment, NULL, &client);

	if (r == -ENODATA)
		return 1;
	if (r < 0)
		return r;
	event.client = client;
	event.stage = pxeboot_client_stage(client, life_conf(life)->user_class, life_conf(life)->own_archs);
	event.is_served = life_conf(life)->is_served_by_dhcp;
	r = life_note(life, key, &event, NULL);
	pxeboot_client_unref(client);
	return r;
}

static int note_end(struct life *life, const char *key, const char *address, int64_t now)
{
	const struct pxeboot_event event = {
		.kind = PXEBOOT_EVENT_GONE, .when = now, .stage = PXEBOOT_RECORD_NO_STAGE, .address = address,
	};

	return life_note(life, key, &event, NULL);
}

/* ---- Files ------------------------------------------------------------------------------------------------------ */

/* What stands behind @folder in @file, without @tail; at most so long that a name has room. */
static bool part_of(const char *file, const char *folder, const char *tail, char ret_part[NAME_MAX_LENGTH + 1])
{
	size_t length = strlen(file), before = strlen(folder), after = strlen(tail);

	if (strncmp(file, folder, before) != 0 || length <= before + after || length - before - after > NAME_MAX_LENGTH ||
	    strcmp(file + length - after, tail) != 0)
		return false;
	length -= before + after;
	memcpy(ret_part, file + before, length);
	ret_part[length] = '\0';
	return true;
}

/* The profile or menu that the file is the script of. */
static bool profile_of(const char *file, char ret_name[NAME_MAX_LENGTH + 1])
{
	return (part_of(file, "profiles/", ".ipxe", ret_name) || part_of(file, "menus/", ".ipxe", ret_name)) &&
	       scalar_is_name(ret_name);
}

/* Every boot script comes by one of these, once for each time that a machine asks what to do. */
static bool is_entry(const char *file)
{
	char group[NAME_MAX_LENGTH + 1];

	return strcmp(file, "boot.ipxe") == 0 || strcmp(file, "autoexec.ipxe") == 0 || part_of(file, "groups/", ".ipxe", group);
}

/* Where another server grants the leases, nobody hears who has an address now; who fetched something from it once may be
 * long gone. */
static bool is_known_by_lease(struct life *life, const char *key)
{
	struct pxeboot_record *record;
	bool is_known = false;

	if (life_read(life, key, &record) < 0)
		return false;
	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++)
		is_known |= stage != PXEBOOT_STAGE_SCRIPT && record->asked[stage][0] != 0;
	pxeboot_record_free(record);
	return is_known;
}

/* A machine may look into what another one is served; that ends nothing. */
static bool is_somebody_else(struct life *life, const char *key, const char *address)
{
	char owner[PXEBOOT_KEY_SIZE];

	return life_machine_at(life, address, owner) == 0 && strcmp(owner, key) != 0 && is_known_by_lease(life, owner);
}

/* @address is NULL of a machine that fetches over IPv6: nobody knows whose that is, and its file names the machine. */
static int note_once(struct life *life, const char *key, const char *address, const char *file, int64_t now)
{
	const struct pxeboot_event event = {
		.kind = PXEBOOT_EVENT_SERVED, .when = now, .stage = PXEBOOT_RECORD_NO_STAGE, .address = address, .file = file,
	};

	if (!address || !is_somebody_else(life, key, address))
		return life_note(life, key, &event, NULL);
	life_say(life, LOG_NOTICE, "%s has fetched what %s is served", address, key);
	return 1;
}

static int note_file(struct life *life, const char *address, const char *file, int64_t now)
{
	struct pxeboot_event event = { .kind = PXEBOOT_EVENT_FETCHED, .when = now, .file = file };
	char key[PXEBOOT_KEY_SIZE], name[NAME_MAX_LENGTH + 1];
	int r = address ? life_machine_at(life, address, key) : -ENOENT;

	if (r < 0)
		return r == -ENOENT ? 1 : r;
	event.stage = is_entry(file) ? PXEBOOT_STAGE_SCRIPT : PXEBOOT_RECORD_NO_STAGE;
	if (profile_of(file, name))
		event.profile = name;
	return life_note(life, key, &event, NULL);
}

/* Its path in the boot root; what lies elsewhere keeps its own. */
static const char *in_root(const struct life *life, const char *path)
{
	const char *root = life_conf(life)->root;
	size_t length = strlen(root);

	if (strncmp(path, root, length) != 0 || (length > 0 && root[length - 1] != '/' && path[length] != '/'))
		return path;
	path += length;
	return path + strspn(path, "/");
}

static int note_transfer(struct life *life, const char *address, const char *path, int64_t now)
{
	const char *file = in_root(life, path);
	char part[NAME_MAX_LENGTH + 1], key[PXEBOOT_KEY_SIZE];

	if (part_of(file, "done/", "", part))
		return life_done(life, part, now);
	if (part_of(file, "once/", ".ipxe", part) && life_machine(life, part, key) == 0)
		return note_once(life, key, address, file, now);
	return note_file(life, address, file, now);
}

/* ---- All of them ------------------------------------------------------------------------------------------------ */

/* Leases of IPv6 are passed over: dnsmasq 2.90 takes the classes of such a client from the wrong bytes. */
static int note_tftp(struct life *life, char *const *argv, int64_t now)
{
	uint8_t address6[IP6_LENGTH];
	uint32_t address;

	if (scalar_ip4(argv[3], &address) == 0)
		return note_transfer(life, argv[3], argv[4], now);
	return scalar_ip6(argv[3], address6) == 0 ? note_transfer(life, NULL, argv[4], now) : 1;
}

int dnsmasq_event(struct life *life, int argc, char *const *argv, char *const *environment, int64_t now)
{
	char key[PXEBOOT_KEY_SIZE];
	uint32_t address;

	if (argc < 4)
		return 1;
	if (strcmp(argv[1], "tftp") == 0)
		return argc >= 5 ? note_tftp(life, argv, now) : 1;
	if (scalar_ip4(argv[3], &address) < 0 || life_machine(life, argv[2], key) < 0)
		return 1;
	if (strcmp(argv[1], "add") == 0 || strcmp(argv[1], "old") == 0)
		return note_lease(life, key, argv, environment, now);
	return strcmp(argv[1], "del") == 0 ? note_end(life, key, argv[3], now) : 1;
}
