/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_event MODULE IDLE HOOK [--quick]: what one event of dnsmasq costs in the Lua module, with the script that makes
 * dnsmasq tell what it knows, beside the hook.  Prints one row, tab-separated: row, ours in ms, beside in ms, ratio, events.
 */
#include <ftw.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#define RUNS 5
#define EVENTS 100
#define MAC "52:54:00:77:00:%02x"
#define VENDOR "PXEClient:Arch:00007:UNDI:003016"

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static bool run(const char *program, const char *mac)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		setenv("DNSMASQ_VENDOR_CLASS", VENDOR, 1);
		execl(program, program, "add", mac, "10.77.1.9", (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool by_hook(const char *program, unsigned events)
{
	bool good = true;
	char mac[18];

	for (unsigned i = 0; i < events && good; i++) {
		snprintf(mac, sizeof(mac), MAC, i);
		good = run(program, mac);
	}
	return good;
}

/* What was given to the module is done when it is shut down. */
static bool in_lua(lua_State *lua, const char *idle, unsigned events)
{
	bool good = true;
	char chunk[256], mac[18];

	for (unsigned i = 0; i < events && good; i++) {
		snprintf(mac, sizeof(mac), MAC, i);
		snprintf(chunk, sizeof(chunk), "assert(m.lease('add', { mac_address = '%s', ip_address = '10.77.1.9', "
			 "data_missing = 0, vendor_class = '" VENDOR "' }))", mac);
		good = luaL_dostring(lua, chunk) == LUA_OK && run(idle, mac);
	}
	return luaL_dostring(lua, "assert(m.shutdown() == 0)") == LUA_OK && good;
}

static bool prepare(const char *directory, const char *module, lua_State *lua)
{
	CLEANUP_TEXT struct text conf = TEXT_INIT, path = TEXT_INIT, folder = TEXT_INIT, chunk = TEXT_INIT;

	text_addf(&folder, "%s/root", directory);
	text_addf(&path, "%s/hook.conf", directory);
	text_addf(&conf, "root = \"%s/root\";\nstate = \"%s/state\";\n", directory, directory);
	text_addf(&chunk, "m = assert(assert(package.loadlib('%s', 'luaopen_pxeboot_dnsmasq'))())", module);
	if (path.error < 0 || conf.error < 0 || folder.error < 0 || chunk.error < 0)
		return false;
	luaL_openlibs(lua);
	setenv("PXEBOOT_CONFIG", directory, 1);
	return mkdir(folder.bytes, 0755) == 0 && file_write(path.bytes, conf.bytes, conf.length, 0644) >= 0 &&
	       luaL_dostring(lua, chunk.bytes) == LUA_OK;
}

static bool bench(lua_State *lua, char *const *programs, size_t runs, unsigned events)
{
	double ours[RUNS], beside[RUNS];

	for (size_t i = 0; i < runs; i++) {
		double start = now(), middle;

		if (!in_lua(lua, programs[1], events))
			return false;
		middle = now();
		if (!by_hook(programs[2], events))
			return false;
		ours[i] = (middle - start) / events;
		beside[i] = (now() - middle) / events;
	}
	qsort(ours, runs, sizeof(ours[0]), compare);
	qsort(beside, runs, sizeof(beside[0]), compare);
	printf("event in dnsmasq's Lua\t%.2f\t%.2f\t%.2f\t%u\n", ours[runs / 2], beside[runs / 2],
	       ours[runs / 2] / beside[runs / 2], events);
	return true;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

int main(int argc, char **argv)
{
	bool quick = argc == 5 && strcmp(argv[4], "--quick") == 0, good;
	char directory[] = "/tmp/pxeboot-bench.XXXXXX";
	lua_State *lua = luaL_newstate();

	if (argc < 4 || lua == NULL || mkdtemp(directory) == NULL) {
		fputs("usage: bench_event MODULE IDLE HOOK [--quick]\n", stderr);
		return 2;
	}
	good = prepare(directory, argv[1], lua) && bench(lua, argv + 1, quick ? 1 : RUNS, quick ? 5 : EVENTS);
	if (!good)
		fputs("bench_event: an event was not taken\n", stderr);
	lua_close(lua);
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return !good;
}
