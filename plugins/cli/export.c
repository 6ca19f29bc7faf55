/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot export: the configuration that a plugin writes for another program, on standard output.
 */
#include <errno.h>
#include <string.h>

#include "cli.h"

static const struct plugin_output *find_output(const char *name)
{
	for (size_t i = 0; all_plugins[i]; i++)
		if (all_plugins[i]->output && strcmp(all_plugins[i]->output->name, name) == 0)
			return all_plugins[i]->output;
	return NULL;
}

static int write_out(struct session *session, const struct plugin_output *output)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	int r = output->write(session->policy, &text, session->diagnostics);

	session_tell(session, stderr);
	if (r == 0)
		r = text.error;
	if (r == -EBADMSG)
		return EXIT_FINDINGS;
	if (r < 0)
		return session_failure(session, "%s", strerror(-r));
	if (text.length && fwrite(text.bytes, 1, text.length, stdout) != text.length)
		return session_failure(session, "standard output: %s", strerror(errno));
	return fflush(stdout) ? session_failure(session, "standard output: %s", strerror(errno)) : EXIT_FINE;
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	static const struct option options[] = { SESSION_LONG_OPTIONS, { 0 } };
	struct session session = { .command = self };
	const struct plugin_output *output;
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS, options, NULL)) != -1) {
		r = session_option(&session, option);
		if (r >= 0)
			return r;
	}
	if (optind + 1 != argc)
		return session_usage(&session, "expected the name of one configuration");
	output = find_output(argv[optind]);
	if (!output)
		return session_usage(&session, "no such configuration: '%s'", argv[optind]);
	r = session_load_or_tell(&session);
	if (r == EXIT_FINE)
		r = write_out(&session, output);
	session_end(&session);
	return r;
}

const struct plugin_command command_export = {
	.name = "export",
	.summary = "write a server's configuration to standard output",
	.help = "Usage: pxeboot export NAME [OPTION...]\n\n"
		"Writes the configuration of another program that follows from the policy:\n"
		"  comware        classes for the DHCP server of H3C's and HPE's switches (Comware 7)\n"
		"  comware-plain  the same for switches without classes: one file name\n"
		"  dnsmasq        for dnsmasq's conf-dir\n"
		"  hook           hook.conf of dnsmasq's dhcp-script\n"
		"  isc-dhcpd      for include in ISC dhcpd's dhcpd.conf\n"
		"  kea            client classes for kea-dhcp4's client-classes\n"
		"  tftpd          the map of tftp-hpa's in.tftpd (-m)\n\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 findings, 2 usage, 3 system.\n",
	.run = run,
};
