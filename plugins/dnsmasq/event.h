/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One event of dnsmasq, as its dhcp-script gets it, written down in the life of a machine.
 */
#ifndef DNSMASQ_EVENT_H
#define DNSMASQ_EVENT_H

#include <stdint.h>

#include "life.h"

/* @argv and @environment (NULL-terminated) may hold anything.  0; 1 nothing to write down; or a negative errno of
 * life_note(), which was not told yet. */
int dnsmasq_event(struct life *life, int argc, char *const *argv, char *const *environment, int64_t now) MUST_USE;

#endif
