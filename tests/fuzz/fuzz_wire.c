/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzz target: what a web server's connection brings.  The first byte is the length of pieces into which the rest is cut:
 * how it is cut changes nothing.  A request that is whole has parameters or is malformed, and is answered in records.
 */
#include <errno.h>
#include <string.h>

#include "fastcgi/wire.h"
#include "fuzz.h"

static const char *const names[] = { "REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR" };

/* What wire_take() said: 1 when a request is whole, or the error. */
static int take(struct wire *wire, const uint8_t *bytes, size_t length, size_t piece, struct text *out)
{
	int whole = 0;

	for (size_t at = 0; at < length; at += piece) {
		int r = wire_take(wire, bytes + at, length - at < piece ? length - at : piece, out);

		fuzz_require(r == 0 || (r == 1 && wire->stage == WIRE_WHOLE) || r == -EBADMSG || r == -E2BIG || r == -ENOMEM);
		if (r < 0)
			return r;
		whole |= r;
	}
	return whole;
}

static void answer(struct wire *wire)
{
	struct text room = TEXT_INIT, out = TEXT_INIT;
	const char *list[ARRAY_SIZE(names) + 1];
	int r = wire_params(wire, names, ARRAY_SIZE(names), &room, list);

	fuzz_require(r == 0 || r == -EBADMSG || r == -ENOMEM);
	for (size_t i = 0; !r && list[i]; i++)
		fuzz_require(i < ARRAY_SIZE(names) && strchr(list[i], '='));
	fuzz_require(wire_reply(wire, "x", 1, &out) == 0 && out.length == 8 + 1 + 8 + 16 && wire->stage == WIRE_IDLE);
	text_free(&room);
	text_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct wire whole = { .keeps = true }, cut = { .keeps = true };
	struct text a = TEXT_INIT, b = TEXT_INIT;
	int r;

	if (length < 2)
		return 0;
	r = take(&whole, bytes + 1, length - 1, length, &a);
	fuzz_require(take(&cut, bytes + 1, length - 1, bytes[0] ? bytes[0] : 1, &b) == r && cut.stage == whole.stage);
	fuzz_require(a.length == b.length && (!a.length || !memcmp(a.bytes, b.bytes, a.length)));
	if (r == 1)
		answer(&whole);
	wire_free(&whole);
	wire_free(&cut);
	text_free(&a);
	text_free(&b);
	return 0;
}
