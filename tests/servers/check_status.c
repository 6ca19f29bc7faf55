/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * 50 machines that boot at once from the real dnsmasq, whose hook writes them down: what `pxeboot status` says of each, and
 * what `pxeboot watch` has told meanwhile.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "base/scalar.h"
#include "recorder.h"
#include "tap.h"

#define MACHINES 50
#define RANGE "dhcp-range=10.77.2.0,10.77.2.255,255.255.0.0,1h\n"	/* beside the policy's, which is small */

static bool go_nowhere(struct machine *machine)
{
	return machine_firmware(machine) && machine_fetches(machine, "snponly.efi", NULL);
}

static bool go_to_ipxe(struct machine *machine)
{
	return go_nowhere(machine) && machine_ipxe(machine);
}

static bool go_to_script(struct machine *machine)
{
	return go_to_ipxe(machine) && machine_fetches(machine, "boot.ipxe", NULL);
}

static bool go_to_system(struct machine *machine)
{
	return go_to_script(machine) && machine_fetches(machine, "profiles/disk.ipxe", NULL) && machine_system(machine);
}

static bool go_round(struct machine *machine)
{
	return go_nowhere(machine) && go_nowhere(machine) && go_nowhere(machine);
}

/* How far a machine gets. */
static const struct way {
	const char *what;
	bool (*go)(struct machine *machine);
	const char *stage, *trouble;		/* as status has it */
} ways[] = {
	{ "firmware", go_nowhere, "\"stage\":\"firmware\"", "\"trouble\":null" },
	{ "iPXE", go_to_ipxe, "\"stage\":\"ipxe\"", "\"trouble\":null" },
	{ "script", go_to_script, "\"stage\":\"script\"", "\"trouble\":null" },
	{ "system", go_to_system, "\"stage\":\"os\"", "\"trouble\":null" },
	{ "loop", go_round, "\"stage\":\"firmware\"", "\"trouble\":{\"kind\":\"looping\"" },
};

struct fleet {
	struct recorder recorder;
	struct machine machines[MACHINES];
	char macs[MACHINES][3 * MAC_LENGTH];
	pid_t watch;
};

static const struct way *way_of(size_t number)
{
	return &ways[number % ARRAY_SIZE(ways)];
}

/* ---- Commands ------------------------------------------------------------------------------------------------------ */

/* Runs the command with its output, and perhaps its errors, in a file of the lab; the environment says where the policy is. */
static pid_t start(const struct fleet *fleet, const char *const *argv, const char *output, bool with_errors)
{
	CLEANUP_FREE char *path = lab_path(&fleet->recorder.lab, output);
	const char *program = getenv("PXEBOOT");
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid != 0)
		return pid;
	if (!freopen(path, "w", stdout) || (with_errors && dup2(STDOUT_FILENO, STDERR_FILENO) < 0))
		_exit(126);
	execv(program, (char *const *)(uintptr_t)argv);
	_exit(127);
}

static char *read_output(const struct fleet *fleet, const char *output)
{
	CLEANUP_FREE char *path = lab_path(&fleet->recorder.lab, output);
	char *text;

	return file_read(path, 1 << 20, &text, NULL) == 0 ? text : NULL;
}

/* What `pxeboot status OPTION` says; NULL when it does not end with 0.  The caller frees it. */
static char *status_of(const struct fleet *fleet, const char *option)
{
	const char *const argv[] = { "pxeboot", "status", option, NULL };
	pid_t pid = start(fleet, argv, "status", false);
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return NULL;
	return read_output(fleet, "status");
}

static size_t count(const char *text, const char *words)
{
	size_t n = 0;

	for (; text && (text = strstr(text, words)); text += strlen(words))
		n++;
	return n;
}

/* ---- The fleet ----------------------------------------------------------------------------------------------------- */

static void begin(struct fleet *fleet)
{
	recorder_begin(&fleet->recorder, "state", RANGE);
	for (size_t i = 0; i < MACHINES; i++) {
		snprintf(fleet->macs[i], sizeof(fleet->macs[i]), "52:54:00:77:00:%02x", (unsigned)i + 1);
		fleet->machines[i] = (struct machine){ .recorder = &fleet->recorder, .mac = fleet->macs[i] };
	}
}

static void boot_all(struct fleet *fleet)
{
	size_t booted = 0;

	for (size_t i = 0; i < MACHINES; i++)
		booted += way_of(i)->go(&fleet->machines[i]);
	tap_ok(booted == MACHINES, "%zu of %d machines boot", booted, MACHINES);
	/* dnsmasq's scripts come late and one by one; the last one to be heard of is not looked at. */
	tap_ok(machine_catches_up(&fleet->machines[MACHINES - 1]), "all of it is written down");
}

