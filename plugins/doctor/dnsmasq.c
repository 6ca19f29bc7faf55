/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dnsmasq: which one is installed, which ones run, with which settings, and what is known to be wrong with them.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "doctor.h"
#include "version.h"

#define VERSION_MAX 65536
#define HOSTS_MAX (1 << 26)

/* ---- What is asked of a daemon ---- */

/* The first range of IPv4 that is a proxy's, or that is not. */
static const struct setting *find_range(const struct dnsmasq_daemon *daemon, bool proxy)
{
	const struct setting *range;

	for (size_t at = 0; (range = settings_next(&daemon->settings, "dhcp-range", &at)) != NULL;)
		if (strchr(range->value, '.') != NULL && (strstr(range->value, ",proxy") != NULL) == proxy)
			return range;
	return NULL;
}

bool dnsmasq_serves_dhcp(const struct dnsmasq_daemon *daemon)
{
	return find_range(daemon, false) != NULL || find_range(daemon, true) != NULL;
}

bool dnsmasq_is_proxy(const struct dnsmasq_daemon *daemon)
{
	return find_range(daemon, true) != NULL && find_range(daemon, false) == NULL;
}

bool dnsmasq_serves_tftp(const struct dnsmasq_daemon *daemon)
{
	return settings_get(&daemon->settings, "enable-tftp") != NULL;
}

const char *dnsmasq_script(const struct dnsmasq_daemon *daemon)
{
	const struct setting *script = settings_get(&daemon->settings, "dhcp-script");

	return script != NULL && script->value[0] != '\0' ? script->value : NULL;
}

static struct location place_of(const struct setting *setting)
{
	return (struct location){ setting->file, setting->line };
}

/* ---- The program ---- */

static const char *package_version(struct doctor *doctor)
{
	static const char *const packages[] = { "dnsmasq-base", "dnsmasq-base-lua" };
	const char *version = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(packages) && version == NULL; i++)
		version = doctor_package(doctor, packages[i]);
	return version;
}

static bool ask_program(struct doctor *doctor, struct dnsmasq_version *ret_version)
{
	static const char *const places[] = { "/usr/sbin/dnsmasq", "/usr/local/sbin/dnsmasq", "/usr/bin/dnsmasq" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *const line[] = { places[i], "--version", NULL };
		CLEANUP_TEXT struct text said = TEXT_INIT;

		if (doctor_command(doctor, line, VERSION_MAX, &said) == 0 &&
		    said.bytes != NULL && dnsmasq_version_parse(said.bytes, ret_version) == 0)
			return true;
	}
	return false;
}

/* What it says of itself, else what its package says, in @ret_version.  False: there is none. */
static bool find_program(struct doctor *doctor, const char *package, struct dnsmasq_version *ret_version)
{
	if (ask_program(doctor, ret_version))
		return true;
	return package != NULL && dnsmasq_version_of_package(package, ret_version) == 0;
}

static void say_program(struct doctor *doctor, const struct dnsmasq_version *version, const char *package)
{
	static const char *const words[] = { [DNSMASQ_HAS] = ", with Lua", [DNSMASQ_HAS_NOT] = ", without Lua",
					     [DNSMASQ_UNKNOWN] = "" };

	doctor_line(doctor, "dnsmasq", "%u.%u%s%s%s%s", version->major, version->minor, words[version->lua],
		    package != NULL ? " (Debian's " : "", package != NULL ? package : "", package != NULL ? ")" : "");
}

/* ---- Faults that are known of versions ---- */

/* Does a file of hosts, or one in a directory of such, set tags? */
static bool sets_tags(struct doctor *doctor, const char *path, unsigned depth)
{
	CLEANUP_FREE char *bytes = NULL;
	struct dirent **entries;
	bool found = false;
	int n;

	if (doctor_read(doctor, path, HOSTS_MAX, &bytes) == 0)
		return strstr(bytes, "set:") != NULL || strstr(bytes, "net:") != NULL;
	n = depth == 0 ? scandir(doctor_path(doctor, path), &entries, NULL, alphasort) : -1;
	if (n < 0)
		return false;
	for (int i = 0; i < n; i++) {
		found = found || (entries[i]->d_name[0] != '.' &&
				  sets_tags(doctor, doctor_format(doctor, "%s/%s", path, entries[i]->d_name), 1));
		free(entries[i]);
	}
	free(entries);
	return found;
}

