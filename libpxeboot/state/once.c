/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-shot boots: the states of pxeboot-once(7) and what leads from one to the next.  Within one round the phase only goes
 * up, so that an event that is lost, repeated or late can end a one-shot boot early and never bring it back.
 */
#include "state/once.h"

#include <errno.h>
#include <string.h>

const char *pxeboot_once_phase_name(int phase)
{
	static const char *const names[PXEBOOT_ONCE_PHASE_COUNT] = {
		[PXEBOOT_ONCE_NONE] = "none",
		[PXEBOOT_ONCE_ARMED] = "armed",
		[PXEBOOT_ONCE_SERVED] = "served",
		[PXEBOOT_ONCE_DONE] = "done",
		[PXEBOOT_ONCE_FAILED] = "failed",
	};

	return phase >= 0 && phase < PXEBOOT_ONCE_PHASE_COUNT ? names[phase] : NULL;
}

void pxeboot_once_arm(struct pxeboot_record *record, const struct pxeboot_arming *arming)
{
	struct pxeboot_once *once = &record->once;

	*once = (struct pxeboot_once){
		.phase = PXEBOOT_ONCE_ARMED,
		.mode = arming->mode,
		.profile = arming->profile,
		.then = arming->then,
		.token = arming->token,
		.policy = arming->policy ? arming->policy : once->policy,
		.tries_max = arming->tries_max,
		.round = once->round + 1,
		.armed = arming->when,
		.changed = arming->when,
	};
}

void pxeboot_once_clear(struct pxeboot_record *record, int64_t when)
{
	struct pxeboot_once *once = &record->once;

	*once = (struct pxeboot_once){ .policy = once->policy, .round = once->round, .changed = when };
}

bool pxeboot_once_is_on(const struct pxeboot_record *record)
{
	return record->once.phase == PXEBOOT_ONCE_ARMED || record->once.phase == PXEBOOT_ONCE_SERVED;
}

const char *pxeboot_once_boot(const struct pxeboot_record *record)
{
	if (pxeboot_once_is_on(record))
		return record->once.profile;
	return record->once.phase == PXEBOOT_ONCE_NONE ? NULL : record->once.then;
}

static int go_to(struct pxeboot_once *once, enum pxeboot_once_phase phase, int64_t when)
{
	once->phase = phase;
	once->changed = when;
	return 0;
}

static bool has_tries(const struct pxeboot_once *once)
{
	return once->mode == PXEBOOT_ONCE_UNTIL_DONE && (!once->tries_max || once->tries < once->tries_max);
}

/* The boot that it was given to is over, and it has no other try. */
static int end(struct pxeboot_once *once, int64_t when)
{
	return go_to(once, once->mode == PXEBOOT_ONCE_UNTIL_DONE ? PXEBOOT_ONCE_FAILED : PXEBOOT_ONCE_DONE, when);
}

int once_power_on(struct pxeboot_record *record, int64_t when)
{
	struct pxeboot_once *once = &record->once;

	return once->phase == PXEBOOT_ONCE_SERVED && !has_tries(once) ? end(once, when) : 1;
}

int once_served(struct pxeboot_record *record, int64_t when)
{
	struct pxeboot_once *once = &record->once;

	/* One boot may fetch its script more than once: it failed to come, or somebody went back in a menu. */
	if (!pxeboot_once_is_on(record) || (once->phase == PXEBOOT_ONCE_SERVED && once->at_boot == record->boots))
		return 1;
	if (once->phase == PXEBOOT_ONCE_SERVED && !has_tries(once))
		return end(once, when);
	once->tries++;
	once->at_boot = record->boots;
	return go_to(once, PXEBOOT_ONCE_SERVED, when);
}

bool pxeboot_once_has_token(const struct pxeboot_record *record, const char *shown)
{
	const char *token = record->once.token;
	size_t length = token ? strlen(token) : 0;
	unsigned differs = 0;

	if (!length || strlen(shown) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		differs |= (unsigned char)token[i] ^ (unsigned char)shown[i];
	return !differs;
}

int once_done(struct pxeboot_record *record, const char *shown, int64_t when)
{
	struct pxeboot_once *once = &record->once;

	if (shown && !pxeboot_once_has_token(record, shown))
		return -EACCES;
	if (once->phase == PXEBOOT_ONCE_NONE || once->phase == PXEBOOT_ONCE_DONE)
		return 1;
	return go_to(once, PXEBOOT_ONCE_DONE, when);
}