static bool says(const char *line, size_t length, const char *words)
{
	const char *at = strstr(line, words);

	return at && at < line + length;
}

static void check_machine(const struct fleet *fleet, const char *json, size_t number)
{
	const struct machine *machine = &fleet->machines[number];
	const struct way *way = way_of(number);
	char key[64], address[16], words[64];
	const char *line;
	size_t length;

	snprintf(key, sizeof(key), "{\"machine\":\"%s\",", machine->mac);
	scalar_format_ip4(machine->address, address);
	snprintf(words, sizeof(words), "\"address\":\"%s\"", address);
	line = strstr(json, key);
	length = line ? strcspn(line, "\n") : 0;
	tap_ok(line && says(line, length, way->stage) && says(line, length, way->trouble) &&
		       says(line, length, words) && says(line, length, "\"architecture\":\"x64-uefi\"") &&
		       says(line, length, number ? "\"name\":null" : "\"name\":\"node1\""),
	       "%s: %s", machine->mac, way->what);
}

static void check_status(const struct fleet *fleet)
{
	CLEANUP_FREE char *json = status_of(fleet, "--json");
	CLEANUP_FREE char *table = status_of(fleet, NULL);
	CLEANUP_FREE char *text = status_of(fleet, "--prometheus");

	if (!tap_ok(json && table && text, "status ends well"))
		return;
	tap_ok(count(json, "{\"machine\":") == MACHINES, "with %d machines", MACHINES);
	for (size_t i = 0; i < MACHINES; i++)
		check_machine(fleet, json, i);
	tap_ok(count(table, "x64-uefi") == MACHINES && count(table, "! ") == MACHINES / ARRAY_SIZE(ways) &&
	       strstr(table, "\n50 machines, 10 stuck\n49 unknown to the policy"), "the table has them all");
	tap_ok(strstr(text, "\npxeboot_machines 50\n") && strstr(text, "\npxeboot_stage_machines{stage=\"os\"} 10\n") &&
	       strstr(text, "\npxeboot_stuck_machines{trouble=\"looping\"} 10\n"), "so has Prometheus");
}

/* What it has not begun to watch when it happens is no news. */
static void wait_for_watch(const struct fleet *fleet)
{
	bool waits = false;

	for (int i = 0; i < 100 && !waits; i++) {
		CLEANUP_FREE char *lines = read_output(fleet, "watch");

		waits = count(lines, "nothing has been recorded yet; waiting") == 1;
		if (!waits)
			usleep(100000);
	}
	tap_ok(waits, "watch waits for the first machine");
}

static bool has_told_all(const struct fleet *fleet)
{
	CLEANUP_FREE char *lines = read_output(fleet, "watch");
	size_t n = MACHINES / ARRAY_SIZE(ways);

	return count(lines, "  new machine") >= MACHINES && count(lines, "  looping: ") >= n &&
	       count(lines, "  operating system asked, ") >= n;
}

static void check_watch(struct fleet *fleet)
{
	CLEANUP_FREE char *lines = NULL;
	int status = -1;

	/* It looks ten times a second, and less often where that costs much. */
	for (int i = 0; i < 200 && !has_told_all(fleet); i++)
		usleep(100000);
	kill(fleet->watch, SIGTERM);
	tap_ok(waitpid(fleet->watch, &status, 0) == fleet->watch && status == 0, "watch ends well");
	lines = read_output(fleet, "watch");
	tap_ok(count(lines, "  new machine") == MACHINES, "and has told of %d new machines", MACHINES);
	tap_ok(count(lines, "  looping: at firmware 3 times in ") == MACHINES / ARRAY_SIZE(ways), "of those that loop");
	tap_ok(count(lines, "  operating system asked, 10.77.") == MACHINES / ARRAY_SIZE(ways), "and of those that get "
												"through");
}

int main(void)
{
	static const char *const watch[] = { "pxeboot", "watch", NULL };
	struct fleet fleet = { .watch = -1 };

	if (!getenv("PXEBOOT")) {
		printf("1..0 # SKIP no PXEBOOT in the environment\n");
		return EXIT_SKIPPED;
	}
	begin(&fleet);
	fleet.watch = start(&fleet, watch, "watch", true);
	wait_for_watch(&fleet);
	boot_all(&fleet);
	check_status(&fleet);
	check_watch(&fleet);
	recorder_end(&fleet.recorder);
	return tap_end();
}
