/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The table (see sight.h).
 */
#include "sight.h"

#include <string.h>

#define FINE { SIGHT_FINE, NULL }
#define STANDS_FOR { SIGHT_NOTE, \
	"nobody sees its script being fetched; that iPXE asks DHCP stands for it, so that a fetch that fails uses the boot up" }
#define MINUTE { SIGHT_NOTE, \
	"nobody sees it being switched on; if it comes back within a minute, that counts as the same boot" }
#define THEIRS_TWICE { SIGHT_NOTE, \
	"server.dhcp has no range: where another server than this dnsmasq grants its lease, it is given this once more at the boot " \
	"after" }
#define THEIRS_BLIND { SIGHT_WARNING, \
	"server.dhcp has no range: where another server than this dnsmasq grants its lease, nobody sees a thing and it is given " \
	"this at every boot" }
#define TWICE { SIGHT_REFUSED, \
	"where another server than dnsmasq grants its lease nobody sees it being switched on, and it would be given this a " \
	"second time; expected until_done = true, or server.live" }
#define BLIND { SIGHT_REFUSED, \
	"where another server than dnsmasq grants its lease nobody sees it being switched on or fetching its script, and it would be " \
	"given this at every boot; expected server.live, or dnsmasq to serve the scripts by TFTP and until_done = true" }
#define NO_HOOK { SIGHT_REFUSED, \
	"without dnsmasq's hook nobody sees it being switched on or fetching its script, and it would be given this at every boot; " \
	"expected server.dnsmasq.hook_user, which makes dnsmasq call it, or server.live" }

/* In the order of enum pxeboot_once_mode: next-boot, until-done. */
static const struct sight_cell cells[SIGHT_DHCP_COUNT][SIGHT_DOOR_COUNT] = {
	[SIGHT_OURS] = {
		[SIGHT_LIVE] = { SIGHT_ALWAYS, SIGHT_ALWAYS, { FINE, FINE } },
		[SIGHT_TFTP] = { SIGHT_ALWAYS, SIGHT_ALWAYS, { FINE, FINE } },
		[SIGHT_TFTPD] = { SIGHT_ALWAYS, SIGHT_STANDS_FOR, { STANDS_FOR, STANDS_FOR } },
		[SIGHT_WEB] = { SIGHT_ALWAYS, SIGHT_STANDS_FOR, { STANDS_FOR, STANDS_FOR } },
	},
	[SIGHT_THEIRS] = {
		[SIGHT_LIVE] = { SIGHT_PERHAPS, SIGHT_ALWAYS, { MINUTE, MINUTE } },
		[SIGHT_TFTP] = { SIGHT_PERHAPS, SIGHT_ALWAYS, { THEIRS_TWICE, MINUTE } },
		[SIGHT_TFTPD] = { SIGHT_PERHAPS, SIGHT_PERHAPS, { THEIRS_BLIND, THEIRS_BLIND } },
		[SIGHT_WEB] = { SIGHT_PERHAPS, SIGHT_PERHAPS, { THEIRS_BLIND, THEIRS_BLIND } },
	},
	[SIGHT_OTHERS] = {
		[SIGHT_LIVE] = { SIGHT_NEVER, SIGHT_ALWAYS, { MINUTE, MINUTE } },
		[SIGHT_TFTP] = { SIGHT_NEVER, SIGHT_ALWAYS, { TWICE, MINUTE } },
		[SIGHT_TFTPD] = { SIGHT_NEVER, SIGHT_NEVER, { BLIND, BLIND } },
		[SIGHT_WEB] = { SIGHT_NEVER, SIGHT_NEVER, { BLIND, BLIND } },
	},
	[SIGHT_NO_HOOK] = {
		[SIGHT_LIVE] = { SIGHT_NEVER, SIGHT_ALWAYS, { MINUTE, MINUTE } },
		[SIGHT_TFTP] = { SIGHT_NEVER, SIGHT_NEVER, { NO_HOOK, NO_HOOK } },
		[SIGHT_TFTPD] = { SIGHT_NEVER, SIGHT_NEVER, { NO_HOOK, NO_HOOK } },
		[SIGHT_WEB] = { SIGHT_NEVER, SIGHT_NEVER, { NO_HOOK, NO_HOOK } },
	},
};

const struct sight_cell *sight_cell(enum sight_dhcp dhcp, enum sight_door door)
{
	return &cells[dhcp][door];
}

/* A hook would see nothing of leases that are another server's, but for files that dnsmasq serves. */
static enum sight_dhcp dhcp_of(const struct pxeboot_policy *policy, enum sight_door file_door, bool hook)
{
	bool others = pxeboot_policy_get(policy, "server.dhcp.proxy") ||
		     strcmp(pxeboot_policy_get(policy, "server.dhcp.server"), "dnsmasq") != 0;

	if (!hook && !(others && file_door != SIGHT_TFTP))
		return SIGHT_NO_HOOK;
	if (others)
		return SIGHT_OTHERS;
	return pxeboot_policy_get(policy, "server.dhcp.range") ? SIGHT_OURS : SIGHT_THEIRS;
}

struct sight sight_of(const struct pxeboot_policy *policy, bool hook)
{
	bool tftp = !strcmp(pxeboot_policy_get(policy, "server.tftp"), "dnsmasq");
	bool live = pxeboot_policy_get(policy, "server.live");
	enum sight_door file_door = pxeboot_policy_get(policy, "server.http") ? SIGHT_WEB : tftp ? SIGHT_TFTP : SIGHT_TFTPD;

	return (struct sight){
		.dhcp = dhcp_of(policy, file_door, hook),
		.door = live ? SIGHT_LIVE : file_door,
		.file_door = file_door,
		.done = SIGHT_DONE_COMMAND | (live ? SIGHT_DONE_POST : 0) | (tftp && hook ? SIGHT_DONE_TFTP : 0),
	};
}

bool sight_serves_by_file(const struct sight *sight, int mode)
{
	return sight->door != SIGHT_LIVE || cells[sight->dhcp][sight->file_door].modes[mode].level < SIGHT_WARNING;
}
