/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot check --system: is this machine fit to serve?  No policy is needed; one that loads says what should be there.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "base/diagnostics.h"
#include "check.h"
#include "cli.h"
#include "json.h"

struct report {
	struct system_line *lines;
	size_t count, capacity;
	bool prints;			/* as soon as something was looked at: the probe takes seconds */
};

/* Capitals: the eye finds them among two dozen lines. */
static const char *const verdicts[] = {
	[PLUGIN_FINE] = "fine", [PLUGIN_FINDINGS] = "SEE BELOW", [PLUGIN_NOT_LOOKED] = "not looked at",
};

static void print(const struct system_line *line)
{
	if (line->verdict == PLUGIN_NOT_LOOKED)
		printf("%-18s %s: %s\n", line->what, verdicts[line->verdict], line->text);
	else
		printf("%-18s %s: %s\n", line->what, line->text, verdicts[line->verdict]);
	fflush(stdout);
}

static void looked(void *context, const char *what, const char *text, enum plugin_verdict verdict)
{
	struct report *report = context;
	struct system_line *lines = reallocarray(report->lines, report->count + 1, sizeof(*lines));
	struct system_line line = { strdup(what), strdup(text), verdict };

	if (lines != NULL)
		report->lines = lines;
	if (lines == NULL || line.what == NULL || line.text == NULL) {
		free(line.what);
		free(line.text);
		return;
	}
	lines[report->count++] = line;
	if (report->prints)
		print(&line);
}

static void free_report(struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		free(report->lines[i].what);
		free(report->lines[i].text);
	}
	free(report->lines);
}

/* A policy is asked for its opinion only: without -c it may be missing, and what `check` says of it is not repeated. */
static int load_policy(struct session *session)
{
	struct pxeboot_diagnostics *findings;
	int r = session_load(session), new;

	if (r < 0 && (session->policy_path != NULL || session->n_overrides > 0 || session->diagnostics == NULL))
		return r;
	new = pxeboot_diagnostics_new(&findings);
	if (new < 0)
		return new;
	pxeboot_diagnostics_free(session->diagnostics);
	session->diagnostics = findings;
	if (r < 0 && r != -ENOENT)
		diagnostics_add(findings, PXEBOOT_WARNING, "system.policy", (struct location){ NULL, 0 },
				"policy: the installed one does not load and is not asked; see 'pxeboot check'");
	return 0;
}

static int look(struct session *session, const char *interface, struct report *report)
{
	const struct plugin_machine machine = {
		.root = "", .policy = session->policy, .interface = interface, .looked = looked, .context = report,
	};
	int r = 0;

	for (size_t i = 0; all_plugins[i] != NULL && r == 0; i++)
		if (all_plugins[i]->look != NULL)
			r = all_plugins[i]->look(&machine, session->diagnostics);
	return r;
}

static void summarise(struct session *session)
{
	size_t errors = session_count(session, PXEBOOT_ERROR), warnings = session_count(session, PXEBOOT_WARNING);

	session_tell(session, stderr);
	if (errors + warnings > 0)
		fprintf(stderr, "%zu error%s, %zu warning%s.\n", errors, errors == 1 ? "" : "s", warnings,
			warnings == 1 ? "" : "s");
	else
		printf("Nothing was found that would keep a machine from booting.\n");
}

/* The policy that was asked for does not load. */
static int refuse(struct session *session, int error)
{
	session_tell(session, stderr);
	if (error == -EINVAL)
		return EXIT_USAGE;
	return error == -EBADMSG ? EXIT_FINDINGS : session_failure(session, "%s", strerror(-error));
}

int check_system(struct session *session, const struct check_options *options)
{
	const char *interface = options->probe;
	struct report report = { .prints = !options->json };
	int r;

	if (interface != NULL && if_nametoindex(interface) == 0)
		return session_usage(session, "--probe: no such interface: %s", interface);
	if (interface != NULL && geteuid() != 0)
		return session_failure(session, "--probe: only root may send from an interface");
	r = load_policy(session);
	if (r < 0)
		return refuse(session, r);
	r = look(session, interface, &report);
	if (options->json)
		json_system(session, report.lines, report.count);
	else
		summarise(session);
	free_report(&report);
	return check_exit_code(session, r == 0 && session_count(session, PXEBOOT_ERROR) > 0 ? -EBADMSG : r);
}