static const struct setting *tagged_hosts(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	static const char *const names[] = { "dhcp-hostsfile", "dhcp-hostsdir" };
	const struct setting *setting;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (size_t at = 0; (setting = settings_next(&daemon->settings, names[i], &at)) != NULL;)
			if (sets_tags(doctor, setting->value, 0))
				return setting;
	return NULL;
}

static void check_sighup(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	const struct setting *hosts = tagged_hosts(doctor, daemon);

	if (hosts != NULL)
		diagnostics_add(
			doctor->findings, PXEBOOT_WARNING, "system.dnsmasq-sighup", place_of(hosts),
			"dnsmasq 2.90: SIGHUP crashes it once a tagged host of '%s' has been served; never send it "
			"one (systemctl reload, logrotate): restart it, or write these hosts as dhcp-host",
			doctor_shown(doctor, hosts->value));
}

static void check_proxy(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	const struct setting *range = find_range(daemon, true);
	const char *proxy = doctor_policy(doctor, "server.dhcp.proxy");

	if (range != NULL || proxy != NULL)
		diagnostics_add(
			doctor->findings, PXEBOOT_ERROR, "system.dnsmasq-proxy",
			range != NULL ? place_of(range) : NOWHERE,
			"dnsmasq 2.92: its answers in proxy mode go to 255.255.255.255, no machine boots; take 2.91 "
			"or 2.93");
}

/* A range of IPv6 addresses; in that of IPv4 there is no colon but in words such as constructor: and set:. */
static bool serves_ipv6(const struct dnsmasq_daemon *daemon)
{
	const struct setting *setting;

	for (size_t at = 0; (setting = settings_next(&daemon->settings, "dhcp-range", &at)) != NULL;)
		if (strstr(setting->value, "::") != NULL || strstr(setting->value, "constructor:") != NULL)
			return true;
	return false;
}

static void check_classes(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	static const char *const names[] = { "dhcp-userclass", "dhcp-vendorclass" };

	for (size_t i = 0; i < ARRAY_SIZE(names) && serves_ipv6(daemon); i++) {
		const struct setting *setting = settings_get(&daemon->settings, names[i]);

		if (setting != NULL)
			diagnostics_add(
				doctor->findings, PXEBOOT_WARNING, "system.dnsmasq-class", place_of(setting),
				"dnsmasq 2.90: with %s and DHCPv6, one client that sends a class twice hangs it; "
				"expected dhcp-match=set:…,77,… or no DHCPv6",
				names[i]);
	}
}

static const struct fault {
	unsigned major, minor;
	void (*check)(struct doctor *doctor, const struct dnsmasq_daemon *daemon);
} faults[] = {
	{ 2, 90, check_sighup },
	{ 2, 90, check_classes },
	{ 2, 92, check_proxy },
};

static void check_faults(struct doctor *doctor, const struct dnsmasq_version *version,
			 const struct dnsmasq_daemon *daemon)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (faults[i].major == version->major && faults[i].minor == version->minor)
			faults[i].check(doctor, daemon);
}

/* What was left out when this dnsmasq was built; it refuses such a setting and does not start. */
static void check_lacks(struct doctor *doctor, const struct dnsmasq_version *version,
			const struct dnsmasq_daemon *daemon)
{
	const struct {
		const char *name;
		enum dnsmasq_feature has;
	} wants[] = {
		{ "dhcp-range", version->dhcp },
		{ "enable-tftp", version->tftp },
		{ "dhcp-luascript", version->lua },
	};

	for (size_t i = 0; i < ARRAY_SIZE(wants); i++) {
		const struct setting *setting = settings_get(&daemon->settings, wants[i].name);

		if (setting != NULL && wants[i].has == DNSMASQ_HAS_NOT)
			diagnostics_add(
				doctor->findings, PXEBOOT_ERROR, "system.dnsmasq-lacks", place_of(setting),
				"dnsmasq: %s is set and this build has no such thing; it does not start (Debian: "
				"install dnsmasq-base%s)",
				wants[i].name, version->lua == DNSMASQ_HAS_NOT && i == 2 ? "-lua" : "");
	}
}

