/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A lab whose dnsmasq serves TFTP and runs the hook as an unprivileged user, as `apply` sets it up; machines that boot in
 * it, each step of the test's choice; and what is then written down of them.
 */
#ifndef SERVERS_RECORDER_H
#define SERVERS_RECORDER_H

#include "dhcp_client.h"
#include "lab.h"
#include "pxeboot.h"
#include "tftp_client.h"

#define RECORDER_USER "nobody"
#define RECORDER_PATIENCE 8000		/* milliseconds, for the hook: its events lag */
#define NODE1 "52:54:00:77:00:01"	/* a host of the policy */
#define NODE1_FILE "52-54-00-77-00-01"
#define STRANGER "52:54:00:77:00:99"	/* nobody's */

struct recorder {
	struct lab lab;
	struct pxeboot_policy *policy;
	int socket;
	uint32_t xid;
	unsigned markers;
};

/* With PXEBOOT_LUA in the environment the Lua module does the hook's work.
 *
 * Builds the lab, its boot root and hook.conf, and starts dnsmasq with @extra lines.  Exits 77 with a message where it
 * can't.  @state: the store's directory in the lab's, which is made unless it is there. */
void recorder_begin(struct recorder *recorder, const char *state, const char *extra);
void recorder_end(struct recorder *recorder);
bool recorder_restart(struct recorder *recorder, const char *extra);

/* One machine of x64 UEFI. */
struct machine {
	struct recorder *recorder;
	const char *mac;
	uint32_t address;		/* host byte order; 0: it has none yet */
};

/* Options that a client adds to what it sends anyway. */
struct more {
	uint8_t code;
	const void *bytes;
	size_t length;
};

/* Asks for a lease as the one or the other does, with @n more options; false when there was no ACK. */
bool machine_firmware(struct machine *machine);
bool machine_ipxe(struct machine *machine);
bool machine_system(struct machine *machine);
bool machine_asks(struct machine *machine, const struct more *more, size_t n);
void machine_releases(struct machine *machine);
/* Fetches a file by TFTP; @ret_answer may be NULL.  False when it did not come. */
bool machine_fetches(struct machine *machine, const char *file, struct tftp_answer *ret_answer);

/* Fetches a file that was not there before and waits until that is written down: so is all that came before then.  The machine
 * must be known. */
bool machine_catches_up(struct machine *machine);

/* Waits until the record of @key says all of these words, such as "stage=ipxe boots=1 file=boot.ipxe once=armed tries=0
 * address=10.77.1.3 profile=- token=…"; "-" stands for nothing, and "unknown" for no record.  Tells what it says instead. */
bool recorder_says(struct recorder *recorder, const char *key, const char *words);
/* The same, for one look. */
bool recorder_said(struct recorder *recorder, const char *key, const char *words);
/* The whole record; NULL.  The caller frees it. */
struct pxeboot_record *recorder_read(struct recorder *recorder, const char *key);
/* Waits for an event of dnsmasq with these words, and forgets all that came so far; the hook is done with it then. */
void recorder_forgets(struct recorder *recorder);
bool recorder_hears(struct recorder *recorder, const char *words);
/* Does the boot root have the file, with these words in it? */
bool recorder_serves(const struct recorder *recorder, const char *name, const char *words);

#endif
