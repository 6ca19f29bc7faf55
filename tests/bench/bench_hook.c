/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_hook: one event of dnsmasq in the hook, where a million machines are written down, beside a program that does
 * nothing, started in the same way, one that takes no shared library as the hook takes none, and one that only writes as
 * much to the disk (row hook); beside the hook where there are ten (row growth); and in the Lua module, with the script
 * that makes dnsmasq tell what it knows, beside the hook (row lua).
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "bench.h"
#include "fleet.h"

#define RUNS 7
#define EVENTS 100
#define MACHINES 1000000
#define OPENING 500000		/* microseconds that it may take */
#define VENDOR "PXEClient:Arch:00007:UNDI:003000"

struct subject {
	const struct bench *bench;
	char *hook, *idle, *module, *nothing, *nothing_alone, *written, *fill;
	char *few, *many;		/* directories of hook.conf, with a store of ten machines and of many */
	unsigned machines, events;
};

static void mac_text(unsigned number, char ret_text[18])
{
	uint8_t mac[6];

	fleet_mac(number, mac);
	snprintf(ret_text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

/* ---- Stores ---- */

static void add_machines(struct text *out, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char mac[18];

		mac_text(i, mac);
		text_addf(out, "%s ask firmware 10.%u.%u.%u\n", mac, 77 + (i >> 16), i >> 8 & 0xff, i & 0xff);
	}
}

/* Each machine is a transaction, that a disk would take its time for: the store is filled where there is none. */
static void fill(const struct subject *subject, const char *directory, unsigned n)
{
	const struct bench *bench = subject->bench;
	CLEANUP_TEXT struct text machines = TEXT_INIT, command = TEXT_INIT;
	CLEANUP_FREE char *list = bench_path(bench, "machines");

	bench_tell(bench, "a store of %u machines", n);
	add_machines(&machines, n);
	text_addf(&command, "set -e; d=$(mktemp -d -p /dev/shm || mktemp -d); trap 'rm -r \"$d\"' EXIT; "
		  "'%s' \"$d/state\" <'%s'; cp -r \"$d/state\" '%s/state'", subject->fill, list, directory);
	BENCH_MUST(bench, machines.error == 0 && command.error == 0 &&
			  file_write(list, machines.bytes, machines.length, 0644) >= 0 &&
			  bench_run(bench, "log", (const char *const[]) { "/bin/sh", "-c", command.bytes, NULL }) == 0);
}

/* For the program that only writes: what it overwrites has its place on the disk, as the store's pages have. */
static void copy_store(const struct subject *subject, const char *directory)
{
	CLEANUP_TEXT struct text command = TEXT_INIT;

	text_addf(&command, "cp '%s/state/machines.mdb' '%s/written' && sync -f '%s'", directory, directory, directory);
	BENCH_MUST(subject->bench, command.error == 0 &&
		   bench_run(subject->bench, "log", (const char *const[]) { "/bin/sh", "-c", command.bytes, NULL }) == 0);
}

static char *prepare(const struct subject *subject, const char *name, unsigned machines)
{
	const struct bench *bench = subject->bench;
	CLEANUP_TEXT struct text conf = TEXT_INIT, path = TEXT_INIT, root = TEXT_INIT;
	char *directory = bench_path(bench, name);

	text_addf(&conf, "root = \"%s/root\";\nstate = \"%s/state\";\n", directory, directory);
	text_addf(&path, "%s/hook.conf", directory);
	text_addf(&root, "%s/root", directory);
	BENCH_MUST(bench, conf.error == 0 && path.error == 0 && root.error == 0 && mkdir(directory, 0755) == 0 &&
			  mkdir(root.bytes, 0755) == 0 && file_write(path.bytes, conf.bytes, conf.length, 0644) >= 0);
	fill(subject, directory, machines);
	copy_store(subject, directory);
	return directory;
}

/* What was told of the last event is in the store. */
static void check(const struct subject *subject, const char *directory)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	struct pxeboot_state *state;
	struct pxeboot_record *record;
	char key[18];

	mac_text(subject->events - 1, key);
	text_addf(&path, "%s/state", directory);
	BENCH_MUST(subject->bench, path.error == 0 && pxeboot_state_open(path.bytes, PXEBOOT_STATE_LOOK, NULL, &state) == 0);
	BENCH_MUST(subject->bench, pxeboot_state_get(state, key, &record) == 0);
	BENCH_MUST(subject->bench, strcmp(record->address, "10.77.1.9") == 0);
	pxeboot_record_free(record);
	pxeboot_state_close(state);
}

/* ---- Events ---- */