/* ---- What the policy wants of it ---- */

static bool reads(const struct dnsmasq_daemon *daemon, const char *path)
{
	for (size_t i = 0; i < daemon->settings.n_files; i++)
		if (strcmp(daemon->settings.files[i], path) == 0)
			return true;
	return false;
}

static void check_policy_file(struct doctor *doctor)
{
	const char *path = doctor_policy(doctor, "server.dnsmasq.file");

	if (path == NULL || !doctor_is_the_server(doctor))
		return;
	for (size_t i = 0; i < doctor->n_dnsmasq; i++)
		if (reads(&doctor->dnsmasq[i], path))
			return;
	diagnostics_add(
		doctor->findings, PXEBOOT_WARNING, "system.dnsmasq-conf", (struct location){ path, 0 },
		"dnsmasq: it does not read this file, which 'pxeboot apply' writes; apply the policy, and name its "
		"directory by conf-dir");
}

static void check_tftp(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	const struct setting *root = settings_get(&daemon->settings, "tftp-root");
	const char *wanted = doctor_policy(doctor, "server.root");

	if (!doctor_policy_is(doctor, "server.tftp", "dnsmasq") || !dnsmasq_serves_tftp(daemon) || root == NULL ||
	    wanted == NULL || strcmp(root->value, wanted) == 0)
		return;
	diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.tftp-root", place_of(root),
			"dnsmasq: tftp-root is '%s', expected the policy's server.root '%s'",
			doctor_shown(doctor, root->value), wanted);
}

/* ---- The daemons ---- */

/* A file that changed after the start is not what runs.  A second is the clock's grain. */
static void check_stale(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	uint64_t started = daemon->process != NULL ? process_time(doctor, daemon->process) : 0;
	struct stat status;

	for (size_t i = 0; started != 0 && i < daemon->settings.n_files; i++)
		if (stat(doctor_path(doctor, daemon->settings.files[i]), &status) == 0 &&
		    (uint64_t)status.st_mtime > started + 1)
			diagnostics_add(
				doctor->findings, PXEBOOT_WARNING, "system.dnsmasq-stale",
				(struct location){ doctor_shown(doctor, daemon->settings.files[i]), 0 },
				"dnsmasq: this file changed after pid %d had read it; restart dnsmasq (SIGHUP does not "
				"read it again)",
				daemon->process->pid);
}

/* An update puts a new file in the program's place; what runs is still the old one. */
static void check_replaced(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	static const char deleted[] = " (deleted)";
	char program[1024];
	ssize_t length;

	if (daemon->process == NULL)
		return;
	length = readlink(doctor_format(doctor, "%s/proc/%d/exe", doctor->machine->root, daemon->process->pid), program,
			  sizeof(program));
	if (length < (ssize_t)sizeof(deleted) ||
	    memcmp(program + length - (sizeof(deleted) - 1), deleted, sizeof(deleted) - 1) != 0)
		return;
	diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.dnsmasq-replaced", NOWHERE,
			"dnsmasq: pid %d runs a program that an update has replaced; restart dnsmasq",
			daemon->process->pid);
}

