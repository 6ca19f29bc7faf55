/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a file that hosts are added to: no byte of it is lost or moved, and wherever libconfig takes the file and a
 * list of hosts in it, it takes what comes of it, with the new hosts last.
 */
#include <errno.h>
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#include "cli/drop_in.h"
#include "fuzz.h"

static const struct drop_in_host hosts[] = {
	{ "one", "52:54:00:00:00:01", "disk", "a comment" },
	{ "two", "52:54:00:00:00:02", "main", NULL },
};

/* Is @part what is left of @whole when some bytes are taken away? */
static int is_left_of(const char *part, const char *whole)
{
	for (; *part && *whole; whole++)
		part += *part == *whole;
	return !*part;
}

/* libconfig 1.5 itself loses a string that stands where none may stand; the sanitizer asks here what to pass over. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig\n";
}

/* How many hosts libconfig sees; -1: it refuses the text, or they are no list. */
static int count_hosts(const char *text, const char **ret_last, config_t *config)
{
	config_setting_t *list, *last;
	int n;

	config_init(config);
	if (!config_read_string(config, text))
		return -1;
	list = config_lookup(config, "hosts");
	if (!list)
		return 0;
	if (!config_setting_is_list(list))
		return -1;
	n = config_setting_length(list);
	last = n ? config_setting_get_elem(list, (unsigned)n - 1) : NULL;
	if (last && config_setting_is_group(last))
		config_setting_lookup_string(last, "name", ret_last);
	return n;
}

static void hold_against_libconfig(const char *before, const char *after)
{
	config_t old, new;
	const char *last = NULL, *ignored = NULL;
	int n = count_hosts(before, &ignored, &old), m = count_hosts(after, &last, &new);

	if (n >= 0) {
		fuzz_require(m == n + (int)ARRAY_SIZE(hosts));
		fuzz_require(last && strcmp(last, "two") == 0);
	}
	config_destroy(&old);
	config_destroy(&new);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	CLEANUP_TEXT struct text text = TEXT_INIT, out = TEXT_INIT;
	const char *problem = NULL;
	unsigned line = 0;
	int r;

	text_add_bytes(&text, bytes, length);
	/* Includes are the loader's affair: libconfig would read files here. */
	if (text.error || strlen(text.bytes) != length || strchr(text.bytes, '@'))
		return 0;
	r = drop_in_add(text.bytes, hosts, ARRAY_SIZE(hosts), &out, &problem, &line);
	fuzz_require(r == 0 || (r == -EBADMSG && problem && line > 0 && !out.bytes));
	if (r < 0)
		return 0;
	fuzz_require(is_left_of(text.bytes, out.bytes));
	hold_against_libconfig(text.bytes, out.bytes);
	return 0;
}
