/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The program that dnsmasq runs for its leases.  dnsmasq itself says nothing of one that is missing until it is needed.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "dnsmasq/hook_conf.h"
#include "doctor.h"

#define HOOK_NAME "pxeboot-dnsmasq-hook"
#define LUA_NAME "pxeboot.lua"
#define ENVIRONMENT_MAX (1 << 17)

static bool is_ours(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash != NULL ? slash + 1 : path, name) == 0;
}

/* Is it there and a program? */
static void check_program(struct doctor *doctor, const char *what, const char *path, struct location where)
{
	const char *shown = doctor_shown(doctor, path);
	struct stat status;

	if (path[0] != '/' || stat(doctor_path(doctor, path), &status) < 0)
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.hook-missing", where,
				"%s: '%s' is not there; it never runs", what, shown);
	else if (!S_ISREG(status.st_mode) || (status.st_mode & 0111) == 0)
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.hook-mode", where,
				"%s: '%s' is no program that may be run; chmod 755", what, shown);
	else if (status.st_mode & 0022)
		diagnostics_add(
			doctor->findings, PXEBOOT_WARNING, "system.hook-writable", where,
			"%s: '%s' runs as dnsmasq's user, usually root, and others than its owner may write it; "
			"chmod 755",
			what, shown);
}

/* The variable of the daemon's own environment, which the hook inherits. */
static const char *daemon_variable(struct doctor *doctor, const struct process *process, const char *name)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length = 0, n = strlen(name);

	if (process == NULL || doctor_read_stream(doctor, doctor_format(doctor, "/proc/%d/environ", process->pid),
						  ENVIRONMENT_MAX, &bytes, &length) < 0)
		return NULL;
	for (size_t at = 0; at < length; at += strlen(bytes + at) + 1)
		if (strncmp(bytes + at, name, n) == 0 && bytes[at + n] == '=' && bytes[at + n + 1] != '\0')
			return doctor_format(doctor, "%s", bytes + at + n + 1);
	return NULL;
}

/* What hook.conf says for the policy.  @path: as it is shown. */
static void check_line(struct doctor *doctor, const char *path, const char *key, const char *value, const char *setting)
{
	const char *expected = doctor_policy(doctor, setting);

	if (expected == NULL || (value != NULL && strcmp(value, expected) == 0))
		return;
	diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-conf", (struct location){ path, 0 },
			"hook: its %s is %s%s%s, expected the policy's %s '%s': pxeboot apply", key, value != NULL ? "'" : "",
			value != NULL ? doctor_shown(doctor, value) : "not set", value != NULL ? "'" : "", setting, expected);
}

/* Whose iPXE counts as foreign.  Another user class was told already. */
static void check_own(struct doctor *doctor, const char *path, const struct hook_conf *conf)
{
	const struct pxeboot_policy *policy = doctor->machine->policy;
	const struct location where = { path, 0 };
	struct pxeboot_build build;

	if (policy == NULL || conf->user_class == NULL)
		return;
	if (pxeboot_policy_build(policy, &build) < 0)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-conf", where,
				"hook: its user_class is '%s', and the policy has no own build of iPXE: pxeboot apply",
				doctor_shown(doctor, conf->user_class));
	else if (strcmp(conf->user_class, build.user_class) == 0 && hook_conf_own(conf) != build.archs)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-conf", where,
				"hook: its own is %s, expected the architectures that have the policy's own build: pxeboot apply",
				conf->own != NULL ? doctor_format(doctor, "'%s'", conf->own) : "not set");
}

static void check_lines(struct doctor *doctor, const struct hook_conf *conf, const char *path)
{
	check_line(doctor, path, "root", conf->root, "server.root");
	check_line(doctor, path, "state", conf->state, "server.state");
	check_line(doctor, path, "user_class", conf->user_class, "ipxe.user_class");
	check_own(doctor, path, conf);
	if (conf->root == NULL && doctor_policy(doctor, "server.root") == NULL)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-conf", (struct location){ path, 0 },
				"hook: no line root = \"…\"; it does nothing");
	if (conf->next != NULL)
		check_program(doctor, "hook.conf's next", conf->next, (struct location){ path, 0 });
}

