/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * AppArmor: a server under a profile that is enforced opens only what the profile names, and says "permission denied"
 * of the rest, whatever the modes of the files are.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "doctor.h"
#include "lines.h"
#include "pattern.h"

#define PROFILES "/sys/kernel/security/apparmor/profiles"
#define PROFILES_MAX (1 << 22)
#define RULES_MAX (1 << 20)

struct confined {
	const char *program;		/* "dnsmasq" */
	const char *file;		/* of its profile; NULL: not found */
	char *rules;			/* of it and its local part */
};

/* Is the profile of this line the program's, and enforced?  "/usr/sbin/dnsmasq (enforce)" or "dnsmasq (enforce)". */
static bool is_enforced(const char *line, const char *program)
{
	size_t length = strcspn(line, " \n"), wanted = strlen(program);

	return length >= wanted && memcmp(line + length - wanted, program, wanted) == 0 &&
	       (length == wanted || line[length - wanted - 1] == '/') && memmem(line, length, "//", 2) == NULL &&
	       strncmp(line + length, " (enforce)", 10) == 0;
}

static bool finds_enforced(const char *profiles, const char *program)
{
	for (const char *line = profiles; line != NULL; line = next_line(line))
		if (is_enforced(line, program))
			return true;
	return false;
}

static void read_rules(struct doctor *doctor, struct confined *confined)
{
	static const char *const names[] = { "usr.sbin.", "", "usr.bin." };
	CLEANUP_FREE char *local = NULL;
	struct text both = TEXT_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(names) && confined->file == NULL; i++) {
		const char *name = doctor_format(doctor, "%s%s", names[i], confined->program);
		const char *file = doctor_format(doctor, "/etc/apparmor.d/%s", name);
		const char *local_file = doctor_format(doctor, "/etc/apparmor.d/local/%s", name);
		CLEANUP_FREE char *rules = NULL;

		if (doctor_read(doctor, file, RULES_MAX, &rules) < 0)
			continue;
		confined->file = file;
		text_add(&both, rules);
		if (doctor_read(doctor, local_file, RULES_MAX, &local) == 0)
			text_addf(&both, "\n%s", local);
	}
	if (text_take(&both, &confined->rules, NULL) < 0)
		confined->rules = NULL;
	text_free(&both);
}

static void check_path(struct doctor *doctor, const struct confined *confined, const char *path, char mode,
		       const char *wanted)
{
	if (path == NULL || confined->rules == NULL || pattern_allows(confined->rules, path, mode))
		return;
	diagnostics_add(
		doctor->findings, PXEBOOT_WARNING, "system.apparmor", (struct location){ confined->file, 0 },
		"AppArmor: its rules do not let %s %s '%s'; add the line '%s' to /etc/apparmor.d/local/%s and reload "
		"it with apparmor_parser -r",
		confined->program, mode == 'x' ? "run" : "read", doctor_shown(doctor, path), wanted,
		strrchr(confined->file, '/') + 1);
}

static void check_root(struct doctor *doctor, const struct confined *confined, const char *root)
{
	if (root != NULL)
		check_path(doctor, confined, doctor_format(doctor, "%s/boot.ipxe", root), 'r',
			   doctor_format(doctor, "%s/** r,", doctor_shown(doctor, root)));
}

static void check_dnsmasq(struct doctor *doctor, const struct confined *confined)
{
	for (size_t i = 0; i < doctor->n_dnsmasq; i++) {
		const char *script = dnsmasq_script(&doctor->dnsmasq[i]);

		if (dnsmasq_serves_tftp(&doctor->dnsmasq[i]))
			check_root(doctor, confined, doctor_boot_root(doctor));
		if (script != NULL)
			check_path(doctor, confined, script, 'x',
				   doctor_format(doctor, "%s Ux,", doctor_shown(doctor, script)));
	}
}

static void check_tftpd(struct doctor *doctor, const struct confined *confined)
{
	const char *map = tftpd_map(doctor, &doctor->tftpd);

	if (!doctor->tftpd.known)
		return;
	check_root(doctor, confined, doctor->tftpd.directory);
	if (map != NULL)
		check_path(doctor, confined, map, 'r', doctor_format(doctor, "%s r,", doctor_shown(doctor, map)));
}

static void look_program(struct doctor *doctor, const char *profiles, const char *program,
			 void (*check)(struct doctor *doctor, const struct confined *confined))
{
	struct confined confined = { .program = program };

	if (!finds_enforced(profiles, program))
		return;
	read_rules(doctor, &confined);
	if (confined.file == NULL) {
		doctor_not_looked(
			doctor, "AppArmor",
			doctor_format(doctor, "%s is confined, and its profile is not in /etc/apparmor.d", program));
	} else {
		check(doctor, &confined);
		doctor_line(doctor, "AppArmor", "%s is confined by %s", program, confined.file);
	}
	free(confined.rules);
}

void look_apparmor(struct doctor *doctor)
{
	CLEANUP_FREE char *profiles = NULL;
	int r = doctor_read_stream(doctor, PROFILES, PROFILES_MAX, &profiles, NULL);

	if (r == -EACCES || r == -EPERM) {
		doctor_not_looked(doctor, "AppArmor", "needs root");
		return;
	}
	if (r < 0 || (!finds_enforced(profiles, "dnsmasq") && !finds_enforced(profiles, "in.tftpd"))) {
		doctor_line(doctor, "AppArmor", "%s", r < 0 ? "not there" : "confines neither dnsmasq nor in.tftpd");
		return;
	}
	look_program(doctor, profiles, "dnsmasq", check_dnsmasq);
	look_program(doctor, profiles, "in.tftpd", check_tftpd);
}
