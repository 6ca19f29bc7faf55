/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-shot boots as JSON (see once_page.h).
 */
#include "once_page.h"

#include <errno.h>

#ifdef HAVE_JANSSON
#include <jansson.h>

#include "json_text.h"
#include "machine.h"

void once_page_json(const struct once_page *page)
{
	const struct one_shot *shot = page->shot;
	struct once_done_at at;

	if (once_page_done_at(page, &at) < 0)
		return;
	json_line(json_pack("{s:s, s:s, s:s, s:s, s:s?, s:i, s:s, s:{s:s?, s:s?}}", "machine", shot->host.macs[0], "name",
			    shot->host.name, "mode", machine_mode_name(shot->wish.mode), "profile", shot->wish.boot, "then",
			    shot->wish.then, "tries_max", (int)shot->tries, "token", page->token, "done", "post", at.post, "tftp",
			    at.tftp));
	free(at.post);
	free(at.tftp);
}

void once_page_json_cleared(const struct pxeboot_host *host, bool cleared)
{
	json_line(json_pack("{s:s?, s:s, s:b}", "machine", host->n_macs ? host->macs[0] : NULL, "name", host->name, "cleared",
			    cleared));
}

struct listing {
	const struct pxeboot_policy *policy;
	json_t *all;
};

/* What stands in a record may be written by others than us. */
static int add(void *context, const char *key, const struct pxeboot_record *record)
{
	const struct listing *listing = context;
	struct pxeboot_host host;
	json_t *object, *once;
	size_t index;

	if (!record || record->once.phase == PXEBOOT_ONCE_NONE)
		return 0;
	if (one_shot_host_of(listing->policy, key, &index, &host) < 0)
		host.name = NULL;
	object = json_pack("{s:s, s:s?}", "machine", key, "name", host.name);
	once = json_once(&record->once);
	json_object_update(object, once);
	json_decref(once);
	return json_array_append_new(listing->all, object) < 0 ? -ENOMEM : 0;
}

int once_page_json_all(const struct pxeboot_policy *policy, struct pxeboot_state *state)
{
	struct listing listing = { policy, json_array() };
	int r = pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, add, &listing);

	if (r < 0) {
		json_decref(listing.all);
		return r;
	}
	json_line(json_pack("{s:o}", "once", listing.all));
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
