/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What events make of a machine's record: whole lives as tables, a line for each event.
 */
#include <errno.h>

#include "base/macro.h"
#include "state/record.h"
#include "testing.h"

#define TOKEN "525400000001aaaa"

/* F firmware asks, P a foreign iPXE, I iPXE, i iPXE where nobody sees what is fetched, B boot.ipxe is fetched, L the live
 * script is handed out, S the one-shot boot's script is fetched, O the operating system asks, d done with the token, D done by the
 * administrator, x done with a wrong token, g the lease is over, a arms again, c clears.  '>' says how many seconds pass. */
struct life {
	const char *events;
	int mode;
	uint32_t tries_max;
	int phase;
	uint32_t tries, boots;
	const char *why;
};

#define NEXT PXEBOOT_ONCE_NEXT_BOOT
#define DONE PXEBOOT_ONCE_UNTIL_DONE

static const struct life lives[] = {
	{ "", NEXT, 0, PXEBOOT_ONCE_ARMED, 0, 0, "armed" },
	{ "F", NEXT, 0, PXEBOOT_ONCE_ARMED, 0, 1, "power-on without a script" },
	{ "FFIBSO", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "a boot" },
	{ "FIBSOF", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "and the next power-on" },
	{ "FIBSO>9 FFF", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "firmware that asks three times" },
	{ "FIBSOFIBS", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "what follows is no new round" },
	{ "FIBSSS", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "the same boot fetches it again" },
	{ "FIBS>30 S>29 B>29 S", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "and again, somewhat later" },
	{ "FIBS>600 BS", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "both power-on events were lost" },
	{ "FIBSO>5 BS", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "from an operating system no way leads back but power-on" },
	{ "IBS>30 I", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "a menu of an iPXE in ROM asks DHCP again" },
	{ "IBS>59 I", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "an iPXE in ROM after a power-on" },
	{ "IBSO>3 I", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "the same after an operating system" },
	{ "PIBS>90 P", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "a foreign iPXE in ROM" },
	{ "PIBS>90 PI", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "which loads ours" },
	{ "IBS>-99999 I", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "the server's clock was ahead" },
	{ "IBS>-30 I", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "and somewhat, or an event came late" },
	{ "IBS>-99999 B>9 S", DONE, 3, PXEBOOT_ONCE_SERVED, 2, 2, "what was ahead is forgotten" },
	{ "Fi", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "nobody sees what is fetched" },
	{ "Fi>20 ii", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "asked again in the same boot" },
	{ "FiF", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "nobody sees what is fetched, power-on" },
	{ "i>100 i", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "nobody sees what is fetched, in ROM" },
	{ "L", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "live" },
	{ "L>10 L", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "live, the same boot" },
	{ "L>61 L", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "live, no DHCP seen" },
	{ "FIL>20 FIL", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "live, DHCP seen" },
	{ "S>61 S", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 2, "proxy mode: only the file's fetch is seen" },
	{ "S>58 S", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "the same, in one boot" },
	{ "FSIB", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "another order" },
	{ "IFBS", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 2, "the firmware's event comes late" },
	{ "FIBSg", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "a lease ends" },
	{ "FIBSd", NEXT, 0, PXEBOOT_ONCE_DONE, 1, 1, "done before the power-on" },
	{ "D", NEXT, 0, PXEBOOT_ONCE_DONE, 0, 0, "done before it began" },
	{ "FIBSx", NEXT, 0, PXEBOOT_ONCE_SERVED, 1, 1, "a wrong token" },
	{ "FIBSc", NEXT, 0, PXEBOOT_ONCE_NONE, 0, 1, "cleared" },
	{ "FIBScF", NEXT, 0, PXEBOOT_ONCE_NONE, 0, 2, "and a power-on" },
	{ "FIBSa", NEXT, 0, PXEBOOT_ONCE_ARMED, 0, 1, "armed anew" },
	{ "FIBSFa", NEXT, 0, PXEBOOT_ONCE_ARMED, 0, 2, "armed anew after it was over" },
	{ "FIBSOF", DONE, 0, PXEBOOT_ONCE_SERVED, 1, 2, "until done: power-on" },
	{ "FIBSOFIBSOFIBS", DONE, 0, PXEBOOT_ONCE_SERVED, 3, 3, "until done: without a limit" },
	{ "FIBSOFIBSO", DONE, 2, PXEBOOT_ONCE_SERVED, 2, 2, "until done: the last try" },
	{ "FIBSOFIBSOF", DONE, 2, PXEBOOT_ONCE_FAILED, 2, 3, "until done: the power-on after the last try" },
	{ "FIBSOFIBSOFIBSOF", DONE, 2, PXEBOOT_ONCE_FAILED, 2, 4, "until done: nothing after that" },
	{ "FIBSOFIBSOFd", DONE, 2, PXEBOOT_ONCE_DONE, 2, 3, "until done: late, but done" },
	{ "FIBSOFIBSOFx", DONE, 2, PXEBOOT_ONCE_FAILED, 2, 3, "until done: late, and wrong" },
	{ "FIBSOd", DONE, 3, PXEBOOT_ONCE_DONE, 1, 1, "until done: done" },
	{ "FIBSOddF", DONE, 3, PXEBOOT_ONCE_DONE, 1, 2, "until done: done twice" },
	{ "FIBSODF", DONE, 3, PXEBOOT_ONCE_DONE, 1, 2, "until done: the administrator says so" },
	{ "L>99 L>99 L", DONE, 2, PXEBOOT_ONCE_FAILED, 2, 3, "until done, live: the third is not given it" },
	{ "FiFiF", DONE, 2, PXEBOOT_ONCE_FAILED, 2, 3, "until done: nobody sees what is fetched" },
};

