/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files and records of one-shot boots, brought together by plugins/life: what becomes of the file when the record can't be
 * written, and what is left when somebody was killed.
 */
#include <errno.h>
#include <sys/stat.h>

#include "dnsmasq/event.h"
#include "life.h"
#include "once_file.h"
#include "base/file.h"
#include "store_testing.h"

#define FILE_KEY "once/52-54-00-00-00-01"

static struct life *life;
static char said[512];

static void hear(void *context, int priority, const char *text)
{
	snprintf(said, sizeof(said), "%s", text);
}

static struct life *life_in(const char *state)
{
	const struct life_conf conf = { .root = directory, .state = state, .say = hear };
	struct life *new;

	ck_assert_int_eq(life_new(&conf, &new), 0);
	return new;
}

static void setup(void)
{
	make_directory();
	life = life_in(in_directory("state"));
	said[0] = '\0';
}

static void teardown(void)
{
	life_free(life);
	remove_directory();
}

/* ---- A one-shot boot ---- */

static int write_scripts(void *context, const char *token, uint32_t round, char **ret_script, char **ret_then)
{
	const bool *has_then = context;

	ck_assert_int_gt(asprintf(ret_script, "#!ipxe\n# one-shot boot, round %u: n1\n", round), 0);
	if (*has_then)
		ck_assert_int_gt(asprintf(ret_then, "#!ipxe\n# after the one-shot boot, round %u: n1\n", round), 0);
	return 0;
}

static struct life_scripts scripts_of(const bool *has_then)
{
	return (struct life_scripts){ write_scripts, (void *)(uintptr_t)has_then, false };
}

static void arm(int mode, bool has_then)
{
	const struct pxeboot_arming arming = { .profile = "install", .then = has_then ? "disk" : NULL, .mode = mode,
					       .tries_max = mode == PXEBOOT_ONCE_UNTIL_DONE ? 3 : 0, .when = 1000 };
	const struct life_scripts scripts = scripts_of(&has_then);
	char token[LIFE_TOKEN_SIZE];

	ck_assert_int_eq(life_arm(life, KEY, &arming, &scripts, token), 0);
}

static int file_now(void)
{
	uint32_t round = 0;

	return once_file_look(directory, KEY, &round);
}

static int phase_now(void)
{
	struct pxeboot_record *record;
	int r = life_read(life, KEY, &record), phase;

	if (r < 0)
		return r;
	phase = record->once.phase;
	pxeboot_record_free(record);
	return phase;
}

static int refresh(bool has_then)
{
	const struct life_scripts scripts = scripts_of(&has_then);

	return life_refresh(life, KEY, &scripts);
}

static int write_nothing(void *context, const char *token, uint32_t round, char **ret_script, char **ret_then)
{
	return -ENOSPC;
}

/* Live answers would give it out, and apply would write its files: who is told of an error must know. */
START_TEST(armed_without_files_is_said)
{
	const struct pxeboot_arming arming = { .profile = "install", .when = 1000 };
	const struct life_scripts scripts = { write_nothing, NULL, false };
	char token[LIFE_TOKEN_SIZE] = "untouched";

	ck_assert_int_eq(life_arm(life, KEY, &arming, &scripts, token), -ENOSPC);
	ck_assert_str_eq(token, "untouched");
	ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_ARMED);
	ck_assert_ptr_nonnull(strstr(said, "armed"));
	ck_assert_int_eq(refresh(false), 0);
	ck_assert_int_eq(file_now(), ONCE_FILE_ON);
}
END_TEST

/* ---- What can't be written down ---- */

static const struct pxeboot_event fetched = { .kind = PXEBOOT_EVENT_SERVED, .when = 2000, .stage = PXEBOOT_RECORD_NO_STAGE };
static const struct pxeboot_event stands_for_it = {
	.kind = PXEBOOT_EVENT_ASKED, .when = 2000, .stage = PXEBOOT_STAGE_IPXE, .is_served = true,
};
static const struct pxeboot_event answered_live = { .kind = PXEBOOT_EVENT_SERVED, .when = 2000, .stage = PXEBOOT_STAGE_SCRIPT };
static const struct pxeboot_event asked = { .kind = PXEBOOT_EVENT_ASKED, .when = 2000, .stage = PXEBOOT_STAGE_IPXE };
static const struct pxeboot_event power_on = { .kind = PXEBOOT_EVENT_ASKED, .when = 2000, .stage = PXEBOOT_STAGE_FIRMWARE };

