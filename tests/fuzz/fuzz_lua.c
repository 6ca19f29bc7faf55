/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: the tables that dnsmasq's Lua hands to our module.  The input is split at NULs: the function, "lease" or
 * "tftp", the action, then names and values of fields; '#' before one makes it a number, '{' a table.
 */
#include <lauxlib.h>
#include <string.h>

#include "dnsmasq/lua_event.h"
#include "fuzz.h"

#define FIELDS_MAX 400

static void push_value(lua_State *lua, const char *value)
{
	if (value[0] == '#')
		lua_pushnumber(lua, strtod(value + 1, NULL));
	else if (value[0] == '{')
		lua_newtable(lua);
	else
		lua_pushstring(lua, value);
}

/* Leaves the action and the table on the stack. */
static void push_call(lua_State *lua, const char *at, const char *end)
{
	lua_pushstring(lua, at);
	lua_newtable(lua);
	at += strlen(at) + 1;
	for (unsigned i = 0; i < FIELDS_MAX && at < end; i++) {
		const char *value = at + strlen(at) + 1;

		if (value >= end)
			return;
		push_value(lua, at);
		push_value(lua, value);
		if (lua_type(lua, -2) == LUA_TNUMBER && lua_tonumber(lua, -2) != lua_tonumber(lua, -2))
			lua_pop(lua, 2);	/* Lua itself refuses such a key */
		else
			lua_rawset(lua, -3);
		at = value + strlen(value) + 1;
	}
}

/* As many strings as it says, and each variable one of dnsmasq's. */
static void look_at(const struct event *event)
{
	const char *at = event->bytes;

	fuzz_require(event->n_arguments >= 4 && event->n_arguments <= EVENT_ARGUMENTS_MAX);
	fuzz_require(event->n_variables <= EVENT_VARIABLES_MAX && event->length <= EVENT_BYTES_MAX);
	for (unsigned i = 0; i < event->n_arguments; i++, at += strlen(at) + 1)
		fuzz_require(at < event->bytes + event->length && *at != '\0');
	for (unsigned i = 0; i < event->n_variables; i++, at += strlen(at) + 1) {
		fuzz_require(at < event->bytes + event->length);
		fuzz_require(strncmp(at, "DNSMASQ_", 8) == 0 && strchr(at, '=') == strrchr(at, '='));
	}
	fuzz_require(at == event->bytes + event->length);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	lua_State *lua = luaL_newstate();
	char *copy = calloc(1, length + 2);
	struct event *event = NULL;
	int r;

	if (lua == NULL || copy == NULL)
		return 0;
	if (length > 0)
		memcpy(copy, bytes, length);
	push_call(lua, copy + strlen(copy) + 1, copy + length + 1);
	r = (strcmp(copy, "tftp") == 0 ? lua_event_tftp : lua_event_lease)(lua, 1, 2, &event);
	fuzz_require(lua_gettop(lua) == 2 && (r == 0) == (event != NULL));
	if (r == 0)
		look_at(event);
	free(event);
	free(copy);
	lua_close(lua);
	return 0;
}
