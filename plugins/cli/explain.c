/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot explain: what does this machine get, and why not something else?
 */
#include <errno.h>
#include <string.h>

#include "base/scalar.h"
#include "capture.h"
#include "chain_page.h"
#include "changes.h"
#include "cli.h"
#include "drawing.h"
#include "json.h"

#define MAX_CHANGES 16
#define MAX_SEEN 64			/* different clients of a capture that are remembered */
#define NEAREST 3			/* rules that lost, where there is room for them */
#define ROWS 23				/* of a terminal with 24, which has a prompt */

struct job {
	struct session session;
	struct pxeboot_client *client;
	bool json, all, no_files;
	bool looks;		/* the boot root is there to be looked at */
	struct boot_looker looker;
	int stage;		/* -1: all of them */
	const char *changes[MAX_CHANGES];	/* --diff */
	size_t n_changes;
	const char *pcap, *hex;
	const char *graph;	/* --graph */
	size_t n_facts;
	size_t packets, n_seen;
	struct {
		struct pxeboot_client *client;
		size_t packet;
	} seen[MAX_SEEN];
	int worst;		/* exit code so far */
};

enum {
	OPTION_STAGE = 256, OPTION_PCAP, OPTION_HEX, OPTION_CHAIN, OPTION_ALL, OPTION_DIFF, OPTION_GRAPH, OPTION_NO_FILES,
	OPTION_JSON, OPTION_FACT,
};

/* An option for every fact that somebody may want to state by hand. */
#define FACT(option, fact) { option, required_argument, NULL, OPTION_FACT + PXEBOOT_FACT_##fact }
static const struct option options[] = {
	SESSION_LONG_OPTIONS,
	{ "stage", required_argument, NULL, OPTION_STAGE },
	{ "pcap", required_argument, NULL, OPTION_PCAP },
	{ "hex", required_argument, NULL, OPTION_HEX },
	{ "chain", no_argument, NULL, OPTION_CHAIN },
	{ "all", no_argument, NULL, OPTION_ALL },
	{ "diff", required_argument, NULL, OPTION_DIFF },
	{ "graph", required_argument, NULL, OPTION_GRAPH },
	{ "no-files", no_argument, NULL, OPTION_NO_FILES },
	{ "json", no_argument, NULL, OPTION_JSON },
	FACT("mac", MAC), FACT("arch", ARCH), FACT("vendor-class", VENDOR_CLASS), FACT("user-class", USER_CLASS),
	FACT("features", FEATURES), FACT("uuid", UUID), FACT("serial", SERIAL), FACT("manufacturer", MANUFACTURER),
	FACT("product", PRODUCT), FACT("ip", ADDRESS), FACT("relay", RELAY), FACT("family", FAMILY),
	{ 0 },
};