static void start(const struct bench *bench, const char *program, const char *mac)
{
	pid_t pid = vfork();
	int status;

	if (pid == 0) {
		execl(program, program, "add", mac, "10.77.1.9", (char *)NULL);
		_exit(127);
	}
	BENCH_MUST(bench, pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

/* Seconds for one. */
static double by_program(const struct subject *subject, const char *program)
{
	double begun = bench_now();
	char mac[18];

	for (unsigned i = 0; i < subject->events; i++) {
		mac_text(i, mac);
		start(subject->bench, program, mac);
	}
	return (bench_now() - begun) / subject->events;
}

static double by_hook(const struct subject *subject, const char *directory)
{
	double time;

	setenv("PXEBOOT_CONFIG", directory, 1);
	time = by_program(subject, subject->hook);
	check(subject, directory);
	return time;
}

static void in_module(const struct subject *subject, lua_State *lua, const char *mac)
{
	char chunk[400];

	snprintf(chunk, sizeof(chunk), "assert(m.lease('add', { mac_address = '%s', ip_address = '10.77.1.9', "
		 "data_missing = 0, vendor_class = '" VENDOR "' }))", mac);
	BENCH_MUST(subject->bench, luaL_dostring(lua, chunk) == LUA_OK);
}

/* What was given to the module is done when it is shut down.  It opens the store once, with the first event, which is not
 * among those that are measured. */
static double in_lua(const struct subject *subject)
{
	lua_State *lua = luaL_newstate();
	char chunk[400], mac[18];
	double begun;

	BENCH_MUST(subject->bench, lua);
	luaL_openlibs(lua);
	setenv("PXEBOOT_CONFIG", subject->many, 1);
	snprintf(chunk, sizeof(chunk), "m = assert(assert(package.loadlib('%.300s', 'luaopen_pxeboot_dnsmasq'))())",
		 subject->module);
	BENCH_MUST(subject->bench, luaL_dostring(lua, chunk) == LUA_OK);
	mac_text(0, mac);
	in_module(subject, lua, mac);
	usleep(OPENING);
	begun = bench_now();
	for (unsigned i = 0; i < subject->events; i++) {
		mac_text(i, mac);
		in_module(subject, lua, mac);
		start(subject->bench, subject->idle, mac);
	}
	BENCH_MUST(subject->bench, luaL_dostring(lua, "assert(m.shutdown() == 0)") == LUA_OK);
	begun = (bench_now() - begun) / subject->events;
	lua_close(lua);
	check(subject, subject->many);
	return begun;
}

/* ---- Rows ---- */

enum row { ROW_HOOK, ROW_HOOK_ALONE, ROW_DISK, ROW_GROWTH, ROW_LUA };

static const struct bench_row rows[] = {
	[ROW_HOOK] = { .name = "hook", .unit = "ms", .beside = "a program that does nothing", .goal = BENCH_RATIO_AT_MOST,
		       .least_or_most = 1.5 },
	[ROW_HOOK_ALONE] = { .name = "hook", .unit = "ms", .beside = "the same, no shared library" },
	[ROW_DISK] = { .name = "hook", .unit = "ms", .beside = "a program that writes and syncs as much", .goal = BENCH_NO_GOAL },
	[ROW_GROWTH] = { .name = "growth", .unit = "ms", .beside = "where 10 are known", .goal = BENCH_RATIO_AT_MOST,
			 .least_or_most = 1.1 },
	[ROW_LUA] = { .name = "lua", .unit = "ms", .beside = "hook", .goal = BENCH_RATIO_AT_MOST, .least_or_most = 0.1 },
};

static void measure(const struct subject *subject, enum row which)
{
	struct bench_figures figures = { .n = 0 };
	struct bench_row row = rows[which];
	char what[60];
	double ours, beside = 0;

	bench_tell(subject->bench, "%s", row.name);
	for (unsigned i = 0; i < bench_runs(subject->bench, RUNS); i++) {
		ours = which == ROW_LUA ? in_lua(subject) : by_hook(subject, subject->many);
		switch (which) {
		case ROW_HOOK:
			beside = by_program(subject, subject->nothing);
			break;
		case ROW_HOOK_ALONE:
			beside = by_program(subject, subject->nothing_alone);
			break;
		case ROW_DISK:
			beside = by_program(subject, subject->written);
			break;
		case ROW_GROWTH:
			beside = by_hook(subject, subject->few);
			break;
		case ROW_LUA:
			beside = by_hook(subject, subject->many);
			break;
		}
		bench_add(&figures, ours * 1e3, beside * 1e3);
	}
	snprintf(what, sizeof(what), "an event, %u machines known", subject->machines);
	row.what = what;
	bench_print(&row, &figures);
}

int main(int argc, char **argv)
{
	struct bench bench;
	struct subject subject = { .bench = &bench };

	bench_begin(&bench, argc, argv);
	subject.machines = bench.quick ? 200 : MACHINES;
	subject.events = bench.quick ? 5 : EVENTS;
	subject.hook = bench_built(&bench, "plugins/dnsmasq/pxeboot-dnsmasq-hook");
	subject.idle = bench_built(&bench, "plugins/dnsmasq/pxeboot-dnsmasq-idle");
	subject.module = bench_built(&bench, "plugins/dnsmasq/pxeboot_dnsmasq.so");
	subject.nothing = bench_built(&bench, "tests/bench/bench_nothing");
	subject.nothing_alone = bench_built(&bench, "tests/bench/bench_nothing_alone");
	subject.written = bench_built(&bench, "tests/bench/bench_written");
	subject.fill = bench_built(&bench, "tests/cli/state_fill");
	subject.few = prepare(&subject, "few", 10);
	subject.many = prepare(&subject, "many", subject.machines);
	setenv("DNSMASQ_VENDOR_CLASS", VENDOR, 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (bench_wants(&bench, rows[i].name))
			measure(&subject, (enum row)i);
	for (char **path = &subject.hook; path <= &subject.many; path++)
		free(*path);
	return bench_end(&bench);
}
