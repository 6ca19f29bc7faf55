/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading the machine's files, and what some small ones of them say.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/scalar.h"
#include "doctor.h"

#define USERS_MAX (1 << 20)
#define ROUTES_MAX (1 << 22)

const char *doctor_path(struct doctor *doctor, const char *path)
{
	return doctor_format(doctor, "%s%s", doctor->machine->root, path);
}

int doctor_read(struct doctor *doctor, const char *path, size_t limit, char **ret_bytes)
{
	return file_read(doctor_path(doctor, path), limit, ret_bytes, NULL);
}

bool doctor_exists(struct doctor *doctor, const char *path)
{
	struct stat status;

	return stat(doctor_path(doctor, path), &status) == 0;
}

int doctor_read_stream(struct doctor *doctor, const char *path, size_t limit, char **ret_bytes, size_t *ret_length)
{
	FILE *file = fopen(doctor_path(doctor, path), "re");
	struct text text = TEXT_INIT;
	char block[4096];
	size_t n;
	int r;

	if (file == NULL)
		return -errno;
	while (text.length < limit && (n = fread(block, 1, sizeof(block), file)) > 0)
		text_add_bytes(&text, block, n < limit - text.length ? n : limit - text.length);
	r = ferror(file) ? -EIO : text_take(&text, ret_bytes, ret_length);
	text_free(&text);
	fclose(file);
	return r;
}

/* ---- Packages ---- */

/* What stands behind @name on this line, or NULL. */
static const char *field(char *line, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(line, name, length) != 0 || strncmp(line + length, ": ", 2) != 0)
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return line + length + 2;
}

/* The list is long: line by line, until the package's own paragraph ends. */
static const char *find_version(struct doctor *doctor, FILE *file, const char *name)
{
	bool ours = false, installed = false;
	const char *version = NULL, *value;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, file) > 0 && !(ours && line[0] == '\n')) {
		if ((value = field(line, "Package")) != NULL)
			ours = strcmp(value, name) == 0;
		else if (ours && (value = field(line, "Status")) != NULL)
			installed = strstr(value, " installed") != NULL;
		else if (ours && (value = field(line, "Version")) != NULL)
			version = doctor_shown(doctor, value);
	}
	free(line);
	return ours && installed ? version : NULL;
}

const char *doctor_package(struct doctor *doctor, const char *name)
{
	FILE *file = fopen(doctor_path(doctor, "/var/lib/dpkg/status"), "re");
	const char *version;

	if (file == NULL)
		return NULL;
	version = find_version(doctor, file, name);
	fclose(file);
	return version;
}

/* ---- Users ---- */

/* Finds the line of /etc/passwd whose field at @column (0 the name, 2 the number) is @value; both lent by @bytes. */
static bool find_user(char *bytes, int column, const char *value, const char **ret_name, const char **ret_uid)
{
	char *save = NULL;

	for (char *line = strtok_r(bytes, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *fields[3] = { NULL, NULL, NULL }, *rest = line;

		for (int i = 0; i < 3; i++)
			fields[i] = strsep(&rest, ":");
		if (fields[2] == NULL || strcmp(fields[column], value) != 0)
			continue;
		*ret_name = fields[0];
		*ret_uid = fields[2];
		return true;
	}
	return false;
}

bool doctor_user(struct doctor *doctor, const char *name, uid_t *ret_uid)
{
	CLEANUP_FREE char *bytes = NULL;
	const char *found, *number;
	uint32_t uid;

	if (doctor_read(doctor, "/etc/passwd", USERS_MAX, &bytes) < 0 || !find_user(bytes, 0, name, &found, &number) ||
	    scalar_u32(number, 0, UINT32_MAX, &uid) < 0)
		return false;
	if (ret_uid != NULL)
		*ret_uid = uid;
	return true;
}

const char *doctor_user_name(struct doctor *doctor, uid_t uid)
{
	const char *number = doctor_format(doctor, "%u", (unsigned)uid);
	CLEANUP_FREE char *bytes = NULL;
	const char *name, *found;

	if (doctor_read(doctor, "/etc/passwd", USERS_MAX, &bytes) < 0 || !find_user(bytes, 2, number, &name, &found))
		return number;
	return doctor_shown(doctor, name);
}

/* ---- Addresses ---- */

/* The kernel's routes name an address, and below it "/32 host LOCAL" when it is the machine's own. */
bool doctor_has_address(struct doctor *doctor, const char *address)
{
	CLEANUP_FREE char *bytes = NULL;
	char *save = NULL;
	bool named = false;

	if (doctor_read_stream(doctor, "/proc/net/fib_trie", ROUTES_MAX, &bytes, NULL) < 0)
		return false;
	for (char *line = strtok_r(bytes, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *leaf = strstr(line, "|-- ");

		if (leaf != NULL)
			named = strcmp(leaf + 4, address) == 0;
		else if (named && strstr(line, "/32 host LOCAL") != NULL)
			return true;
	}
	return false;
}

bool doctor_is_the_server(struct doctor *doctor)
{
	const char *address = doctor_policy(doctor, "server.address");

	return address != NULL && doctor_has_address(doctor, address);
}
