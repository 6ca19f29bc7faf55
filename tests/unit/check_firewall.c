/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the firewall's rules do with a packet, as nft prints them.  tests/servers/check_doctor.c holds the same judge against
 * the kernel.
 */
#include <errno.h>

#include "doctor/rules.h"
#include "testing.h"

#define BASE(policy) \
	"{\"chain\":{\"family\":\"inet\",\"table\":\"f\",\"name\":\"in\",\"type\":\"filter\",\"hook\":\"input\",\"prio\":0," \
	"\"policy\":\"" policy "\"}}"
#define CHAIN(name) "{\"chain\":{\"family\":\"inet\",\"table\":\"f\",\"name\":\"" name "\"}}"
/* JSON as it is; in a second step, so that the names below are resolved. */
#define RULE_IN(chain, ...) RULE_TEXT(chain, __VA_ARGS__)
#define RULE_TEXT(chain, ...) \
	"{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"" chain "\",\"expr\":[" #__VA_ARGS__ "]}}"
#define RULE(...) RULE_IN("in", __VA_ARGS__)
#define PORT(op, ...) {"match":{"op":op,"left":{"payload":{"protocol":"udp","field":"dport"}},"right":__VA_ARGS__}}
#define DROP {"drop":null}
#define ACCEPT {"accept":null}

START_TEST(bad_rulesets)
{
	static const char *const bad[] = { "", "x", "[]", "{}", "{\"nftables\":1}", "{\"nftables\":[" };
	const struct filter_packet packet = { .port = 69 };
	enum filter_verdict verdict = FILTER_DEPENDS;
	CLEANUP_TEXT struct text where = TEXT_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(filter_judge(bad[i], &packet, &verdict, &where) == -EBADMSG && verdict == FILTER_DEPENDS, "'%s'",
			      bad[i]);
}
END_TEST

