/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What other tests take for granted of random policies and clients: they load, they can be read, they differ, and come
 * again.
 */
#include <stdlib.h>

#include "random_client.h"
#include "random_policy.h"
#include "testing.h"

#define POLICIES 100
#define CLIENTS 1000

static void assert_loads(uint64_t index, enum random_policy_size size)
{
	char *text = random_policy(1, index, size), *again = random_policy(1, index, size);
	char *other = random_policy(1, index + 1, size);

	ck_assert_str_eq(text, again);
	ck_assert_str_ne(text, other);
	pxeboot_policy_unref(policy_of(text));
	free(text);
	free(again);
	free(other);
}

START_TEST(policies_load)
{
	for (uint64_t i = 0; i < POLICIES; i++) {
		assert_loads(i, RANDOM_POLICY_ANY);
		assert_loads(i, RANDOM_POLICY_SMALL);
	}
}
END_TEST

START_TEST(clients_are_read)
{
	unsigned ipxe = 0, known = 0;

	for (uint64_t i = 0; i < CLIENTS; i++) {
		uint8_t packet[RANDOM_CLIENT_PACKET];
		struct pxeboot_client *client;
		struct random_client random;

		random_client(1, i, &random);
		ck_assert_int_eq(pxeboot_client_from_packet(packet, random_client_packet(&random, packet), NULL, &client),
				 0);
		ipxe += pxeboot_client_is_ipxe(client);
		known += pxeboot_client_arch(client) != PXEBOOT_ARCH_NONE;
		pxeboot_client_unref(client);
	}
	ck_assert_uint_gt(ipxe, CLIENTS / 4);
	ck_assert_uint_lt(ipxe, CLIENTS * 3 / 4);
	ck_assert_uint_gt(known, CLIENTS / 4);
	ck_assert_uint_lt(known, CLIENTS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("random");
	TCase *tcase = tcase_create("random");

	tcase_add_test(tcase, policies_load);
	tcase_add_test(tcase, clients_are_read);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
