/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * in.tftpd: whether it runs, with which options, and whether its map is fit to be read.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/scalar.h"
#include "doctor.h"
#include "tftp-hpa/map.h"
#include "tftpd_options.h"

#define PROGRAM "/usr/sbin/in.tftpd"

static struct location place_of(const struct tftpd_options *options)
{
	return (struct location){ options->file, 0 };
}

static bool is_wanted(const struct doctor *doctor)
{
	return doctor_policy_is(doctor, "server.tftp", "tftp-hpa");
}

/* ---- Options ---- */

static void check_secure(struct doctor *doctor, const struct tftpd_options *options)
{
	if (!options->secure)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftpd-secure", place_of(options),
				"in.tftpd: no --secure; names must then be whole paths, which machines don't ask for, "
				"and every "
				"directory whose name begins like '%s' is open",
				options->directory != NULL ? doctor_shown(doctor, options->directory) : "");
	else if (options->n_directories != 1)
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.tftpd-secure", place_of(options),
				"in.tftpd: --secure takes one directory, got %zu; it does not start",
				options->n_directories);
	if (options->create)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftpd-create", place_of(options),
				"in.tftpd: --create lets every machine of the network write new files; leave it out");
}

static void check_user(struct doctor *doctor, const struct tftpd_options *options)
{
	const char *user = options->user != NULL ? options->user : "nobody";

	if (!doctor_user(doctor, user, NULL))
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.tftpd-user", place_of(options),
				"in.tftpd: there is no user '%s'; it does not start", doctor_shown(doctor, user));
}

/* "10.77.0.1:69", ":69", "10.77.0.1"; in brackets when it is IPv6, and then nobody's business here. */
static void check_address(struct doctor *doctor, const struct tftpd_options *options)
{
	const char *wanted = is_wanted(doctor) ? doctor_policy(doctor, "server.address") : NULL;
	const char *address = options->address != NULL ? options->address : "";
	const char *colon = strrchr(address, ':');
	const char *host = doctor_format(doctor, "%.*s",
					 (int)(colon != NULL ? (size_t)(colon - address) : strlen(address)), address);
	uint32_t ip;

	if (colon != NULL && strcmp(colon, ":69") != 0 && strcmp(colon, ":tftp") != 0)
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.tftpd-address", place_of(options),
				"in.tftpd: machines ask on port 69, it listens on '%s'", doctor_shown(doctor, address));
	if (scalar_ip4(host, &ip) < 0 || ip == 0)
		return;
	if (!doctor_has_address(doctor, host))
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.tftpd-address", place_of(options),
				"in.tftpd: '%s' is no address of this machine; it does not start", host);
	else if (wanted != NULL && strcmp(wanted, host) != 0)
		diagnostics_add(
			doctor->findings, PXEBOOT_ERROR, "system.tftpd-address", place_of(options),
			"in.tftpd: it listens on %s alone, and machines are told the policy's server.address %s", host,
			wanted);
}

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Somebody has changed the file and not restarted the server. */
static void check_running(struct doctor *doctor, const struct tftpd_options *running)
{
	struct tftpd_options configured = { .known = true };

	if (!tftpd_configured(doctor, &configured))
		return;
	if (running->secure != configured.secure || running->create != configured.create ||
	    !same(running->address, configured.address) || !same(running->map, configured.map) ||
	    !same(running->user, configured.user) || !same(running->directory, configured.directory))
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftpd-stale", place_of(&configured),
				"in.tftpd: pid %d was started with other options than stand here; restart it",
				running->process->pid);
}

/* ---- The map ---- */

const char *tftpd_map(struct doctor *doctor, const struct tftpd_options *options)
{
	if (options->map == NULL || options->map[0] == '/' || options->directory == NULL || !options->secure)
		return options->map;
	return doctor_format(doctor, "%s/%s", options->directory, options->map);
}

