/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The real in.tftpd and our simulator on random maps and names: every rule that changes a name, and what comes of it.
 * A map is repeated by its seed: --seed SEED --maps 1.  What they disagree on is made as small as it goes.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/macro.h"
#include "map_random.h"
#include "tap.h"
#include "tftp-hpa/map.h"
#include "tftpd_trace.h"

#define NAMES 20
#define ATTEMPTS 400		/* at making one disagreement smaller */

struct totals {
	unsigned long maps, refused, asked, changed, ended, failed, endless, disagreements;
};

struct test {
	struct lab *lab;
	struct tftpd_log log;
	struct totals totals;
};

static const char *const addresses[] = { "127.0.0.1", "127.10.200.3", "127.255.1.254", "::1", "2001:db8::a:bc" };
#define ADDRESSES_IP4 3

/* ---- One name ---- */

static unsigned number_of(const struct map *map, const struct map_rule *wanted)
{
	unsigned number = 0;

	for (const struct map_rule *rule = map->first; rule != wanted; rule = rule->next)
		number++;
	return number;
}

static const char *shown(const char *text)
{
	return text != NULL ? text : "Access denied";
}

/* What the simulator says, in the words of tftpd_ask(). */
static void describe(const struct map *map, const struct map_result *result, struct text *out)
{
	for (size_t i = 0; i < result->n_steps; i++)
		text_addf(out, "rule %u: '%s'\n", number_of(map, result->steps[i].rule), result->steps[i].name);
	if (result->outcome == MAP_NAMED)
		text_addf(out, "named: '%s'\n", result->text);
	else if (result->outcome == MAP_REFUSED)
		text_addf(out, "refused by rule %u: '%s'\n", number_of(map, result->rule), shown(result->text));
	else if (result->outcome == MAP_TOO_MANY_VISITS)
		text_add(out, "too many visits: 'Remap table failure'\n");
	else
		text_add(out, "not asked\n");
}

static void count(struct totals *totals, const struct map_result *result)
{
	totals->asked++;
	totals->changed += result->n_steps > 0;
	totals->ended += result->outcome == MAP_NAMED && result->rule != NULL;
	totals->failed += result->outcome != MAP_NAMED;
}

/* True when both say the same; else both traces are in @ours and @theirs. */
static bool agree(struct test *test, const struct map *map, const struct map_request *request, struct text *ours,
		  struct text *theirs)
{
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_UNSAFE };

	if (map_run(map, request, &result) < 0)
		abort();
	describe(map, &result, ours);
	/* Its process would spin, or work with names that no file can have. */
	if (result.outcome == MAP_ENDLESS || result.outcome == MAP_TOO_LONG) {
		test->totals.endless++;
		return true;
	}
	count(&test->totals, &result);
	tftpd_ask(&test->log, request->address, request->name, request->put, theirs);
	return ours->error == 0 && theirs->bytes != NULL && strcmp(ours->bytes, theirs->bytes) == 0;
}

/* ---- One map ---- */

static bool read_map(const char *text, struct map *map)
{
	return map_read(map, (struct location){ "map", 0 }, text, strlen(text), NULL) == 0 && map_check(map, NULL) == 0;
}

static bool start(struct test *test, const char *text)
{
	CLEANUP_FREE char *path = lab_path(test->lab, "map");
	bool started;

	lab_write(test->lab, "map", text);
	started = lab_start_tftpd(test->lab, test->lab->directory, path);
	lab_server_side(test->lab);
	return started;
}

/* Does this map still show a disagreement about this name? */
static bool still(struct test *test, const char *text, const struct map_request *request)
{
	CLEANUP_TEXT struct text ours = TEXT_INIT, theirs = TEXT_INIT;
	CLEANUP_MAP struct map map = MAP_INIT;
	bool same = true;

	if (!read_map(text, &map))
		return false;
	if (start(test, text))
		same = agree(test, &map, request, &ours, &theirs);
	lab_stop(&test->lab->tftpd);
	return !same;
}

/* Takes one line after the other away, as long as the disagreement stays; then one byte of the name after the other. */
static void shrink(struct test *test, char *text, char *name, const struct map_request *request)
{
	unsigned attempts = 0;

	for (char *line = text; *line != '\0' && attempts < ATTEMPTS; attempts++) {
		CLEANUP_FREE char *before = strdup(text);
		char *end = strchr(line, '\n');

		memmove(line, end != NULL ? end + 1 : line + strlen(line), end != NULL ? strlen(end + 1) + 1 : 1);
		if (still(test, text, request))
			continue;
		strcpy(text, before);
		line = end != NULL ? end + 1 : line + strlen(line);
	}
	for (char *at = name; *at != '\0' && name[1] != '\0' && attempts < ATTEMPTS; attempts++) {
		CLEANUP_FREE char *before = strdup(name);

		memmove(at, at + 1, strlen(at));
		if (!still(test, text, request))
			strcpy(name, before), at++;
	}
}

