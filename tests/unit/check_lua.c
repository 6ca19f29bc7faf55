/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The module for dnsmasq's Lua without dnsmasq: what it makes of tables, and the module as Lua loads it, with
 * whatever a script could hand to it.
 */
#include <errno.h>
#include <ftw.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/macro.h"
#include "base/text.h"
#include "dnsmasq/lua_event.h"
#include "testing.h"

#define MAC "52:54:00:77:00:01"
#define LEASE "mac_address='" MAC "', ip_address='10.77.1.9'"
#define WHO "<pxeboot-dnsmasq-hook><"

/* ---- Tables ---- */

static const char many[] =		/* more user classes than a packet has */
	"local t = { " LEASE " } for i = 0, 300 do t['user_class' .. i] = 'c' end return 'add', t";

static const char *const refused[] = {
	"return",
	"return nil, nil",
	"return 'add'",
	"return 'add', 7",
	"return 'add', 'table'",
	"return 'add', function() end",
	"return 'add', io.stdout",
	"return 7, { " LEASE " }",
	"return { " LEASE " }, 'add'",
	"return 'dance', { " LEASE " }",
	"return 'tftp', { " LEASE " }",
	"return 'add ', { " LEASE " }",
	"return '', { " LEASE " }",
	"return 'add', { }",
	"return 'add', { mac_address = '" MAC "' }",
	"return 'add', { ip_address = '10.77.1.9' }",
	"return 'add', { mac_address = '', ip_address = '10.77.1.9' }",
	"return 'add', { mac_address = 7, ip_address = '10.77.1.9' }",
	"return 'add', { mac_address = '\\000" MAC "', ip_address = '10.77.1.9' }",
	/* It is not there; that somebody would say that it is does not matter. */
	"return 'add', setmetatable({ }, { __index = { " LEASE " } })",
	"return 'add', setmetatable({ }, { __index = error, __pairs = error, __len = error })",
	"return 'add', { " LEASE ", vendor_class = ('x'):rep(65536) }",
	"return 'add', { mac_address = ('x'):rep(1 << 26), ip_address = '10.77.1.9' }",
	"local t = { " LEASE " } for i = 1, 1200 do t[i] = 'x' end return 'add', t",
	many,
};

static const struct {
	const char *lua;
	const char *event;		/* <argument>…{variable}…, the variables in order */
} taken[] = {
	{ "'add', { " LEASE " }", WHO "add><" MAC "><10.77.1.9>" },
	{ "'old', { " LEASE ", hostname='node1' }", WHO "old><" MAC "><10.77.1.9><node1>" },
	{ "'del', { " LEASE ", hostname='node1', old_hostname='node1' }",
	  WHO "del><" MAC "><10.77.1.9>{DNSMASQ_OLD_HOSTNAME=node1}" },
	{ "'add', { " LEASE ", data_missing=0.0 }", WHO "add><" MAC "><10.77.1.9>" },
	{ "'add', { " LEASE ", data_missing=1.0 }", WHO "add><" MAC "><10.77.1.9>{DNSMASQ_DATA_MISSING=1}" },
	{ "'add', { " LEASE ", lease_expires=1795460728.0, time_remaining=43200 }",
	  WHO "add><" MAC "><10.77.1.9>{DNSMASQ_LEASE_EXPIRES=1795460728}{DNSMASQ_TIME_REMAINING=43200}" },
	{ "'add', { " LEASE ", vendor_class='PXEClient:Arch:00007:UNDI:003016', user_class0='iPXE', user_class12='x', "
	  "tags='a b', interface='srv0', circuit_id='\\1\\2' }",
	  WHO "add><" MAC "><10.77.1.9>{DNSMASQ_CIRCUIT_ID=\1\2}{DNSMASQ_INTERFACE=srv0}{DNSMASQ_TAGS=a b}"
	  "{DNSMASQ_USER_CLASS0=iPXE}{DNSMASQ_USER_CLASS12=x}{DNSMASQ_VENDOR_CLASS=PXEClient:Arch:00007:UNDI:003016}" },
	/* As dnsmasq cuts them for a script. */
	{ "'add', { " LEASE ", vendor_class='a=b', tags='=', user_class0='a\\0b' }",
	  WHO "add><" MAC "><10.77.1.9>{DNSMASQ_TAGS=}{DNSMASQ_USER_CLASS0=a}{DNSMASQ_VENDOR_CLASS=a}" },
	/* What is none of dnsmasq's. */
	{ "'add', { " LEASE ", [1]='x', [2.5]='x', [true]='x', [io.stdout]='x', ['a=b']='x', ['A']='x', ['']='x', "
	  "[('n'):rep(33)]='x', vendor_class={}, tags=true, user_class0=function() end, domain='', "
	  "time_remaining=0/0, lease_expires=-1 }", WHO "add><" MAC "><10.77.1.9>" },
	{ "'add', setmetatable({ " LEASE " }, { __index = error, __pairs = error, __metatable = 7, __gc = error })",
	  WHO "add><" MAC "><10.77.1.9>" },
	{ "'add', { mac_address='06-" MAC "', ip_address='fd00::9', client_duid='00:01' }",
	  WHO "add><06-" MAC "><fd00::9>{DNSMASQ_CLIENT_DUID=00:01}" },
};