struct play {
	struct pxeboot_record *record;
	struct pxeboot_arming arming;
	int64_t now;
};

static const struct {
	char letter;
	struct pxeboot_event event;
} letters[] = {
	{ 'F', { .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_FIRMWARE } },
	{ 'P', { .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_IPXE_FOREIGN } },
	{ 'I', { .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_IPXE } },
	{ 'i', { .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_IPXE, .is_served = true } },
	{ 'O', { .kind = PXEBOOT_EVENT_ASKED, .stage = PXEBOOT_STAGE_OS, .address = "10.77.0.9" } },
	{ 'B', { .kind = PXEBOOT_EVENT_FETCHED, .stage = PXEBOOT_STAGE_SCRIPT, .file = "boot.ipxe" } },
	{ 'L', { .kind = PXEBOOT_EVENT_SERVED, .stage = PXEBOOT_STAGE_SCRIPT } },
	{ 'S', { .kind = PXEBOOT_EVENT_SERVED, .stage = PXEBOOT_RECORD_NO_STAGE } },
	{ 'w', { .kind = PXEBOOT_EVENT_FETCHED, .stage = PXEBOOT_RECORD_NO_STAGE, .profile = "discover" } },
	{ 'n', { .kind = PXEBOOT_EVENT_FETCHED, .stage = PXEBOOT_RECORD_NO_STAGE, .profile = "disk" } },
	{ 'd', { .kind = PXEBOOT_EVENT_DONE, .token = TOKEN } },
	{ 'D', { .kind = PXEBOOT_EVENT_DONE } },
	{ 'x', { .kind = PXEBOOT_EVENT_DONE, .token = "525400000001aaab" } },
	{ 'g', { .kind = PXEBOOT_EVENT_GONE, .address = "10.77.0.9" } },
};

static int play_one(struct play *play, char letter)
{
	struct pxeboot_event event;

	if (letter == 'a' || letter == 'c') {
		if (letter == 'a')
			pxeboot_once_arm(play->record, &play->arming);
		else
			pxeboot_once_clear(play->record, play->now);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		if (letters[i].letter != letter)
			continue;
		event = letters[i].event;
		event.when = play->now;
		return pxeboot_record_step(play->record, &event);
	}
	ck_abort_msg("no such event: %c", letter);
}

static void play_all(struct play *play, const char *events)
{
	for (char *end; *events; events++) {
		if (*events == '>') {
			play->now += strtol(events + 1, &end, 10);
			events = end;
		} else {
			play->now++;
			play_one(play, *events);
		}
	}
}

static struct play play_new(int mode, uint32_t tries_max)
{
	struct play play = { .arming = { .profile = "install", .then = "disk", .token = TOKEN, .mode = mode,
					 .tries_max = tries_max, .when = 1000 }, .now = 1000 };
	struct record_key key;

	ck_assert_int_eq(record_key_parse("52:54:00:00:00:01", &key), 0);
	ck_assert_int_eq(record_new(&key, &play.record), 0);
	pxeboot_once_arm(play.record, &play.arming);
	return play;
}

