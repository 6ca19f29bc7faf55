/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as hook.conf: every value that is taken may go into a path, a log and a command; else the first line that is not
 * understood is named.
 */
#include <errno.h>
#include <string.h>

#include "dnsmasq/hook_conf.h"
#include "given.h"

static void require_path(const char *path)
{
	if (!path)
		return;
	fuzz_require(path[0] == '/');
	given_require_shown(path);
}

static void require_values(const struct hook_conf *conf)
{
	require_path(conf->root);
	require_path(conf->state);
	require_path(conf->next);
	if (conf->user_class)
		given_require_shown(conf->user_class);
	fuzz_require(!conf->user_class || strncmp(conf->user_class, "iPXE", 4) == 0);
	fuzz_require(hook_conf_own(conf) != 0 && !(hook_conf_own(conf) & ~PXEBOOT_ARCHS_ALL));
	fuzz_require(hook_conf_served_by_dhcp(conf) == (!conf->served || strcmp(conf->served, "dhcp") == 0));
	fuzz_require(conf->bad_line == 0 && !conf->expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct hook_conf conf = HOOK_CONF_NONE;
	char path[GIVEN_PATH];
	int fd = given_file(bytes, length, path);
	int r = hook_conf_read(path, &conf);

	fuzz_require(r == 0 || r == -EBADMSG || r == -E2BIG);
	if (r == 0)
		require_values(&conf);
	else
		fuzz_require(!conf.root && !conf.state && !conf.next && !conf.user_class && !conf.own && !conf.served);
	fuzz_require((r == -EBADMSG) == (conf.bad_line > 0) && (r == -EBADMSG) == (conf.expected != NULL));
	hook_conf_free(&conf);
	close(fd);
	return 0;
}
