/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the looks of the doctor share.  A look reads files of the machine (all of them below machine->root, so that a
 * tree of files can stand for another machine), adds findings, and says one line for each thing that it looked at.
 * Nothing here changes the machine.
 */
#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

#include <stdint.h>
#include <sys/types.h>

#include "base/diagnostics.h"
#include "base/text.h"
#include "plugin.h"
#include "process.h"
#include "settings.h"

#define DAEMONS_MAX 16
#define NOWHERE ((struct location){ NULL, 0 })

/* A dnsmasq that runs, or the one that would with the installed configuration. */
struct dnsmasq_daemon {
	const struct process *process;	/* NULL: it does not run */
	struct settings settings;
};

/* How in.tftpd runs, or would. */
struct tftpd_options {
	bool known;			/* there is an in.tftpd to speak of */
	const struct process *process;	/* NULL: it does not run */
	const char *file;		/* where its options stand; NULL: on the command line of the process */
	bool secure, create;
	const char *address, *map, *user, *directory;	/* or NULL; lent by the doctor */
	size_t n_directories;
};

struct doctor {
	const struct plugin_machine *machine;
	struct pxeboot_diagnostics *findings;
	size_t n_spoken_of;		/* findings that a line has spoken of */
	struct processes processes;
	struct dnsmasq_daemon dnsmasq[DAEMONS_MAX];
	size_t n_dnsmasq;
	struct tftpd_options tftpd;
	char **kept;			/* strings that live as long as the doctor */
	size_t n_kept;
};

/* ---- plugin.c: speaking */

/* One line of the report.  What was found since the last one belongs to it. */
void doctor_line(struct doctor *doctor, const char *what, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same for what can't be seen. */
void doctor_not_looked(struct doctor *doctor, const char *what, const char *why);
/* A copy that a terminal can be shown, kept until the doctor goes; "" stands for what there was no memory for. */
const char *doctor_shown(struct doctor *doctor, const char *string);
/* Kept as well, and not yet fit for a terminal. */
const char *doctor_format(struct doctor *doctor, const char *format, ...) PRINTF_LIKE(2, 3);
/* A setting of the policy; NULL without a policy. */
const char *doctor_policy(const struct doctor *doctor, const char *setting);
bool doctor_policy_is(const struct doctor *doctor, const char *setting, const char *value);

/* ---- files.c: the machine's files */

/* The place of @path below the machine's root; kept by the doctor. */
const char *doctor_path(struct doctor *doctor, const char *path);
/* As file_read(). */
int doctor_read(struct doctor *doctor, const char *path, size_t limit, char **ret_bytes);
bool doctor_exists(struct doctor *doctor, const char *path);
/* Reads a file of any length that tells no length, such as those of /proc, up to @limit bytes: the rest is not read. */
int doctor_read_stream(struct doctor *doctor, const char *path, size_t limit, char **ret_bytes, size_t *ret_length);
/* The version of an installed Debian package; NULL when it is not installed. */
const char *doctor_package(struct doctor *doctor, const char *name);
/* Is there such a user?  @ret_uid may be NULL. */
bool doctor_user(struct doctor *doctor, const char *name, uid_t *ret_uid);
/* The name of a user, or its number. */
const char *doctor_user_name(struct doctor *doctor, uid_t uid);
/* Does this machine have the IPv4 address? */
bool doctor_has_address(struct doctor *doctor, const char *address);
/* Is there a policy, and is its server.address one of this machine?  Else nothing that should run is missed. */
bool doctor_is_the_server(struct doctor *doctor);

/* ---- command.c */

/* Runs a program of this machine and reads what it says on standard output, up to
 * @limit bytes, for at most 5 seconds.  Its exit status, or a negative errno; -ENOENT: not installed, or another
 * machine's files are looked at. */
int doctor_command(const struct doctor *doctor, const char *const *argv, size_t limit, struct text *said);

/* ---- the looks */

void look_dnsmasq(struct doctor *doctor);
void look_hook(struct doctor *doctor);
void look_tftpd(struct doctor *doctor);
void look_ports(struct doctor *doctor);
void look_root(struct doctor *doctor);
void look_ipxe(struct doctor *doctor);
void look_apparmor(struct doctor *doctor);
void look_firewall(struct doctor *doctor);
void look_probe(struct doctor *doctor);

/* ---- what they tell each other */

/* Does it answer DHCP (IPv4) at all, and beside another server only? */
bool dnsmasq_serves_dhcp(const struct dnsmasq_daemon *daemon);
bool dnsmasq_is_proxy(const struct dnsmasq_daemon *daemon);
bool dnsmasq_serves_tftp(const struct dnsmasq_daemon *daemon);
/* The script that it runs for its leases, or NULL. */
const char *dnsmasq_script(const struct dnsmasq_daemon *daemon);
/* The map of in.tftpd as a whole path; kept by the doctor.  NULL: it has none. */
const char *tftpd_map(struct doctor *doctor, const struct tftpd_options *options);
/* The tree that is served by TFTP: the policy's, else in.tftpd's, else dnsmasq's.  NULL: there is none. */
const char *doctor_boot_root(const struct doctor *doctor);

#endif