static const struct {
	const struct pxeboot_event *event;
	bool has_then;
	int file;
	const char *why;
} unwritten[] = {
	{ &fetched, false, ONCE_FILE_OVER, "fetched, and nobody will know" },
	{ &fetched, true, ONCE_FILE_OVER, "the same, and something follows" },
	{ &stands_for_it, true, ONCE_FILE_OVER, "what stands for it" },
	{ &asked, true, ONCE_FILE_ON, "nothing was given out" },
	{ &power_on, true, ONCE_FILE_ON, "nothing was given out yet" },
	{ &answered_live, true, ONCE_FILE_ON, "who answers live gives out what the policy says" },
};

START_TEST(what_cannot_be_written_down_ends)
{
	struct life *blind;

	ck_assert_int_eq(close(open(in_directory("no-directory"), O_CREAT | O_WRONLY, 0600)), 0);
	blind = life_in(in_directory("no-directory"));
	arm(PXEBOOT_ONCE_NEXT_BOOT, unwritten[_i].has_then);
	ck_assert_int_eq(life_note(blind, KEY, unwritten[_i].event, NULL), -ENOTDIR);
	ck_assert_msg(file_now() == unwritten[_i].file, "%s: %d", unwritten[_i].why, file_now());
	ck_assert_int_eq(said[0] != '\0', unwritten[_i].file == ONCE_FILE_OVER);
	ck_assert_int_eq(access(in_directory(FILE_KEY ".ipxe"), F_OK) == 0, unwritten[_i].has_then);
	life_free(blind);
	if (unwritten[_i].file != ONCE_FILE_OVER)
		return;
	/* When it can be written again, it is over, and nobody begins it anew. */
	ck_assert_int_eq(refresh(unwritten[_i].has_then), 1);
	ck_assert_int_eq(life_settle(life, KEY, 3000), 0);
	ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_DONE);
	ck_assert_int_eq(refresh(unwritten[_i].has_then), 1);
	ck_assert_int_eq(file_now(), ONCE_FILE_OVER);
	/* Nor is it in the way of the next. */
	arm(PXEBOOT_ONCE_NEXT_BOOT, false);
	ck_assert_int_eq(file_now(), ONCE_FILE_ON);
	ck_assert_int_eq(life_clear(life, KEY, NULL, 4000), 0);
	ck_assert_int_eq(file_now(), ONCE_FILE_NONE);
	ck_assert_int_eq(count_files("once/*"), 0);
}
END_TEST

/* A newer version's, or damaged: nobody here knows what it says. */
START_TEST(what_cannot_be_read_is_served_once)
{
	static const uint8_t newer[] = { 2, 0, 0 };

	arm(PXEBOOT_ONCE_UNTIL_DONE, true);
	put_raw(in_directory("state/" PLACE_STORE), newer, sizeof(newer));
	ck_assert_int_eq(life_note(life, KEY, &power_on, NULL), -EBADMSG);
	ck_assert_int_eq(life_settle(life, KEY, 2000), -EBADMSG);
	ck_assert_int_eq(file_now(), ONCE_FILE_ON);
	ck_assert_int_eq(life_note(life, KEY, &fetched, NULL), -EBADMSG);
	ck_assert_int_eq(file_now(), ONCE_FILE_OVER);
	ck_assert_int_eq(phase_now(), -EBADMSG);
}
END_TEST

START_TEST(what_cannot_be_read_is_taken_back)
{
	static const uint8_t newer[] = { 2, 0, 0 };

	arm(PXEBOOT_ONCE_NEXT_BOOT, true);
	put_raw(in_directory("state/" PLACE_STORE), newer, sizeof(newer));
	ck_assert_int_eq(life_clear(life, KEY, "install", 2000), 0);
	ck_assert_int_eq(count_files("once/*"), 0);
	ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_NONE);
	arm(PXEBOOT_ONCE_NEXT_BOOT, true);
	ck_assert_int_eq(file_now(), ONCE_FILE_ON);
}
END_TEST

/* ---- Whose fetch it is ---- */

#define OTHER "52:54:00:00:00:02"

static const struct {
	int stage;			/* at which the other one was seen, at the address */
	enum pxeboot_event_kind kind;
	int phase;
	const char *why;
} others[] = {
	{ PXEBOOT_STAGE_OS, PXEBOOT_EVENT_ASKED, PXEBOOT_ONCE_ARMED, "it has the lease, and looks into what another is served" },
	{ PXEBOOT_STAGE_FIRMWARE, PXEBOOT_EVENT_ASKED, PXEBOOT_ONCE_ARMED, "it boots, likewise" },
	{ PXEBOOT_STAGE_SCRIPT, PXEBOOT_EVENT_FETCHED, PXEBOOT_ONCE_SERVED, "it had the address from another DHCP server, once" },
	{ PXEBOOT_RECORD_NO_STAGE, PXEBOOT_EVENT_SERVED, PXEBOOT_ONCE_SERVED, "likewise, in its own one-shot boot" },
};

