/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes of the table that dnsmasq hands to its Lua functions what its dhcp-script would be handed: argument for argument,
 * variable for variable.  The bytes are the clients' own.
 */
#ifndef DNSMASQ_LUA_EVENT_H
#define DNSMASQ_LUA_EVENT_H

#include <lua.h>

#include "backlog.h"

/* From the action and the table at these places of the stack; they may be anything, and no metamethod is called.  Raises no
 * Lua error: -EINVAL for what dnsmasq does not call that function with, -E2BIG for too much of it, -ENOMEM.  The caller
 * frees the event. */
int lua_event_lease(lua_State *lua, int action, int table, struct event **ret_event) MUST_USE;
int lua_event_tftp(lua_State *lua, int action, int table, struct event **ret_event) MUST_USE;

#endif
