/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The doors through which clients come: dnsmasq's environment, however hostile, and that equal facts make equal clients
 * whether they came as a packet, as an environment or as text.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "client/client.h"
#include "craft.h"
#include "fixture.h"

/* ---- dnsmasq's environment ------------------------------------------------------------------------------------- */

static struct pxeboot_client *from_environment(const char *mac, const char *const *environment)
{
	struct pxeboot_client *made = NULL;

	ck_assert_int_eq(pxeboot_client_from_dnsmasq(mac, "10.77.0.199", environment, diagnostics, &made), 0);
	return made;
}

START_TEST(test_data_missing)
{
	static const char *const environment[] = { "DNSMASQ_VENDOR_CLASS=x", "DNSMASQ_DATA_MISSING=1", NULL };
	struct pxeboot_client *untouched = client;

	ck_assert_int_eq(pxeboot_client_from_dnsmasq("52:54:00:12:34:56", "10.77.0.199", environment, diagnostics,
						     &untouched), -ENODATA);
	ck_assert_ptr_eq(untouched, client);
}
END_TEST

START_TEST(test_hostile_environment)
{
	static const char *const environment[] = {
		"", "=", "DNSMASQ_VENDOR_CLASS", "DNSMASQ_VENDOR_CLASSX=y", "DNSMASQ_USER_CLASS=z",
		"DNSMASQ_VENDOR_CLASS=$(reboot)`\n\x1b\xff", "DNSMASQ_USER_CLASS0=\n", "DNSMASQ_CLIENT_ID=zz",
		"DNSMASQ_RELAY_ADDRESS=here", "DNSMASQ_CIRCUIT_ID=\xff\x01", "DNSMASQ_REMOTE_ID=",
		"DNSMASQ_TAGS=pxeboot- pxeboot-x pxeboot-x64-uefi-and-much-more-than-any-name-has  pxebootbios", NULL
	};
	struct pxeboot_client *made = from_environment("06-52:54:00", environment);

	assert_fact(made, PXEBOOT_FACT_MAC, -EBADMSG, NULL);
	assert_fact(made, PXEBOOT_FACT_VENDOR_CLASS, 0, "$(reboot)`\n\x1b\xff");
	assert_fact(made, PXEBOOT_FACT_USER_CLASS, 0, "\n");
	assert_fact(made, PXEBOOT_FACT_CLIENT_ID, -EBADMSG, NULL);
	assert_fact(made, PXEBOOT_FACT_RELAY, -EBADMSG, NULL);
	assert_fact(made, PXEBOOT_FACT_CIRCUIT_ID, 0, "ff:01");
	assert_fact(made, PXEBOOT_FACT_REMOTE_ID, 0, "");
	assert_fact(made, PXEBOOT_FACT_ARCH, -ENODATA, NULL);
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 3);
	ck_assert_int_eq(pxeboot_diagnostics_get(diagnostics, 0)->severity, PXEBOOT_WARNING);
	pxeboot_client_unref(made);
}
END_TEST

START_TEST(test_no_environment)
{
	struct pxeboot_client *made = NULL;

	ck_assert_int_eq(pxeboot_client_from_dnsmasq(NULL, NULL, NULL, NULL, &made), 0);
	ck_assert(pxeboot_client_equal(made, client));
	pxeboot_client_unref(made);
}
END_TEST

START_TEST(test_many_user_classes)
{
	static char variables[CLIENT_MAX_CLASSES + 1][32];
	const char *environment[CLIENT_MAX_CLASSES + 2] = { NULL };
	struct pxeboot_client *made;
	unsigned i;

	for (i = 0; i <= CLIENT_MAX_CLASSES; i++) {
		snprintf(variables[i], sizeof(variables[i]), "DNSMASQ_USER_CLASS%u=%s%u", i, i ? "" : "iPXE", i);
		environment[i] = variables[i];
	}
	made = from_environment(NULL, environment);
	assert_fact(made, PXEBOOT_FACT_USER_CLASS, -EBADMSG, NULL);
	ck_assert(pxeboot_client_is_ipxe(made));
	pxeboot_client_unref(made);
	environment[CLIENT_MAX_CLASSES] = NULL;
	made = from_environment(NULL, environment);
	assert_fact(made, PXEBOOT_FACT_USER_CLASS, 0, "iPXE0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15");
	pxeboot_client_unref(made);
}
END_TEST

START_TEST(test_gap_in_user_classes)
{
	static const char *const environment[] = { "DNSMASQ_USER_CLASS1=iPXE", "DNSMASQ_USER_CLASS3=one", NULL };
	struct pxeboot_client *made = from_environment(NULL, environment);

	assert_fact(made, PXEBOOT_FACT_USER_CLASS, 0, "iPXE,one");
	ck_assert(!pxeboot_client_is_ipxe(made));
	pxeboot_client_unref(made);
}
END_TEST