START_TEST(another_has_had_the_address)
{
	const struct pxeboot_event before = { .kind = others[_i].kind, .when = 1, .stage = others[_i].stage,
					      .address = "10.77.0.9" };
	char program[] = "hook", action[] = "tftp", size[] = "400", address[] = "10.77.0.9", file[128];
	char *argv[] = { program, action, size, address, file, NULL }, *environment[] = { NULL };

	snprintf(file, sizeof(file), "%s/" FILE_KEY ".ipxe", directory);
	arm(PXEBOOT_ONCE_UNTIL_DONE, false);
	ck_assert_int_eq(life_note(life, OTHER, &before, NULL), 0);
	ck_assert_int_ge(dnsmasq_event(life, 5, argv, environment, 2000), 0);
	ck_assert_msg(phase_now() == others[_i].phase, "%s: %s", others[_i].why, pxeboot_once_phase_name(phase_now()));
}
END_TEST

/* Over IPv6 the file alone says whose boot it is; leases there say nothing, whatever stands in them. */
START_TEST(over_ipv6_the_file_counts)
{
	char program[] = "hook", tftp[] = "tftp", add[] = "add", size[] = "400", address[] = "fd77::1f5", file[128];
	char duid[] = "00:04:5a:2e:e0:ea:00:00:40:00:80:00:52:54:00:77:00:01", other[] = "52:54:00:12:34:57", name[64];
	char mac[] = "DNSMASQ_MAC=" OTHER, class[] = "DNSMASQ_VENDOR_CLASS0=EClient:Arch:00007", user[] = "DNSMASQ_USER_CLASS0=XE";
	char *fetches[] = { program, tftp, size, address, file, NULL }, *leases[] = { program, add, duid, address, NULL };
	char *like_a_mac[] = { program, add, other, address, NULL }, *environment[] = { mac, class, user, NULL };

	snprintf(file, sizeof(file), "%s/" FILE_KEY ".ipxe", directory);
	snprintf(name, sizeof(name), "fd77::1%%eth0");
	arm(PXEBOOT_ONCE_UNTIL_DONE, false);
	ck_assert_int_eq(dnsmasq_event(life, 4, leases, environment, 1000), 1);
	ck_assert_int_eq(dnsmasq_event(life, 4, like_a_mac, environment, 1000), 1);
	fetches[3] = name;
	ck_assert_int_eq(dnsmasq_event(life, 5, fetches, environment, 1000), 1);
	ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_ARMED);
	fetches[3] = address;
	ck_assert_int_ge(dnsmasq_event(life, 5, fetches, environment, 2000), 0);
	ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_SERVED);
	snprintf(file, sizeof(file), "%s/../boot.ipxe", directory);
	ck_assert_int_eq(dnsmasq_event(life, 5, fetches, environment, 2000), 1);
}
END_TEST

/* ---- Taken back ---- */

static void write_over(const char *bytes)
{
	ck_assert_int_eq(file_make_parents(in_directory(FILE_KEY ".ipxe")), 0);
	ck_assert_int_eq(file_write(in_directory(FILE_KEY ".ipxe"), bytes, strlen(bytes), 0644), 1);
}

/* What only live answers may give: who is led past it by the file has not been given it. */
static const struct {
	const char *script;
	bool is_given;
} leads[] = {
	{ "chain --replace --autofree ${base}/profiles/install.ipxe || goto failed", true },
	{ "chain --replace --autofree ${base}/menus/install.ipxe || goto failed", true },
	{ "chain --replace --autofree ${base}/profiles/disk.ipxe || goto failed", false },
	{ "chain --replace --autofree ${base}/menus/main.ipxe || goto failed", false },
	{ "chain --replace --autofree ${base}/profiles/install2.ipxe || goto failed", false },
	{ "chain --replace --autofree ${base}/profiles/inst.ipxe || goto failed", false },
};

START_TEST(who_is_led_past_it_is_not_given_it)
{
	const struct pxeboot_event *const events[] = { &fetched, &stands_for_it };
	char *script;

	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		arm(PXEBOOT_ONCE_NEXT_BOOT, true);
		ck_assert_int_gt(asprintf(&script, "#!ipxe\n# one-shot boot, round %zu: n1\n%s\n", i + 1, leads[_i].script), 0);
		write_over(script);
		free(script);
		ck_assert_int_eq(life_note(life, KEY, events[i], NULL), 0);
		ck_assert_int_eq(phase_now(), leads[_i].is_given ? PXEBOOT_ONCE_SERVED : PXEBOOT_ONCE_ARMED);
		ck_assert_int_eq(file_now(), ONCE_FILE_ON);
		ck_assert_int_eq(life_note(life, KEY, &answered_live, NULL), 0);
		ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_SERVED);
	}
}
END_TEST

