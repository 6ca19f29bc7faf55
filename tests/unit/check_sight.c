/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plugins/sight: every set-up that a policy can describe, and whether a one-shot boot could end in it.
 */
#include "base/text.h"
#include "sight.h"
#include "testing.h"

static const char *const dhcps[] = {
	"dhcp = { range = \"10.77.0.100,10.77.0.200,1h\"; };", "", "dhcp = { proxy = \"10.77.0.0\"; };",
	"dhcp = { server = \"kea\"; };", "dhcp = { server = \"none\"; range = \"10.77.0.100,10.77.0.200,1h\"; };",
};
/* Whose leases they are: this dnsmasq's, perhaps, another's. */
static const int owners[] = { 0, 1, 2, 2, 2 };
static const char *const doors[] = {
	"tftp = \"dnsmasq\";", "tftp = \"tftp-hpa\";", "tftp = \"none\";",
	"tftp = \"dnsmasq\"; http = \"http://10.77.0.1\";", "tftp = \"tftp-hpa\"; http = \"http://10.77.0.1\";",
};
#define TFTP_IS_DNSMASQ(door) ((door) == 0 || (door) == 3)

/* What is expected of a one-shot boot by its set-up: "fine", "note", "warning", "refused"; with a star where its file does not
 * serve it. */
static const char *const expected[2][2][3][5] = {	/* hook, live, owner, door: next-boot/until-done */
	[true] = {
		[false] = {
			{ "fine/fine", "note/note", "note/note", "note/note", "note/note" },
			{ "note/note", "warning/warning", "warning/warning", "warning/warning", "warning/warning" },
			{ "refused/note", "refused/refused", "refused/refused", "refused/refused", "refused/refused" },
		},
		[true] = {
			{ "fine/fine", "fine/fine", "fine/fine", "fine/fine", "fine/fine" },
			{ "note/note", "note*/note*", "note*/note*", "note*/note*", "note*/note*" },
			{ "note*/note", "note*/note*", "note*/note*", "note*/note*", "note*/note*" },
		},
	},
	[false] = {
		[false] = {
			{ "refused/refused", "refused/refused", "refused/refused", "refused/refused", "refused/refused" },
			{ "refused/refused", "refused/refused", "refused/refused", "refused/refused", "refused/refused" },
			{ "refused/refused", "refused/refused", "refused/refused", "refused/refused", "refused/refused" },
		},
		[true] = {
			{ "note*/note*", "note*/note*", "note*/note*", "note*/note*", "note*/note*" },
			{ "note*/note*", "note*/note*", "note*/note*", "note*/note*", "note*/note*" },
			{ "note*/note*", "note*/note*", "note*/note*", "note*/note*", "note*/note*" },
		},
	},
};

static struct pxeboot_policy *set_up(const char *dhcp, const char *door, bool live)
{
	char text[512];

	snprintf(text, sizeof(text), "server: { address = \"10.77.0.1\"; root = \"/srv\"; %s %s %s };\n"
		 "profiles: { disk: { action = \"disk\"; }; };\nboot = \"disk\";\n", dhcp, door,
		 live ? "live = \"http://10.77.0.1/live\";" : "");
	return policy_of(text);
}

static void describe(const struct sight *sight, int mode, struct text *out)
{
	static const char *const names[] = { "fine", "note", "warning", "refused" };
	const struct sight_cell *cell = sight_cell(sight->dhcp, sight->door);

	ck_assert_int_eq(cell->modes[mode].why != NULL, cell->modes[mode].level != SIGHT_FINE);
	text_addf(out, "%s%s%s", mode ? "/" : "", names[cell->modes[mode].level],
		  sight_serves_by_file(sight, mode) ? "" : "*");
}

START_TEST(test_set_ups)
{
	int door = _i % 5, dhcp = _i / 5 % 5, owner = owners[dhcp];
	bool live = _i / 25 % 2, hook = _i / 50;
	CLEANUP_TEXT struct text got = TEXT_INIT;
	struct pxeboot_policy *policy = set_up(dhcps[dhcp], doors[door], live);
	struct sight sight = sight_of(policy, hook);

	describe(&sight, PXEBOOT_ONCE_NEXT_BOOT, &got);
	describe(&sight, PXEBOOT_ONCE_UNTIL_DONE, &got);
	ck_assert_msg(!strcmp(got.bytes, expected[hook][live][owner][door]), "%s %s%s%s: %s, expected %s", dhcps[dhcp],
		      doors[door], live ? " live" : "", hook ? "" : " no hook", got.bytes, expected[hook][live][owner][door]);
	ck_assert_uint_eq(sight.done, SIGHT_DONE_COMMAND | (live ? SIGHT_DONE_POST : 0) |
			  (hook && TFTP_IS_DNSMASQ(door) ? SIGHT_DONE_TFTP : 0));
	pxeboot_policy_unref(policy);
}
END_TEST

/* What the table says of events and what it says of modes must not part: a one-shot boot that is not refused is one that some
 * event ends. */
START_TEST(test_cells)
{
	const struct sight_cell *cell = sight_cell((enum sight_dhcp)(_i / SIGHT_DOOR_COUNT),
						   (enum sight_door)(_i % SIGHT_DOOR_COUNT));
	enum sight_level next = cell->modes[PXEBOOT_ONCE_NEXT_BOOT].level, until = cell->modes[PXEBOOT_ONCE_UNTIL_DONE].level;
	bool counts = cell->served != SIGHT_NEVER, live = _i % SIGHT_DOOR_COUNT == SIGHT_LIVE;

	/* Boots are counted by what is given out; only who gives out a script himself can give another in its place. */
	ck_assert_int_eq(until != SIGHT_REFUSED, counts);
	ck_assert_int_eq(next != SIGHT_REFUSED, counts && (live || cell->power_on != SIGHT_NEVER));
	if (next == SIGHT_FINE)
		ck_assert(cell->power_on == SIGHT_ALWAYS && cell->served == SIGHT_ALWAYS);
	/* A fetch that another event stands for needs that event. */
	if (cell->served == SIGHT_STANDS_FOR)
		ck_assert_int_eq(cell->power_on, SIGHT_ALWAYS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sight");
	TCase *tests = tcase_create("table");

	tcase_add_loop_test(tests, test_set_ups, 0, 100);
	tcase_add_loop_test(tests, test_cells, 0, SIGHT_DHCP_COUNT * SIGHT_DOOR_COUNT);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
