/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-shot boots as JSON (see once_page.h).
 */
#include "once_page.h"

#include <errno.h>

#ifdef HAVE_JANSSON
#include <jansson.h>

static const char *const modes[] = {
	[PXEBOOT_ONCE_NEXT_BOOT] = "next-boot",
	[PXEBOOT_ONCE_UNTIL_DONE] = "until-done",
};

static void print(json_t *object)
{
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
}

void once_page_json(const struct once_page *page)
{
	const struct one_shot *shot = page->shot;
	struct once_done_at at;

	if (once_page_done_at(page, &at) < 0)
		return;
	print(json_pack("{s:s, s:s, s:s, s:s, s:s?, s:i, s:s, s:{s:s?, s:s?}}", "host", shot->host.name, "mac", shot->host.macs[0],
			"mode", modes[shot->wish.mode], "boot", shot->wish.boot, "then", shot->wish.then, "tries",
			(int)shot->tries, "token", page->token, "done", "post", at.post, "tftp", at.tftp));
	free(at.post);
	free(at.tftp);
}

void once_page_json_cleared(const struct pxeboot_host *host, bool cleared)
{
	print(json_pack("{s:s, s:b}", "host", host->name, "cleared", cleared));
}

struct listing {
	const struct pxeboot_policy *policy;
	json_t *all;
};

static int add(void *context, const char *key, const struct pxeboot_record *record)
{
	const struct listing *listing = context;
	const struct pxeboot_once *once = record ? &record->once : NULL;
	struct pxeboot_host host = { .name = NULL };
	size_t index;

	if (!record || once->phase == PXEBOOT_ONCE_NONE)
		return 0;
	if (one_shot_host_of(listing->policy, key, &index, &host) < 0)
		host.name = NULL;
	json_array_append_new(listing->all, json_pack(
		"{s:s?, s:s, s:s, s:s, s:s?, s:s?, s:I, s:I, s:I, s:I, s:I}", "host", host.name, "mac", key, "phase",
		pxeboot_once_phase_name(once->phase), "mode", modes[once->mode], "boot", once->profile, "then", once->then,
		"tries", (json_int_t)once->tries, "tries_max", (json_int_t)once->tries_max, "round", (json_int_t)once->round,
		"armed", (json_int_t)once->armed, "changed", (json_int_t)once->changed));
	return 0;
}

int once_page_json_all(const struct pxeboot_policy *policy, struct pxeboot_state *state)
{
	struct listing listing = { policy, json_array() };
	int r = pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, add, &listing);

	if (r < 0) {
		json_decref(listing.all);
		return r;
	}
	print(json_pack("{s:o}", "once", listing.all));
	return 0;
}
#else
/* json_available() has refused the option before any of these is asked for. */
void once_page_json(const struct once_page *page)
{
}

void once_page_json_cleared(const struct pxeboot_host *host, bool cleared)
{
}

int once_page_json_all(const struct pxeboot_policy *policy, struct pxeboot_state *state)
{
	return -ENOTSUP;
}
#endif
