/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What can be seen of the life of a machine in one set-up, and which one-shot boots can therefore end: one table, which
 * pxeboot-once(7) shows to people.
 */
#ifndef SIGHT_H
#define SIGHT_H

#include <stdbool.h>

#include "base/macro.h"
#include "pxeboot.h"

/* Who tells when a machine asks DHCP, which is when it was switched on. */
enum sight_dhcp {
	SIGHT_OURS,		/* dnsmasq grants the leases and calls the hook */
	SIGHT_THEIRS,		/* as the existing configuration has it: perhaps that dnsmasq, perhaps nobody */
	SIGHT_OTHERS,		/* nobody: in proxy mode, and beside server.dhcp.server, dnsmasq calls no hook */
	SIGHT_NO_HOOK,		/* nobody: there is no hook */
};
#define SIGHT_DHCP_COUNT 4

/* Who hands out the script of a one-shot boot. */
enum sight_door {
	SIGHT_LIVE,		/* the FastCGI program, which knows what it gives to whom */
	SIGHT_TFTP,		/* dnsmasq, which tells the hook of each file */
	SIGHT_TFTPD,		/* another TFTP server, which tells nobody */
	SIGHT_WEB,		/* a web server over the boot root, likewise */
};
#define SIGHT_DOOR_COUNT 4

enum sight_seen { SIGHT_NEVER, SIGHT_PERHAPS, SIGHT_STANDS_FOR, SIGHT_ALWAYS };	/* the third: another event stands for it */

enum sight_level { SIGHT_FINE, SIGHT_NOTE, SIGHT_WARNING, SIGHT_REFUSED };

/* Ways to say done. */
#define SIGHT_DONE_COMMAND 1u	/* `pxeboot done`, by the administrator */
#define SIGHT_DONE_POST 2u	/* to the FastCGI program */
#define SIGHT_DONE_TFTP 4u	/* by fetching a file from dnsmasq */

struct sight {
	enum sight_dhcp dhcp;
	enum sight_door door;
	enum sight_door file_door;	/* the same without the FastCGI program: when it is stopped */
	unsigned done;			/* bits, SIGHT_DONE_… */
};

struct sight_cell {
	enum sight_seen power_on, served;
	struct {
		enum sight_level level;
		const char *why;	/* NULL when fine; goes on after "hosts.NAME: " */
	} modes[2];			/* enum pxeboot_once_mode */
};

const struct sight_cell *sight_cell(enum sight_dhcp dhcp, enum sight_door door);

/* The set-up of a policy; @hook: is there a hook that knows the state? */
struct sight sight_of(const struct pxeboot_policy *policy, bool hook);

/* Does its file in the boot root serve it?  Beside the FastCGI program only where it would end without that, too: elsewhere a
 * machine that boots while the program is stopped boots as it always does. */
bool sight_serves_by_file(const struct sight *sight, int mode);

#endif
