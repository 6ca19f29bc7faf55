/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For tests: a capture of tests/captures, read record by record.
 */
#ifndef UNIT_CAPTURE_H
#define UNIT_CAPTURE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "base/file.h"

struct capture {
	char *bytes;
	struct cursor rest;
};

static inline void open_capture(struct capture *capture, const char *name)
{
	char path[512];
	size_t length;

	ck_assert_ptr_nonnull(getenv("PXEBOOT_TESTS"));
	snprintf(path, sizeof(path), "%s/captures/%s.pcap", getenv("PXEBOOT_TESTS"), name);
	ck_assert_int_eq(file_read(path, 1000000, &capture->bytes, &length), 0);
	capture->rest = cursor_over(capture->bytes, length);
	ck_assert(length > 24 && !memcmp(capture->bytes, "\xd4\xc3\xb2\xa1", 4));	/* little-endian */
	ck_assert_int_eq(cursor_skip(&capture->rest, 24), 0);
}

#endif
