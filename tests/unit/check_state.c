/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is written down of one machine: keys, and records as bytes and back.
 */
#include <errno.h>

#include "base/macro.h"
#include "state/record.h"
#include "testing.h"

static const struct {
	const char *text;		/* NULL: none of ours */
	const char *why;
} bad_keys[] = {
	{ "", "nothing" },
	{ "52:54:00:12:34", "five pairs" },
	{ "52:54:00:12:34:56:78", "seven pairs" },
	{ "52:54:00:12:34-56", "two separators" },
	{ "06-52:54:00:12:34:56", "another hardware type" },
	{ "0f0e0d0c-0b0a-0908-0706-05040302010", "a UUID that is too short" },
	{ "../../etc/passwd", "a path" },
};

START_TEST(keys_bad)
{
	struct record_key key = { .length = 99 };

	ck_assert_int_eq(record_key_parse(bad_keys[_i].text, &key), -EINVAL);
	ck_assert_uint_eq(key.length, 99);
}
END_TEST

static const struct {
	const char *text, *shown;
} good_keys[] = {
	{ "52:54:00:AB:cd:ef", "52:54:00:ab:cd:ef" },
	{ "52-54-00-ab-cd-ef", "52:54:00:ab:cd:ef" },
	{ "0F0E0D0C-0b0a-0908-0706-050403020100", "0f0e0d0c-0b0a-0908-0706-050403020100" },
};

START_TEST(keys_good)
{
	char text[PXEBOOT_KEY_SIZE];
	struct record_key key, again;

	ck_assert_int_eq(record_key_parse(good_keys[_i].text, &key), 0);
	record_key_format(&key, text);
	ck_assert_str_eq(text, good_keys[_i].shown);
	ck_assert_int_eq(record_key_read(key.bytes, key.length, &again), 0);
	ck_assert_mem_eq(key.bytes, again.bytes, key.length);
	ck_assert_int_eq(record_key_read(key.bytes, key.length - 1, &again), -EBADMSG);
}
END_TEST

static struct record_key some_key(void)
{
	struct record_key key;

	ck_assert_int_eq(record_key_parse("52:54:00:12:34:56", &key), 0);
	return key;
}

/* Every field has a value of its own. */
static struct pxeboot_record *full_record(void)
{
	static const char *const facts[PXEBOOT_FACT_COUNT] = {
		"mac", "arch", "vendor", "user", "features", "version", "uuid", "serial",
		"manufacturer", "product", "", "relay", "client", "circuit", "remote", "undi",
	};
	struct record_key key = some_key();
	struct pxeboot_record *record;

	ck_assert_int_eq(record_new(&key, &record), 0);
	record->first_seen = 1;
	record->last_seen = INT64_MAX;
	record->stage = PXEBOOT_STAGE_OS;
	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++) {
		record->asked[stage][0] = INT64_MIN + stage;
		record->asked[stage][1] = -1 - stage;
		record->asked[stage][2] = 3 + stage;
	}
	record->boots = UINT32_MAX;
	record->address = "10.77.0.9";
	record->file = "hosts/52-54-00-12-34-56.ipxe";
	record->profile = "debian";
	memcpy(record->facts, facts, sizeof(facts));
	record->once = (struct pxeboot_once){ PXEBOOT_ONCE_SERVED, PXEBOOT_ONCE_UNTIL_DONE, "install", "disk", "secret",
					      "once", 2, 3, 4, 5, 1700000000, 1700000001 };
	return record;
}

static void same_text(const char *a, const char *b)
{
	ck_assert_pstr_eq(a, b);
}

