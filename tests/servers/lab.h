/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A network of two namespaces that only this test process sees: the servers' side with 10.77.0.1/16 on srv0, and the
 * clients' side with 10.77.0.2/16 on cli0.  Everything that was started is stopped by its process id.
 */
#ifndef SERVERS_LAB_H
#define SERVERS_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"
#include "plugin.h"

#define LAB_SERVER "10.77.0.1"
#define LAB_SERVER_IP 0x0a4d0001u
#define LAB_CLIENT_IP 0x0a4d0002u
#define LAB_RELAY_IP 0x0a4e0002u	/* 10.78.0.2 */
#define LAB_SERVER_IP6 "fd77::1"
#define LAB_CLIENT_IP6 "fd77::2"
#define EXIT_SKIPPED 77

struct lab {
	int server_ns, client_ns;	/* namespaces, as descriptors */
	char directory[64];		/* for files, removed by lab_end() */
	pid_t dnsmasq, kea, dhcpd, tftpd;	/* 0: not running */
	bool quick;			/* dnsmasq keeps neither log nor leases on disk */
};

/* Builds the network.  Exits 77 with a message when it can't: no root, a program missing. */
void lab_begin(struct lab *lab, const char *const *programs);
void lab_end(struct lab *lab);

/* Moves the calling process to a side; sockets stay on the side on which they were opened. */
void lab_server_side(const struct lab *lab);
void lab_client_side(const struct lab *lab);

/* A path in the lab's directory; the caller frees it. */
char *lab_path(const struct lab *lab, const char *name);
/* One more address of the clients' side. */
void lab_add_client(const struct lab *lab, uint32_t address);
/* Another network, 10.78.0.0/16, whose relay stands on the clients' side. */
void lab_add_relay(const struct lab *lab);
/* IPv6 on both sides: fd77::1 and fd77::2.  Waits until the kernel has found them to be nobody else's. */
void lab_add_ip6(const struct lab *lab);
/* One more address, with its prefix's length, of the servers' side for itself. */
void lab_add_loopback(const struct lab *lab, const char *address);
/* Writes a file there, with its parents.  Stops the test on failure. */
void lab_write(const struct lab *lab, const char *name, const char *text);

/* Loads the policy text; prints the findings and stops the test when it is refused. */
struct pxeboot_policy *lab_policy(const struct lab *lab, const char *text);
/* What the output writes for this policy; the caller frees it.  Stops the test when it is refused. */
char *lab_written(const struct plugin_output *output, const struct pxeboot_policy *policy);

/* Writes the boot root of the policy, with a file "loader of ARCHITECTURE" for each architecture that is served. */
void lab_apply(const struct lab *lab, const struct pxeboot_policy *policy, const char *root);

bool lab_has_ip6(void);

/* Starts @argv on the servers' side, in the foreground; what it says goes to the file @log.  For lab_stop(). */
pid_t lab_start(const struct lab *lab, const char *const *argv, const char *log);

/* Starts the real server with this configuration, and waits until it answers.  False, with what it said, if it ends. */
bool lab_start_dnsmasq(struct lab *lab, const char *configuration);
/* With these client classes, and addresses for both networks; what a client says of an address it knows is taken. */
bool lab_start_kea(struct lab *lab, const char *classes);
/* With these rules included, and addresses for both networks, of which it keeps a record of each. */
bool lab_start_dhcpd(struct lab *lab, const char *rules);
bool lab_start_tftpd(struct lab *lab, const char *root, const char *map);
void lab_stop(pid_t *pid);

#endif
