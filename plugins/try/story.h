/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The story of one boot: what was seen on the wire and on the serial console, told line by line, and where it ends.
 * It is fed with frames, lines and the time; it starts nothing and waits for nothing.
 */
#ifndef TRY_STORY_H
#define TRY_STORY_H

#include "kind.h"
#include "lines.h"
#include "power.h"

#define STORY_PROGRESS 5000		/* milliseconds between two reports on a file that takes long */
#define STORY_FILES 64			/* names of fetched files that are counted */

enum story_end {
	STORY_GOES_ON,
	STORY_BOOTED,
	STORY_AT_MENU,			/* which is all that was wanted */
	STORY_STALLED,			/* nothing new for too long */
	STORY_LATE,			/* the time is up */
	STORY_LOOPS,
	STORY_OFF,			/* the machine has stopped */
	STORY_DENIED,			/* Secure Boot does not let it start what was fetched last */
};

/* How far the chain came; each step is further than those above. */
enum story_step {
	STEP_NOTHING,
	STEP_ASKED,			/* DHCP, no answer yet */
	STEP_TOLD,			/* a boot file */
	STEP_REFUSED,			/* the last file asked for isn't there */
	STEP_LOADER,
	STEP_SCRIPT,
	STEP_MENU,
	STEP_KERNEL,
};
#define STORY_STEP_COUNT 8

/* One exchange with DHCP, from DISCOVER on. */
struct story_exchange {
	struct pxeboot_client *client;	/* as its last message says */
	bool answered;
	int64_t since;
	uint32_t transaction6;		/* of DHCPv6 */
	char told[256];			/* the boot file; "" */
	char elsewhere[256];		/* likewise, by a DHCP server that is not the policy's */
};

struct story_file {
	char name[TRANSFER_NAME];
	enum file_kind kind;
	unsigned times;			/* fetched whole */
	size_t lines[2];		/* counts of lines when it came last, and the time before */
};

struct story {
	const struct pxeboot_policy *policy;
	const char *expect;		/* on the serial console; or NULL */
	const char *relay;		/* the address of the relay between the machine and the server; or NULL */
	uint32_t server;		/* in proxy mode, whose answers are the policy's; 0: all are */
	enum power until, power;	/* how the machine has to stop (POWER_ON: it needs not), and how it is */
	int64_t stall, limit;		/* milliseconds */
	struct lines lines;
	struct transfers transfers;
	struct story_exchange exchange;
	struct story_file files[STORY_FILES];
	size_t n_files;
	const struct story_file *looping;
	enum story_step step;
	char last_refused[TRANSFER_NAME], last_elsewhere[TRANSFER_NAME];
	struct text hops;		/* "firmware x64-uefi > snponly.efi > …" */
	char last_hop[TRANSFER_NAME];
	int64_t last_new, last_file, last_progress;	/* when */
	uint64_t last_bytes, part_bytes;		/* of the running transfer; of files that are read in parts */
	unsigned menus;			/* how often a menu was fetched */
	unsigned mismatches;		/* DHCP answers that are not the policy's */
	bool loaded;			/* a loader was fetched whole */
	bool secure;			/* Secure Boot is on */
	const char *denied_by;		/* who said so on the serial console: "the firmware"; or NULL */
	bool expected_seen, disk_seen;
};

/* The policy and the text are lent until story_free().  @ipv6: the machine has nothing else. */
void story_begin(struct story *story, const struct pxeboot_policy *policy, const char *expect, bool ipv6);
void story_free(struct story *story);

/* A frame from the machine's wire. */
void story_see_frame(struct story *story, const void *bytes, size_t length, int64_t now);
/* A line of the serial console, without control characters; @whole is false while it may still grow. */
void story_see_serial(struct story *story, const char *line, bool whole, int64_t now);

/* Is the chain at its end? */
enum story_end story_look(struct story *story, enum power power, int64_t now);
/* Has a menu been on the screen, and the line quiet, for @quiet milliseconds? */
bool story_is_at_menu(const struct story *story, int64_t quiet, int64_t now);
/* Tells the end, and after a failure what to look at.  Returns whether it was a success. */
bool story_tell_end(struct story *story, enum story_end end, int64_t now);

#endif
