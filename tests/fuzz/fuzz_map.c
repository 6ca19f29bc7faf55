/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a name and a map for in.tftpd: a map is safe if and only if nothing is said against it, and whatever
 * happens to a name has an end.  The name is the first line.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "tftp-hpa/map.h"

/* A long name in a big expression is slow in the C library, and back references take time without limit. */
#define NAME_MAX_TRIED 40
#define MAP_MAX_TRIED 400

static void require_result(const struct map *map, const struct map_result *result)
{
	fuzz_require((result->outcome == MAP_UNSAFE) == !map->safe);
	fuzz_require(result->text != NULL || result->outcome == MAP_REFUSED);
	fuzz_require(result->n_steps <= MAP_RULES_MAX);
	for (size_t i = 0; i < result->n_steps; i++)
		fuzz_require(strchr(result->steps[i].rule->operations, 'r') != NULL);
	fuzz_require(result->rule != NULL || result->outcome == MAP_NAMED || result->outcome == MAP_UNSAFE);
}

static void run(const struct map *map, const char *name, bool put, bool ip6)
{
	struct map_request request = {
		.name = name, .address = ip6 ? "2001:db8::1" : "192.0.2.1", .put = put, .ip6 = ip6,
	};
	CLEANUP_MAP_RESULT struct map_result result = { .outcome = MAP_UNSAFE };
	CLEANUP_TEXT struct text shown = TEXT_INIT;

	if (map_run(map, &request, &result) < 0)
		return;
	require_result(map, &result);
	map_describe(&request, &result, &shown);
	for (size_t i = 0; i < shown.length; i++)
		fuzz_require((unsigned char)shown.bytes[i] >= 0x20 && shown.bytes[i] != 0x7f);
}

static size_t count_errors(const struct pxeboot_diagnostics *findings)
{
	const struct pxeboot_diagnostic *finding;
	size_t count = 0;

	for (size_t i = 0; (finding = pxeboot_diagnostics_get(findings, i)) != NULL; i++)
		count += finding->severity == PXEBOOT_ERROR;
	return count;
}

static bool has_back_reference(const struct map *map)
{
	for (const struct map_rule *rule = map->first; rule != NULL; rule = rule->next)
		for (const char *at = rule->expression; (at = strchr(at, '\\')) != NULL && at[1] != '\0'; at += 2)
			if (at[1] >= '1' && at[1] <= '9')
				return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct pxeboot_diagnostics *findings;
	const uint8_t *end = length > 0 ? memchr(bytes, '\n', length) : NULL;
	size_t name_length = end != NULL ? (size_t)(end - bytes) : 0;
	char name[NAME_MAX_TRIED + 1] = "";
	CLEANUP_MAP struct map map = MAP_INIT;
	int r, s;

	if (end == NULL || name_length > NAME_MAX_TRIED || pxeboot_diagnostics_new(&findings) < 0)
		return 0;
	memcpy(name, bytes, name_length);
	r = map_read(&map, (struct location){ "fuzz", 0 }, (const char *)end + 1, length - name_length - 1, findings);
	s = map_check(&map, findings);
	fuzz_require((r == -EBADMSG || s == -EBADMSG) == (count_errors(findings) > 0));
	if (length <= MAP_MAX_TRIED && !has_back_reference(&map))
		run(&map, name, length & 1, length & 2);
	pxeboot_diagnostics_free(findings);
	return 0;
}