static const struct {
	const char *what, *rules;
	enum filter_verdict verdict;		/* of a new packet to port 69 */
} cases[] = {
	/* What is no rule, or not as it should be, is passed over. */
	{ "nothing", "", FILTER_ACCEPTS },
	{ "odd entries", "1,null,{},{\"rule\":7},{\"chain\":{\"hook\":\"input\",\"family\":\"ip\"}}", FILTER_ACCEPTS },
	{ "an odd rule", BASE("accept") ",{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"in\",\"expr\":7}}",
	  FILTER_ACCEPTS },
	{ "an unknown statement", BASE("accept") "," RULE({"novelty":1}, DROP), FILTER_DEPENDS },
	{ "a circle", BASE("accept") "," CHAIN("a") "," RULE({"jump":{"target":"a"}}) ","
	  RULE_IN("a", {"jump":{"target":"a"}}), FILTER_DEPENDS },

	{ "policy", BASE("drop"), FILTER_DROPS },
	{ "accepted", BASE("drop") "," RULE(PORT("==", 69), ACCEPT), FILTER_ACCEPTS },
	{ "a protocol by its name", BASE("drop") "," RULE({"match":{"op":"==","left":{"meta":{"key":"l4proto"}},"right":"udp"}}, ACCEPT),
	  FILTER_ACCEPTS },
	{ "a protocol by its number", BASE("drop") "," RULE({"match":{"op":"==","left":{"payload":{"protocol":"ip",
	  "field":"protocol"}},"right":17}}, ACCEPT), FILTER_ACCEPTS },
	{ "another protocol's number", BASE("drop") "," RULE({"match":{"op":"==","left":{"meta":{"key":"l4proto"}},"right":6}}, ACCEPT),
	  FILTER_DROPS },
	{ "another port", BASE("drop") "," RULE(PORT("==", 67), ACCEPT), FILTER_DROPS },
	{ "dropped", BASE("accept") "," RULE(PORT("==", 69), {"counter":{"packets":1}}, DROP), FILTER_DROPS },
	{ "rejected", BASE("accept") "," RULE(PORT("==", 69), {"reject":{"type":"icmp"}}), FILTER_DROPS },
	{ "in a set", BASE("drop") "," RULE(PORT("==", {"set":[67, {"range":[68, 70]}]}), ACCEPT), FILTER_ACCEPTS },
	{ "not in a set", BASE("drop") "," RULE(PORT("!=", {"set":[67, 69]}), ACCEPT), FILTER_DROPS },
	{ "a named set", BASE("drop") ",{\"set\":{\"family\":\"inet\",\"table\":\"f\",\"name\":\"p\",\"elem\":"
	  "[{\"elem\":{\"val\":69,\"timeout\":5}}]}}," RULE(PORT("==", "@p"), ACCEPT), FILTER_ACCEPTS },
	{ "a range with a comment", BASE("drop") "," RULE(PORT("==", {"set":[{"elem":{"val":{"range":[67, 69]},"comment":"x"}}]}),
	  ACCEPT), FILTER_ACCEPTS },
	{ "a word with a counter", BASE("accept") "," RULE({"match":{"op":"==","left":{"meta":{"key":"l4proto"}},
	  "right":{"set":[{"elem":{"val":"udp","counter":{"packets":1}}}]}}}, DROP), FILTER_DROPS },
	{ "a set of another table", BASE("drop") ",{\"set\":{\"family\":\"inet\",\"table\":\"g\",\"name\":\"p\",\"elem\":"
	  "[69]}}," RULE(PORT("==", "@p"), ACCEPT), FILTER_DROPS },
	{ "less", BASE("drop") "," RULE(PORT("<", 70), ACCEPT), FILTER_ACCEPTS },
	{ "more", BASE("drop") "," RULE(PORT(">=", 70), ACCEPT), FILTER_DROPS },
	{ "loopback", BASE("drop") "," RULE({"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"lo"}}, ACCEPT),
	  FILTER_DROPS },
	{ "an interface", BASE("drop") "," RULE({"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"eth0"}}, ACCEPT),
	  FILTER_DEPENDS },
	{ "a state", BASE("drop") ","
	  RULE({"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["established", "related"]}}, ACCEPT), FILTER_DROPS },
	{ "a protocol", BASE("drop") "," RULE({"match":{"op":"==","left":{"meta":{"key":"l4proto"}},"right":"udp"}}, ACCEPT),
	  FILTER_ACCEPTS },
	{ "TCP's port", BASE("accept") "," RULE({"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},
	  "right":69}}, DROP), FILTER_ACCEPTS },
	{ "any port", BASE("accept") "," RULE({"match":{"op":"==","left":{"payload":{"protocol":"th","field":"dport"}},
	  "right":69}}, DROP), FILTER_DROPS },
	{ "a jump", BASE("drop") "," CHAIN("a") "," RULE_IN("a", PORT("==", 69), ACCEPT) "," RULE({"jump":{"target":"a"}}),
	  FILTER_ACCEPTS },
	{ "a jump that returns", BASE("drop") "," CHAIN("a") "," RULE_IN("a", {"return":null}) "," RULE({"jump":{"target":"a"}})
	  "," RULE(ACCEPT), FILTER_ACCEPTS },
	{ "a goto that returns", BASE("drop") "," CHAIN("a") "," RULE_IN("a", PORT("==", 67), ACCEPT) ","
	  RULE({"goto":{"target":"a"}}) "," RULE(ACCEPT), FILTER_DROPS },
	{ "a map", BASE("drop") "," RULE({"vmap":{"key":{"payload":{"protocol":"udp","field":"dport"}},
	  "data":{"set":[[67, {"drop":null}], [69, {"accept":null}]]}}}), FILTER_ACCEPTS },
	{ "a map of something else", BASE("drop") "," RULE({"vmap":{"key":{"meta":{"key":"iifname"}},
	  "data":{"set":[["eth0", {"accept":null}]]}}}), FILTER_DEPENDS },
	{ "a rate", BASE("drop") "," RULE({"limit":{"rate":1,"per":"second"}}, ACCEPT), FILTER_DEPENDS },
	{ "two chains", BASE("accept") ",{\"chain\":{\"family\":\"ip\",\"table\":\"g\",\"name\":\"raw\",\"type\":\"filter\","
	  "\"hook\":\"prerouting\",\"policy\":\"drop\"}}", FILTER_DROPS },
	{ "IPv6", "{\"chain\":{\"family\":\"ip6\",\"table\":\"g\",\"name\":\"in\",\"type\":\"filter\",\"hook\":\"input\","
	  "\"policy\":\"drop\"}}", FILTER_ACCEPTS },
};

START_TEST(rulesets)
{
	const struct filter_packet packet = { .port = 69 };
	CLEANUP_TEXT struct text json = TEXT_INIT;
	CLEANUP_TEXT struct text where = TEXT_INIT;
	enum filter_verdict verdict;
	int r;

	text_addf(&json, "{\"nftables\":[{\"metainfo\":{}},{}%s%s]}", cases[_i].rules[0] != '\0' ? "," : "", cases[_i].rules);
	r = filter_judge(json.bytes, &packet, &verdict, &where);
	ck_assert_msg(r == 0 && verdict == cases[_i].verdict, "%s: %d, %d", cases[_i].what, r, verdict);
	ck_assert_msg((verdict == FILTER_DROPS) == (where.length > 0), "%s: '%s'", cases[_i].what, where.bytes);
}
END_TEST

START_TEST(transfers)
{
	static const char rules[] = "{\"nftables\":[" BASE("drop") ","
		RULE({"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["established", "related"]}}, ACCEPT) "]}";
	const struct filter_packet fresh = { .port = 49152 }, old = { .port = 49152, .established = true },
				   tcp = { .tcp = true, .port = 80 };
	CLEANUP_TEXT struct text where = TEXT_INIT;
	enum filter_verdict verdict;

	ck_assert_int_eq(filter_judge(rules, &old, &verdict, &where), 0);
	ck_assert_int_eq(verdict, FILTER_ACCEPTS);
	ck_assert_int_eq(filter_judge(rules, &tcp, &verdict, &where), 0);
	ck_assert_int_eq(verdict, FILTER_DROPS);
	ck_assert_int_eq(filter_judge(rules, &fresh, &verdict, &where), 0);
	ck_assert_int_eq(verdict, FILTER_DROPS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("firewall");
	TCase *tests = tcase_create("rules");

	tcase_add_test(tests, bad_rulesets);
	tcase_add_loop_test(tests, rulesets, 0, ARRAY_SIZE(cases));
	tcase_add_test(tests, transfers);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
