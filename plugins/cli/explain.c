/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot explain: what does this machine get, and why not something else?
 */
#include <errno.h>
#include <string.h>

#include "capture.h"
#include "chain.h"
#include "cli.h"
#include "json.h"

struct job {
	struct session session;
	struct pxeboot_client *client;
	bool json, chain;
	int stage;		/* -1: at which the client stands */
	const char *pcap, *hex;
	size_t explained;
	int worst;		/* exit code so far */
};

enum { OPTION_STAGE = 256, OPTION_PCAP, OPTION_HEX, OPTION_CHAIN, OPTION_JSON, OPTION_FACT };

/* An option for every fact that somebody may want to state by hand. */
#define FACT(option, fact) { option, required_argument, NULL, OPTION_FACT + PXEBOOT_FACT_##fact }
static const struct option options[] = {
	SESSION_LONG_OPTIONS,
	{ "stage", required_argument, NULL, OPTION_STAGE },
	{ "pcap", required_argument, NULL, OPTION_PCAP },
	{ "hex", required_argument, NULL, OPTION_HEX },
	{ "chain", no_argument, NULL, OPTION_CHAIN },
	{ "json", no_argument, NULL, OPTION_JSON },
	FACT("mac", MAC), FACT("arch", ARCH), FACT("vendor-class", VENDOR_CLASS), FACT("user-class", USER_CLASS),
	FACT("features", FEATURES), FACT("uuid", UUID), FACT("serial", SERIAL), FACT("manufacturer", MANUFACTURER),
	FACT("product", PRODUCT), FACT("ip", ADDRESS), FACT("relay", RELAY),
	{ 0 },
};

static int set_fact(struct job *job, int fact, const char *value)
{
	int r = pxeboot_client_set(job->client, fact, value, NULL);

	if (r == -EBADMSG)
		return session_usage(&job->session, "'%s' is no %s", value, pxeboot_fact_name(fact));
	if (r < 0)
		return session_failure(&job->session, "%s", strerror(-r));
	return -1;
}

static int set_stage(struct job *job, const char *name)
{
	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++)
		if (strcmp(pxeboot_stage_name((enum pxeboot_stage)stage), name) == 0) {
			job->stage = stage;
			return -1;
		}
	return session_usage(&job->session, "no such stage: '%s'", name);
}

static int take_option(struct job *job, int option)
{
	switch (option) {
	case OPTION_STAGE:
		return set_stage(job, optarg);
	case OPTION_PCAP:
		job->pcap = optarg;
		return -1;
	case OPTION_HEX:
		job->hex = optarg;
		return -1;
	case OPTION_CHAIN:
		job->chain = true;
		return -1;
	case OPTION_JSON:
		job->json = true;
		return -1;
	}
	if (option >= OPTION_FACT)
		return set_fact(job, option - OPTION_FACT, optarg);
	return session_option(&job->session, option);
}

static int read_options(struct job *job, int argc, char **argv)
{
	int option, r;

	while ((option = getopt_long(argc, argv, SESSION_SHORT_OPTIONS, options, NULL)) != -1) {
		r = take_option(job, option);
		if (r >= 0)
			return r;
	}
	if (optind < argc)
		return session_usage(&job->session, "unexpected argument '%s'", argv[optind]);
	if (job->pcap && job->hex)
		return session_usage(&job->session, "--pcap and --hex exclude each other");
	if (job->json && !json_available(&job->session))
		return EXIT_USAGE;
	return -1;
}

/* The stage that was asked for, else the one at which the client stands. */
static enum pxeboot_stage stage_of(const struct job *job, const struct pxeboot_client *client)
{
	return job->stage >= 0 ? (enum pxeboot_stage)job->stage : pxeboot_stage_of(job->session.policy, client);
}

static void worse(struct job *job, int code)
{
	if (code > job->worst)
		job->worst = code;
}

