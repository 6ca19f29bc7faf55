/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any sequence of events in a machine's life: a letter each, then the seconds that passed.  Within a round the one-shot boot
 * never goes back, it is never given out more often than allowed, and the record can always be written down and reads the
 * same then.
 */
#include <string.h>

#include "base/macro.h"
#include "fuzz.h"
#include "state/record.h"

#define TOKEN "525400000001aaaa"
#define EVENTS_MAX 500

static const struct pxeboot_event events[] = {
	{ .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_FIRMWARE },
	{ .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_IPXE_FOREIGN },
	{ .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_IPXE },
	{ .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_IPXE, .is_served = true },
	{ .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_OS, .address = "10.77.0.9" },
	{ .kind = PXEBOOT_EVENT_FETCHED, .stage = PXEBOOT_STAGE_SCRIPT, .file = "boot.ipxe" },
	{ .kind = PXEBOOT_EVENT_FETCHED, .stage = PXEBOOT_RECORD_NO_STAGE, .profile = "discover" },
	{ .kind = PXEBOOT_EVENT_FETCHED, .stage = PXEBOOT_RECORD_NO_STAGE, .profile = "disk" },
	{ .kind = PXEBOOT_EVENT_SERVED, .stage = PXEBOOT_STAGE_SCRIPT },
	{ .kind = PXEBOOT_EVENT_SERVED, .stage = PXEBOOT_RECORD_NO_STAGE },
	{ .kind = PXEBOOT_EVENT_DONE, .token = TOKEN },
	{ .kind = PXEBOOT_EVENT_DONE, .token = "525400000001aaab" },
	{ .kind = PXEBOOT_EVENT_DONE },
	{ .kind = PXEBOOT_EVENT_GONE, .address = "10.77.0.9" },
};

static void require_same(const struct pxeboot_record *record, const struct record_key *key)
{
	struct pxeboot_record *again = NULL;
	size_t first_length, second_length;
	char *first, *second;

	fuzz_require(record_encode(record, &first, &first_length) == 0);
	fuzz_require(record_decode(key, first, first_length, &again) == 0);
	fuzz_require(record_encode(again, &second, &second_length) == 0);
	fuzz_require(first_length == second_length && memcmp(first, second, first_length) == 0);
	fuzz_require(pxeboot_record_looping(again) == pxeboot_record_looping(record));
	fuzz_require(pxeboot_once_is_on(again) == pxeboot_once_is_on(record));
	pxeboot_record_free(again);
	free(first);
	free(second);
}

static void require_order(const struct pxeboot_once *before, const struct pxeboot_once *after)
{
	fuzz_require(after->round >= before->round);
	/* Done is the end of failed. */
	if (after->round == before->round && after->phase != PXEBOOT_ONCE_NONE && before->phase != PXEBOOT_ONCE_FAILED)
		fuzz_require(after->phase >= before->phase);
	fuzz_require(!after->tries_max || after->tries <= after->tries_max);
	fuzz_require(after->phase >= PXEBOOT_ONCE_NONE && after->phase < PXEBOOT_ONCE_PHASE_COUNT);
}

static void step(struct pxeboot_record *record, uint8_t letter, int64_t now)
{
	const struct pxeboot_arming arming = {
		.profile = "install", .then = "disk", .token = TOKEN, .mode = letter & 0x20 ? PXEBOOT_ONCE_UNTIL_DONE : PXEBOOT_ONCE_NEXT_BOOT,
		.tries_max = letter >> 6, .when = now,
	};
	unsigned which = letter & 0x1f;

	if (which < ARRAY_SIZE(events)) {
		struct pxeboot_event event = events[which];

		event.when = now;
		(void)pxeboot_record_step(record, &event);
	} else if (which & 1) {
		pxeboot_once_arm(record, &arming);
	} else {
		pxeboot_once_clear(record, now);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct record_key key;
	struct pxeboot_record *record = NULL;
	int64_t now = 1800000000;

	fuzz_require(record_key_parse("52:54:00:00:00:01", &key) == 0 && record_new(&key, &record) == 0);
	for (size_t i = 0; i + 1 < length && i < 2 * EVENTS_MAX; i += 2) {
		const struct pxeboot_once before = record->once;

		now += (int8_t)bytes[i + 1];
		step(record, bytes[i], now);
		require_order(&before, &record->once);
		fuzz_require(!pxeboot_once_is_on(record) || pxeboot_once_boot(record));
	}
	require_same(record, &key);
	pxeboot_record_free(record);
	return 0;
}