static void say_daemon(struct doctor *doctor, const struct dnsmasq_daemon *daemon)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	if (daemon->process != NULL)
		text_addf(&text, "runs, pid %d", daemon->process->pid);
	else
		text_add(&text, "does not run");
	text_addf(&text, ";%s%s%s%s",
		  dnsmasq_serves_dhcp(daemon) ? dnsmasq_is_proxy(daemon) ? " proxy DHCP" : " DHCP" : "",
		  dnsmasq_serves_dhcp(daemon) && dnsmasq_serves_tftp(daemon) ? " and" : "",
		  dnsmasq_serves_tftp(daemon) ? " TFTP" : "",
		  !dnsmasq_serves_dhcp(daemon) && !dnsmasq_serves_tftp(daemon) ? " neither DHCP nor TFTP" : "");
	for (size_t i = 0; i < daemon->settings.n_files && i < 3; i++)
		text_addf(&text, "%s%s", i == 0 ? ": " : ", ", doctor_shown(doctor, daemon->settings.files[i]));
	if (daemon->settings.n_files > 3)
		text_addf(&text, " and %zu more files", daemon->settings.n_files - 3);
	doctor_line(doctor, "dnsmasq", "%s", text.bytes != NULL ? text.bytes : "");
}

/* Debian's service names the directory on the command line. */
static char *const usual_line[] = { (char *)"dnsmasq", NULL };
static char *const debian_line[] = {
	(char *)"dnsmasq", (char *)"-7", (char *)"/etc/dnsmasq.d,.dpkg-dist,.dpkg-old,.dpkg-new", NULL,
};

static void find_daemons(struct doctor *doctor)
{
	const struct process *process;

	for (size_t at = 0; doctor->n_dnsmasq < DAEMONS_MAX &&
			    (process = processes_find(&doctor->processes, "dnsmasq", &at)) != NULL;) {
		struct dnsmasq_daemon *daemon = &doctor->dnsmasq[doctor->n_dnsmasq];

		if (process->elsewhere)
			continue;
		doctor->n_dnsmasq++;
		daemon->process = process;
		settings_read(doctor, process->argv, &daemon->settings);
	}
	if (doctor->n_dnsmasq > 0)
		return;
	settings_read(doctor, doctor_exists(doctor, "/etc/dnsmasq.d") ? debian_line : usual_line,
		      &doctor->dnsmasq[doctor->n_dnsmasq++].settings);
}

/* A policy for this machine wants dnsmasq to run. */
static void check_runs(struct doctor *doctor)
{
	const char *address = doctor_policy(doctor, "server.address");

	if (address != NULL && !doctor_is_the_server(doctor))
		diagnostics_add(
			doctor->findings, PXEBOOT_NOTE, "system.address", NOWHERE,
			"policy: its server.address %s is no address of this machine; servers that do not run here are "
			"not missed",
			address);
	else if (address != NULL && doctor->dnsmasq[0].process == NULL)
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.dnsmasq-stopped", NOWHERE,
				"dnsmasq: it does not run, no machine gets an answer; see 'systemctl status dnsmasq'");
}

void look_dnsmasq(struct doctor *doctor)
{
	const char *package = package_version(doctor);
	struct dnsmasq_version version;
	bool there = find_program(doctor, package, &version);

	find_daemons(doctor);
	if (!there && doctor->dnsmasq[0].process == NULL) {
		if (doctor_is_the_server(doctor))
			diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.dnsmasq-missing",
					NOWHERE, "dnsmasq: it is not installed, expected the package "
					"dnsmasq-base-lua (or dnsmasq)");
		doctor_line(doctor, "dnsmasq", "not installed");
		return;
	}
	if (there) {
		for (size_t i = 0; i < doctor->n_dnsmasq; i++) {
			check_faults(doctor, &version, &doctor->dnsmasq[i]);
			check_lacks(doctor, &version, &doctor->dnsmasq[i]);
		}
		say_program(doctor, &version, package);
	}
	check_runs(doctor);
	check_policy_file(doctor);
	for (size_t i = 0; i < doctor->n_dnsmasq; i++) {
		check_stale(doctor, &doctor->dnsmasq[i]);
		check_replaced(doctor, &doctor->dnsmasq[i]);
		check_tftp(doctor, &doctor->dnsmasq[i]);
		say_daemon(doctor, &doctor->dnsmasq[i]);
	}
}
