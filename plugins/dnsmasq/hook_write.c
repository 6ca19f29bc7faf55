/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hook.conf: what the hook must know of the policy, a few lines, so that it need not read the policy for each lease.
 */
#include "hook_write.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diagnostics.h"
#include "base/file.h"
#include "base/macro.h"
#include "hook_conf.h"
#include "plugin.h"

#define HOOK_NAME "pxeboot-dnsmasq-hook"
#define IDLE_NAME "pxeboot-dnsmasq-idle"

static bool is_set(const struct pxeboot_policy *policy, const char *path, const char *value)
{
	const char *is = pxeboot_policy_get(policy, path);

	return is != NULL && strcmp(is, value) == 0;
}

bool hook_is_wanted(const struct pxeboot_policy *policy)
{
	bool dhcp = is_set(policy, "server.dhcp.server", "dnsmasq"), tftp = is_set(policy, "server.tftp", "dnsmasq");
	struct pxeboot_host host;
	size_t first = 0;

	if (!dhcp && (!tftp || pxeboot_policy_get(policy, "server.one_name") != NULL))
		return false;
	if (pxeboot_policy_get(policy, "server.one_name") != NULL ||
	    pxeboot_policy_get(policy, "server.dnsmasq.lua") != NULL ||
	    pxeboot_policy_get(policy, "server.dnsmasq.hook_user") != NULL)
		return true;
	/* As a proxy it hears of its own TFTP alone. */
	if (pxeboot_policy_get(policy, "server.dhcp.proxy") != NULL && !tftp)
		return false;
	return pxeboot_policy_host_from(policy, PXEBOOT_HOST_SAYS_ONCE, &first, &host) == 0;
}

char *hook_script(const struct pxeboot_policy *policy)
{
	const char *hook = pxeboot_policy_get(policy, "server.dnsmasq.hook");
	const char *name = strrchr(hook, '/') + 1;
	char *script = NULL;

	if (pxeboot_policy_get(policy, "server.dnsmasq.lua") == NULL || strcmp(name, HOOK_NAME) != 0)
		return strdup(hook);
	return asprintf(&script, "%.*s%s", (int)(name - hook), hook, IDLE_NAME) < 0 ? NULL : script;
}

/* Nothing of what somebody wrote into it may get lost: what is not understood is not written over. */
static int read_present(const char *path, struct hook_conf *present, struct pxeboot_diagnostics *findings)
{
	int r = path != NULL ? hook_conf_read(path, present) : 0;

	if (r == 0 || r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r == -EBADMSG)
		diagnostics_add(findings, PXEBOOT_ERROR, "dnsmasq.hook-conf",
				(struct location){ path, present->bad_line },
				"hook.conf: this line is not understood and would be lost, expected %s", present->expected);
	else
		diagnostics_add(findings, PXEBOOT_ERROR, "dnsmasq.hook-conf", (struct location){ path, 0 },
				"hook.conf: it can't be read, its line next would be lost: %s", hook_conf_why(r));
	return -EBADMSG;
}

/* Values that come from the policy hold no quotes, one that was read has none either. */
static void add_line(struct text *out, const char *key, const char *value)
{
	if (value != NULL)
		text_addf(out, "%s = \"%s\";\n", key, value);
}

/* Where not every architecture has an own build, those that do. */
static void add_own(struct text *out, const struct pxeboot_policy *policy)
{
	const char *separator = "own = \"";
	struct pxeboot_build build;

	if (pxeboot_policy_build(policy, &build) < 0 || build.archs == PXEBOOT_ARCHS_ALL)
		return;
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++)
		if (build.archs & 1u << arch) {
			text_addf(out, "%s%s", separator, pxeboot_arch_get(arch)->name);
			separator = ",";
		}
	text_add(out, "\";\n");
}

int hook_write(const struct pxeboot_policy *policy, struct text *out, struct pxeboot_diagnostics *findings)
{
	bool seen = is_set(policy, "server.tftp", "dnsmasq") && pxeboot_policy_get(policy, "server.http") == NULL;
	struct hook_conf present = HOOK_CONF_NONE;
	int r = read_present(pxeboot_policy_get(policy, "server.dnsmasq.hook_conf"), &present, findings);

	if (r < 0)
		return r;
	text_add(out, "# Written by `pxeboot apply` (or `pxeboot export hook`) from the policy, pxeboot.conf.\n"
		 "# The next run overwrites it, but for the line next, which is yours: next = \"/PATH\";\n");
	add_line(out, "root", pxeboot_policy_get(policy, "server.root"));
	add_line(out, "state", pxeboot_policy_get(policy, "server.state"));
	add_line(out, "user_class", pxeboot_policy_get(policy, "ipxe.user_class"));
	add_own(out, policy);
	add_line(out, "served", seen ? "tftp" : "dhcp");
	add_line(out, "next", present.next);
	hook_conf_free(&present);
	return out->error;
}

/* ---- Whom it runs as ---- */

