/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a store's file: whatever they are, nothing past their end is read, and what is refused is said.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "state/pages.h"

struct memory {
	const uint8_t *bytes;
	size_t length;
};

static int read_memory(void *context, uint64_t offset, void *buffer, size_t length)
{
	const struct memory *memory = context;

	if (offset > memory->length || length > memory->length - offset)
		return -EBADMSG;
	memcpy(buffer, memory->bytes + offset, length);
	return 0;
}

/* The newer one of the two pages at the front says it, where pages have the usual size. */
static size_t last_transaction(const struct memory *memory)
{
	size_t transactions[2] = { 0, 0 };

	for (size_t i = 0; i < 2; i++)
		if (memory->length >= i * 4096 + 152)
			memcpy(&transactions[i], memory->bytes + i * 4096 + 144, sizeof(transactions[i]));
	return transactions[transactions[1] > transactions[0]];
}

static void check_event(const struct pages_source *source, size_t transaction, bool writes, bool is_whole)
{
	const struct pages_touch touches[] = { { "m\x52\x54\0\0\0\x01", 7, true }, { "a\x0a\0\0\x01", 5, false } };
	const struct pages_event event = { transaction, writes, touches, 2 };
	struct pages_fault fault = { NULL, 0 };
	int r = pages_check_event(source, &event, &fault);

	fuzz_require(r == 0 || (r == -EBADMSG && fault.what) || (r == -EAGAIN && !writes));
	/* What is whole is so for each event, too. */
	fuzz_require(!is_whole || writes || r != -EBADMSG);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct memory memory = { bytes, length };
	struct pages_source source = { read_memory, &memory };
	struct pages_fault fault = { NULL, 0 };
	int head = pages_check_head(&source, &fault), whole;

	fuzz_require((head == -EBADMSG) == (fault.what != NULL));
	whole = pages_check(&source, &fault);
	fuzz_require(head == 0 || whole < 0);
	fuzz_require(whole == 0 || (whole == -EBADMSG && fault.what));
	check_event(&source, last_transaction(&memory), false, whole == 0);
	check_event(&source, last_transaction(&memory), true, whole == 0);
	return 0;
}
