/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policy/: many hosts, whose indexes find what a linear scan finds, and the life of a policy among threads.
 */
#include <errno.h>
#include <pthread.h>

#include "base/macro.h"
#include "base/text.h"
#include "policy/policy.h"
#include "testing.h"

#define SAMPLE "server: { address = \"10.0.0.1\"; root = \"/srv/pxeboot\"; };\n" \
	"profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n"

/* ---- Many hosts -------------------------------------------------------------------------------------------------- */

#define RANDOM_HOSTS 2000
#define MANY_HOSTS 20000

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Host @number has MACs, a UUID and a serial number by the bits of its number; a few bytes only differ. */
static void add_random_host(struct text *text, unsigned number, uint32_t *state)
{
	unsigned bits = number % 7 + 1, noise = next_random(state) & 0xff;

	text_addf(text, "%s{ name = \"host%u\"; ", number ? ",\n" : "", number);
	if (bits & 1)
		text_addf(text, "mac = [ \"02:%02x:00:00:%02x:%02x\", \"06-%02x-00-00-%02x-%02x\" ]; ", noise,
			number >> 8,
			  number & 0xff, noise, number >> 8, number & 0xff);
	if (bits & 2)
		text_addf(text, "uuid = \"%08x-0000-0000-0000-0000000000%02x\"; ", number + 1, noise);
	if (bits & 4)
		text_addf(text, "serial = \"S%u\"; ", number * 7);
	text_add(text, "}");
}

static const struct host *scan_macs(const struct pxeboot_policy *policy, const uint8_t *mac)
{
	for (size_t i = 0; i < policy->n_hosts; i++)
		for (size_t k = 0; k < policy->hosts[i].n_macs; k++)
			if (!memcmp(policy->hosts[i].macs[k], mac, MAC_LENGTH))
				return &policy->hosts[i];
	return NULL;
}

static const struct host *scan_uuids(const struct pxeboot_policy *policy, const uint8_t *uuid)
{
	for (size_t i = 0; i < policy->n_hosts; i++)
		if (policy->hosts[i].has_uuid && !memcmp(policy->hosts[i].uuid, uuid, UUID_LENGTH))
			return &policy->hosts[i];
	return NULL;
}

static const struct host *scan_serials(const struct pxeboot_policy *policy, const char *serial)
{
	for (size_t i = 0; i < policy->n_hosts; i++)
		if (policy->hosts[i].serial && !strcmp(policy->hosts[i].serial, serial))
			return &policy->hosts[i];
	return NULL;
}

static size_t compare_host(const struct pxeboot_policy *policy, const struct host *host, unsigned number)
{
	uint8_t mac[MAC_LENGTH] = { 2 }, uuid[UUID_LENGTH] = { 0 };
	char serial[16];

	for (size_t i = 0; i < host->n_macs; i++)
		ck_assert_ptr_eq(policy_host_by_mac(policy, host->macs[i]), host);
	/* Keys that may or may not be somebody's. */
	if (host->n_macs)
		memcpy(mac, host->macs[0], sizeof(mac));
	mac[5] ^= 1;
	memcpy(uuid, host->uuid, sizeof(uuid));
	snprintf(serial, sizeof(serial), "S%u", number);
	ck_assert_ptr_eq(policy_host_by_mac(policy, mac), scan_macs(policy, mac));
	ck_assert_ptr_eq(policy_host_by_uuid(policy, uuid), scan_uuids(policy, uuid));
	ck_assert_ptr_eq(policy_host_by_serial(policy, serial), scan_serials(policy, serial));
	return (host->n_macs > 0) + host->has_uuid + (scan_serials(policy, serial) != NULL);
}

START_TEST(test_index_is_a_scan)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	uint32_t state = 2026;
	size_t hits = 0;

	text_add(&text, SAMPLE "hosts: (\n");
	for (unsigned i = 0; i < RANDOM_HOSTS; i++)
		add_random_host(&text, i, &state);
	text_add(&text, ");");
	struct pxeboot_policy *policy = policy_of(text.bytes);

	ck_assert_uint_eq(policy->n_hosts, RANDOM_HOSTS);
	for (unsigned i = 0; i < RANDOM_HOSTS; i++)
		hits += compare_host(policy, &policy->hosts[i], i);
	/* Something was found in each of the three. */
	ck_assert_uint_gt(hits, RANDOM_HOSTS);
	pxeboot_policy_unref(policy);
}
END_TEST