/* A group looks at the folder once: what is there counts as before, and so does that nothing is. */
START_TEST(a_group_sees_the_files)
{
	write_over("#!ipxe\n# one-shot boot, round 7: n1\n");
	ck_assert_int_eq(life_begin(life), 0);
	ck_assert_int_eq(life_note(life, KEY, &power_on, NULL), 0);
	ck_assert_int_eq(life_commit(life), 0);
	ck_assert_int_eq(file_now(), ONCE_FILE_NONE);
	arm(PXEBOOT_ONCE_UNTIL_DONE, false);
	ck_assert_int_eq(life_note(life, KEY, &fetched, NULL), 0);
	ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_SERVED);
	ck_assert_int_eq(unlink(in_directory(FILE_KEY ".ipxe")), 0);
	ck_assert_int_eq(life_begin(life), 0);
	ck_assert_int_eq(life_settle(life, KEY, 3000), 0);
	ck_assert_int_eq(life_commit(life), 0);
	ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_DONE);
}
END_TEST

/* Whoever armed was killed before his files were there; what followed the round before goes, too. */
START_TEST(an_older_round_is_taken_back)
{
	arm(PXEBOOT_ONCE_NEXT_BOOT, true);
	arm(PXEBOOT_ONCE_NEXT_BOOT, true);
	write_over("#!ipxe\n# after the one-shot boot, round 1: n1\n");
	ck_assert_int_eq(life_clear(life, KEY, NULL, 2000), 0);
	ck_assert_int_eq(file_now(), ONCE_FILE_NONE);
	ck_assert_int_eq(phase_now(), PXEBOOT_ONCE_NONE);
	ck_assert_int_eq(count_files("once/*"), 0);
}
END_TEST

/* The store was lost: what follows stays, for the host may be one that installs itself, until somebody takes it back. */
START_TEST(what_nobody_remembers_is_taken_back)
{
	write_over("#!ipxe\n# after the one-shot boot, round 7: n1\n");
	ck_assert_int_eq(life_settle(life, KEY, 2000), 1);
	ck_assert_int_eq(file_now(), ONCE_FILE_OVER);
	ck_assert_int_eq(life_clear(life, KEY, NULL, 2000), 0);
	ck_assert_int_eq(file_now(), ONCE_FILE_NONE);
	ck_assert_int_eq(life_clear(life, KEY, NULL, 2000), 1);
}
END_TEST

/* ---- A token that the record should not have ---- */

#define OTHERS_TOKEN "52540000000200112233445566778899aabbccddeeff"

static int take_others_token(void *context, struct pxeboot_record *record)
{
	record->once.token = OTHERS_TOKEN;
	return 0;
}

/* The hook's user writes the store, and root takes files away. */
START_TEST(another_machine_s_files_stay)
{
	arm(PXEBOOT_ONCE_NEXT_BOOT, false);
	ck_assert_int_eq(once_file_add_token(directory, OTHERS_TOKEN), 0);
	ck_assert_int_eq(life_update(life, KEY, take_others_token, NULL), 0);
	ck_assert_int_eq(life_clear(life, KEY, NULL, 2000), 0);
	ck_assert_int_eq(count_files("done/*"), 1);
}
END_TEST

/* ---- A store that somebody has moved aside ---- */

/* Long-lived programs open the new one, whatever they do first. */
START_TEST(a_new_store_is_found)
{
	struct pxeboot_record *record;
	char aside[256], key[PXEBOOT_KEY_SIZE];

	for (int asks = 0; asks < 2; asks++) {
		arm(PXEBOOT_ONCE_NEXT_BOOT, true);
		strcpy(aside, in_directory("state/aside"));
		ck_assert_int_eq(rename(in_directory("state/" PLACE_STORE), aside), 0);
		if (asks)
			ck_assert_int_eq(life_machine_at(life, "10.77.0.9", key), -ENOENT);
		else
			ck_assert_int_eq(life_read(life, KEY, &record), -ENOENT);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("life");
	TCase *tests = tcase_create("life");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, armed_without_files_is_said);
	tcase_add_loop_test(tests, what_cannot_be_written_down_ends, 0, ARRAY_SIZE(unwritten));
	tcase_add_test(tests, what_cannot_be_read_is_served_once);
	tcase_add_test(tests, what_cannot_be_read_is_taken_back);
	tcase_add_loop_test(tests, another_has_had_the_address, 0, ARRAY_SIZE(others));
	tcase_add_test(tests, over_ipv6_the_file_counts);
	tcase_add_loop_test(tests, who_is_led_past_it_is_not_given_it, 0, ARRAY_SIZE(leads));
	tcase_add_test(tests, a_group_sees_the_files);
	tcase_add_test(tests, an_older_round_is_taken_back);
	tcase_add_test(tests, what_nobody_remembers_is_taken_back);
	tcase_add_test(tests, another_machine_s_files_stay);
	tcase_add_test(tests, a_new_store_is_found);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
