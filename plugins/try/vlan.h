/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A machine whose port of the switch is tagged: the lab's end of its cable takes the tags off and puts them on, as the
 * switch does, and the firmware is told its VLAN as its set-up menu would.
 */
#ifndef TRY_VLAN_H
#define TRY_VLAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define VLAN_TAG 4			/* bytes */
#define VLAN_MAX 4094

/* Takes the tag off a frame.  Returns the new length; 0 for a frame that is not of this VLAN. */
size_t vlan_untag(void *frame, size_t length, unsigned vlan);
/* Puts one on, into @room bytes.  Returns the new length; 0 where it has no room, or is no frame. */
size_t vlan_tag(void *frame, size_t length, size_t room, unsigned vlan);

/* Adds the setting of a card to a firmware's variables, which are those of EDK2.  0, -EBADMSG where they are not, or
 * -ENOSPC. */
int vlan_set(void *variables, size_t length, const uint8_t mac[], unsigned vlan) MUST_USE;

#endif
