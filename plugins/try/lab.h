/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The virtual lab: a network, a boot root, servers and one machine, all inside namespaces of their own.  The process
 * that runs it is the first of its process namespace: when it ends, however it ends, the kernel ends everything that
 * it started and takes the network and the scratch files away.
 *
 * Functions return 0 or a negative errno and have told the user why.
 */
#ifndef TRY_LAB_H
#define TRY_LAB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macro.h"
#include "console.h"
#include "firmware.h"
#include "monitor.h"
#include "session.h"
#include "story.h"

/* The scratch files live on the private /dev: the one directory that every system has and no user keeps files in. */
#define SCRATCH "/dev/pxeboot-try"
#define LAB_TAP "try-machine"
#define LAB_SEGMENT "try-segment"	/* the machine's bridge when it is not the server's */
#define LAB_OTHER_FILE "no-such-loader.0"	/* what another DHCP server names with --other file */
#define LAB_WAIT "wait"		/* among the keys: a second without one */
#define LAB_RUNS 4			/* servers of the user's own */
#define LAB_PIPES SCRATCH "/qmp"	/* with .in and .out: QEMU's monitor, for them */

struct lab_options {
	const struct firmware *firmware;
	const char *nic, *mac, *uuid, *serial, *memory;
	const char *flash;		/* the directory of the firmware's images; NULL: where Debian's package has them */
	const char *disk;		/* a raw image that stays as it is; or NULL */
	const char *screenshot, *expect, *keep;
	const char *embedded;		/* a script that stands for the one in the loader; or NULL */
	const char *runs[LAB_RUNS];	/* shell commands that serve the machine, too */
	size_t n_runs;
	enum power until;		/* how the machine has to end; POWER_ON: it needs not */
	bool until_menu;		/* the end is the first menu, and the picture is taken after the keys */
	const char *const *keys;	/* to press at the first menu, NULL-terminated, some of them LAB_WAIT */
	bool secure_boot;		/* @firmware has it on */
	bool http_boot;			/* the firmware asks over HTTP */
	bool ipv6;			/* the network has nothing else */
	bool ipxe_rom;			/* the card's ROM may show that it is an iPXE */
	bool disguise;			/* else it looks like plain PXE, until it has loaded a loader */
	bool relay;			/* the machine is in another subnet, behind a relay */
	unsigned vlan;			/* the machine's port is tagged with this one; 0: it is not */
	bool second_nic;		/* the card that boots is the machine's second */
	bool other_file;		/* the other DHCP server names a boot file of its own */
	bool press;			/* keys were named, or none wanted (keys[0] is NULL then) */
	unsigned timeout, stall;	/* seconds */
};

/* Addresses, as text. */
struct network {
	char bridge[16], address[16], netmask[16], first[16], last[16], other[16];
	char relay[16], relay_subnet[16], relay_netmask[16], relay_first[16], relay_last[16];	/* the machine's side */
	unsigned prefix, relay_prefix;
	char address6[48], first6[48], last6[48];
	bool range_given, proxy, relayed, other_file, ipv6, embedded;
};

struct lab {
	const struct lab_options *options;
	struct session *session;
	const struct pxeboot_policy *policy;
	struct network network;
	struct story story;
	struct console console;
	pid_t machine;
	struct server {
		pid_t pid;
		const char *name;
	} servers[4 + LAB_RUNS];
	size_t n_servers;
	int64_t power_on;		/* milliseconds on the monotonic clock */
	int card, tap;			/* the two ends of the machine's cable, as this process holds them */
	int signals, log;		/* signalfd, /dev/log */
	struct monitor monitor;
	enum power power;
	int serial;			/* -1 until the machine has one */
	int capture;			/* pcap file in the scratch directory */
	FILE *console_text;		/* the serial console's lines; NULL: not kept */
	int64_t menu_since;		/* when the first menu was found waiting; 0: not yet */
	const char *const *keys;	/* that are still to be pressed, once the menu has been looked at; or NULL */
	int64_t key_at;			/* when the next of them is due */
	bool shot;
	int no_picture;			/* why there is none of the first menu: a negative errno */
};

/* "pxeboot try: …" on standard error; returns @error. */
int lab_fail(int error, const char *format, ...) PRINTF_LIKE(2, 3);
int64_t lab_now(const struct lab *lab);		/* milliseconds since power-on */

/* space.c: private namespaces.  space_leave_host() is for the parent, before it forks; space_settle() for the child. */
int space_leave_host(void) MUST_USE;
int space_settle(struct lab *lab) MUST_USE;

/* network.c */
int network_plan(const struct pxeboot_policy *policy, const struct lab_options *options,
		 struct network *ret_network) MUST_USE;
int network_build(const struct network *network) MUST_USE;
/* Runs lines of ip(8) in one go. */
int network_run_ip(const char *lines) MUST_USE;

/* neighbour.c: runs @live in a namespace at the far ends of these cables (the last has no @near), whose near ends are in
 * the lab's bridges.  It lives as long as the lab. */
struct cable {
	const char *near, *far, *bridge;
};
int neighbour_start(const struct network *network, const struct cable *cables,
		    int (*live)(const struct network *network)) MUST_USE;

/* relay.c: the router, and relay of DHCP, between the machine's subnet and the server's. */
int relay_start(const struct network *network) MUST_USE;

/* other.c: the DHCP server of somebody else, for policies that only add to it (server.dhcp.proxy). */
int other_start(const struct network *network) MUST_USE;

/* root.c: the boot root as `apply` would leave it, without touching the real one. */
int root_build(struct session *session) MUST_USE;

/* embedded.c: puts the script of --embedded into the boot root, and into the answers of a dnsmasq. */
struct command;
int embedded_lay(const struct lab *lab) MUST_USE;
void embedded_add_option(const struct network *network, struct command *command);

/* servers.c */
int servers_start(struct lab *lab) MUST_USE;
/* The words that make dnsmasq a server of the lab, whatever else it is told. */
extern const char *const servers_dnsmasq[];
/* Writes down what in.tftpd and the hook tell syslog. */
void servers_take_log(const struct lab *lab);

/* wire.c: @ret_card is QEMU's end.  wire_carry() hands on all frames that wait, and tells the story. */
int wire_lay(struct lab *lab, int *ret_card) MUST_USE;
void wire_carry(struct lab *lab);

/* machine.c */
int machine_start(struct lab *lab, int card) MUST_USE;
/* Adds the path of an image of the firmware: in the user's directory of such, or as @packaged has it. */
int machine_find_image(const struct lab_options *options, const char *packaged, struct text *path) MUST_USE;

/* run.c: from power-on to the verdict; returns an exit code. */
int lab_run(struct lab *lab);

/* report.c: logs, screen and what else a person wants to see afterwards. */
int report_screenshot(struct lab *lab) MUST_USE;
void report_failure(struct lab *lab);
void report_keep(const struct lab *lab);

#endif
