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
	return 0;
}