static void check_policy_map(struct doctor *doctor, const struct tftpd_options *options, const char *map)
{
	const char *wanted = doctor_policy(doctor, "server.tftpd.map"), *root = doctor_policy(doctor, "server.root");

	if (!is_wanted(doctor))
		return;
	if (wanted != NULL && !same(map, wanted))
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftpd-map", place_of(options),
				"in.tftpd: it does not read '%s', which 'pxeboot apply' writes; add --map-file %s",
				wanted, wanted);
	if (root != NULL && options->directory != NULL && strcmp(root, options->directory) != 0)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftp-root", place_of(options),
				"in.tftpd: it serves '%s', expected the policy's server.root '%s'",
				doctor_shown(doctor, options->directory), root);
}

static void read_map(struct doctor *doctor, const char *map)
{
	const struct location where = { doctor_shown(doctor, map), 0 };
	CLEANUP_FREE char *bytes = NULL;
	CLEANUP_MAP struct map rules = MAP_INIT;
	size_t length;
	int r = file_read(doctor_path(doctor, map), MAP_FILE_MAX, &bytes, &length);

	if (r == -EACCES) {
		doctor_not_looked(doctor, "in.tftpd's map", "needs root");
		return;
	}
	if (r < 0)
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.tftpd-map", where,
				"in.tftpd: its map can't be read (%s); it ends at its next SIGHUP", strerror(-r));
	else if (map_read(&rules, where, bytes, length, doctor->findings) == 0)
		map_check(&rules, doctor->findings);
	doctor_line(doctor, "in.tftpd's map", "%s, %zu rule%s", doctor_shown(doctor, map), rules.n_rules,
		    rules.n_rules == 1 ? "" : "s");
}

static void check_map(struct doctor *doctor, const struct tftpd_options *options)
{
	const char *map = tftpd_map(doctor, options);

	check_policy_map(doctor, options, map);
	if (map != NULL && map[0] == '/')
		read_map(doctor, map);
	else if (map != NULL)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftpd-map", place_of(options),
				"in.tftpd: the place of '%s' depends on where it is started; give the whole path",
				doctor_shown(doctor, map));
}

/* ---- The look ---- */

static void say(struct doctor *doctor, const struct tftpd_options *options)
{
	const char *running = options->process != NULL ? doctor_format(doctor, "runs, pid %d", options->process->pid) :
							  "does not run";
	const char *version = doctor_package(doctor, "tftpd-hpa");

	doctor_line(doctor, "in.tftpd", "%s; %s%s%s%s%s%s", running,
		    options->directory != NULL ? doctor_shown(doctor, options->directory) : "no directory",
		    options->address != NULL ? " on " : "",
		    options->address != NULL ? doctor_shown(doctor, options->address) : "",
		    version != NULL ? " (Debian's " : "", version != NULL ? version : "", version != NULL ? ")" : "");
}

static bool find(struct doctor *doctor, struct tftpd_options *options)
{
	const struct process *process;

	for (size_t at = 0; (process = processes_find(&doctor->processes, "in.tftpd", &at)) != NULL;) {
		if (process->elsewhere)
			continue;
		options->process = process;
		tftpd_parse(doctor, process->argv, options);
		return true;
	}
	return doctor_exists(doctor, PROGRAM) && tftpd_configured(doctor, options);
}

void look_tftpd(struct doctor *doctor)
{
	struct tftpd_options *options = &doctor->tftpd;

	options->known = find(doctor, options);
	if (!options->known) {
		if (is_wanted(doctor) && doctor_is_the_server(doctor))
			diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftpd-missing", NOWHERE,
					"in.tftpd: the policy says server.tftp = \"tftp-hpa\", and it is not "
					"installed; install "
					"the package tftpd-hpa");
		doctor_line(doctor, "in.tftpd", "not installed");
		return;
	}
	if (options->process != NULL)
		check_running(doctor, options);
	else if (is_wanted(doctor) && doctor_is_the_server(doctor))
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftpd-stopped", NOWHERE,
				"in.tftpd: the policy says server.tftp = \"tftp-hpa\", and it does not run; see "
				"'systemctl status "
				"tftpd-hpa'");
	check_secure(doctor, options);
	check_user(doctor, options);
	check_address(doctor, options);
	say(doctor, options);
	check_map(doctor, options);
}