static void same_record(const struct pxeboot_record *a, const struct pxeboot_record *b)
{
	same_text(a->key, b->key);
	ck_assert_int_eq(a->first_seen, b->first_seen);
	ck_assert_int_eq(a->last_seen, b->last_seen);
	ck_assert_int_eq(a->stage, b->stage);
	ck_assert_mem_eq(a->asked, b->asked, sizeof(a->asked));
	ck_assert_uint_eq(a->boots, b->boots);
	same_text(a->address, b->address);
	same_text(a->file, b->file);
	same_text(a->profile, b->profile);
	for (int i = 0; i < PXEBOOT_FACT_COUNT; i++)
		same_text(a->facts[i], b->facts[i]);
	ck_assert_int_eq(a->once.phase, b->once.phase);
	ck_assert_int_eq(a->once.mode, b->once.mode);
	same_text(a->once.profile, b->once.profile);
	same_text(a->once.then, b->once.then);
	same_text(a->once.token, b->once.token);
	same_text(a->once.policy, b->once.policy);
	ck_assert_uint_eq(a->once.tries, b->once.tries);
	ck_assert_uint_eq(a->once.tries_max, b->once.tries_max);
	ck_assert_uint_eq(a->once.round, b->once.round);
	ck_assert_uint_eq(a->once.at_boot, b->once.at_boot);
	ck_assert_int_eq(a->once.armed, b->once.armed);
	ck_assert_int_eq(a->once.changed, b->once.changed);
}

/* Malformed records: hexadecimal, what is wrong, and that nothing comes of them. */
static const struct {
	const char *hex;
	const char *why;
} bad_records[] = {
	{ "", "nothing" },
	{ "01", "no length" },
	{ "0100", "half a length" },
	{ "010001", "shorter than it says" },
	{ "01000000", "longer than it says" },
	{ "000000", "version 0" },
	{ "020000", "a newer version" },
	{ "ff0000", "the last version of all" },
	{ "01000101", "a field without a length" },
	{ "0100030a0001", "a field past the end" },
	{ "0100030a0400", "a field that is far too long" },
	{ "0100050b00026162", "a field that is not in the table" },
	{ "01000400000100", "field 0" },
	{ "010006030001010300", "a field past the end, behind a good one" },
	{ "010008030001010300010101", "a length that is off by one" },
	{ "0100080300010103000101", "the same field twice" },
	{ "0100080a00016109000162", "fields out of order" },
	{ "010007010004" "00000001", "a time of four bytes" },
	{ "01000c010009" "000000000000000001", "a time of nine bytes" },
	{ "010005070002" "0001", "a count of two bytes" },
	{ "0100040300" "0106", "a stage that is none" },
	{ "010004200001" "05", "a phase that is none" },
	{ "010004210001" "02", "a mode that is none" },
	{ "0100050a0002" "6100", "a NUL in a text" },
};

static size_t from_hex(const char *hex, uint8_t *bytes)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		unsigned byte;

		ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
		bytes[i] = (uint8_t)byte;
	}
	return n;
}

START_TEST(records_bad)
{
	struct pxeboot_record *record = NULL;
	struct record_key key = some_key();
	uint8_t bytes[64];
	size_t length = from_hex(bad_records[_i].hex, bytes);

	ck_assert_msg(record_decode(&key, bytes, length, &record) == -EBADMSG, "%s", bad_records[_i].why);
	ck_assert_ptr_null(record);
}
END_TEST

/* A full record, cut at each length, and longer by a byte. */
START_TEST(records_cut)
{
	struct pxeboot_record *record = full_record(), *none = NULL;
	struct record_key key = some_key();
	size_t length;
	char *bytes;

	ck_assert_int_eq(record_encode(record, &bytes, &length), 0);
	for (size_t cut = 0; cut < length; cut++) {
		char *exact = malloc(cut ? cut : 1);

		memcpy(exact, bytes, cut);
		ck_assert_msg(record_decode(&key, exact, cut, &none) == -EBADMSG, "cut at %zu", cut);
		free(exact);
	}
	/* The text_take() NUL is behind it. */
	ck_assert_int_eq(record_decode(&key, bytes, length + 1, &none), -EBADMSG);
	ck_assert_ptr_null(none);
	free(bytes);
	pxeboot_record_free(record);
}
END_TEST

START_TEST(records_whole)
{
	struct pxeboot_record *record = full_record(), *again;
	struct record_key key = some_key();
	size_t length;
	char *bytes;

	ck_assert_int_eq(record_encode(record, &bytes, &length), 0);
	ck_assert_int_eq(record_decode(&key, bytes, length, &again), 0);
	same_record(record, again);
	free(bytes);
	pxeboot_record_free(record);
	pxeboot_record_free(again);
}
END_TEST

