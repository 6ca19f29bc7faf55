/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * See sweep.h.  Whoever arms a one-shot boot writes its record before its answers, so that a folder whose token no record has
 * is nobody's.
 */
#include "sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scalar.h"

#define HEX "0123456789abcdef"
#define DEPTH 3			/* answers/TOKEN/PROFILE/FILE */

static DIR *open_folder(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !folder)
		close(fd);
	return folder;
}

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int remove_all(int at, const char *name, int depth)
{
	DIR *folder = depth > 0 ? open_folder(at, name) : NULL;
	struct dirent *entry;
	int r = 0;

	if (!folder)
		return unlinkat(at, name, 0) < 0 && errno != ENOENT ? -errno : 0;
	while (r == 0 && (entry = readdir(folder)))
		if (!is_dot(entry->d_name))
			r = remove_all(dirfd(folder), entry->d_name, depth - 1);
	closedir(folder);
	if (r == 0 && unlinkat(at, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

/* Whose it would be; false for what is no token. */
static bool key_of(const char *token, char ret_key[3 * MAC_LENGTH])
{
	char digits[2 * MAC_LENGTH + 1];
	uint8_t mac[MAC_LENGTH];

	if (strlen(token) != LIFE_TOKEN_SIZE - 1 || token[strspn(token, HEX)])
		return false;
	memcpy(digits, token, sizeof(digits) - 1);
	digits[sizeof(digits) - 1] = '\0';
	if (scalar_mac(digits, mac) < 0)
		return false;
	scalar_format_mac(mac, ':', ret_key);
	return true;
}

/* What can't be read is left alone. */
static bool is_over(struct pxeboot_state *state, const char *key, const char *token)
{
	struct pxeboot_record *record;
	int r = pxeboot_state_get(state, key, &record);
	bool over;

	if (r < 0)
		return r == -ENOENT;
	over = !pxeboot_once_is_on(record) || !record->once.token || strcmp(record->once.token, token) != 0;
	pxeboot_record_free(record);
	return over;
}

static int sweep(DIR *folder, struct pxeboot_state *state)
{
	char key[3 * MAC_LENGTH];
	struct dirent *entry;
	int count = 0, r = 0;

	while (r == 0 && (entry = readdir(folder))) {
		if (!key_of(entry->d_name, key) || !is_over(state, key, entry->d_name))
			continue;
		r = remove_all(dirfd(folder), entry->d_name, DEPTH - 1);
		count++;
	}
	return r < 0 ? r : count;
}

int sweep_answers(struct life *life)
{
	CLEANUP_FREE char *path = NULL;
	DIR *folder;
	int r;
	struct pxeboot_state *state = life_state(life, &r);

	if (r < 0)
		return r;
	if (asprintf(&path, "%s/answers", life_conf(life)->root) < 0)
		return -ENOMEM;
	folder = open_folder(AT_FDCWD, path);
	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	r = sweep(folder, state);
	closedir(folder);
	return r;
}