/* A group's rights are not looked into: who is in it is not known here. */
static bool may_write(const struct stat *status, uid_t uid)
{
	return status->st_uid == uid || (status->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

static void check_place(struct doctor *doctor, const char *id, const char *path, const char *user, const char *outcome)
{
	struct stat status;
	uid_t uid;

	if (!doctor_user(doctor, user, &uid) || uid == 0 || stat(doctor_path(doctor, path), &status) < 0 ||
	    may_write(&status, uid))
		return;
	diagnostics_add(doctor->findings, PXEBOOT_WARNING, id, (struct location){ doctor_shown(doctor, path), 0 },
			"hook: it runs as '%s', who may not write here; %s: chown it", doctor_shown(doctor, user), outcome);
}

/* The only places where it writes; those that are not there yet are made by `apply` and `once`. */
static void check_places(struct doctor *doctor, const struct hook_conf *conf, const char *user)
{
	check_place(doctor, "system.hook-clients", doctor_format(doctor, "%s/clients", conf->root), user, "it sets no links");
	check_place(doctor, "system.hook-state", doctor_format(doctor, "%s/once", conf->root), user, "no one-shot boot ends");
	if (conf->state == NULL)
		return;
	if (!doctor_exists(doctor, conf->state))
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-state",
				(struct location){ doctor_shown(doctor, conf->state), 0 },
				"hook: this folder is not there, and '%s' may not be able to make it; nothing is recorded",
				doctor_shown(doctor, user));
	check_place(doctor, "system.hook-state", conf->state, user, "nothing is recorded");
	check_place(doctor, "system.hook-state", doctor_format(doctor, "%s/machines.mdb", conf->state), user,
		    "nothing is recorded");
	check_place(doctor, "system.hook-state", doctor_format(doctor, "%s/machines.mdb-lock", conf->state), user,
		    "nothing is recorded");
}

static void check_conf(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	const char *directory = daemon_variable(doctor, daemon->process, "PXEBOOT_CONFIG");
	const char *path = doctor_format(doctor, "%s/hook.conf", directory != NULL ? directory : PXEBOOT_SYSCONFDIR);
	const char *shown = doctor_shown(doctor, path);
	struct hook_conf conf = HOOK_CONF_NONE;
	const struct setting *user = settings_get(&daemon->settings, "dhcp-scriptuser");
	int r = hook_conf_read(doctor_path(doctor, path), &conf);

	if (r == 0)
		check_lines(doctor, &conf, shown);
	if (r == 0 && conf.root != NULL && user != NULL)
		check_places(doctor, &conf, user->value);
	if (r < 0)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-conf",
				(struct location){ shown, conf.bad_line }, "hook: %s; it does nothing",
				conf.bad_line != 0 ? "this line is not understood" : hook_conf_why(r));
	hook_conf_free(&conf);
}

/* root, unless told otherwise.  What others' scripts need is their matter. */
static void check_user(struct doctor *doctor, const struct dnsmasq_daemon *daemon, const struct setting *script)
{
	const struct setting *user = settings_get(&daemon->settings, "dhcp-scriptuser");

	if (is_ours(script->value, HOOK_NAME) && (user == NULL || strcmp(user->value, "root") == 0))
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-root",
				(struct location){ script->file, script->line },
				"dhcp-script: our hook runs as root, and needs no more than a user of its own: "
				"server.dnsmasq.hook_user");
	if (user != NULL && !doctor_user(doctor, user->value, NULL))
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.hook-user",
				(struct location){ user->file, user->line }, "dhcp-scriptuser: there is no user '%s'",
				doctor_shown(doctor, user->value));
}

/* One that is given on the command line gives way; of two in files dnsmasq does not start. */
static void check_only(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	const struct setting *script, *first = NULL;

	for (size_t at = 0; (script = settings_next(&daemon->settings, "dhcp-script", &at)) != NULL;) {
		if (script->file != NULL && first != NULL)
			diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.hook-twice",
					(struct location){ script->file, script->line },
					"dhcp-script: %s:%u has one, too, and dnsmasq doesn't start with two; ours runs the other "
					"one when hook.conf names it as next", first->file, first->line);
		if (script->file != NULL)
			first = script;
	}
}

static void check_hook(struct doctor *doctor, const struct dnsmasq_daemon *daemon, const char *script)
{
	const struct setting *setting = settings_get(&daemon->settings, "dhcp-script");
	const struct setting *user = settings_get(&daemon->settings, "dhcp-scriptuser");

	check_program(doctor, "dhcp-script", script, (struct location){ setting->file, setting->line });
	check_user(doctor, daemon, setting);
	check_only(doctor, daemon);
	if (dnsmasq_is_proxy(daemon) && !dnsmasq_serves_tftp(daemon))
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-proxy",
				(struct location){ setting->file, setting->line },
				"dhcp-script: dnsmasq grants no lease in proxy mode, serves no TFTP, and never runs it");
	if (is_ours(script, HOOK_NAME))
		check_conf(doctor, daemon);
	doctor_line(doctor, "dnsmasq's hook", "%s, as %s", doctor_shown(doctor, script),
		    user != NULL ? doctor_shown(doctor, user->value) : "root");
}

/* dnsmasq doesn't start without the file, and keeps what clients say for a script only. */
static void check_lua(struct doctor *doctor, const struct dnsmasq_daemon *daemon, const struct setting *lua)
{
	struct location where = { lua->file, lua->line };
	const char *shown = doctor_shown(doctor, lua->value);

	if (!doctor_exists(doctor, lua->value))
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.hook-missing", where,
				"dhcp-luascript: '%s' is not there", shown);
	if (is_ours(lua->value, LUA_NAME) && dnsmasq_script(daemon) == NULL)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.hook-data", where,
				"dhcp-luascript: without a dhcp-script, too, dnsmasq tells it nothing of the clients; "
				"pxeboot-dnsmasq-idle is one");
	if (is_ours(lua->value, LUA_NAME))
		check_conf(doctor, daemon);
	doctor_line(doctor, "dnsmasq's hook", "%s", shown);
}

void look_hook(struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->n_dnsmasq; i++) {
		const struct dnsmasq_daemon *daemon = &doctor->dnsmasq[i];
		const struct setting *lua = settings_get(&daemon->settings, "dhcp-luascript");
		const char *script = dnsmasq_script(daemon);

		if (script != NULL)
			check_hook(doctor, daemon, script);
		if (lua != NULL)
			check_lua(doctor, daemon, lua);
	}
}
