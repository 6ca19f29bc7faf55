/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One-shot boots in words (see once_page.h).
 */
#include "once_page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "machine.h"

static int join(const char *format, const char *where, const char *token, char **ret_url)
{
	CLEANUP_TEXT struct text url = TEXT_INIT;

	text_addf(&url, "%s%s/done/%s", format, where, token);
	return text_take(&url, ret_url, NULL);
}

int once_page_done_at(const struct once_page *page, struct once_done_at *ret_at)
{
	const struct pxeboot_policy *policy = page->shot->policy;
	unsigned done = page->shot->sight.done;
	struct once_done_at at = { NULL, NULL };
	int r = 0;

	if (done & SIGHT_DONE_POST)
		r = join("", pxeboot_policy_get(policy, "server.live"), page->token, &at.post);
	if (r == 0 && done & SIGHT_DONE_TFTP && !one_shot_is_private(page->shot))
		r = join("tftp://", pxeboot_policy_get(policy, "server.address"), page->token, &at.tftp);
	if (r < 0) {
		free(at.post);
		return r;
	}
	*ret_at = at;
	return 0;
}

static void show_done(const struct once_page *page)
{
	struct once_done_at at;

	printf("It is done with any of:\n  pxeboot done %s\n  pxeboot done %s\n", page->shot->host.name, page->token);
	if (once_page_done_at(page, &at) < 0)
		return;
	if (at.post)
		printf("  POST %s\n", at.post);
	if (at.tftp)
		printf("  GET %s\n", at.tftp);
	free(at.post);
	free(at.tftp);
}

void once_page_show(const struct once_page *page)
{
	const struct one_shot *shot = page->shot;
	const char *then = shot->wish.then ? shot->wish.then : shot->host.boot;

	if (shot->wish.mode == PXEBOOT_ONCE_NEXT_BOOT) {
		printf("%s boots %s at its next network boot; after it, %s.\n", shot->host.name, shot->wish.boot, then);
		return;
	}
	printf("%s boots %s at each network boot until somebody says done, %u at most; after that, %s.\n", shot->host.name,
	       shot->wish.boot, shot->tries, then);
	show_done(page);
}

/* ---- The list ------------------------------------------------------------------------------------------------------ */

static void show_served(const struct pxeboot_once *once)
{
	if (once->tries == 0)
		printf("not given out yet");
	else if (once->tries_max)
		printf("given out %u of %u times", once->tries, once->tries_max);
	else
		printf("given out");
}

struct listing {
	const struct pxeboot_policy *policy;
	size_t n;
};

/* What stands in a record may be written by others than us. */
static void show_names(const struct pxeboot_once *once)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	machine_add_text(&text, once->profile ? once->profile : "-");
	text_add(&text, ", then ");
	machine_add_text(&text, once->then ? once->then : "as the policy says");
	fputs(text.bytes ? text.bytes : "", stdout);
}

static int show_line(void *context, const char *key, const struct pxeboot_record *record)
{
	struct listing *listing = context;
	const struct pxeboot_once *once = record ? &record->once : NULL;
	struct pxeboot_host host;
	size_t index;

	if (!record || once->phase == PXEBOOT_ONCE_NONE)
		return 0;
	listing->n++;
	printf("%-17s  %-6s  ", one_shot_host_of(listing->policy, key, &index, &host) == 0 ? host.name : key,
	       pxeboot_once_phase_name(once->phase));
	show_names(once);
	fputs(": ", stdout);
	show_served(once);
	puts(once->mode == PXEBOOT_ONCE_UNTIL_DONE ? ", until done" : "");
	return 0;
}

int once_page_show_all(const struct pxeboot_policy *policy, struct pxeboot_state *state)
{
	struct listing listing = { policy, 0 };
	int r = pxeboot_state_each(state, PXEBOOT_STATE_BY_KEY, show_line, &listing);

	if (r == 0 && !listing.n)
		puts("No machine has a one-shot boot.");
	return r;
}
