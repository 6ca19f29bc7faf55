/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any words as settings of the command line ("server.root=/srv/other"), parted by NULs, and what follows an empty one as the
 * draft of a file beside the policy: it loads or says why, and what was set is what is asked for later.
 */
#include <errno.h>
#include <string.h>

#include "given.h"

#define OVERRIDES_MAX 8

/* libconfig 1.5 itself loses a string that stands where none may stand; the sanitizer asks here what to pass over. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig\n";
}

/* The last one of a name wins. */
static void require_taken(const struct pxeboot_policy *policy, const char *const *overrides, size_t n)
{
	const char *value = n ? strchr(overrides[n - 1], '=') : NULL, *got;
	char name[128];

	if (!value || (size_t)(value - overrides[n - 1]) >= sizeof(name) || strncmp(overrides[n - 1], "server.root=", 12) != 0)
		return;
	memcpy(name, overrides[n - 1], (size_t)(value - overrides[n - 1]));
	name[value - overrides[n - 1]] = '\0';
	got = pxeboot_policy_get(policy, name);
	fuzz_require(got && strcmp(got, value + 1) == 0);
}

static void load(const char *const *overrides, size_t n, const char *draft)
{
	struct pxeboot_diagnostics *findings = NULL;
	struct pxeboot_policy *policy = NULL;
	char path[GIVEN_PATH];
	int fd = given_file(given_policy_text, sizeof(given_policy_text) - 1, path), r;

	fuzz_require(pxeboot_diagnostics_new(&findings) == 0);
	r = draft ? pxeboot_policy_load_draft(path, overrides, path, draft, findings, &policy)
		  : pxeboot_policy_load_with(path, overrides, findings, &policy);
	fuzz_require((r == 0) == (policy != NULL) && (r == 0 || r == -EINVAL || r == -EBADMSG));
	fuzz_require((r < 0) == (given_errors(findings) > 0));
	if (r == 0)
		require_taken(policy, overrides, n);
	pxeboot_policy_unref(policy);
	pxeboot_diagnostics_free(findings);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *overrides[OVERRIDES_MAX + 1] = { NULL }, *draft = NULL;
	char *copy = calloc(1, length + 1);
	size_t n = 0, at = 0;

	if (!copy)
		return 0;
	if (length)
		memcpy(copy, bytes, length);
	for (; n < OVERRIDES_MAX && at < length && copy[at]; at += strlen(copy + at) + 1)
		overrides[n++] = copy + at;
	/* Includes lead to other files. */
	if (at + 1 < length && !strchr(copy + at + 1, '@'))
		draft = copy + at + 1;
	load(overrides, n, draft);
	free(copy);
	return 0;
}