static int set_fact(struct job *job, int fact, const char *value)
{
	int r = pxeboot_client_set(job->client, fact, value, NULL);

	job->n_facts++;
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

static int add_change(struct job *job, const char *facts)
{
	if (job->n_changes == MAX_CHANGES)
		return session_usage(&job->session, "more than %d times --diff", MAX_CHANGES);
	job->changes[job->n_changes++] = facts;
	return -1;
}

static int set_graph(struct job *job, const char *path)
{
	if (!drawing_has_format(path))
		return session_usage(&job->session, "--graph writes FILE.svg, FILE.dot or -, not '%s'", path);
	job->graph = path;
	return -1;
}

static int set_flag(bool *flag)
{
	*flag = true;
	return -1;
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
	case OPTION_CHAIN:	/* which is what happens anyway */
		job->stage = -1;
		return -1;
	case OPTION_ALL:
		return set_flag(&job->all);
	case OPTION_DIFF:
		return add_change(job, optarg);
	case OPTION_GRAPH:
		return set_graph(job, optarg);
	case OPTION_NO_FILES:
		return set_flag(&job->no_files);
	case OPTION_JSON:
		return set_flag(&job->json);
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
	if (job->n_changes && job->stage >= 0)
		return session_usage(&job->session, "--diff and --stage exclude each other");
	if (job->graph && (job->pcap || job->n_changes || job->stage >= 0 || job->json))
		return session_usage(&job->session, "--graph goes with facts or --hex, and nothing else");
	if (job->json && !json_available(&job->session))
		return EXIT_USAGE;
	return -1;
}

static void worse(struct job *job, int code)
{
	if (code > job->worst)
		job->worst = code;
}

/* What was left out for lack of memory is said. */
static int page_end(const struct job *job, const struct page *page)
{
	if (!page->error && !job->json)
		page_print(page, stdout, stream_has_colours(stdout));
	return page->error ? session_failure(&job->session, "%s", strerror(-page->error)) : EXIT_FINE;
}

static size_t lost_limit(const struct job *job)
{
	return job->all ? SIZE_MAX : NEAREST;
}

/* What is far from winning makes room first. */
static void fill_screen(const struct job *job, const struct chain *chain, struct page *page)
{
	size_t limit = lost_limit(job);

	chain_page_fill(page, chain, job->session.policy, limit);
	while (limit > 1 && limit <= NEAREST && page_rows(page) > ROWS) {
		page_free(page);
		chain_page_fill(page, chain, job->session.policy, --limit);
	}
}

static int explain_stage(struct job *job, const struct pxeboot_client *client)
{
	CLEANUP_PAGE struct page page = PAGE_INIT;
	struct explanation explanation;

	explanation_make(&explanation, job->session.policy, client, (enum pxeboot_stage)job->stage);
	if (job->json)
		json_explanation(&explanation);
	else
		chain_page_fill_stage(&page, &explanation, job->session.policy, lost_limit(job));
	page.error = page.error ? page.error : explanation.error;
	explanation_free(&explanation);
	return page_end(job, &page);
}

static int make_chain(struct job *job, struct chain *chain, struct pxeboot_client *client)
{
	struct boot_looker *looker = job->looks ? &job->looker : NULL;
	int r = chain_make(chain, job->session.policy, looker, client, job->session.diagnostics);

	session_tell(&job->session, stderr);
	return r < 0 ? session_failure(&job->session, "%s", strerror(-r)) : EXIT_FINE;
}

static int explain_chain(struct job *job, struct pxeboot_client *client)
{
	CLEANUP_PAGE struct page page = PAGE_INIT;
	struct chain chain;
	int r = make_chain(job, &chain, client);

	if (r == EXIT_FINE && !chain_boots(&chain))
		worse(job, EXIT_FINDINGS);
	if (r == EXIT_FINE && job->json)
		json_chain(&chain);
	else if (r == EXIT_FINE)
		fill_screen(job, &chain, &page);
	chain_free(&chain);
	return r == EXIT_FINE ? page_end(job, &page) : r;
}

/* ---- --graph ------------------------------------------------------------------------------------------------------- */

static int draw_chain(struct job *job, struct pxeboot_client *client)
{
	struct chain chain;
	int r = make_chain(job, &chain, client);

	if (r == EXIT_FINE)
		r = drawing_of_chain(&job->session, &chain, job->graph);
	if (r == EXIT_FINE && !chain_boots(&chain))
		worse(job, EXIT_FINDINGS);
	chain_free(&chain);
	return r;
}

/* ---- --diff -------------------------------------------------------------------------------------------------------- */

static int show_changes(struct job *job, const struct chain *from, const struct chain *to)
{
	CLEANUP_PAGE struct page before = PAGE_INIT;
	CLEANUP_PAGE struct page after = PAGE_INIT;

	chain_page_fill(&before, from, job->session.policy, 0);
	chain_page_fill(&after, to, job->session.policy, 0);
	if (before.error || after.error)
		return session_failure(&job->session, "%s", strerror(ENOMEM));
	if (job->json)
		json_changes(&before, &after, from, to);
	else if (!page_print_changes(&before, &after, stdout, stream_has_colours(stdout)))
		puts("nothing changes");
	return EXIT_FINE;
}

static int explain_changes(struct job *job, struct pxeboot_client *client, struct pxeboot_client *changed)
{
	struct chain from, to;
	int r = make_chain(job, &from, client);

	if (r == EXIT_FINE) {
		r = make_chain(job, &to, changed);
		if (r == EXIT_FINE)
			r = show_changes(job, &from, &to);
		chain_free(&to);
	}
	chain_free(&from);
	return r;
}

static int explain_difference(struct job *job, struct pxeboot_client *client)
{
	struct pxeboot_client *changed = client_copy(client);
	int r = changed ? -1 : session_failure(&job->session, "%s", strerror(ENOMEM));

	for (size_t i = 0; r < 0 && i < job->n_changes; i++)
		r = changes_apply(&job->session, job->changes[i], changed);
	if (r < 0)
		r = explain_changes(job, client, changed);
	pxeboot_client_unref(changed);
	return r;
}

/* ---- Whose chain --------------------------------------------------------------------------------------------------- */

static int explain_one(struct job *job, struct pxeboot_client *client)
{
	if (job->graph)
		return draw_chain(job, client);
	if (job->n_changes)
		return explain_difference(job, client);
	return job->stage < 0 ? explain_chain(job, client) : explain_stage(job, client);
}

/* A machine says the same several times; people need to read it once. */
static bool was_seen(struct job *job, struct pxeboot_client *client)
{
	for (size_t i = 0; i < job->n_seen; i++)
		if (pxeboot_client_equal(job->seen[i].client, client)) {
			printf("packet %zu says the same as packet %zu\n", job->packets, job->seen[i].packet);
			return true;
		}
	if (job->n_seen < MAX_SEEN) {
		job->seen[job->n_seen].packet = job->packets;
		job->seen[job->n_seen++].client = pxeboot_client_ref(client);
	}
	return false;
}

static int explain_client(struct job *job, struct pxeboot_client *client)
{
	if (job->json || job->graph)
		return explain_one(job, client);
	if (was_seen(job, client))
		return EXIT_FINE;
	printf("%spacket %zu\n", job->packets > 1 ? "\n" : "", job->packets);
	return explain_one(job, client);
}

#define RELAY_FORWARD 12		/* of DHCPv6 */

/* Over DHCPv6 a client seldom says its MAC address, and a server looks at its frame, as we do. */
static int client_of(const struct dhcp_message *message, struct pxeboot_diagnostics *diagnostics,
		     struct pxeboot_client **ret_client)
{
	struct pxeboot_client *client;
	char mac[3 * MAC_LENGTH];
	int r;

	if (!message->ipv6)
		return pxeboot_client_from_packet(message->bytes, message->length, diagnostics, ret_client);
	r = pxeboot_client_from_packet6(message->bytes, message->length, diagnostics, &client);
	if (r < 0)
		return r;
	if (message->sender && *message->bytes != RELAY_FORWARD) {
		scalar_format_mac(message->sender, ':', mac);
		r = pxeboot_client_set(client, PXEBOOT_FACT_MAC, mac, NULL);
	}
	if (r < 0)
		pxeboot_client_unref(client);
	else
		*ret_client = client;
	return r;
}

static int explain_packet(void *context, const struct dhcp_message *message)
{
	struct job *job = context;
	struct pxeboot_client *client;
	size_t before = pxeboot_diagnostics_count(job->session.diagnostics);
	int r = client_of(message, job->session.diagnostics, &client);
	const struct pxeboot_diagnostic *diagnostic;

	job->packets++;
	while ((diagnostic = pxeboot_diagnostics_get(job->session.diagnostics, before++)))
		fprintf(stderr, "pxeboot explain: packet %zu: %s\n", job->packets, diagnostic->text);
	job->session.n_told = before - 1;
	if (r == -EBADMSG) {
		worse(job, EXIT_FINDINGS);
		return 0;
	}
	if (r < 0)
		return session_failure(&job->session, "%s", strerror(-r));
	r = explain_client(job, client);
	pxeboot_client_unref(client);
	return r;
}

static int explain_all(struct job *job)
{
	int r;

	job->looks = !job->no_files && check_open_looker(&job->session, &job->looker);
	if (job->graph && !job->hex && !job->n_facts)
		return drawing_of_policy(&job->session, job->looks ? &job->looker : NULL, job->graph);
	if (!job->pcap && !job->hex)
		return explain_one(job, job->client);
	r = job->pcap ? capture_read(&job->session, job->pcap, explain_packet, job)
		      : hex_read(&job->session, job->hex, explain_packet, job);
	if (r == 0 && !job->packets)
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
	for (size_t i = 0; i < job.n_seen; i++)
		pxeboot_client_unref(job.seen[i].client);
	if (job.looks)
		boot_looker_close(&job.looker);
	session_end(&job.session);
	pxeboot_client_unref(job.client);
	return r;
}

const struct plugin_command command_explain = {
	.name = "explain",
	.summary = "what a machine gets at each stage, and why",
	.help = "Usage: pxeboot explain [OPTION...]\n\n"
		"Shows what one machine is given at each stage, the rule that gives it, and the rules\n"
		"that nearly did.\n\n"
		"The machine:\n"
		"      --mac MAC          52:54:00:12:34:56\n"
		"      --arch ARCH        number of DHCP option 93, or a name: 7, x64-uefi\n"
		"      --user-class TEXT  option 77; iPXE says iPXE\n"
		"      --vendor-class TEXT  option 60, PXEClient:Arch:00007:UNDI:003016\n"
		"      --features LIST    option 175: menu,http,bzimage\n"
		"      --uuid UUID, --serial TEXT, --manufacturer TEXT, --product TEXT\n"
		"      --ip ADDRESS, --relay ADDRESS\n"
		"      --family FAMILY    ipv4, or ipv6: it asks by DHCPv6\n"
		"      --pcap FILE        every DHCP client packet of a capture instead\n"
		"      --hex FILE         one DHCP message in hexadecimal instead; - is standard input\n\n"
		"What is shown:\n"
		"      --stage STAGE      one stage only: firmware, ipxe-foreign, ipxe, script or os\n"
		"                         (default: the whole way from power-on to the files)\n"
		"      --all              every rule that lost, not the nearest ones only\n"
		"      --diff FACT=VALUE[,FACT=VALUE...]\n"
		"                         what would change if the machine were so: arch=arm64-uefi,\n"
		"                         mac=52:54:00:12:34:57; may be repeated\n"
		"      --graph FILE       draws the way of the machine into FILE.svg, which needs\n"
		"                         Graphviz, or FILE.dot; - is DOT on standard output;\n"
		"                         without a machine the whole policy\n"
		"      --no-files         look at no file of the boot root; names must do\n"
		"      --json             one JSON object a line\n\n"
		SESSION_HELP
		"\nExit codes: 0 fine, 1 a chain that does not boot, 2 usage, 3 system.\n",
	.run = run,
};
