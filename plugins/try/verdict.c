/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The story of one boot (see story.h): where it ends, and what to look at then.
 */
#include <string.h>

#include "story.h"

#define LOADER_LOOP 3			/* firmware once, a foreign iPXE once: a third time explains nothing */
#define SCRIPT_LOOP 6			/* scripts try again a few times */
#define KERNEL_QUIET 5000		/* a kernel and its initrds are all there when nothing is asked for so long */

static const struct {
	const char *where, *advice;
} steps[STORY_STEP_COUNT] = {
	[STEP_NOTHING] = { "the machine never asked DHCP",
			   "Its firmware has no driver for this network card, or tries others first; see --nic." },
	[STEP_ASKED] = { "the machine asked DHCP and got no usable answer",
			 "dnsmasq's log below says what it made of the request." },
	[STEP_TOLD] = { "DHCP named a boot file and the machine did not fetch it",
			"Firmware ignores an answer without a server address, or with one that it can't reach." },
	[STEP_REFUSED] = { "a file that was asked for is not there",
			   "Put the file into the boot root, or correct its name in the policy." },
	[STEP_LOADER] = { "the loader was fetched and then nothing more came from it",
			  "It may be for another architecture, not signed, or not hold a driver for this card." },
	[STEP_SCRIPT] = { "a script was fetched and asked for nothing more",
			  "The screen shows where it stands (--screenshot); it may wait for a key." },
	[STEP_MENU] = { "the menu waits",
			"It has no timeout and no key was pressed; see --press. Or its choice leads nowhere." },
	[STEP_KERNEL] = { "the kernel was fetched and what was expected did not come",
			  "Its last words on the serial console are below; it needs console=ttyS0 to have any." },
};

static const char *const ends[] = {
	[POWER_ON] = "The machine runs",
	[POWER_OFF] = "The machine has switched itself off",
	[POWER_RESET] = "The machine has restarted itself",
	[POWER_LOST] = "QEMU has ended by itself",
};

static const char loader_advice[] =
	"Each loader is sent to a loader again: it is not the build that ipxe.user_class names, or a\n"
	"script or another DHCP server leads it back.";
static const char elsewhere_advice[] =
	"The machine follows the other DHCP server, which names a boot file of its own: take boot file and\n"
	"next-server out of that server's configuration.";
static const char script_advice[] = "The scripts lead back to where they came from.";
static const char secure_script_advice[] =
	"Secure Boot is on: GRUB goes back to its menu when shim does not know who has signed the kernel.";
static const char denied_advice[] =
	"It is not signed, or not by somebody whose key the machine, or shim, holds. With secure = true for the\n"
	"machine's host or group, `pxeboot check` tells beforehand.";

static const struct story_file *find_loop(const struct story *story)
{
	for (size_t i = 0; i < story->n_files; i++) {
		const struct story_file *file = &story->files[i];

		if (file->kind == FILE_LOADER && file->times >= LOADER_LOOP)
			return file;
		if ((file->kind == FILE_SCRIPT || file->kind == FILE_MENU) && file->times >= SCRIPT_LOOP)
			return file;
	}
	return NULL;
}

static void tell_progress(struct story *story, const struct transfer *transfer, int64_t now)
{
	struct text CLEANUP_TEXT name = TEXT_INIT;
	char detail[48];

	text_add_escaped(&name, transfer->name);
	snprintf(detail, sizeof(detail), ", %.1f MB so far", (double)transfer->bytes / 1e6);
	lines_add(&story->lines, now, "...", name.bytes ? name.bytes : "", detail);
	story->last_progress = now;
}

/* Bytes that arrive are news, too; of a long file that is said now and then. */
static void note_progress(struct story *story, int64_t now)
{
	const struct transfer *transfer = transfers_running(&story->transfers);

	if (!transfer || transfer->bytes == story->last_bytes)
		return;
	story->last_bytes = transfer->bytes;
	story->last_new = now;
	if (now - transfer->asked >= STORY_PROGRESS && now - story->last_progress >= STORY_PROGRESS)
		tell_progress(story, transfer, now);
}

static bool is_booted(const struct story *story, int64_t now)
{
	if (story->expect && !story->expected_seen)
		return false;
	if (story->until != POWER_ON)
		return story->power == story->until;
	if (story->expect)
		return true;
	return story->step == STEP_KERNEL && !transfers_running(&story->transfers) &&
	       now - story->last_file >= KERNEL_QUIET;
}

