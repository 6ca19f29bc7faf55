/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far apart two names are. */
#include "policy/nearest.h"

#include <string.h>

#include "base/macro.h"

/* Insertions, deletions and replacements between two names; above @limit it may stop counting. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[32];
	size_t length = strlen(b);

	if (length >= ARRAY_SIZE(row) || strlen(a) >= ARRAY_SIZE(row))
		return ARRAY_SIZE(row);
	for (unsigned j = 0; j <= length; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1]; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			best = best <= row[j - 1] ? best : row[j - 1] + 1;
			row[j] = best <= row[j] ? best : row[j] + 1;
		}
	}
	return row[length];
}

bool nearest_is_nearer(const char *given, const char *name, unsigned *best)
{
	unsigned far = distance(given, name);

	if (far >= *best || far > strlen(name) / 2)
		return false;
	*best = far;
	return true;
}
