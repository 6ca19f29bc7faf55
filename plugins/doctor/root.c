/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The boot root's place: in.tftpd sends only what everybody may read, and so does dnsmasq.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor.h"

static const char *dnsmasq_root(const struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->n_dnsmasq; i++) {
		const struct setting *root = settings_get(&doctor->dnsmasq[i].settings, "tftp-root");

		if (root != NULL && dnsmasq_serves_tftp(&doctor->dnsmasq[i]))
			return root->value;
	}
	return NULL;
}

const char *doctor_boot_root(const struct doctor *doctor)
{
	const char *root = doctor_policy(doctor, "server.root");
	bool tftpd_first = doctor->tftpd.process != NULL;

	if (root == NULL && tftpd_first)
		root = doctor->tftpd.directory;
	if (root == NULL)
		root = dnsmasq_root(doctor);
	return root != NULL || !doctor->tftpd.known ? root : doctor->tftpd.directory;
}

/* One directory on the way; @path is shown. */
static void check_way(struct doctor *doctor, const char *path, const struct stat *status, bool last)
{
	const struct location where = { path, 0 };

	if (!S_ISDIR(status->st_mode))
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.root-missing", where,
				"boot root: this is no directory");
	else if (!(status->st_mode & S_IXOTH))
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.root-closed", where,
				"boot root: mode %04o lets others not in, every file below is refused; chmod o+x",
				(unsigned)status->st_mode & 07777);
	if ((status->st_mode & S_IWOTH) && (last || !(status->st_mode & S_ISVTX)))
		diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.root-writable", where,
				"boot root: mode %04o, everybody on this machine may put boot files in place of yours; "
				"chmod o-w",
				(unsigned)status->st_mode & 07777);
}

/* The server that runs as this user, or NULL. */
static const char *server_of(struct doctor *doctor, uid_t owner)
{
	const char *const servers[] = { doctor->tftpd.user != NULL ? doctor->tftpd.user : "tftp", "nobody", "dnsmasq",
					"www-data" };
	uid_t uid;

	for (size_t i = 0; i < ARRAY_SIZE(servers) && owner != 0; i++)
		if (doctor_user(doctor, servers[i], &uid) && uid == owner)
			return doctor_shown(doctor, servers[i]);
	return NULL;
}

static void check_owner(struct doctor *doctor, const char *path, const struct stat *status)
{
	const char *user = server_of(doctor, status->st_uid);

	if (user != NULL)
		diagnostics_add(
			doctor->findings, PXEBOOT_WARNING, "system.root-owner", (struct location){ path, 0 },
			"boot root: it belongs to '%s', as whom a server runs that answers the whole network; a fault "
			"of that server could change what machines boot: chown root",
			user);
}

/* Every directory from / to @path, which has no links in it; @skip bytes of it are the machine's root. */
static void check_ways(struct doctor *doctor, char *path, size_t skip)
{
	struct stat status;

	for (char *slash = strchr(path + skip + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash != NULL)
			*slash = '\0';
		if (stat(path, &status) == 0)
			check_way(doctor, doctor_shown(doctor, path + skip), &status, slash == NULL);
		if (slash == NULL)
			break;
		*slash = '/';
	}
}

static size_t prefix_length(struct doctor *doctor)
{
	char whole[PATH_MAX];

	if (doctor->machine->root[0] == '\0' || realpath(doctor->machine->root, whole) == NULL)
		return 0;
	return strlen(whole);
}

void look_root(struct doctor *doctor)
{
	const char *root = doctor_boot_root(doctor);
	char whole[PATH_MAX];
	struct stat status;

	if (root == NULL) {
		doctor_line(doctor, "boot root", "none: no TFTP server has one");
		return;
	}
	if (realpath(doctor_path(doctor, root), whole) == NULL || stat(whole, &status) < 0) {
		if (errno == EACCES) {
			doctor_not_looked(doctor, "boot root", "needs root");
			return;
		}
		diagnostics_add(doctor->findings, PXEBOOT_ERROR, "system.root-missing",
				(struct location){ doctor_shown(doctor, root), 0 }, "boot root: it is not there (%s)",
				strerror(errno));
		doctor_line(doctor, "boot root", "%s", doctor_shown(doctor, root));
		return;
	}
	check_ways(doctor, whole, prefix_length(doctor));
	check_owner(doctor, doctor_shown(doctor, root), &status);
	doctor_line(doctor, "boot root", "%s, mode %04o, owner %s", doctor_shown(doctor, root),
		    (unsigned)status.st_mode & 07777, doctor_user_name(doctor, status.st_uid));
}