START_TEST(test_tags)
{
	static const struct {
		const char *vendor_class, *tags, *arch;
	} rows[] = {
		{ "PXEClient", "eth0 pxeboot-ipxe", NULL },
		{ "PXEClient", "pxeboot-x64-uefi", "7" },
		{ "PXEClient", "known pxeboot-arm64-uefi eth0", "11" },
		{ "PXEClient", "pxeboot-bios pxeboot-ia32-uefi pxeboot-bios", "6,0" },
		{ "PXEClient:Arch:00000", "pxeboot-x64-uefi", "0" },
	};
	char vendor_class[64], tags[64];
	const char *environment[] = { tags, vendor_class, NULL };
	struct pxeboot_client *made;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(vendor_class, sizeof(vendor_class), "DNSMASQ_VENDOR_CLASS=%s", rows[i].vendor_class);
		snprintf(tags, sizeof(tags), "DNSMASQ_TAGS=%s", rows[i].tags);
		made = from_environment(NULL, environment);
		assert_fact(made, PXEBOOT_FACT_ARCH, rows[i].arch ? 0 : -ENODATA, rows[i].arch);
		pxeboot_client_unref(made);
	}
}
END_TEST

/* ---- Three doors ----------------------------------------------------------------------------------------------- */

/* One client, as bytes of option 77, as dnsmasq passes its classes on, and as text. */
static const struct {
	uint8_t length;
	const char *option;
	const char *environment[2];
	const char *text;
} doors[] = {
	{ 4, "iPXE", { "DNSMASQ_USER_CLASS0=iPXE", NULL }, "iPXE" },
	{ 5, "\x04iPXE", { "DNSMASQ_USER_CLASS0=iPXE", NULL }, "iPXE" },
	{ 9, "\x04iPXE\x03one", { "DNSMASQ_USER_CLASS0=iPXE", "DNSMASQ_USER_CLASS1=one" }, "iPXE,one" },
	{ 8, "iPXE\0one", { "DNSMASQ_USER_CLASS0=iPXE", "DNSMASQ_USER_CLASS1=one" }, "iPXE,one" },
	{ 12, "iPXE-pxeboot", { "DNSMASQ_USER_CLASS0=iPXE-pxeboot", NULL }, "iPXE-pxeboot" },
	{ 5, "other", { "DNSMASQ_USER_CLASS0=other", NULL }, "other" },
};

static struct pxeboot_client *through_packet(int door)
{
	struct pxeboot_client *made = NULL;
	struct craft craft;

	craft_begin(&craft);
	craft_option(&craft, 50, "\x0a\x4d\x00\xc7", 4);
	craft_option(&craft, 60, "PXEClient:Arch:00007:UNDI:003016", 32);
	craft_option(&craft, 61, "\x01\x52\x54\x00\x12\x34\x56", 7);
	craft_option(&craft, 77, doors[door].option, doors[door].length);
	craft_option(&craft, 82, "\x01\x02\x41\x42\x02\x01\x43", 7);
	craft_option(&craft, 93, "\x00\x07", 2);
	craft_option(&craft, 97, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 17);
	craft_end(&craft);
	memcpy(craft.bytes + 24, "\x0a\x4d\x04\x01", 4);
	ck_assert_int_eq(pxeboot_client_from_packet(craft.bytes, craft.length, diagnostics, &made), 0);
	return made;
}

static struct pxeboot_client *through_environment(int door)
{
	const char *environment[] = {
		"PATH=/bin", "DNSMASQ_VENDOR_CLASS=PXEClient:Arch:00007:UNDI:003016",
		"DNSMASQ_CLIENT_ID=01:52:54:00:12:34:56", "DNSMASQ_CIRCUIT_ID=AB", "DNSMASQ_REMOTE_ID=C",
		"DNSMASQ_RELAY_ADDRESS=10.77.4.1", "DNSMASQ_TAGS=pxeboot-x64-uefi eth0",
		doors[door].environment[0], doors[door].environment[1], NULL
	};

	return from_environment("52:54:00:12:34:56", environment);
}

static struct pxeboot_client *through_text(int door)
{
	struct pxeboot_client *made;

