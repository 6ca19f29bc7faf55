/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tags of `pxeboot try --vlan`, and the setting among a firmware's variables. */
#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/file.h"
#include "try/vlan.h"

#define STORE 72			/* where the header of the volume ends */
#define FIRST (STORE + 28)
#define SIZE 1024
#define OVMF "/usr/share/OVMF/OVMF_VARS_4M.fd"

static const uint8_t mac[6] = { 0x52, 0x54, 0x00, 0x77, 0xab, 0x01 };

START_TEST(tags_come_and_go)
{
	uint8_t frame[32] = "aaaaaabbbbbb\x08\x00payload", same[32];
	size_t length = 21;

	memcpy(same, frame, sizeof(same));
	ck_assert_uint_eq(vlan_untag(frame, length, 77), 0);		/* it has none */
	ck_assert_uint_eq(vlan_tag(frame, length, 24, 77), 0);		/* no room */
	ck_assert_uint_eq(vlan_tag(frame, 11, sizeof(frame), 77), 0);	/* no frame */
	ck_assert_mem_eq(frame, same, sizeof(same));
	ck_assert_uint_eq(vlan_tag(frame, length, 25, 4094), 25);
	ck_assert_mem_eq(frame + 12, "\x81\x00\x0f\xfe\x08\x00payload", 13);
	ck_assert_uint_eq(vlan_untag(frame, 25, 77), 0);		/* another */
	ck_assert_uint_eq(vlan_untag(frame, 15, 4094), 0);		/* cut short */
	frame[14] |= 0xe0;						/* a priority */
	ck_assert_uint_eq(vlan_untag(frame, 25, 4094), 21);
	ck_assert_mem_eq(frame, same, length);
}
END_TEST

static void make_store(uint8_t *bytes)
{
	memset(bytes, 0xff, SIZE);
	memcpy(bytes + 40, "_FVH", 4);
	memcpy(bytes + 48, "\x48\0", 2);
	memcpy(bytes + STORE + 16, "\x38\1\0\0\x5a\xfe", 6);		/* 312 bytes */
}

/* What is changed of a good store. */
static const struct {
	size_t at, length;
	const char *bytes;
} bad[] = {
	{ 40, 4, "_FVX" },
	{ 48, 2, "\xff\xff" },
	{ 48, 2, "\xf0\x03" },					/* no room for the store's header */
	{ STORE + 16, 4, "\x1b\0\0\0" },			/* shorter than its header */
	{ STORE + 16, 4, "\xff\xff\0\0" },			/* past the end */
	{ STORE + 20, 2, "\x5a\xff" },
};

START_TEST(refuses_what_is_no_store)
{
	uint8_t bytes[SIZE], same[SIZE];

	make_store(bytes);
	memcpy(bytes + bad[_i].at, bad[_i].bytes, bad[_i].length);
	memcpy(same, bytes, SIZE);
	ck_assert_int_eq(vlan_set(bytes, SIZE, mac, 77), -EBADMSG);
	ck_assert_int_eq(vlan_set(bytes, 63, mac, 77), -EBADMSG);
	ck_assert_mem_eq(bytes, same, SIZE);
}
END_TEST

/* Two fit; the second comes after the first, at a multiple of four. */
START_TEST(sets_the_variable)
{
	uint8_t bytes[SIZE];

	make_store(bytes);
	ck_assert_int_eq(vlan_set(bytes, SIZE, mac, 0x123), 0);
	ck_assert_mem_eq(bytes + FIRST, "\xaa\x55\x3f\0\3\0\0\0", 8);
	ck_assert_mem_eq(bytes + FIRST + 60, "5\0002\0005\0004\0000\0000\0007\0007\0A\0B\0000\0001\0\0\0\x23\1", 28);
	ck_assert_int_eq(vlan_set(bytes, SIZE, mac, 77), 0);
	ck_assert_mem_eq(bytes + FIRST + 88, "\xaa\x55\x3f\0", 4);
	ck_assert_int_eq(vlan_set(bytes, SIZE, mac, 77), 0);
	ck_assert_int_eq(vlan_set(bytes, SIZE, mac, 77), -ENOSPC);
	memset(bytes + FIRST + 40, 0xff, 4);			/* a variable that is longer than all */
	ck_assert_int_eq(vlan_set(bytes, SIZE, mac, 77), -ENOSPC);
}
END_TEST

START_TEST(knows_the_real_one)
{
	char CLEANUP_FREE *bytes = NULL;
	size_t length;

	if (file_read(OVMF, 64u << 20, &bytes, &length) < 0)
		return;
	ck_assert_int_eq(vlan_set(bytes, length, mac, 77), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vlan");
	TCase *tags = tcase_create("tags");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tags, tags_come_and_go);
	tcase_add_loop_test(tags, refuses_what_is_no_store, 0, ARRAY_SIZE(bad));
	tcase_add_test(tags, sets_the_variable);
	tcase_add_test(tags, knows_the_real_one);
	suite_add_tcase(suite, tags);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
