/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Finding the store.
 */
#include "fleet.h"

#include <errno.h>
#include <string.h>

int fleet_option(struct fleet *fleet, int option)
{
	if (option != 'D')
		return session_option(&fleet->session, option);
	fleet->directory = optarg;
	return -1;
}

/* The machines are there whatever the policy says; only their names are not. */
static int load_beside(struct fleet *fleet)
{
	struct session *session = &fleet->session;
	int r = session_load(session);

	if (r == 0) {
		session_tell(session, stderr);
	} else if (r == -EINVAL || r == -ENOMEM) {
		session_tell(session, stderr);
		return r == -EINVAL ? EXIT_USAGE : session_failure(session, "%s", strerror(-r));
	} else if (session->policy_path || r != -ENOENT) {
		fprintf(stderr,
			"pxeboot %s: the policy can't be loaded, so that machines have no names; "
			"'pxeboot check' says why\n",
			session->command->name);
	}
	session->n_told = pxeboot_diagnostics_count(session->diagnostics);
	return EXIT_FINE;
}

int fleet_prepare(struct fleet *fleet)
{
	int r;

	if (fleet->directory)
		return load_beside(fleet);
	r = session_load_or_tell(&fleet->session);
	if (r == EXIT_FINE)
		fleet->directory = pxeboot_policy_get(fleet->session.policy, "server.state");
	else
		fprintf(stderr, "pxeboot %s: --state DIR shows the machines without a policy\n",
			fleet->session.command->name);
	return r;
}

int fleet_open(struct fleet *fleet, bool keep)
{
	return pxeboot_state_open(fleet->directory, PXEBOOT_STATE_LOOK, keep ? fleet->session.diagnostics : NULL,
				  &fleet->state);
}

int fleet_failure(struct fleet *fleet, int error)
{
	struct session *session = &fleet->session;
	size_t told = session->n_told;

	session_tell(session, stderr);
	if (error == -ENOENT)
		return session_failure(session,
				       "%s: nothing has been recorded yet. Machines are recorded by dnsmasq's hook "
				       "or Lua script, and by the FastCGI program: see RECORDING in pxeboot(1)",
				       fleet->directory);
	if (error == -ENOTSUP)
		return session_failure(session, "this build remembers no machines (built without LMDB)");
	if (session->n_told > told)
		return EXIT_SYSTEM;
	return session_failure(session, "%s: %s", fleet->directory,
			       error == -ESTALE ? "was moved aside by another program; try again" : strerror(-error));
}

void fleet_close(struct fleet *fleet)
{
	pxeboot_state_close(fleet->state);
	fleet->state = NULL;
}

void fleet_end(struct fleet *fleet)
{
	fleet_close(fleet);
	session_end(&fleet->session);
}