static void print_text(const char *title, const char *text)
{
	CLEANUP_TEXT struct text shown_text = TEXT_INIT;
	CLEANUP_FREE char *copy = strdup(text);
	char *rest = copy;

	for (const char *line; (line = strsep(&rest, "\n")) != NULL && (rest != NULL || *line != '\0'); ) {
		text_free(&shown_text);
		text_add_escaped(&shown_text, line);
		printf("# %s: %s\n", title, shown_text.bytes != NULL ? shown_text.bytes : "");
	}
}

static void tell(struct test *test, uint64_t seed, const char *text, const struct map_request *request)
{
	CLEANUP_TEXT struct text ours = TEXT_INIT, theirs = TEXT_INIT;
	CLEANUP_FREE char *map_text = strdup(text);
	CLEANUP_FREE char *name = strdup(request->name);
	struct map_request small = *request;
	CLEANUP_MAP struct map map = MAP_INIT;

	lab_stop(&test->lab->tftpd);
	small.name = name;
	shrink(test, map_text, name, &small);
	printf("# disagreement, repeat with --seed %" PRIu64 " --maps 1\n", seed);
	print_text("map", map_text);
	print_text("name", name);
	printf("# %s from %s\n", request->put ? "put" : "get", request->address);
	if (read_map(map_text, &map) && start(test, map_text))
		agree(test, &map, &small, &ours, &theirs);
	print_text("simulator", ours.bytes != NULL ? ours.bytes : "");
	print_text("in.tftpd", theirs.bytes != NULL ? theirs.bytes : "");
}

static bool try_name(struct test *test, uint64_t seed, struct random *random, const char *text, const struct map *map)
{
	CLEANUP_TEXT struct text name = TEXT_INIT, ours = TEXT_INIT, theirs = TEXT_INIT;
	struct map_request request;

	random_name(random, &name);
	request = (struct map_request){
		.name = name.bytes,
		.address = addresses[random_below(random, lab_has_ip6() ? ARRAY_SIZE(addresses) : ADDRESSES_IP4)],
		.put = random_below(random, 5) == 0,
	};
	request.ip6 = strchr(request.address, ':') != NULL;
	if (agree(test, map, &request, &ours, &theirs))
		return true;
	test->totals.disagreements++;
	print_text("at first, simulator", ours.bytes != NULL ? ours.bytes : "");
	print_text("at first, in.tftpd", theirs.bytes != NULL ? theirs.bytes : "");
	tell(test, seed, text, &request);
	return false;
}

/* A map of this seed: a disagreement ends it. */
static void try_map(struct test *test, uint64_t seed)
{
	struct random random = { seed * 0x2545f4914f6cdd1du };
	CLEANUP_TEXT struct text text = TEXT_INIT;
	CLEANUP_MAP struct map map = MAP_INIT;
	bool good = true;

	random_map(&random, &text);
	if (!read_map(text.bytes, &map)) {
		test->totals.refused++;
		return;
	}
	test->totals.maps++;
	if (!start(test, text.bytes)) {
		tap_ok(false, "in.tftpd starts with the map of seed %" PRIu64, seed);
		print_text("map", text.bytes);
		return;
	}
	for (unsigned i = 0; good && i < NAMES; i++)
		good = try_name(test, seed, &random, text.bytes, &map);
	lab_stop(&test->lab->tftpd);
}

static void summarise(const struct totals *totals)
{
	printf("# %lu maps (%lu more were refused), %lu names asked, %lu changed by rules, %lu ended by 'e', %lu refused; "
	       "%lu endless ones not asked\n", totals->maps, totals->refused, totals->asked, totals->changed,
	       totals->ended, totals->failed, totals->endless);
	tap_ok(totals->maps > 0 && totals->asked > 0, "%lu maps, %lu names", totals->maps, totals->asked);
	tap_ok(totals->disagreements == 0, "in.tftpd and the simulator disagree on %lu of them", totals->disagreements);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "maps", required_argument, NULL, 'm' }, { "seed", required_argument, NULL, 's' }, { 0 },
	};
	static const char *const programs[] = { "/usr/sbin/in.tftpd", "tftpd-hpa", "/usr/sbin/ip", "iproute2", NULL };
	unsigned long maps = 200;
	uint64_t seed = 1;
	struct lab lab;
	struct test test = { .lab = &lab };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return 2;
		*(option == 'm' ? &maps : &seed) = strtoul(optarg, NULL, 10);
	}
	lab_begin(&lab, programs);
	if (lab_has_ip6())
		lab_add_loopback(&lab, "2001:db8::a:bc/128");
	tftpd_log_begin(&test.log);
	for (; test.totals.maps < maps && test.totals.disagreements < 10; seed++) {
		try_map(&test, seed);
		if (maps == 1)
			break;
	}
	summarise(&test.totals);
	lab_end(&lab);
	return tap_end();
}