/* Its own folder: made if it is not there, and given to the user; what is in it is left alone. */
static void give(const char *folder, mode_t mode, const struct passwd *user, struct pxeboot_diagnostics *findings)
{
	struct stat status;

	if ((mkdir(folder, mode) == 0 || errno == EEXIST) && lstat(folder, &status) == 0 && S_ISDIR(status.st_mode) &&
	    (status.st_uid == user->pw_uid || lchown(folder, user->pw_uid, user->pw_gid) == 0))
		return;
	diagnostics_add(findings, PXEBOOT_WARNING, "dnsmasq.hook-user", (struct location){ folder, 0 },
			"server.dnsmasq.hook_user: the folder can't be given to '%s': %s", user->pw_name,
			errno != EEXIST ? strerror(errno) : "it is none");
}

/* A store that root's hook has begun goes along.  Not in a folder that is the user's already: what stands under these names
 * there could be a link to anything. */
static void give_state(const char *state, const struct passwd *user, struct pxeboot_diagnostics *findings)
{
	static const char *const files[] = { "machines.mdb", "machines.mdb-lock" };
	struct stat status;
	bool is_roots = lstat(state, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == 0 &&
			(status.st_mode & (S_IWGRP | S_IWOTH)) == 0;

	for (size_t i = 0; is_roots && i < ARRAY_SIZE(files); i++) {
		CLEANUP_FREE char *path = NULL;

		if (asprintf(&path, "%s/%s", state, files[i]) < 0 ||
		    (lchown(path, user->pw_uid, user->pw_gid) < 0 && errno != ENOENT))
			diagnostics_add(findings, PXEBOOT_WARNING, "dnsmasq.hook-user", (struct location){ state, 0 },
					"server.dnsmasq.hook_user: %s can't be given to '%s'", files[i], user->pw_name);
	}
	give(state, 0750, user, findings);
}

/* The only places that it writes to. */
static int settle(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	const char *name = pxeboot_policy_get(policy, "server.dnsmasq.hook_user");
	const char *root = pxeboot_policy_get(policy, "server.root");
	const char *state = pxeboot_policy_get(policy, "server.state");
	const struct passwd *user = name != NULL && geteuid() == 0 ? getpwnam(name) : NULL;
	CLEANUP_FREE char *clients = NULL;
	CLEANUP_FREE char *once = NULL;

	if (user == NULL)
		return 0;	/* root may write anywhere; a user that is missing was told */
	if (asprintf(&clients, "%s/clients", root) < 0 || asprintf(&once, "%s/once", root) < 0)
		return -ENOMEM;
	give(clients, 0755, user, findings);
	give(once, 0755, user, findings);
	if (state != NULL && file_make_parents(state) == 0)
		give_state(state, user, findings);
	return 0;
}

/* dnsmasq does not start with a dhcp-scriptuser that it doesn't find. */
static void check_user(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	const char *name = pxeboot_policy_get(policy, "server.dnsmasq.hook_user");
	struct location where = { NULL, 0 };

	if (name == NULL || getpwnam(name) != NULL)
		return;
	pxeboot_policy_where(policy, "server.dnsmasq.hook_user", &where.file, &where.line);
	diagnostics_add(findings, PXEBOOT_WARNING, "dnsmasq.hook-user", where,
			"server.dnsmasq.hook_user: this machine has no user '%s', and dnsmasq doesn't start without: "
			"useradd --system --no-create-home --shell /usr/sbin/nologin %s", name, name);
}

/* ---- dnsmasq's Lua ---- */

static void check_next(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	const char *path = pxeboot_policy_get(policy, "server.dnsmasq.hook_conf");
	struct hook_conf conf = HOOK_CONF_NONE;

	if (hook_conf_read(path, &conf) == 0 && conf.next != NULL)
		diagnostics_add(findings, PXEBOOT_WARNING, "dnsmasq.lua", (struct location){ path, 0 },
				"hook.conf: beside server.dnsmasq.lua nobody runs its next; name it as server.dnsmasq.hook");
	hook_conf_free(&conf);
}

/* dnsmasq does not start with a dhcp-luascript that it can't read. */
static void check_lua(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	const char *lua = pxeboot_policy_get(policy, "server.dnsmasq.lua");
	struct location where = { NULL, 0 };

	if (lua == NULL)
		return;
	pxeboot_policy_where(policy, "server.dnsmasq.lua", &where.file, &where.line);
	if (access(lua, F_OK) < 0)
		diagnostics_add(findings, PXEBOOT_WARNING, "dnsmasq.lua", where,
				"server.dnsmasq.lua: '%s' is not on this machine, and dnsmasq doesn't start without", lua);
	check_next(policy, findings);
}

/* ---- For the pxeboot command ---- */

static const char *path(const struct pxeboot_policy *policy)
{
	return hook_is_wanted(policy) ? pxeboot_policy_get(policy, "server.dnsmasq.hook_conf") : NULL;
}

static int check(const struct pxeboot_policy *policy, struct pxeboot_diagnostics *findings)
{
	CLEANUP_TEXT struct text written = TEXT_INIT;

	check_user(policy, findings);
	check_lua(policy, findings);
	return path(policy) != NULL ? hook_write(policy, &written, findings) : 0;
}

static const struct plugin_output output = {
	.name = "hook",
	.program = "pxeboot-dnsmasq-hook",
	.write = hook_write,
	.path = path,
	.settle = settle,
};

const struct plugin plugin_dnsmasq_hook = {
	.name = "dnsmasq-hook",
	.output = &output,
	.check = check,
};
