/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot status: what is remembered of machines, and which of them are stuck.
 */
#include "status.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "fleet.h"
#include "json.h"
#include "prometheus.h"

#define ADOPTIONS 5		/* machines that nobody knows, for which the command is shown */

enum { OPTION_JSON = 256, OPTION_PROMETHEUS, OPTION_STUCK };

struct job {
	struct fleet fleet;
	const char *wanted;		/* HOST, or NULL */
	bool json, stuck_alone;
	bool prometheus;
	int64_t now;
	struct table table;
	struct prometheus counts;
	struct text adoptions;
	size_t machines, stuck, unknown, unreadable, adoptions_shown;
	bool found;
	int result;			/* of showing HOST */
};

static int take_option(struct job *job, int option)
{
	switch (option) {
	case OPTION_JSON:
		job->json = true;
		return -1;
	case OPTION_PROMETHEUS:
		job->prometheus = true;
		job->counts.each = optarg != NULL;
		if (optarg && strcmp(optarg, "machines") != 0)
			return session_usage(&job->fleet.session,
					     "--prometheus=machines or --prometheus alone, not '%s'", optarg);
		return -1;
	case OPTION_STUCK:
		job->stuck_alone = true;
		return -1;
	}
	return fleet_option(&job->fleet, option);
}

static int read_options(struct job *job, int argc, char **argv)
{
	static const struct option options[] = {
		FLEET_LONG_OPTIONS,
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "prometheus", optional_argument, NULL, OPTION_PROMETHEUS },
		{ "stuck", no_argument, NULL, OPTION_STUCK },
		{ 0 },
	};
	const struct session *session = &job->fleet.session;
	int option, r;

	while ((option = getopt_long(argc, argv, FLEET_SHORT_OPTIONS, options, NULL)) != -1) {
		r = take_option(job, option);
		if (r >= 0)
			return r;
	}
	if (optind < argc)
		job->wanted = argv[optind++];
	if (optind < argc)
		return session_usage(session, "unexpected argument '%s'", argv[optind]);
	if (job->prometheus && (job->json || job->stuck_alone || job->wanted))
		return session_usage(session, "--prometheus counts all machines and goes with nothing else");
	if (job->stuck_alone && job->wanted)
		return session_usage(session, "--stuck and HOST exclude each other");
	return job->json && !json_available(session) ? EXIT_USAGE : -1;
}

/* ---- Showing ------------------------------------------------------------------------------------------------------- */

static int show_page(struct job *job, const struct machine *machine)
{
	CLEANUP_PAGE struct page page = PAGE_INIT;

	status_fill_page(&page, machine, job->now);
	if (page.error)
		return page.error;
	page_print(&page, stdout, stream_has_colours(stdout));
	return 0;
}

/* A machine without a MAC address has to be written down by hand. */
static void note_unknown(struct job *job, const struct machine *machine)
{
	CLEANUP_TEXT struct text line = TEXT_INIT;

	if (!machine->is_unknown)
		return;
	job->unknown++;
	machine_add_adoption(&line, machine);
	if (line.length && job->adoptions_shown++ < ADOPTIONS)
		text_addf(&job->adoptions, "  %s\n", line.bytes);
}

static int show(struct job *job, const struct machine *machine)
{
	if (job->prometheus)
		prometheus_add(&job->counts, machine);
	else if (job->json)
		json_machine(machine, job->fleet.session.policy, job->now);
	else if (job->wanted)
		return show_page(job, machine);
	else
		status_add_row(&job->table, machine, job->now);
	return 0;
}

static void show_unreadable(struct job *job, const char *key)
{
	job->unreadable++;
	if (job->prometheus)
		prometheus_add_unreadable(&job->counts);
	else if (job->json)
		json_unreadable(key);
	else if (!job->wanted)
		status_add_unreadable(&job->table, key);
}

static int visit_machine(struct job *job, const struct machine *machine)
{
	if (job->wanted && !machine_is(machine, job->wanted))
		return 0;
	job->machines++;
	job->stuck += machine->trouble != MACHINE_FINE;
	if (job->stuck_alone && machine->trouble == MACHINE_FINE)
		return 0;
	note_unknown(job, machine);
	job->result = show(job, machine);
	/* Of several that had an address, the one that was seen last has it. */
	return job->wanted ? 1 : job->result;
}

static int visit(void *context, const char *key, const struct pxeboot_record *record)
{
	struct job *job = context;
	struct machine machine;
	int r;

	if (!record) {
		if (!job->wanted || strcmp(job->wanted, key) == 0)
			show_unreadable(job, key);
		return 0;
	}
	r = machine_make(&machine, job->fleet.session.policy, record, job->now);
	if (r < 0)
		return r;
	r = visit_machine(job, &machine);
	machine_free(&machine);
	return r;
}

