/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>

static unsigned count, failures;

bool tap_ok(bool good, const char *format, ...)
{
	va_list arguments;

	printf("%sok %u - ", good ? "" : "not ", ++count);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	failures += !good;
	return good;
}

int tap_end(void)
{
	printf("1..%u\n", count);
	if (failures > 0)
		printf("# %u of %u failed\n", failures, count);
	return failures > 0;
}
