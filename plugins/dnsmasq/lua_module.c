/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pxeboot_dnsmasq, a module for the Lua that dnsmasq runs (dhcp-luascript): what the hook does for each event, in dnsmasq's
 * helper process and without starting a program.
 *
 *	lease(action, table)	an event of dnsmasq, as its function of that name has it; true when it was taken,
 *	tftp(action, table)	false when that is no such event, memory is short, or one that was shut down still works
 *	init()			true, or false for the like
 *	shutdown()		waits for what was taken, a second at most; the number of events that are lost by it
 *
 * An error that leaves a Lua function ends dnsmasq's helper, without a word, and with it every later event.  None leaves
 * these, whatever they are handed.  The work is done in a thread (backlog.h), so that no disk holds dnsmasq.
 */
#include <errno.h>
#include <lauxlib.h>
#include <lua.h>
#include <syslog.h>
#include <time.h>

#include "lua_event.h"
#include "lua_work.h"

#define WAITING_MAX 1000
#define GROUP_MAX 64
#define SHUTDOWN_MILLISECONDS 1000

__attribute__((visibility("default"))) int luaopen_pxeboot_dnsmasq(lua_State *lua);

struct module {
	struct backlog *backlog;	/* NULL: nothing has happened yet */
};

static void tell_lost(unsigned long lost)
{
	syslog(LOG_WARNING, "too many events wait for the disk: %lu of the oldest are lost", lost);
}

/* ---- Taking an event ---- */

static int start(struct module *module)
{
	struct backlog_work work = { .limit = WAITING_MAX, .group = GROUP_MAX, .work = lua_work, .tell = tell_lost, .free = lua_work_free };
	int r;

	if (module->backlog != NULL)
		return 0;
	work.context = lua_work_new();
	if (work.context == NULL)
		return -EBUSY;
	r = backlog_start(&work, &module->backlog);
	if (r < 0)
		lua_work_free(work.context);
	return r;
}

static int take(struct module *module, struct event *event)
{
	int r = start(module);

	if (r < 0) {
		free(event);
		return r;
	}
	event->when = time(NULL);
	backlog_add(module->backlog, event);
	return 0;
}

struct call {
	int (*make)(lua_State *lua, int action, int table, struct event **ret_event);
	struct event *event;
	int result;
};

/* Called with the action, the table and the call. */
static int make_event(lua_State *lua)
{
	struct call *call = lua_touserdata(lua, 3);

	call->result = call->make(lua, 1, 2, &call->event);
	return 0;
}

static int protected_event(lua_State *lua, int (*make)(lua_State *, int, int, struct event **))
{
	struct module *module = lua_touserdata(lua, lua_upvalueindex(1));
	struct call call = { make, NULL, -ENOMEM };

	lua_settop(lua, 2);
	lua_pushcfunction(lua, make_event);
	lua_insert(lua, 1);
	lua_pushlightuserdata(lua, &call);
	if (lua_pcall(lua, 3, 0, 0) != LUA_OK)
		call.result = -ENOMEM;
	lua_settop(lua, 0);
	if (call.result == 0)
		call.result = take(module, call.event);
	lua_pushboolean(lua, call.result == 0);
	return 1;
}

static int lease(lua_State *lua)
{
	return protected_event(lua, lua_event_lease);
}

static int tftp(lua_State *lua)
{
	return protected_event(lua, lua_event_tftp);
}

/* ---- Beginning and end ---- */

static int init(lua_State *lua)
{
	lua_pushboolean(lua, start(lua_touserdata(lua, lua_upvalueindex(1))) == 0);
	return 1;
}

static int shutdown(lua_State *lua)
{
	struct module *module = lua_touserdata(lua, lua_upvalueindex(1));
	size_t lost = backlog_stop(module->backlog, SHUTDOWN_MILLISECONDS);

	module->backlog = NULL;
	lua_pushinteger(lua, (lua_Integer)lost);
	return 1;
}

static int collect(lua_State *lua)
{
	struct module *module = lua_touserdata(lua, 1);

	backlog_stop(module->backlog, SHUTDOWN_MILLISECONDS);
	module->backlog = NULL;
	return 0;
}

static int open_module(lua_State *lua)
{
	static const luaL_Reg functions[] = {
		{ "lease", lease }, { "tftp", tftp }, { "init", init }, { "shutdown", shutdown }, { NULL, NULL },
	};
	struct module *module;

	luaL_checkversion(lua);
	luaL_newlibtable(lua, functions);
	module = lua_newuserdatauv(lua, sizeof(*module), 0);
	module->backlog = NULL;
	lua_createtable(lua, 0, 1);
	lua_pushcfunction(lua, collect);
	lua_setfield(lua, -2, "__gc");
	lua_setmetatable(lua, -2);
	luaL_setfuncs(lua, functions, 1);
	return 1;
}

/* Gives the table of functions, or nil and why not. */
int luaopen_pxeboot_dnsmasq(lua_State *lua)
{
	lua_settop(lua, 0);
	lua_pushcfunction(lua, open_module);
	if (lua_pcall(lua, 0, 1, 0) == LUA_OK)
		return 1;
	lua_pushnil(lua);
	lua_insert(lua, 1);
	return 2;
}
