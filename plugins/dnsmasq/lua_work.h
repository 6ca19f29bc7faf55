/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the Lua module does for one event of dnsmasq: the hook's own part.
 */
#ifndef DNSMASQ_LUA_WORK_H
#define DNSMASQ_LUA_WORK_H

#include "backlog.h"

/* What it keeps between events: the configuration, and the store of machines, which one process may open once only.  NULL
 * without memory, and while another one is there. */
void *lua_work_new(void);
void lua_work_free(void *work);
/* Events, one after the other by their next, which cost the disk as much as one.  Reports to syslog. */
void lua_work(void *work, struct event *event);

#endif