static const char *const refused_files[] = {
	"return 'tftp', { }",
	"return 'add', { file_size='1', destination_address='10.77.1.9', file_name='/x' }",
	"return 'tftp', { destination_address='10.77.1.9', file_name='/x' }",
	"return 'tftp', { file_size=1, destination_address='10.77.1.9', file_name='/x' }",
	"return 'tftp', { file_size='1', destination_address='10.77.1.9' }",
};

static int event_of(lua_State *lua, const char *chunk,
		    int (*make)(lua_State *, int, int, struct event **), struct event **ret_event)
{
	int before, r;

	ck_assert_msg(luaL_loadstring(lua, chunk) == LUA_OK && lua_pcall(lua, 0, 2, 0) == LUA_OK, "%s: %s", chunk,
		      lua_tostring(lua, -1));
	before = lua_gettop(lua);
	r = make(lua, before - 1, before, ret_event);
	ck_assert_int_eq(lua_gettop(lua), before);
	lua_settop(lua, 0);
	return r;
}

static void assert_refused(const char *chunk, int (*make)(lua_State *, int, int, struct event **))
{
	lua_State *lua = luaL_newstate();
	struct event *event = (struct event *)lua;

	luaL_openlibs(lua);
	ck_assert_msg(event_of(lua, chunk, make, &event) < 0, "%s", chunk);
	ck_assert_ptr_eq(event, lua);
	lua_close(lua);
}

START_TEST(refuses_leases)
{
	assert_refused(refused[_i], lua_event_lease);
}
END_TEST

START_TEST(refuses_files)
{
	assert_refused(refused_files[_i], lua_event_tftp);
}
END_TEST

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Variables come in no order of their own. */
static char *describe(const struct event *event)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	const char *strings[EVENT_VARIABLES_MAX];
	const char *at = event->bytes;
	char *bytes = NULL;

	for (unsigned i = 0; i < event->n_arguments; i++, at += strlen(at) + 1)
		text_addf(&text, "<%s>", at);
	for (unsigned i = 0; i < event->n_variables; i++, at += strlen(at) + 1)
		strings[i] = at;
	ck_assert_int_eq(at - event->bytes, (long)event->length);
	qsort(strings, event->n_variables, sizeof(strings[0]), by_text);
	for (unsigned i = 0; i < event->n_variables; i++)
		text_addf(&text, "{%s}", strings[i]);
	ck_assert_int_eq(text_take(&text, &bytes, NULL), 0);
	return bytes;
}

START_TEST(takes_leases)
{
	CLEANUP_FREE char *chunk = NULL;
	CLEANUP_FREE char *got = NULL;
	lua_State *lua = luaL_newstate();
	struct event *event = NULL;

	luaL_openlibs(lua);
	ck_assert_int_gt(asprintf(&chunk, "return %s", taken[_i].lua), 0);
	ck_assert_int_eq(event_of(lua, chunk, lua_event_lease, &event), 0);
	got = describe(event);
	ck_assert_str_eq(got, taken[_i].event);
	free(event);
	lua_close(lua);
}
END_TEST