START_TEST(test_many_hosts)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	const uint8_t last[] = { 0x52, 0x54, 0, 0, (MANY_HOSTS - 1) >> 8, (MANY_HOSTS - 1) & 0xff };

	text_add(&text, SAMPLE "hosts: (\n");
	for (unsigned i = 0; i < MANY_HOSTS; i++)
		text_addf(&text, "%s{ name = \"node%u\"; mac = \"52:54:00:00:%02x:%02x\"; boot = \"disk\"; }\n",
			i ? "," : "", i,
			  i >> 8, i & 0xff);
	text_add(&text, ");");
	struct pxeboot_policy *policy = policy_of(text.bytes);

	ck_assert_uint_eq(policy->n_hosts, MANY_HOSTS);
	ck_assert_ptr_eq(policy_host_by_mac(policy, last), &policy->hosts[MANY_HOSTS - 1]);
	ck_assert_uint_eq(policy->hosts[MANY_HOSTS - 1].where.line, MANY_HOSTS + 4);
	/* A hundred thousand hosts are to fit in some 20 MB. */
	ck_assert_uint_le(sizeof(struct host), 128);
	/* What decisions read of one is on one line. */
	ck_assert_uint_eq(sizeof(struct host) % HOST_LINE, 0);
	ck_assert_uint_eq((uintptr_t)policy->hosts % HOST_LINE, 0);
	ck_assert_uint_le(offsetof(struct host, loader) + sizeof(policy->hosts->loader), HOST_LINE);
	pxeboot_policy_unref(policy);
}
END_TEST

/* Names of the hosts that say it, each with a space behind it. */
static const char *who_says(const struct pxeboot_policy *policy, enum pxeboot_host_says says, struct text *names)
{
	struct pxeboot_host host;

	text_clear(names);
	text_add(names, "");
	for (size_t i = 0; pxeboot_policy_host_from(policy, says, &i, &host) == 0; i++)
		text_addf(names, "%s ", host.name);
	return names->bytes ? names->bytes : "";
}

START_TEST(test_hosts_that_say_it)
{
	CLEANUP_TEXT struct text names = TEXT_INIT;
	struct pxeboot_policy *policy = policy_of(SAMPLE "hosts: (\n"
		"{ name = \"a\"; mac = \"52:54:00:00:00:01\"; boot = \"disk\"; once = \"disk\"; },\n"
		"{ name = \"b\"; mac = \"52:54:00:00:00:02\"; boot = \"disk\"; },\n"
		"{ name = \"c\"; mac = \"52:54:00:00:00:03\"; boot = \"disk\"; loader = \"own.efi\"; once = \"disk\"; },\n"
		"{ name = \"d\"; mac = \"52:54:00:00:00:04\"; boot = \"disk\"; } );");
	struct pxeboot_host host;
	size_t index = 3;

	ck_assert_uint_eq(pxeboot_policy_host_count(policy), 4);
	ck_assert_str_eq(who_says(policy, PXEBOOT_HOST_SAYS_ONCE, &names), "a c ");
	ck_assert_str_eq(who_says(policy, PXEBOOT_HOST_SAYS_LOADER, &names), "c ");
	ck_assert_int_eq(pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_ONCE, &index, &host), -ENOENT);
	ck_assert_uint_eq(index, 3);
	ck_assert_int_eq(pxeboot_policy_host_from(policy, (enum pxeboot_host_says)2, &index, &host), -EINVAL);
	ck_assert_int_eq(pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_ONCE, NULL, &host), -EINVAL);
	ck_assert_uint_eq(pxeboot_policy_host_count(NULL), 0);
	pxeboot_policy_unref(policy);
}
END_TEST

/* ---- Life ------------------------------------------------------------------------------------------------------- */

static void *take_and_drop(void *argument)
{
	struct pxeboot_policy *policy = argument;

	for (int i = 0; i < 10000; i++) {
		pxeboot_policy_ref(policy);
		if (!pxeboot_policy_get(policy, "boot"))
			return argument;
		pxeboot_policy_unref(policy);
	}
	return pxeboot_policy_unref(policy);
}

START_TEST(test_references)
{
	struct pxeboot_policy *policy = policy_of(SAMPLE);
	pthread_t threads[4];
	void *result;

	ck_assert_ptr_null(pxeboot_policy_ref(NULL));
	ck_assert_ptr_null(pxeboot_policy_unref(NULL));
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, take_and_drop, pxeboot_policy_ref(policy)), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		ck_assert_int_eq(pthread_join(threads[i], &result), 0);
		ck_assert_ptr_null(result);
	}
	ck_assert_uint_eq(atomic_load(&policy->references), 1);
	ck_assert_ptr_null(pxeboot_policy_unref(policy));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policy_hosts");
	TCase *tests = tcase_create("policy_hosts");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, test_index_is_a_scan);
	tcase_add_test(tests, test_many_hosts);
	tcase_add_test(tests, test_hosts_that_say_it);
	tcase_add_test(tests, test_references);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
