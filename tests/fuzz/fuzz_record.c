/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a machine's record: what decodes can be written down again, and reads the same then.
 */
#include <string.h>

#include "fuzz.h"
#include "state/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct record_key key = { .bytes = "m", .length = 1 + MAC_LENGTH };
	struct pxeboot_record *record = NULL, *again;
	char *first, *second;
	size_t first_length, second_length;

	if (record_decode(&key, bytes, length, &record) < 0) {
		fuzz_require(record == NULL);
		return 0;
	}
	fuzz_require(record_encode(record, &first, &first_length) == 0 && first_length <= length);
	fuzz_require(record_decode(&key, first, first_length, &again) == 0);
	fuzz_require(record_encode(again, &second, &second_length) == 0);
	fuzz_require(first_length == second_length && memcmp(first, second, first_length) == 0);
	pxeboot_record_free(record);
	pxeboot_record_free(again);
	free(first);
	free(second);
	return 0;
}