/* ---- The end ------------------------------------------------------------------------------------------------------- */

static const char *plural(size_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static int finish_table(const struct job *job)
{
	if (job->table.error || job->adoptions.error)
		return -ENOMEM;
	if (!job->machines && !job->unreadable) {
		puts("0 machines: nothing has been recorded yet, see RECORDING in pxeboot(1)");
		return 0;
	}
	if (job->table.n_rows)
		table_print(&job->table, stdout, table_terminal_width(stdout), stream_has_colours(stdout));
	printf("%s%zu %s", job->table.n_rows ? "\n" : "", job->machines, plural(job->machines, "machine", "machines"));
	if (job->stuck)
		printf(", %zu stuck", job->stuck);
	if (job->unreadable)
		printf(", %zu %s that can't be read", job->unreadable, plural(job->unreadable, "record", "records"));
	putchar('\n');
	if (!job->unknown || job->stuck_alone)
		return 0;
	printf("%zu unknown to the policy", job->unknown);
	if (job->adoptions.length)
		printf("; this makes a host of one:\n%s%s", job->adoptions.bytes,
		       job->adoptions_shown > ADOPTIONS ? "  and so on\n" : "");
	else
		putchar('\n');
	return 0;
}

static int not_found(const struct job *job)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	machine_add_text(&text, job->wanted);
	if (job->unreadable)
		fprintf(stderr, "pxeboot status: the record of %s can't be read: it is damaged, or a newer version's\n",
			text.bytes);
	else
		fprintf(stderr,
			"pxeboot status: '%s' has not been seen: no machine with that name, MAC address, UUID, serial "
			"number or address is remembered\n",
			text.error ? "" : text.bytes);
	return EXIT_FINDINGS;
}

static int finish(struct job *job)
{
	int r = job->result;

	if (r == 0 && job->prometheus)
		r = prometheus_print(&job->counts, stdout);
	else if (r == 0 && !job->json && !job->wanted)
		r = finish_table(job);
	if (r == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		r = -EIO;
	if (r < 0)
		return session_failure(&job->fleet.session, "%s", strerror(-r));
	if (job->wanted && !job->machines)
		return not_found(job);
	return job->stuck_alone && job->stuck ? EXIT_FINDINGS : EXIT_FINE;
}

static int look(struct job *job)
{
	int r = fleet_open(&job->fleet, true);

	if (r == 0)
		r = pxeboot_state_each(job->fleet.state, PXEBOOT_STATE_BY_LAST_SEEN, visit, job);
	return r < 0 ? fleet_failure(&job->fleet, r) : finish(job);
}

static int run(const struct plugin_command *self, int argc, char **argv)
{
	struct job job = {
		.fleet = { .session = { .command = self } }, .now = time(NULL),
		.table = { .columns = status_columns, .n_columns = STATUS_COLUMNS },
	};
	int r = read_options(&job, argc, argv);

	if (r < 0) {
		r = fleet_prepare(&job.fleet);
		job.counts.has_policy = job.fleet.session.policy;
		if (r == EXIT_FINE)
			r = look(&job);
	}
	table_free(&job.table);
	prometheus_free(&job.counts);
	text_free(&job.adoptions);
	fleet_end(&job.fleet);
	return r;
}

const struct plugin_command command_status = {
	.name = "status",
	.summary = "what machines are doing, and which are stuck",
	.help = "Usage: pxeboot status [OPTION...] [HOST]\n\n"
		"Shows every machine that has been seen: its name in the policy, the stage that it\n"
		"has reached, the profile that it was given, its one-shot boot, when it was last\n"
		"seen. Stuck ones are marked: those that come to the same stage 3 times in 5\n"
		"minutes, boots that have waited 2 hours for a word of done, and those that have\n"
		"used up their tries. HOST, a name, MAC address, UUID, serial number or address,\n"
		"shows one machine whole.\n\n"
		"      --stuck            stuck machines alone; exit code 1 when there are any\n"
		"      --json             one JSON object a line for each machine\n"
		"      --prometheus[=machines]\n"
		"                         counts as text for Prometheus, such as for node_exporter's\n"
		"                         textfile collector; with =machines each machine, too\n"
		FLEET_HELP
		"\nExit codes: 0 fine, 1 HOST has not been seen, or --stuck has found some, 2 usage,\n"
		"3 system, also where nothing has been recorded yet.\n",
	.run = run,
};