START_TEST(records_empty)
{
	struct pxeboot_record *record, *again;
	struct record_key key = some_key();
	size_t length;
	char *bytes;

	ck_assert_int_eq(record_new(&key, &record), 0);
	ck_assert_int_eq(record->stage, PXEBOOT_RECORD_NO_STAGE);
	ck_assert_int_eq(record_encode(record, &bytes, &length), 0);
	ck_assert_uint_eq(length, 3);
	ck_assert_int_eq(record_decode(&key, bytes, length, &again), 0);
	same_record(record, again);
	free(bytes);
	pxeboot_record_free(record);
	pxeboot_record_free(again);
}
END_TEST

static void refused(const struct pxeboot_record *record, int error)
{
	char *bytes = NULL;
	size_t length = 7;

	ck_assert_int_eq(record_encode(record, &bytes, &length), error);
	ck_assert_ptr_null(bytes);
	ck_assert_uint_eq(length, 7);
}

/* What decoding would refuse is never written. */
START_TEST(records_refused)
{
	struct pxeboot_record *record = full_record();
	char text[1200];

	memset(text, 'x', sizeof(text));
	text[256] = '\0';
	record->address = text;
	refused(record, -E2BIG);
	record->address = NULL;
	record->once.token = text;
	refused(record, -E2BIG);
	record->once.token = NULL;
	record->stage = PXEBOOT_STAGE_COUNT;
	refused(record, -EINVAL);
	record->stage = -2;
	refused(record, -EINVAL);
	record->stage = 0;
	record->once.phase = PXEBOOT_ONCE_FAILED + 1;
	refused(record, -EINVAL);
	record->once.phase = 0;
	text[256] = 'x';
	text[PXEBOOT_RECORD_FACT_MAX + 1] = '\0';
	record->facts[0] = text;
	refused(record, -E2BIG);
	text[PXEBOOT_RECORD_FACT_MAX] = '\0';
	for (int i = 0; i < PXEBOOT_FACT_COUNT; i++)
		record->facts[i] = text;
	refused(record, -E2BIG);
	pxeboot_record_free(record);
}
END_TEST

START_TEST(facts_of_a_client)
{
	struct pxeboot_client *client = client_of("mac=52:54:00:12:34:56 arch=7");
	struct record_key key = some_key();
	struct pxeboot_record *record;

	ck_assert_int_eq(record_new(&key, &record), 0);
	record->facts[PXEBOOT_FACT_SERIAL] = "kept";
	record->facts[PXEBOOT_FACT_UUID] = "kept, too";
	ck_assert_int_eq(pxeboot_client_set(client, PXEBOOT_FACT_UUID, "no UUID", NULL), -EBADMSG);
	pxeboot_record_set_facts(record, client);
	ck_assert_str_eq(record->facts[PXEBOOT_FACT_MAC], "52:54:00:12:34:56");
	ck_assert_str_eq(record->facts[PXEBOOT_FACT_ARCH], "7");
	ck_assert_str_eq(record->facts[PXEBOOT_FACT_SERIAL], "kept");
	ck_assert_str_eq(record->facts[PXEBOOT_FACT_UUID], "kept, too");
	ck_assert_ptr_null(record->facts[PXEBOOT_FACT_RELAY]);
	pxeboot_record_free(record);
	pxeboot_client_unref(client);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("state");
	TCase *bad = tcase_create("bad input"), *good = tcase_create("records");

	tcase_add_loop_test(bad, keys_bad, 0, ARRAY_SIZE(bad_keys));
	tcase_add_loop_test(bad, records_bad, 0, ARRAY_SIZE(bad_records));
	tcase_add_test(bad, records_cut);
	tcase_add_test(bad, records_refused);
	tcase_add_loop_test(good, keys_good, 0, ARRAY_SIZE(good_keys));
	tcase_add_test(good, records_empty);
	tcase_add_test(good, records_whole);
	tcase_add_test(good, facts_of_a_client);
	suite_add_tcase(suite, bad);
	suite_add_tcase(suite, good);
	return run_suite(suite);
}
