/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The group that an index finds is the first that a walk through all of them finds: on random policies with groups that
 * overlap in every kind of term, for random clients whose facts are there, empty, broken or missing.
 */
#include "base/text.h"
#include "dice.h"
#include "policy/policy.h"
#include "random_client.h"
#include "random_policy.h"
#include "testing.h"

#define POLICIES 200
#define CLIENTS 300
#define GROUPS_MOST 120

/* Of each term few values, some the beginnings of others, so that many groups have them in common. */
static const char *const values[TERM_COUNT][8] = {
	[TERM_ARCH] = { "bios", "x64-uefi", "arm64-uefi", "ia32-uefi", "riscv64-uefi" },
	[TERM_FIRMWARE] = { "bios", "uefi" },
	[TERM_MAC] = { "52", "52:54", "52:54:00", "52:54:00:11", "52:54:00:11:00:01", "52:54:01", "02:00", "00" },
	[TERM_SUBNET] = { "10.77.0.0/16", "10.77.4.0/24", "10.77.4.0/25", "10.77.5.128/25", "10.0.0.0/8", "0.0.0.0/0",
			  "10.77.4.9/32", "192.168.0.0/16" },
	[TERM_VENDOR_CLASS] = { "P", "PXEClient", "PXEClient:Arch:00007", "HTTPClient", "PXEClient:Arch:00000:UNDI:002001",
				"MSFT 5.0" },
	[TERM_MANUFACTURER] = { "Tachibana", "Tachibana Ltd", "maker 1", "maker 2" },
	[TERM_PRODUCT] = { "Tachibana", "model 1", "model 11", "model 2", "kind 1", "kind 2" },
};

static const char *pick(struct dice *dice, int kind)
{
	unsigned n = 0;

	while (n < ARRAY_SIZE(values[kind]) && values[kind][n])
		n++;
	return values[kind][dice_below(dice, n)];
}

/* ---- Policies --------------------------------------------------------------------------------------------------- */

static bool can_have_loader(unsigned kinds)
{
	return !(kinds & (1u << TERM_SUBNET | 1u << TERM_MANUFACTURER | 1u << TERM_PRODUCT));
}

static void add_group(struct text *out, struct dice *dice, unsigned number)
{
	unsigned kinds = 1u << dice_below(dice, TERM_COUNT) | 1u << dice_below(dice, TERM_COUNT);

	text_addf(out, "%s{ name = \"g%u\"; boot = \"disk\"; match = {", number ? ",\n" : "", number);
	for (int kind = 0; kind < TERM_COUNT; kind++) {
		if (!(kinds & 1u << kind))
			continue;
		text_addf(out, " %s = [ \"%s\"", term_name((enum term_kind)kind), pick(dice, kind));
		for (unsigned more = dice_below(dice, 3); more > 0; more--)
			text_addf(out, ", \"%s\"", pick(dice, kind));
		text_add(out, " ];");
	}
	text_addf(out, " };%s }", can_have_loader(kinds) && dice_chance(dice, 40) ? " loader = \"own.efi\";" : "");
}

/* Where DHCP marks subnets by ranges, some groups can be tested by nobody. */
static struct pxeboot_policy *random_groups(uint64_t index)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;
	struct dice dice;

	dice_start(&dice, 8, index);
	text_addf(&text, "server: { address = \"10.77.0.1\"; root = \"/srv/pxeboot\"; %s%s };\nboot = \"disk\";\n"
		  "profiles: { disk: { action = \"disk\"; }; };\n",
		  dice_chance(&dice, 50) ? "http = \"http://10.77.0.1\"; " : "",
		  dice_chance(&dice, 70) ? "dhcp = { range = \"10.77.4.1,10.77.4.200,255.255.0.0,1h\"; }; " : "");
	text_add(&text, "groups: (");
	for (unsigned i = 0, n = dice_below(&dice, GROUPS_MOST); i < n; i++)
		add_group(&text, &dice, i);
	text_add(&text, ");\n");
	ck_assert_int_eq(text.error, 0);
	return policy_of(text.bytes);
}

/* ---- Clients ---------------------------------------------------------------------------------------------------- */

/* A text of the policy's, also with something after it. */
static void set_text(struct pxeboot_client *client, struct dice *dice, int fact, int kind)
{
	char text[80];

	snprintf(text, sizeof(text), "%s%s", pick(dice, kind), dice_chance(dice, 30) ? "1" : "");
	if (dice_chance(dice, 70))
		(void)pxeboot_client_set(client, fact, dice_chance(dice, 5) ? "" : text, NULL);
}

static struct pxeboot_client *random_facts(struct dice *dice)
{
	static const char *const macs[] = { "52:54:00:11:00:01", "52:54:00:11:00:02", "52:54:01:00:00:01", "02:00:00:00:00:01",
					    "00:00:00:00:00:02", "52:00:00:00:00:01", "not a MAC address" };
	static const char *const addresses[] = { "10.77.4.9", "10.77.4.200", "10.77.5.129", "10.1.1.1", "192.168.3.4",
						 "172.16.0.1", "0.0.0.0", "10.77" };
	static const char *const archs[] = { "0", "7", "11", "6", "0,7", "9", "27", "65535", "16", "" };
	struct pxeboot_client *client;