static int explain_one(struct job *job, const struct pxeboot_client *client)
{
	struct explanation explanation;
	int r;

	if (job->explained++ && !job->json)
		putchar('\n');
	if (job->chain) {
		worse(job, chain_show(job->session.policy, client, job->json));
		return 0;
	}
	explanation_make(&explanation, job->session.policy, client, stage_of(job, client));
	if (job->json)
		json_explanation(&explanation);
	else
		explanation_print(&explanation);
	r = explanation.error;
	explanation_free(&explanation);
	return r < 0 ? session_failure(&job->session, "%s", strerror(-r)) : 0;
}

static int explain_packet(void *context, const uint8_t *bytes, size_t length)
{
	struct job *job = context;
	struct pxeboot_client *client;
	size_t before = pxeboot_diagnostics_count(job->session.diagnostics);
	int r = pxeboot_client_from_packet(bytes, length, job->session.diagnostics, &client);
	const struct pxeboot_diagnostic *diagnostic;

	while ((diagnostic = pxeboot_diagnostics_get(job->session.diagnostics, before++)))
		fprintf(stderr, "pxeboot explain: packet %zu: %s\n", job->explained + 1, diagnostic->text);
	if (r == -EBADMSG) {
		worse(job, EXIT_FINDINGS);
		return 0;
	}
	if (r < 0)
		return session_failure(&job->session, "%s", strerror(-r));
	r = explain_one(job, client);
	pxeboot_client_unref(client);
	return r;
}

static int explain_all(struct job *job)
{
	int r;

	if (!job->pcap && !job->hex)
		return explain_one(job, job->client);
	r = job->pcap ? capture_read(&job->session, job->pcap, explain_packet, job)
		      : hex_read(&job->session, job->hex, explain_packet, job);
	if (r == 0 && !job->explained && !job->worst)
		return session_failure(&job->session, "%s: no DHCP message of a client in it",
				       job->pcap ? job->pcap : job->hex);
	return r;
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct job job = { .session = { .command = self }, .stage = -1 };
	int r = pxeboot_client_new(&job.client);

	if (r < 0)
		return session_failure(&job.session, "%s", strerror(-r));
	r = read_options(&job, argc, argv);
	if (r < 0)
		r = session_load_or_tell(&job.session);
	if (r == EXIT_FINE && job.session.policy)	/* --help ends fine without one */
		r = explain_all(&job);
	if (r == EXIT_FINE)
		r = job.worst;
	session_end(&job.session);
	pxeboot_client_unref(job.client);
	return r;
}

const struct plugin_command command_explain = {
	.name = "explain",
	.summary = "what a machine gets at each stage, and why",
	.help = "Usage: pxeboot explain [OPTION...]\n\n"
		"Shows what one machine is given, the rule that gives it, and the rules that lost.\n\n"
		"The machine:\n"
		"      --mac MAC          52:54:00:12:34:56\n"
		"      --arch ARCH        number of DHCP option 93, or a name: 7, x64-uefi\n"
		"      --user-class TEXT  option 77; iPXE says iPXE\n"
		"      --vendor-class TEXT  option 60, PXEClient:Arch:00007:UNDI:003016\n"
		"      --features LIST    option 175: menu,http,bzimage\n"
		"      --uuid UUID, --serial TEXT, --manufacturer TEXT, --product TEXT\n"
		"      --ip ADDRESS, --relay ADDRESS\n"
		"      --pcap FILE        every DHCP client packet of a capture instead\n"
		"      --hex FILE         one DHCP message in hexadecimal instead; - is standard input\n\n"
		"What is shown:\n"
		"      --stage STAGE      firmware, ipxe-foreign, ipxe, script or os (default: the\n"
		"                         stage at which such a machine asks DHCP)\n"
		"      --chain            the whole way from power-on to the profile\n"
		"      --json             one JSON object a line\n\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 a chain that loops or ends in nothing, 2 usage, 3 system.\n",
	.run = run,
};
