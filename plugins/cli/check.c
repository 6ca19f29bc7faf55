/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot check: is the policy, or a configuration that somebody else wrote, or this machine as it should be?
 */
#include "check.h"

#include <errno.h>
#include <string.h>

#include "cli.h"
#include "json.h"

enum { OPTION_JSON = 256, OPTION_ROOT, OPTION_NO_FILES, OPTION_DNSMASQ, OPTION_TFTPD_MAP, OPTION_SYSTEM, OPTION_PROBE };

static const struct option long_options[] = {
	SESSION_LONG_OPTIONS,
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "root", required_argument, NULL, OPTION_ROOT },
	{ "no-files", no_argument, NULL, OPTION_NO_FILES },
	{ "dnsmasq", required_argument, NULL, OPTION_DNSMASQ },
	{ "tftpd-map", required_argument, NULL, OPTION_TFTPD_MAP },
	{ "system", no_argument, NULL, OPTION_SYSTEM },
	{ "probe", required_argument, NULL, OPTION_PROBE },
	{ 0 },
};

int check_exit_code(const struct session *session, int r)
{
	if (r == -EINVAL)
		return EXIT_USAGE;
	if (r < 0 && r != -EBADMSG)
		return session_failure(session, "%s", strerror(-r));
	return r == -EBADMSG || session_count(session, PXEBOOT_WARNING) ? EXIT_FINDINGS : EXIT_FINE;
}

static int take_dnsmasq(const struct session *session, struct check_options *options, const char *file)
{
	if (options->n_dnsmasq == CHECK_FILES_MAX)
		return session_usage(session, "--dnsmasq: more than %d files", CHECK_FILES_MAX);
	options->dnsmasq[options->n_dnsmasq++] = file;
	return -1;
}

static int take_option(struct session *session, struct check_options *options, int option)
{
	switch (option) {
	case OPTION_JSON:
		options->json = true;
		return -1;
	case OPTION_ROOT:
		options->root = optarg;
		return -1;
	case OPTION_NO_FILES:
		options->no_files = true;
		return -1;
	case OPTION_DNSMASQ:
		return take_dnsmasq(session, options, optarg);
	case OPTION_TFTPD_MAP:
		options->tftpd_map = optarg;
		return -1;
	case OPTION_SYSTEM:
		options->system = true;
		return -1;
	case OPTION_PROBE:
		options->probe = optarg;
		return -1;
	}
	return session_option(session, option);
}

static bool is_existing(const struct check_options *options)
{
	return options->tftpd_map || options->n_dnsmasq;
}

/* One of three things is looked at. */
static int refuse_mixtures(const struct session *session, const struct check_options *options)
{
	bool existing = is_existing(options);

	if (options->system && (existing || options->root || options->no_files))
		return session_usage(session, "--system looks at this machine alone");
	if (options->probe && !options->system)
		return session_usage(session, "--probe goes with --system");
	if (existing && (session->policy_path || session->n_overrides))
		return session_usage(session, "an existing configuration is checked without a policy");
	if (existing && options->no_files)
		return session_usage(session, "--no-files goes with a policy");
	return -1;
}

static int read_options(struct session *session, struct check_options *options, int argc, char **argv)
{
	int option, r = -1;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS, long_options, NULL)) != -1) {
		r = take_option(session, options, option);
		if (r >= 0)
			return r;
	}
	/* --dnsmasq FILE FILE: what a shell makes of a pattern. */
	for (; r < 0 && options->n_dnsmasq && optind < argc; optind++)
		r = take_dnsmasq(session, options, argv[optind]);
	if (r >= 0)
		return r;
	if (optind < argc)
		return session_usage(session, "unexpected argument '%s'", argv[optind]);
	if (options->json && !json_available(session))
		return EXIT_USAGE;
	return refuse_mixtures(session, options);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct session session = { .command = self };
	struct check_options options = { 0 };
	int r = read_options(&session, &options, argc, argv);

	if (r < 0)
		r = options.system ? check_system(&session, &options) :
		    is_existing(&options) ? check_existing(&session, &options) : check_whole_policy(&session, &options);
	session_end(&session);
	return r;
}

const struct plugin_command command_check = {
	.name = "check",
	.summary = "prove that every machine boots, tell every fault",
	.help = "Usage: pxeboot check [OPTION...]\n"
		"       pxeboot check --dnsmasq FILE... [--tftpd-map FILE] [--root DIR]\n"
		"       pxeboot check --system [--probe INTERFACE]\n\n"
		"Reads the policy, everything that would be written from it and the files that it\n"
		"makes machines fetch, and proves for every client that can exist that it boots.\n"
		"Every fault is told at once as FILE:LINE. Nothing is written.\n\n"
		"      --root DIR         look for the boot root's files there\n"
		"      --no-files         look at none of them\n"
		"      --json             findings as JSON on standard output\n\n"
		"Configurations that somebody else wrote, without a policy:\n"
		"      --dnsmasq FILE...  of dnsmasq, with all that they include\n"
		"      --tftpd-map FILE   the map of in.tftpd\n"
		"      --root DIR         the files that the TFTP server serves\n\n"
		"This machine: dnsmasq, in.tftpd, their ports, the boot root, AppArmor, the firewall.\n"
		"No policy is needed; one that loads says what should be there.\n"
		"      --system           look at this machine; as root it sees more\n"
		"      --probe INTERFACE  ask once, for 5 seconds, who answers DHCP there; nothing\n"
		"                         that is offered is taken\n\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 findings (warnings too), 2 usage, 3 system.\n",
	.run = run,
};