START_TEST(each_life)
{
	const struct life *life = &lives[_i];
	struct play play = play_new(life->mode, life->tries_max);
	const struct pxeboot_once *once = &play.record->once;
	const char *boot;
	bool is_on;

	play_all(&play, life->events);
	ck_assert_msg(once->phase == life->phase, "%s: %s: is %s, expected %s", life->why, life->events,
		      pxeboot_once_phase_name(once->phase), pxeboot_once_phase_name(life->phase));
	ck_assert_msg(once->tries == life->tries, "%s: %s: %u tries", life->why, life->events, once->tries);
	ck_assert_msg(play.record->boots == life->boots, "%s: %s: %u boots", life->why, life->events, play.record->boots);
	is_on = once->phase == PXEBOOT_ONCE_ARMED || once->phase == PXEBOOT_ONCE_SERVED;
	ck_assert_int_eq(pxeboot_once_is_on(play.record), is_on);
	boot = pxeboot_once_boot(play.record);
	if (once->phase == PXEBOOT_ONCE_NONE)
		ck_assert_ptr_null(boot);
	else
		ck_assert_str_eq(boot, is_on ? "install" : "disk");
	pxeboot_record_free(play.record);
}
END_TEST

START_TEST(tokens)
{
	static const char *const wrong[] = { "", "5", "525400000001aaa", TOKEN "a", "525400000001AAAA", "425400000001aaaa" };
	struct play play = play_new(DONE, 0);

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		const struct pxeboot_event event = { .kind = PXEBOOT_EVENT_DONE, .token = wrong[i], .when = 1 };

		ck_assert_msg(pxeboot_record_step(play.record, &event) == -EACCES, "'%s'", wrong[i]);
	}
	play.record->once.token = NULL;
	ck_assert_int_eq(play_one(&play, 'd'), -EACCES);
	play.record->once.token = "";
	ck_assert_int_eq(play_one(&play, 'd'), -EACCES);
	ck_assert_int_eq(play.record->once.phase, PXEBOOT_ONCE_ARMED);
	pxeboot_record_free(play.record);
}
END_TEST

/* What a new round keeps of the one before. */
START_TEST(rounds)
{
	struct play play = play_new(NEXT, 7);

	ck_assert_uint_eq(play.record->once.round, 1);
	play.arming.policy = "install";
	play_all(&play, "FIBSa");
	ck_assert_uint_eq(play.record->once.round, 2);
	ck_assert_str_eq(play.record->once.policy, "install");
	play.arming.policy = NULL;
	play_all(&play, "ca");
	ck_assert_uint_eq(play.record->once.round, 3);
	ck_assert_str_eq(play.record->once.policy, "install");
	ck_assert_uint_eq(play.record->once.tries_max, 7);
	pxeboot_record_free(play.record);
}
END_TEST

