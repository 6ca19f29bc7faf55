/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as what stands in once/ of a boot root, where the hook's user may write: the first byte says as which of a
 * machine's files, and whether it is ended then.  A file that nobody knows is left alone, and nothing beside once/ changes.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "given.h"
#include "once_file.h"

#define KEY "52:54:00:12:34:56"
#define NAME "once/52-54-00-12-34-56"

static const char *const names[] = { NAME ".ipxe", NAME ".over", NAME ".then" };
static char root[GIVEN_PATH];

static void clean_up(void)
{
	char path[512];

	(void)!once_file_remove(root, KEY);
	snprintf(path, sizeof(path), "%s/once", root);
	rmdir(path);
	rmdir(root);
}

static void prepare(void)
{
	char path[512];

	given_folder(root);
	snprintf(path, sizeof(path), "%s/once", root);
	fuzz_require(mkdir(path, 0700) == 0 && atexit(clean_up) == 0);
}

static int count(void *context, const char *key)
{
	fuzz_require(strcmp(key, KEY) == 0);
	++*(unsigned *)context;
	return 0;
}

static void end(bool unrecorded, int before, uint32_t round)
{
	uint32_t now = 0;
	int r = (unrecorded ? once_file_end_unrecorded : once_file_end)(root, KEY), after = once_file_look(root, KEY, &now);

	fuzz_require(before < 0 ? r == before && after == before : r == (before != ONCE_FILE_ON));
	fuzz_require(after != ONCE_FILE_ON);
	if (unrecorded && r == 0 && after == ONCE_FILE_OVER)
		fuzz_require(now == round);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	uint32_t round = 0;
	unsigned files = 0;
	int before;

	if (length < 1)
		return 0;
	if (!*root)
		prepare();
	fuzz_require(once_file_remove(root, KEY) == 0 && once_file_is_none(root));
	given_put(root, names[bytes[0] % ARRAY_SIZE(names)], bytes + 1, length - 1);
	before = once_file_look(root, KEY, &round);
	fuzz_require((before >= ONCE_FILE_NONE && before <= ONCE_FILE_OVER) || before == -EBADMSG || before == -E2BIG);
	fuzz_require(!once_file_gives(root, KEY, round, "install") || before == ONCE_FILE_ON);
	fuzz_require(once_file_each(root, count, &files) == 0 && files <= 1 && !once_file_is_none(root));
	if (bytes[0] & 0x40)
		end(bytes[0] & 0x80, before, round);
	return 0;
}
