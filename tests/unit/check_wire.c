/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plugins/fastcgi/wire: records of a web server, however they are cut, and what is said to them.
 */
#include <errno.h>

#include "fastcgi/wire.h"
#include "testing.h"

/* Records are written as their bytes; a zero length is a stream's end. */
#define BEGIN(id, role, flags) "\1\1\0" id "\0\10\0\0" "\0" role flags "\0\0\0\0\0"
#define END_OF(type, id) "\1" type "\0" id "\0\0\0\0"
#define KEEP "\1"
#define PARAMS_A "\1\4\0\1\0\4\0\0" "\1\1AB"		/* A=B */
#define REQUEST BEGIN("\1", "\1", KEEP) PARAMS_A END_OF("\4", "\1") END_OF("\5", "\1")
#define SAID_END(id, how) "\1\3\0" id "\0\10\0\0" "\0\0\0\0" how "\0\0\0"

static struct wire fresh(void)
{
	return (struct wire){ .keeps = true };
}

/* ---- What is refused -------------------------------------------------------------------------------------------- */

static const struct {
	const char *bytes;
	size_t length;
	const char *why;
} bad[] = {
#define BAD(bytes, why) { bytes, sizeof(bytes) - 1, why }
	BAD("\2", "another version"), BAD("\0\1", "another version"), BAD("GET / HTTP/1.1\r\n\r\n", "another protocol"),
	BAD("\1\1\0\1\0\7\0\0\0\1\1\0\0\0\0", "a begin of 7 bytes"), BAD("\1\1\0\1\0\0\0\0", "a begin of none"),
	BAD("\1\1\0\1\0\11\0\0\0\1\1\0\0\0\0\0\0", "a begin of 9 bytes"),
	BAD(BEGIN("\1", "\1", KEEP) BEGIN("\1", "\1", KEEP), "a request that begins twice"),
	BAD(BEGIN("\1", "\1", KEEP) END_OF("\5", "\1"), "a body before the parameters"),
	BAD(BEGIN("\1", "\1", KEEP) END_OF("\4", "\1") PARAMS_A, "parameters behind their end"),
	BAD(BEGIN("\1", "\1", KEEP) END_OF("\4", "\1") END_OF("\4", "\1"), "a second end of them"),
	BAD(REQUEST BEGIN("\1", "\1", KEEP), "a second request before the answer, as the same"),
};

START_TEST(bad_records)
{
	struct text out = TEXT_INIT;
	struct wire wire = fresh();

	ck_assert_msg(wire_take(&wire, bad[_i].bytes, bad[_i].length, &out) == -EBADMSG, "%s", bad[_i].why);
	wire_free(&wire);
	text_free(&out);
}
END_TEST

START_TEST(too_many_parameters)
{
	static const char head[] = "\1\4\0\1\xff\xff\0\0", begin[] = BEGIN("\1", "\1", KEEP);
	static uint8_t content[65535];
	struct text out = TEXT_INIT;
	struct wire wire = fresh();
	int r = wire_take(&wire, begin, sizeof(begin) - 1, &out);

	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(r, 0);
		ck_assert_int_eq(wire_take(&wire, head, sizeof(head) - 1, &out), 0);
		r = wire_take(&wire, content, sizeof(content), &out);
	}
	ck_assert_uint_le(wire.params.length, WIRE_PARAMS_MAX);
	ck_assert_int_eq(wire_take(&wire, head, sizeof(head) - 1, &out), 0);
	ck_assert_int_eq(wire_take(&wire, content, sizeof(content), &out), -E2BIG);
	wire_free(&wire);
	text_free(&out);
}
END_TEST

/* ---- What is taken ---------------------------------------------------------------------------------------------- */

