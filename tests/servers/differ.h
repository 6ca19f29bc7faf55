/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random clients and random policies: a real DHCP server with the configuration that is written for it, and decide(), must
 * name the same file, server and options 60 and 67.  What is the same for every server stands here; a test of one server
 * says how that is started, and in what it can't help being different.
 *
 *	check_servers_NAME_random [PAIRS [SEED [POLICY]]]
 *
 * looks at so many pairs of a client and a policy, from policy number POLICY on.  What differs is shown with all that
 * is needed to see it again: the policy, the packet for `pxeboot explain --hex -`, and both answers.
 */
#ifndef SERVERS_DIFFER_H
#define SERVERS_DIFFER_H

#include "lab.h"
#include "random_client.h"
#include "volley.h"

/* What should be said to one client; all lent. */
struct differ_expected {
	bool silent;
	struct pxeboot_decision decision;
	const char *vendor_class;	/* option 60, or NULL */
	const char *named;		/* option 67 beside the file field, or NULL */
};

struct differ_question {
	const struct pxeboot_policy *policy;
	const struct random_client *random;
	const struct pxeboot_client *client;	/* with the address that it was offered */
	const struct volley_ask *ask;
};

struct differ_server {
	const char *const *programs;		/* for lab_begin() */
	const struct plugin_output *output;
	/* Starts it with what @output has written.  False when it doesn't start. */
	bool (*start)(struct lab *lab, const struct pxeboot_policy *policy, const char *written);
	void (*stop)(struct lab *lab);

	/* Of the rest each may be NULL, for no. */
	/* Is there something in this policy that it can't be told?  Its writer must say so, with a finding. */
	bool (*refuses)(const struct pxeboot_policy *policy);
	/* Has it addresses for the network behind the relay, 10.78.0.0/16? */
	bool (*relays)(const struct pxeboot_policy *policy);
	/* Does it leave options in the BOOTP file field unread, as no firmware sends any (RFC 2132, option 52)? */
	bool skips_file_field;
	/* Does it send option 43 to boot ROMs of Raspberry Pis? */
	bool tells_raspberry_pi;
	/* May it say nothing to somebody? */
	bool (*silent)(const struct pxeboot_policy *policy);
	/* Changes what is expected where the server can't help being different. */
	void (*bend)(const struct differ_question *question, struct differ_expected *expected);
};

/* The whole test; what main() returns. */
int differ_run(const struct differ_server *server, int argc, char **argv);

#endif