START_TEST(looping)
{
	static const struct {
		const char *events;
		int stage;
	} rows[] = {
		{ "", PXEBOOT_RECORD_NO_STAGE },
		{ "FIBO>90 FIBO", PXEBOOT_RECORD_NO_STAGE },
		{ "F>100 F>100 F", PXEBOOT_STAGE_FIRMWARE },
		{ "F>200 F>200 F", PXEBOOT_RECORD_NO_STAGE },
		{ "FI>60 FI>60 FI", PXEBOOT_STAGE_FIRMWARE },
		{ "I>9 I>9 I", PXEBOOT_STAGE_IPXE },
		{ "B>9 B>9 B", PXEBOOT_STAGE_SCRIPT },
		{ "O>9 O>9 O>9 O", PXEBOOT_RECORD_NO_STAGE },
		{ "Bw>9 Bw>9 Bw>9 Bn", PXEBOOT_RECORD_NO_STAGE },
		{ "Bw>9 Bw>9 Bw>9 Bn>9 Bn>9 Bn", PXEBOOT_STAGE_SCRIPT },
		{ "Bn>9 Bn>9 Bn", PXEBOOT_STAGE_SCRIPT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct play play = play_new(NEXT, 0);

		play_all(&play, rows[i].events);
		ck_assert_msg(pxeboot_record_looping(play.record) == rows[i].stage, "%s", rows[i].events);
		play.record->profile = "discover";
		ck_assert_int_eq(pxeboot_record_looping(play.record),
				 rows[i].stage == PXEBOOT_STAGE_SCRIPT ? PXEBOOT_RECORD_NO_STAGE : rows[i].stage);
		pxeboot_record_free(play.record);
	}
}
END_TEST

/* Whatever a store held. */
START_TEST(odd_times)
{
	struct play play = play_new(NEXT, 0);

	for (int stage = 0; stage < PXEBOOT_STAGE_COUNT; stage++) {
		play.record->asked[stage][0] = INT64_MIN;
		play.record->asked[stage][1] = INT64_MAX;
		play.record->asked[stage][2] = INT64_MAX;
	}
	ck_assert_int_eq(pxeboot_record_looping(play.record), PXEBOOT_RECORD_NO_STAGE);
	play_all(&play, "FIBSOF");
	ck_assert_int_eq(play.record->once.phase, PXEBOOT_ONCE_DONE);
	pxeboot_record_free(play.record);
}
END_TEST

START_TEST(facts)
{
	struct pxeboot_client *firmware = client_of("mac=52:54:00:00:00:01 arch=7 vendor_class=PXEClient:Arch:00007 uuid=00112233-4455-6677-8899-aabbccddeeff");
	struct pxeboot_client *ipxe = client_of("mac=52:54:00:00:00:01 arch=7 user_class=iPXE"), *again;
	struct pxeboot_client *installer = client_of("mac=52:54:00:00:00:01 vendor_class=d-i");
	struct play play = play_new(NEXT, 0);
	struct pxeboot_event event = { .kind = PXEBOOT_EVENT_ASKED, .when = 1, .address = "10.77.0.9" };

	event.client = ipxe;
	event.stage = pxeboot_client_stage(ipxe, NULL, 0);
	ck_assert_int_eq(event.stage, PXEBOOT_STAGE_IPXE);
	ck_assert_int_eq(pxeboot_record_step(play.record, &event), 0);
	event.client = firmware;
	event.stage = pxeboot_client_stage(firmware, NULL, 0);
	ck_assert_int_eq(event.stage, PXEBOOT_STAGE_FIRMWARE);
	ck_assert_int_eq(pxeboot_record_step(play.record, &event), 0);
	ck_assert_ptr_null(play.record->facts[PXEBOOT_FACT_USER_CLASS]);
	event.client = installer;
	event.stage = pxeboot_client_stage(installer, NULL, 0);
	ck_assert_int_eq(event.stage, PXEBOOT_STAGE_OS);
	ck_assert_int_eq(pxeboot_record_step(play.record, &event), 0);
	ck_assert_int_eq(pxeboot_record_client(play.record, &again), 0);
	ck_assert(pxeboot_client_equal(again, firmware));
	ck_assert_int_eq(pxeboot_client_stage(ipxe, "iPXE-own", PXEBOOT_ARCHS_ALL), PXEBOOT_STAGE_IPXE_FOREIGN);
	ck_assert_int_eq(pxeboot_client_stage(ipxe, "iPXE-own", 1u << PXEBOOT_ARCH_BIOS), PXEBOOT_STAGE_IPXE);
	ck_assert_int_eq(pxeboot_client_stage(ipxe, "iPXE-own", 1u << PXEBOOT_ARCH_X64_UEFI), PXEBOOT_STAGE_IPXE_FOREIGN);
	pxeboot_client_unref(again);
	pxeboot_record_free(play.record);
	pxeboot_client_unref(firmware);
	pxeboot_client_unref(ipxe);
	pxeboot_client_unref(installer);
}
END_TEST

/* Nobody is made known by having gone, and only the address that is the machine's own goes. */
START_TEST(leases)
{
	struct play play = play_new(NEXT, 0);
	struct pxeboot_event gone = { .kind = PXEBOOT_EVENT_GONE, .address = "10.77.0.8", .when = 5 };

	ck_assert_int_eq(play_one(&play, 'g'), 1);
	ck_assert_int_eq(play.record->first_seen, 0);
	play_all(&play, "O");
	ck_assert_int_eq(pxeboot_record_step(play.record, &gone), 1);
	ck_assert_str_eq(play.record->address, "10.77.0.9");
	ck_assert_int_eq(play_one(&play, 'g'), 0);
	ck_assert_ptr_null(play.record->address);
	pxeboot_record_free(play.record);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("events");
	TCase *tests = tcase_create("events");

	tcase_add_test(tests, tokens);
	tcase_add_loop_test(tests, each_life, 0, ARRAY_SIZE(lives));
	tcase_add_test(tests, rounds);
	tcase_add_test(tests, looping);
	tcase_add_test(tests, odd_times);
	tcase_add_test(tests, facts);
	tcase_add_test(tests, leases);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