START_TEST(takes_files)
{
	CLEANUP_FREE char *got = NULL;
	lua_State *lua = luaL_newstate();
	struct event *event = NULL;

	luaL_openlibs(lua);
	ck_assert_int_eq(event_of(lua, "return 'tftp', { file_size='12', destination_address='10.77.1.9', "
				  "file_name='/srv/a=b' }", lua_event_tftp, &event), 0);
	got = describe(event);
	ck_assert_str_eq(got, WHO "tftp><12><10.77.1.9></srv/a=b>");
	free(event);
	lua_close(lua);
}
END_TEST

/* ---- The module ---- */

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static char directory[64];

static char *path_of(const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		abort();
	return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void put(const char *name, const char *text)
{
	CLEANUP_FREE char *path = path_of(name);

	ck_assert(file_make_parents(path) >= 0 && file_write(path, text, strlen(text), 0644) >= 0);
}

static void set_up(void)
{
	CLEANUP_TEXT struct text conf = TEXT_INIT;

	snprintf(directory, sizeof(directory), "/tmp/pxeboot-lua-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	put("root/arch/x64-uefi/netboot.0", "");
	put("root/clients/keep", "");
	put("root/once/keep", "");
	text_addf(&conf, "root = \"%s/root\";\nstate = \"%s/state\";\n", directory, directory);
	put("hook.conf", conf.bytes);
	setenv("PXEBOOT_CONFIG", directory, 1);
}

static void tear_down(void)
{
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The module as `m`, as pxeboot.lua has it. */
static lua_State *load(void)
{
	CLEANUP_TEXT struct text chunk = TEXT_INIT;
	lua_State *lua = luaL_newstate();

	luaL_openlibs(lua);
	text_addf(&chunk, "m = assert(assert(package.loadlib('%s', 'luaopen_pxeboot_dnsmasq'))())", getenv("PXEBOOT_LUA_MODULE"));
	ck_assert_msg(luaL_dostring(lua, chunk.bytes) == LUA_OK, "%s", lua_tostring(lua, -1));
	return lua;
}

static void run(lua_State *lua, const char *chunk)
{
	ck_assert_msg(luaL_dostring(lua, chunk) == LUA_OK, "%s", lua_tostring(lua, -1));
	lua_settop(lua, 0);
}

static const char *link_of(const char *address)
{
	static char target[128];
	CLEANUP_FREE char *name = NULL;
	CLEANUP_FREE char *path = NULL;
	ssize_t length;

	ck_assert_int_gt(asprintf(&name, "root/clients/%s", address), 0);
	path = path_of(name);
	length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	return target;
}

static void assert_recorded(const char *key)
{
	CLEANUP_FREE char *path = path_of("state");
	struct pxeboot_record *record = NULL;
	struct pxeboot_state *state = NULL;
	int r = pxeboot_state_open(path, PXEBOOT_STATE_LOOK, NULL, &state);

	if (r == -ENOTSUP)
		return;
	ck_assert_int_eq(r, 0);
	ck_assert_int_eq(pxeboot_state_get(state, key, &record), 0);
	ck_assert_int_gt(record->last_seen, 0);
	pxeboot_record_free(record);
	pxeboot_state_close(state);
}

#define GOOD "assert(m.lease('add', { " LEASE ", vendor_class='PXEClient:Arch:00007:UNDI:003016' }) == true) "

/* One that was shut down while it was busy goes on until that event is done. */
#define RESTART \
	"m.shutdown() for i = 1, 100 do if m.init() then break end os.execute('sleep 0.1') end " GOOD

START_TEST(does_the_hooks_work)
{
	lua_State *lua = load();

	run(lua, "assert(m.init() == true) " GOOD "assert(m.shutdown() == 0)");
	ck_assert_str_eq(link_of("10.77.1.9"), "../arch/x64-uefi");
	assert_recorded(MAC);
	lua_close(lua);
}
END_TEST

/* Values of every kind for both arguments, and fields of every kind in a table that is good otherwise. */
static const char hostile[] =
	"local names = { 'mac_address', 'ip_address', 'vendor_class', 'tags', 'data_missing', 'user_class0', 'hostname',\n"
	"  'client_id', 'file_name', 'file_size', 'destination_address', 'old_hostname', 'x', '' }\n"
	"local bad = setmetatable({}, { __index = error, __newindex = error, __call = error, __len = error,\n"
	"  __pairs = error, __tostring = error, __eq = error, __close = error, __name = {} })\n"
	"local huge, nul = ('x'):rep(1 << 20), 'a\\0b'\n"
	"local values = { function() return nil end, function() return 0/0 end, function() return 1e300 end,\n"
	"  function() return -1 end, function() return math.mininteger end, function() return true end,\n"
	"  function() return huge end, function() return nul end, function() return '' end, function() return bad end,\n"
	"  function() return error end, function() return io.stdout end, function() return coroutine.create(error) end,\n"
	"  function() return '\\27[2J`reboot`\\n' end, function() return '../../../etc' end, function() return 'add' end,\n"
	"  function() return { " LEASE ", vendor_class = nul } end, function() return '10.77.1.9' end }\n"
	"local function any() return values[math.random(#values)]() end\n"
	"local function some()\n"
	"  local t = { " LEASE ", file_name = '/x', file_size = '1', destination_address = '10.77.1.9' }\n"
	"  for _ = 1, math.random(6) do t[names[math.random(#names)]] = any() end\n"
	"  if math.random(4) == 1 then setmetatable(t, getmetatable(bad)) end\n"
	"  return t\n"
	"end\n"
	"math.randomseed(5)\n"
	"for i = 1, 4000 do\n"
	"  local f = math.random(2) == 1 and m.lease or m.tftp\n"
	"  local r = f(any(), any())\n"
	"  assert(r == true or r == false)\n"
	"  assert(f(any()) == false and f() == false and f(any(), nil, any(), any()) == false)\n"
	"  local words = { 'add', 'old', 'del', 'tftp', any() }\n"
	"  assert(f(words[math.random(#words)], some()) ~= nil)\n"
	"  if i % 1000 == 0 then m.init(any()) collectgarbage() end\n"
	"end\n"
	"local deep = coroutine.wrap(function() return m.lease('add', { " LEASE " }) end)\n"
	"assert(deep() == true)\n"
	"assert(select('#', m.lease(table.unpack({}, 1, 200000))) == 1)\n";

START_TEST(survives_anything)
{
	lua_State *lua = load();

	run(lua, hostile);
	run(lua, RESTART "assert(m.shutdown() == 0)");
	ck_assert_str_eq(link_of("10.77.1.9"), "../arch/x64-uefi");
	assert_recorded(MAC);
	lua_close(lua);
}
END_TEST

/* Memory that ends at any point of a call.  The limit is of Lua's own memory. */
static void *limited(void *context, void *block, size_t before, size_t after)
{
	size_t *left = context;

	if (after == 0) {
		free(block);
		return NULL;
	}
	if (block != NULL && after <= before)
		return realloc(block, after);
	if (*left == 0)
		return NULL;
	*left -= 1;
	return realloc(block, after);
}

START_TEST(survives_without_memory)
{
	size_t left = SIZE_MAX;
	lua_State *lua = load();
	lua_Alloc before;
	void *context;

	run(lua, "t = { " LEASE ", vendor_class='PXEClient:Arch:00007:UNDI:003016' } lease, tftp = m.lease, m.tftp");
	before = lua_getallocf(lua, &context);
	for (size_t allocations = 0; allocations < 20; allocations++) {
		lua_settop(lua, 0);
		lua_checkstack(lua, 20);
		lua_getglobal(lua, "lease");
		lua_pushstring(lua, "add");
		lua_getglobal(lua, "t");
		left = allocations;
		lua_setallocf(lua, limited, &left);
		ck_assert_int_eq(lua_pcall(lua, 2, 1, 0), LUA_OK);
		lua_setallocf(lua, before, context);
		ck_assert_int_eq(lua_type(lua, -1), LUA_TBOOLEAN);
	}
	run(lua, GOOD "assert(m.shutdown() == 0)");
	ck_assert_str_eq(link_of("10.77.1.9"), "../arch/x64-uefi");
	lua_close(lua);
}
END_TEST

static int hold(void *context, struct pxeboot_record *record)
{
	kill(getpid(), SIGSTOP);
	return 1;
}

/* Another process holds the store's lock and is stopped: dnsmasq's helper is not held. */
START_TEST(is_held_by_nobody)
{
	CLEANUP_FREE char *path = path_of("state");
	lua_State *lua = load();
	double begin;
	int status;
	pid_t pid;

	run(lua, GOOD "assert(m.shutdown() == 0)");
	pid = fork();
	if (pid == 0) {
		struct pxeboot_state *state = NULL;

		if (pxeboot_state_open(path, 0, NULL, &state) < 0)
			_exit(77);
		pxeboot_state_update(state, MAC, hold, NULL);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
	if (WIFSTOPPED(status)) {
		begin = seconds();
		run(lua, "for i = 1, 3000 do " GOOD " end");
		ck_assert_double_lt(seconds() - begin, 2);
		begin = seconds();
		run(lua, "local n = m.shutdown() assert(n >= 1000 and n <= 1064, n)");
		run(lua, "assert(not m.init() and m.shutdown() == 0)");
		ck_assert_double_lt(seconds() - begin, 2);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	run(lua, RESTART "assert(m.shutdown() == 0)");
	lua_close(lua);
	assert_recorded(MAC);
}
END_TEST

/* Somebody has written over the store. */
START_TEST(survives_a_broken_store)
{
	lua_State *lua = load();
	char noise[8192];

	memset(noise, 0x5a, sizeof(noise) - 1);
	noise[sizeof(noise) - 1] = '\0';
	put("state/machines.mdb", noise);
	run(lua, GOOD "assert(m.shutdown() == 0)");
	ck_assert_str_eq(link_of("10.77.1.9"), "../arch/x64-uefi");
	assert_recorded(MAC);
	lua_close(lua);
}
END_TEST

/* Somebody has put the store away while it was open. */
START_TEST(follows_the_store)
{
	CLEANUP_FREE char *store = path_of("state/machines.mdb");
	CLEANUP_FREE char *moved = path_of("state/moved");
	lua_State *lua = load();

	run(lua, GOOD "os.execute('sleep 0.3')");
	if (rename(store, moved) == 0) {
		run(lua, GOOD "assert(m.shutdown() == 0)");
		assert_recorded(MAC);
	}
	lua_close(lua);
}
END_TEST

/* hook.conf is read again when it has changed, and what is wrong with it loses nothing that comes later. */
START_TEST(follows_its_configuration)
{
	CLEANUP_FREE char *path = path_of("hook.conf");
	CLEANUP_FREE char *good = NULL;
	CLEANUP_FREE char *link = path_of("root/clients/10.77.1.9");
	static const char *const bad[] = { "root = relative;\n", "", "next = \"/x\";\n", "root = \"/does/not/exist\";\n" };
	lua_State *lua = load();

	ck_assert_int_eq(file_read(path, 10000, &good, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		put("hook.conf", bad[i]);
		run(lua, GOOD "assert(m.shutdown() == 0)");
		ck_assert_str_eq(link_of("10.77.1.9"), "");
	}
	unlink(path);
	run(lua, GOOD);
	put("hook.conf", good);
	run(lua, GOOD "assert(m.shutdown() == 0)");
	ck_assert_str_eq(link_of("10.77.1.9"), "../arch/x64-uefi");
	unlink(link);
	/* Without a shutdown in between. */
	put("hook.conf", "root = \"/does/not/exist\";\n");
	run(lua, GOOD "os.execute('sleep 0.2')");
	put("hook.conf", good);
	run(lua, GOOD "assert(m.shutdown() == 0)");
	ck_assert_str_eq(link_of("10.77.1.9"), "../arch/x64-uefi");
	lua_close(lua);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lua");
	TCase *tables = tcase_create("tables"), *module = tcase_create("module");

	tcase_add_loop_test(tables, refuses_leases, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tables, refuses_files, 0, ARRAY_SIZE(refused_files));
	tcase_add_loop_test(tables, takes_leases, 0, ARRAY_SIZE(taken));
	tcase_add_test(tables, takes_files);
	tcase_set_timeout(tables, 60);
	suite_add_tcase(suite, tables);
	tcase_add_checked_fixture(module, set_up, tear_down);
	tcase_add_test(module, does_the_hooks_work);
	tcase_add_test(module, survives_anything);
	tcase_add_test(module, survives_without_memory);
	tcase_add_test(module, is_held_by_nobody);
	tcase_add_test(module, survives_a_broken_store);
	tcase_add_test(module, follows_the_store);
	tcase_add_test(module, follows_its_configuration);
	tcase_set_timeout(module, 120);
	suite_add_tcase(suite, module);
	return run_suite(suite);
}
