/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot check` is asked to look at, and those who look.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "session.h"

#define CHECK_FILES_MAX 64

struct check_options {
	bool json, no_files, system;
	const char *root;		/* where the boot root, or what an existing server serves, is to be looked for */
	const char *dnsmasq[CHECK_FILES_MAX];	/* existing files of its configuration */
	size_t n_dnsmasq;
	const char *tftpd_map;		/* an existing map of in.tftpd */
	const char *probe;		/* the interface where DHCP servers are asked for */
};

/* Each tells its findings and a summary, and returns an exit code. */
int check_whole_policy(struct session *session, const struct check_options *options);
int check_existing(struct session *session, const struct check_options *options);
int check_system(struct session *session, const struct check_options *options);

/* What a check leaves with that ended in @r: 0 or a negative errno. */
int check_exit_code(const struct session *session, int r);

#endif
