/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `pxeboot try` sees of a machine that boots: a type (frame, tagged frame, serial console, variables of a firmware), a
 * length of two bytes, and the bytes, again and again.  Nothing of it reaches the user's terminal as it is.
 */
#include <errno.h>
#include <string.h>

#include "given.h"
#include "try/console.h"
#include "try/story.h"
#include "try/vlan.h"

#define VLAN 7

struct watched {
	struct story story;
	int64_t now;
};

static void hear(void *context, const char *line, bool whole)
{
	struct watched *watched = context;

	given_require_shown(line);
	story_see_serial(&watched->story, line, whole, watched->now);
}

static void see_tagged(struct watched *watched, const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length + VLAN_TAG + 1);
	size_t tagged, untagged;

	fuzz_require(copy != NULL);
	memcpy(copy, bytes, length);
	untagged = vlan_untag(copy, length, VLAN);
	fuzz_require(untagged <= length);
	if (untagged) {
		story_see_frame(&watched->story, copy, untagged, watched->now);
		tagged = vlan_tag(copy, untagged, length, VLAN);
		fuzz_require(tagged == length);
	}
	free(copy);
}

static void set_variables(const uint8_t *bytes, size_t length)
{
	static const uint8_t mac[] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
	uint8_t *copy = malloc(length + 1);
	int r;

	fuzz_require(copy != NULL);
	memcpy(copy, bytes, length);
	r = vlan_set(copy, length, mac, VLAN);
	fuzz_require(r == 0 || ((r == -EBADMSG || r == -ENOSPC) && memcmp(copy, bytes, length) == 0));
	free(copy);
}

static void see(struct watched *watched, struct console *console, unsigned type, const uint8_t *bytes, size_t length)
{
	uint8_t *exact = malloc(length ? length : 1);

	fuzz_require(exact != NULL);
	memcpy(exact, bytes, length);
	switch (type % 4) {
	case 0:
		story_see_frame(&watched->story, exact, length, watched->now);
		break;
	case 1:
		see_tagged(watched, exact, length);
		break;
	case 2:
		console_see(console, (const char *)exact, length);
		break;
	case 3:
		set_variables(exact, length);
		break;
	}
	free(exact);
}

static void see_all(struct watched *watched, struct console *console, const uint8_t *bytes, size_t length)
{
	while (length >= 3) {
		size_t part = (size_t)bytes[1] << 8 | bytes[2];

		part = part < length - 3 ? part : length - 3;
		watched->now += 1 + bytes[0] / 4 * 100;
		see(watched, console, bytes[0], bytes + 3, part);
		(void)story_look(&watched->story, POWER_ON, watched->now);
		(void)story_is_at_menu(&watched->story, 1000, watched->now);
		bytes += 3 + part;
		length -= 3 + part;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct watched *watched = calloc(1, sizeof(*watched));
	struct console console = { .tell = hear, .context = watched };
	char *said = NULL;
	size_t said_length = 0;
	FILE *out = open_memstream(&said, &said_length);

	fuzz_require(watched && out);
	story_begin(&watched->story, given_policy(), "login:", length > 0 && bytes[0] & 0x80);
	lines_begin(&watched->story.lines, out, false);
	watched->story.limit = 100000;
	watched->story.stall = 20000;
	watched->story.transfers.http_port = 80;
	see_all(watched, &console, bytes, length);
	(void)story_tell_end(&watched->story, story_look(&watched->story, POWER_LOST, watched->now), watched->now);
	story_free(&watched->story);
	fclose(out);
	for (char *line = said, *end; line && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		given_require_shown(line);
	}
	free(said);
	free(watched);
	return 0;
}