enum story_end story_look(struct story *story, enum power power, int64_t now)
{
	story->power = power;
	note_progress(story, now);
	if (is_booted(story, now))
		return STORY_BOOTED;
	if (story->denied_by)
		return STORY_DENIED;
	story->looping = find_loop(story);
	if (story->looping)
		return STORY_LOOPS;
	if (power != POWER_ON)
		return STORY_OFF;
	if (now >= story->limit)
		return STORY_LATE;
	return now - story->last_new >= story->stall ? STORY_STALLED : STORY_GOES_ON;
}

static void tell_booted(struct story *story, enum story_end end, const char *chain, int64_t now)
{
	if (story->mismatches)
		lines_verdict(&story->lines, false, "It boots, but DHCP did not say what the policy decides, %u times.",
			      story->mismatches);
	else if (end == STORY_AT_MENU)
		lines_verdict(&story->lines, true, "The menu is there after %.1f s.", (double)now / 1000);
	else if (story->until != POWER_ON)
		lines_verdict(&story->lines, true, "%s after %.1f s, as it should.", ends[story->until],
			      (double)now / 1000);
	else if (story->expect)
		lines_verdict(&story->lines, true, "Booted in %.1f s.", (double)now / 1000);
	else
		lines_verdict(&story->lines, true, "Booted as far as the kernel, in %.1f s.",
			      (double)story->last_file / 1000);
	lines_remark(&story->lines, "The chain: %s", chain);
}

static void tell_loop(struct story *story)
{
	struct text CLEANUP_TEXT name = TEXT_INIT;

	text_add_escaped(&name, story->looping->name);
	lines_verdict(&story->lines, false, "A chain loop: '%s' was fetched %u times. Once around it:",
		      name.bytes ? name.bytes : "", story->looping->times);
	lines_repeat(&story->lines, story->looping->lines[1]);
	lines_remark(&story->lines, "%s", story->looping->kind == FILE_LOADER ? loader_advice :
		     story->secure ? secure_script_advice : script_advice);
}

static void tell_denied(struct story *story, const char *chain)
{
	struct text CLEANUP_TEXT name = TEXT_INIT;

	text_add_escaped(&name, story->last_hop);
	lines_verdict(&story->lines, false, "Secure Boot: %s does not start '%s'.", story->denied_by,
		      name.bytes ? name.bytes : "");
	lines_remark(&story->lines, "The chain so far: %s", *chain ? chain : "(nothing)");
	lines_remark(&story->lines, "%s", denied_advice);
}

/* The file that isn't there, or that nobody answers for, is the other server's. */
static bool follows_elsewhere(const struct story *story)
{
	if (!*story->last_elsewhere)
		return false;
	return story->step == STEP_TOLD || (story->step == STEP_REFUSED &&
					    strcmp(story->last_refused, story->last_elsewhere) == 0);
}

static void tell_failure(struct story *story, const char *chain)
{
	struct text CLEANUP_TEXT refused = TEXT_INIT;

	lines_remark(&story->lines, "The chain so far: %s", *chain ? chain : "(nothing)");
	text_add_escaped(&refused, story->last_refused);
	if (story->step == STEP_REFUSED)
		lines_remark(&story->lines, "Last refused: '%s'", refused.bytes ? refused.bytes : "");
	lines_remark(&story->lines, "%s", follows_elsewhere(story) ? elsewhere_advice : steps[story->step].advice);
}

bool story_tell_end(struct story *story, enum story_end end, int64_t now)
{
	const char *chain = story->hops.bytes ? story->hops.bytes : "", *where = steps[story->step].where;
	double seconds = (double)now / 1000;

	switch (end) {
	case STORY_GOES_ON:
		lines_verdict(&story->lines, false, "Interrupted after %.1f s.", seconds);
		return false;
	case STORY_BOOTED:
	case STORY_AT_MENU:
		tell_booted(story, end, chain, now);
		return story->mismatches == 0;
	case STORY_LOOPS:
		tell_loop(story);
		return false;
	case STORY_DENIED:
		tell_denied(story, chain);
		return false;
	case STORY_STALLED:
		lines_verdict(&story->lines, false, "Stalled: nothing new for %.0f s: %s.",
			      (double)(now - story->last_new) / 1000, where);
		break;
	case STORY_LATE:
		lines_verdict(&story->lines, false, "The time is up after %.0f s: %s.", seconds, where);
		break;
	case STORY_OFF:
		lines_verdict(&story->lines, false, "%s after %.1f s: %s.", ends[story->power], seconds, where);
		break;
	}
	tell_failure(story, chain);
	return false;
}
