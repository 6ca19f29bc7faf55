/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot apply` does about one-shot boots: arms what hosts' once says anew, takes back what it no longer says, and
 * completes what somebody was killed over.
 */
#ifndef APPLY_ONCE_H
#define APPLY_ONCE_H

#include "session.h"

/* Says what it did; with @dry_run what it would.  Profiles that it names must be there.  0, or a negative errno that was told.
 * Where no host has a once, machines that can't be looked at are no fault. */
int apply_once(struct session *session, bool dry_run) MUST_USE;

#endif