static const struct {
	const char *bytes;
	size_t length;
	int whole;			/* what wire_take() returns at the end */
	const char *says;
	size_t says_length;
} good[] = {
#define GOOD(bytes, whole, says) { bytes, sizeof(bytes) - 1, whole, says, sizeof(says) - 1 }
	GOOD("", 0, ""), GOOD("\1", 0, ""), GOOD(BEGIN("\1", "\1", KEEP), 0, ""), GOOD(REQUEST, 1, ""),
	GOOD(BEGIN("\1", "\1", KEEP) PARAMS_A END_OF("\4", "\1") "\1\5\0\1\0\3\2\0abc\0\0" END_OF("\5", "\1"), 1, ""),
	GOOD(BEGIN("\1", "\1", KEEP) "\1\4\0\1\0\1\3\0\1\0\0\0" "\1\4\0\1\0\3\0\0\1AB" END_OF("\4", "\1") END_OF("\5", "\1"), 1, ""),
	/* a stranger among its records is refused; what else comes of it means nothing */
	GOOD(BEGIN("\1", "\1", KEEP) BEGIN("\2", "\1", KEEP) "\1\4\0\2\0\4\0\0\1\1AX" PARAMS_A END_OF("\4", "\2")
	     END_OF("\4", "\1") END_OF("\5", "\2") END_OF("\5", "\1"), 1, SAID_END("\2", "\1")),
	GOOD(REQUEST BEGIN("\2", "\1", KEEP), 1, SAID_END("\2", "\1")),
	GOOD(BEGIN("\1", "\2", KEEP) PARAMS_A REQUEST, 1, SAID_END("\1", "\3")),
	GOOD(BEGIN("\1", "\1", KEEP) PARAMS_A "\1\2\0\1\0\0\0\0" REQUEST, 1, SAID_END("\1", "\0")),
	GOOD(REQUEST "\1\2\0\1\0\0\0\0", 1, ""),
	GOOD("\1\2\0\1\0\0\0\0" REQUEST, 1, ""),
	/* about the program as a whole: nothing is known */
	GOOD("\1\11\0\0\0\21\0\0" "\17\0FCGI_MPXS_CONNS" REQUEST, 1, "\1\13\0\0\0\10\0\0" "\11\0\0\0\0\0\0\0"),
	GOOD("\1\10\0\1\0\1\0\0x" REQUEST, 1, ""), GOOD("\1\5\0\7\0\1\0\0x" REQUEST, 1, ""),
};

static void check_params(const struct wire *wire)
{
	static const char *const names[] = { "B", "A" };
	struct text room = TEXT_INIT;
	const char *list[3];

	ck_assert_int_eq(wire_params(wire, names, 2, &room, list), 0);
	ck_assert_str_eq(list[0], "A=B");
	ck_assert_ptr_null(list[1]);
	text_free(&room);
}

/* In pieces of any length. */
START_TEST(good_records)
{
	for (size_t piece = 1; piece <= good[_i].length + 1; piece++) {
		struct text out = TEXT_INIT;
		struct wire wire = fresh();
		int whole = 0;

		for (size_t at = 0; at < good[_i].length; at += piece) {
			size_t left = good[_i].length - at;
			int r = wire_take(&wire, good[_i].bytes + at, left < piece ? left : piece, &out);

			ck_assert_msg(r >= 0, "row %d, pieces of %zu, at %zu: %d", _i, piece, at, r);
			whole += r;
		}
		ck_assert_int_eq(whole, good[_i].whole);
		ck_assert_uint_eq(out.length, good[_i].says_length);
		if (out.length)
			ck_assert_mem_eq(out.bytes, good[_i].says, out.length);
		ck_assert_int_eq(wire.stage == WIRE_WHOLE, whole);
		if (whole)
			check_params(&wire);
		wire_free(&wire);
		text_free(&out);
	}
}
END_TEST

/* ---- Parameters ------------------------------------------------------------------------------------------------- */

static const struct {
	const char *bytes;
	size_t length;
	int r;
	const char *first, *second;	/* of the list */
} params[] = {
#define PARAMS(bytes, r, first, second) { bytes, sizeof(bytes) - 1, r, first, second }
	PARAMS("\1", -EBADMSG, NULL, NULL), PARAMS("\2\0A", -EBADMSG, NULL, NULL), PARAMS("\0\1", -EBADMSG, NULL, NULL),
	PARAMS("\200\0\0", -EBADMSG, NULL, NULL), PARAMS("\377\377\377\377\377\377\377\377A", -EBADMSG, NULL, NULL),
	PARAMS("\1\1XYZ", -EBADMSG, NULL, NULL),
	PARAMS("", 0, NULL, NULL), PARAMS("\0\0", 0, NULL, NULL), PARAMS("\1\0A", 0, "A=", NULL),
	PARAMS("\1\1Ax\1\1Ay", 0, "A=x", NULL), PARAMS("\2\1ABx", 0, NULL, NULL), PARAMS("\0\1x", 0, NULL, NULL),
	PARAMS("\2\1A\0x\1\1Ay", 0, "A=y", NULL),
	PARAMS("\1\3Ax\0y\1\1Bz", 0, "B=z", NULL), PARAMS("\1\1Bx\1\1Ay", 0, "A=y", "B=x"),
	PARAMS("\200\0\0\1\200\0\0\2Axy\1\1Bz", 0, "A=xy", "B=z"),
	PARAMS("\1\3A=\n \1\2B\303\244", 0, "A==\n ", "B=\303\244"),
};