	ck_assert_int_eq(pxeboot_client_new(&made), 0);
	set(made, PXEBOOT_FACT_MAC, "52-54-00-12-34-56");
	set(made, PXEBOOT_FACT_ARCH, "x64-uefi");
	set(made, PXEBOOT_FACT_VENDOR_CLASS, "PXEClient:Arch:00007:UNDI:003016");
	set(made, PXEBOOT_FACT_USER_CLASS, doors[door].text);
	set(made, PXEBOOT_FACT_UUID, "00000000-0000-0000-0000-000000000000");
	set(made, PXEBOOT_FACT_ADDRESS, "10.77.0.199");
	set(made, PXEBOOT_FACT_RELAY, "10.77.4.1");
	set(made, PXEBOOT_FACT_CLIENT_ID, "01:52:54:00:12:34:56");
	set(made, PXEBOOT_FACT_CIRCUIT_ID, "41:42");
	set(made, PXEBOOT_FACT_REMOTE_ID, "43");
	return made;
}

START_TEST(test_three_doors)
{
	struct pxeboot_client *packet = through_packet(_i), *environment = through_environment(_i);
	struct pxeboot_client *text = through_text(_i);

	ck_assert(pxeboot_client_equal(packet, environment));
	ck_assert(pxeboot_client_equal(environment, text));
	ck_assert(pxeboot_client_equal(text, packet));
	ck_assert(pxeboot_client_equal(packet, packet));
	ck_assert(pxeboot_client_is_ipxe(packet) == (strcmp(doors[_i].text, "other") != 0));
	ck_assert_uint_eq(pxeboot_diagnostics_count(diagnostics), 0);
	pxeboot_client_unref(packet);
	pxeboot_client_unref(environment);
	pxeboot_client_unref(text);
}
END_TEST

START_TEST(test_every_fact_makes_a_difference)
{
	static const char *const values[PXEBOOT_FACT_COUNT] = {
		[PXEBOOT_FACT_MAC] = "52:54:00:12:34:57",
		[PXEBOOT_FACT_ARCH] = "9",
		[PXEBOOT_FACT_VENDOR_CLASS] = "PXEClient",
		[PXEBOOT_FACT_USER_CLASS] = "two",
		[PXEBOOT_FACT_FEATURES] = "http",
		[PXEBOOT_FACT_IPXE_VERSION] = "1.21.1",
		[PXEBOOT_FACT_UUID] = "00112233-4455-6677-8899-aabbccddeeff",
		[PXEBOOT_FACT_SERIAL] = "1",
		[PXEBOOT_FACT_MANUFACTURER] = "1",
		[PXEBOOT_FACT_PRODUCT] = "1",
		[PXEBOOT_FACT_ADDRESS] = "10.77.0.1",
		[PXEBOOT_FACT_RELAY] = "10.77.4.2",
		[PXEBOOT_FACT_CLIENT_ID] = "01",
		[PXEBOOT_FACT_CIRCUIT_ID] = "41",
		[PXEBOOT_FACT_REMOTE_ID] = "44",
		[PXEBOOT_FACT_UNDI] = "3.16",
		[PXEBOOT_FACT_FAMILY] = "ipv6",
	};
	struct pxeboot_client *one = through_text(0), *other = through_text(0);

	ck_assert(pxeboot_client_equal(one, other));
	set(other, _i, values[_i]);
	ck_assert(!pxeboot_client_equal(one, other));
	set(one, _i, "");
	ck_assert(!pxeboot_client_equal(one, other));
	set(other, _i, "");
	ck_assert(pxeboot_client_equal(one, other));
	pxeboot_client_unref(one);
	pxeboot_client_unref(other);
}
END_TEST

START_TEST(test_numbers_before_a_fault_make_a_difference)
{
	struct pxeboot_client *made[2];
	struct craft craft;
	int i;

	for (i = 0; i < 2; i++) {
		craft_begin(&craft);
		craft_option(&craft, 93, i ? "\x00\x07\x00" : "\x00\x0b\x00", 3);
		ck_assert_int_eq(pxeboot_client_from_packet(craft.bytes, craft.length, diagnostics, &made[i]), 0);
	}
	ck_assert(!pxeboot_client_equal(made[0], made[1]));
	pxeboot_client_unref(made[0]);
	pxeboot_client_unref(made[1]);
}
END_TEST

static TCase *door_tests(void)
{
	TCase *tests = tcase_create("doors");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, test_data_missing);
	tcase_add_test(tests, test_hostile_environment);
	tcase_add_test(tests, test_no_environment);
	tcase_add_test(tests, test_many_user_classes);
	tcase_add_test(tests, test_gap_in_user_classes);
	tcase_add_test(tests, test_tags);
	tcase_add_loop_test(tests, test_three_doors, 0, ARRAY_SIZE(doors));
	tcase_add_loop_test(tests, test_every_fact_makes_a_difference, 0, PXEBOOT_FACT_COUNT);
	tcase_add_test(tests, test_numbers_before_a_fault_make_a_difference);
	return tests;
}

int main(void)
{
	Suite *suite = suite_create("doors");
	SRunner *runner;
	int failed;

	suite_add_tcase(suite, door_tests());
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