	ck_assert_int_eq(pxeboot_client_new(&client), 0);
	if (dice_chance(dice, 80))
		(void)pxeboot_client_set(client, PXEBOOT_FACT_MAC, DICE_PICK(dice, macs), NULL);
	if (dice_chance(dice, 80))
		(void)pxeboot_client_set(client, PXEBOOT_FACT_ADDRESS, DICE_PICK(dice, addresses), NULL);
	if (dice_chance(dice, 80))
		(void)pxeboot_client_set(client, PXEBOOT_FACT_ARCH, DICE_PICK(dice, archs), NULL);
	if (dice_chance(dice, 10))
		(void)pxeboot_client_set(client, PXEBOOT_FACT_FAMILY, "ipv6", NULL);
	set_text(client, dice, PXEBOOT_FACT_VENDOR_CLASS, TERM_VENDOR_CLASS);
	set_text(client, dice, PXEBOOT_FACT_MANUFACTURER, TERM_MANUFACTURER);
	set_text(client, dice, PXEBOOT_FACT_PRODUCT, TERM_PRODUCT);
	return client;
}

static struct pxeboot_client *random_machine(uint64_t index)
{
	uint8_t packet[RANDOM_CLIENT_PACKET];
	struct pxeboot_client *client;
	struct random_client random;

	random_client(8, index, &random);
	ck_assert_int_eq(pxeboot_client_from_packet(packet, random_client_packet(&random, packet), NULL, &client), 0);
	return client;
}

/* ---- Both ways -------------------------------------------------------------------------------------------------- */

static bool is_in(const struct group *group, enum group_set set)
{
	return set == GROUPS_ALL || (set == GROUPS_DHCP ? group->tested == PXEBOOT_WHERE_DHCP : group->loader != NULL);
}

static const struct group *walk(const struct pxeboot_policy *policy, enum group_set set,
				const struct pxeboot_client *client, int arch)
{
	for (size_t i = 0; i < policy->n_groups; i++)
		if (is_in(&policy->groups[i], set) && group_matches(&policy->groups[i], client, arch))
			return &policy->groups[i];
	return NULL;
}

/* Returns in how many sets there was a group. */
static unsigned compare(const struct pxeboot_policy *policy, const struct pxeboot_client *client)
{
	struct pxeboot_decision decision;
	unsigned found = 0;

	pxeboot_decide(policy, client, PXEBOOT_STAGE_SCRIPT, NULL, &decision);
	for (enum group_set set = 0; set < GROUP_SETS; set++) {
		const struct group *expected = walk(policy, set, client, decision.arch);

		ck_assert_ptr_eq(policy_first_group(policy, set, client, decision.arch), expected);
		found += expected != NULL;
		if (set == GROUPS_ALL && strcmp(decision.rule.kind, "host") != 0)
			ck_assert_str_eq(decision.rule.name, expected ? expected->name : policy->unknown_by);
	}
	return found;
}

START_TEST(many_groups_as_a_walk_has_them)
{
	unsigned found = 0;

	for (uint64_t i = 0; i < POLICIES; i++) {
		struct pxeboot_policy *policy = random_groups(i);
		struct dice dice;

		dice_start(&dice, 9, i);
		for (unsigned k = 0; k < CLIENTS; k++) {
			struct pxeboot_client *client = random_facts(&dice);

			found += compare(policy, client);
			pxeboot_client_unref(client);
		}
		for (size_t k = 0; k < policy->n_groups; k++)
			ck_assert_ptr_eq(policy_group_by_name(policy, policy->groups[k].name), &policy->groups[k]);
		ck_assert_ptr_null(policy_group_by_name(policy, "nobody"));
		pxeboot_policy_unref(policy);
	}
	ck_assert_uint_gt(found, POLICIES * CLIENTS / 2);
	ck_assert_uint_lt(found, POLICIES * CLIENTS * 5 / 2);
}
END_TEST

START_TEST(whole_policies_as_a_walk_has_them)
{
	unsigned found = 0;

	for (uint64_t i = 0; i < POLICIES; i++) {
		char *text = random_policy(8, i, RANDOM_POLICY_ANY);
		struct pxeboot_policy *policy = policy_of(text);

		for (uint64_t k = 0; k < CLIENTS; k++) {
			struct pxeboot_client *client = random_machine(i * CLIENTS + k);

			found += compare(policy, client);
			pxeboot_client_unref(client);
		}
		pxeboot_policy_unref(policy);
		free(text);
	}
	ck_assert_uint_gt(found, POLICIES);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("group_index");
	TCase *tests = tcase_create("group_index");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, many_groups_as_a_walk_has_them);
	tcase_add_test(tests, whole_policies_as_a_walk_has_them);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