START_TEST(parameters)
{
	static const char *const names[] = { "A", "B" };
	struct text room = TEXT_INIT;
	struct wire wire = fresh();
	const char *list[3] = { "untouched" };
	int r;

	text_add_bytes(&wire.params, params[_i].bytes, params[_i].length);
	r = wire_params(&wire, names, 2, &room, list);
	ck_assert_int_eq(r, params[_i].r);
	if (r) {
		ck_assert_str_eq(list[0], "untouched");
	} else {
		ck_assert_pstr_eq(list[0], params[_i].first);
		if (list[0])
			ck_assert_pstr_eq(list[1], params[_i].second);
	}
	text_free(&room);
	wire_free(&wire);
}
END_TEST

/* ---- What we say ------------------------------------------------------------------------------------------------ */

START_TEST(reply)
{
	static const char wanted[] = "\1\6\0\1\0\5\0\0" "hello" "\1\6\0\1\0\0\0\0" SAID_END("\1", "\0");
	struct text out = TEXT_INIT;
	struct wire wire = fresh();

	ck_assert_int_eq(wire_take(&wire, REQUEST, sizeof(REQUEST) - 1, &out), 1);
	ck_assert(wire.keeps);
	ck_assert_int_eq(wire_reply(&wire, "hello", 5, &out), 0);
	ck_assert_uint_eq(out.length, sizeof(wanted) - 1);
	ck_assert_mem_eq(out.bytes, wanted, out.length);
	ck_assert_int_eq(wire.stage, WIRE_IDLE);
	ck_assert_int_eq(wire_take(&wire, REQUEST, sizeof(REQUEST) - 1, &out), 1);
	wire_free(&wire);
	text_free(&out);
}
END_TEST

/* The records of a long reply, put together again, are that reply. */
START_TEST(long_reply)
{
	struct text out = TEXT_INIT, body = TEXT_INIT, got = TEXT_INIT;
	struct wire wire = fresh();

	for (int i = 0; i < 200000; i++)
		text_add_char(&body, (char)i);
	ck_assert_int_eq(wire_take(&wire, REQUEST, sizeof(REQUEST) - 1, &out), 1);
	ck_assert_int_eq(wire_reply(&wire, body.bytes, body.length, &out), 0);
	for (size_t at = 0; at < out.length - 16;) {
		const uint8_t *head = (const uint8_t *)out.bytes + at;
		size_t length = (size_t)head[4] << 8 | head[5];

		ck_assert_uint_eq(head[1], 6);
		text_add_bytes(&got, head + 8, length);
		at += 8 + length;
	}
	ck_assert_uint_eq(got.length, body.length);
	ck_assert_mem_eq(got.bytes, body.bytes, body.length);
	wire_free(&wire);
	text_free(&out);
	text_free(&body);
	text_free(&got);
}
END_TEST

START_TEST(connections_that_are_not_kept)
{
	struct text out = TEXT_INIT;
	struct wire wire = fresh();

	ck_assert_int_eq(wire_take(&wire, BEGIN("\1", "\1", "\0"), sizeof(BEGIN("\1", "\1", "\0")) - 1, &out), 0);
	ck_assert(!wire.keeps);
	wire_free(&wire);
	text_free(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("wire");
	TCase *tests = tcase_create("wire");

	tcase_add_loop_test(tests, bad_records, 0, (int)ARRAY_SIZE(bad));
	tcase_add_test(tests, too_many_parameters);
	tcase_add_loop_test(tests, good_records, 0, (int)ARRAY_SIZE(good));
	tcase_add_loop_test(tests, parameters, 0, (int)ARRAY_SIZE(params));
	tcase_add_test(tests, reply);
	tcase_add_test(tests, long_reply);
	tcase_add_test(tests, connections_that_are_not_kept);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
