/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * See once_file.h.  A script says in its second line what it is; the library writes it (pxeboot_once_script()).
 */
#include "once_file.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scalar.h"
#include "base/text.h"

#define SCRIPT_MAX 65536
#define IS_ON "#!ipxe\n# one-shot boot, round "
#define IS_OVER "#!ipxe\n# after the one-shot boot, round "
#define TAIL ".ipxe"
#define THEN ".then"
#define OVER ".over"

static int path_of(const char *root, const char *key, const char *tail, char **ret_path)
{
	uint8_t mac[MAC_LENGTH];
	char name[3 * MAC_LENGTH];

	if (scalar_mac(key, mac) < 0)
		return -EINVAL;
	scalar_format_mac(mac, '-', name);
	return asprintf(ret_path, "%s/once/%s%s", root, name, tail) < 0 ? -ENOMEM : 0;
}

static int take_round(char *bytes, const char *head, uint32_t *ret_round)
{
	char *number = bytes + strlen(head);

	number[strspn(number, "0123456789")] = '\0';
	return scalar_u32(number, 0, UINT32_MAX, ret_round) < 0 ? -EBADMSG : 0;
}

static int look_at(const char *root, const char *key, const char *tail, uint32_t *ret_round)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *bytes = NULL;
	int r = path_of(root, key, tail, &path);

	if (r == 0)
		r = file_read(path, SCRIPT_MAX, &bytes, NULL);
	if (r == -ENOENT)
		return ONCE_FILE_NONE;
	if (r)
		return r;
	if (strncmp(bytes, IS_ON, strlen(IS_ON)) == 0)
		return take_round(bytes, IS_ON, ret_round) < 0 ? -EBADMSG : ONCE_FILE_ON;
	if (strncmp(bytes, IS_OVER, strlen(IS_OVER)) == 0)
		return take_round(bytes, IS_OVER, ret_round) < 0 ? -EBADMSG : ONCE_FILE_OVER;
	return -EBADMSG;
}

int once_file_look(const char *root, const char *key, uint32_t *ret_round)
{
	int file = look_at(root, key, TAIL, ret_round);

	if (file != ONCE_FILE_NONE)
		return file;
	file = look_at(root, key, OVER, ret_round);
	return file == ONCE_FILE_ON ? ONCE_FILE_OVER : file;
}

/* The library's scripts chain one file of one of these. */
static bool leads_elsewhere(const char *script, const char *profile)
{
	static const char *const folders[] = { "${base}/profiles/", "${base}/menus/" };
	size_t length = strlen(profile);

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		const char *at = strstr(script, folders[i]);

		if (at != NULL)
			return strncmp(at + strlen(folders[i]), profile, length) != 0 ||
			       strncmp(at + strlen(folders[i]) + length, ".ipxe", 5) != 0;
	}
	return false;
}

int once_file_gives(const char *root, const char *key, uint32_t round, const char *profile)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *bytes = NULL;
	uint32_t number;
	int r = path_of(root, key, TAIL, &path);

	if (r == 0)
		r = file_read(path, SCRIPT_MAX, &bytes, NULL);
	if (r < 0)
		return r == -ENOENT || r == -EISDIR || r == -EINVAL || r == -E2BIG ? 0 : r;
	return strncmp(bytes, IS_ON, strlen(IS_ON)) == 0 && !leads_elsewhere(bytes, profile) &&
	       take_round(bytes, IS_ON, &number) == 0 && number == round;
}

/* A rename or unlink outlives a power failure only then. */
static int sync_folder(const char *root)
{
	CLEANUP_FREE char *path = NULL;
	int fd, r;

	if (asprintf(&path, "%s/once", root) < 0)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	r = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return r;
}

static int take_away(const char *path)
{
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

static int take_away_mark(const char *root, const char *key)
{
	CLEANUP_FREE char *mark = NULL;
	int r = path_of(root, key, OVER, &mark);

	return r < 0 ? r : take_away(mark);
}

int once_file_begin(const char *root, const char *key, const char *script, const char *then)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *next = NULL;
	int r = path_of(root, key, TAIL, &path);
	bool wrote;

	if (r == 0)
		r = path_of(root, key, THEN, &next);
	if (r == 0)
		r = file_make_parents(path);
	if (r == 0)
		r = take_away_mark(root, key);
	if (r == 0)
		r = then != NULL ? file_write(next, then, strlen(then), 0644) : take_away(next);
	wrote = r > 0;
	if (r >= 0)
		r = file_write(path, script, strlen(script), 0644);
	wrote |= r > 0;
	if (r >= 0)
		r = sync_folder(root);
	return r < 0 ? r : wrote;
}

/* To @mark, or nowhere. */
static int put_away(const char *path, const char *mark)
{
	if (mark == NULL)
		return take_away(path);
	return rename(path, mark) < 0 ? -errno : 0;
}

/* Without anything that follows it goes away, or stays as a mark that is not served. */
static int end(const char *root, const char *key, bool leaves_mark)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *next = NULL;
	CLEANUP_FREE char *mark = NULL;
	uint32_t round;
	int r = once_file_look(root, key, &round);

	if (r != ONCE_FILE_ON)
		return r < 0 ? r : 1;
	r = path_of(root, key, TAIL, &path);
	if (r == 0)
		r = path_of(root, key, THEN, &next);
	if (r == 0)
		r = path_of(root, key, OVER, &mark);
	if (r < 0)
		return r;
	if (rename(next, path) < 0)
		r = errno == ENOENT ? put_away(path, leaves_mark ? mark : NULL) : -errno;
	return r < 0 ? r : sync_folder(root);
}

int once_file_end(const char *root, const char *key)
{
	return end(root, key, false);
}

int once_file_end_unrecorded(const char *root, const char *key)
{
	return end(root, key, true);
}

int once_file_remove(const char *root, const char *key)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *next = NULL;
	int r = path_of(root, key, TAIL, &path);

	if (r == 0)
		r = path_of(root, key, THEN, &next);
	if (r == 0)
		r = take_away(path);
	if (r == 0)
		r = take_away(next);
	if (r == 0)
		r = take_away_mark(root, key);
	return r < 0 ? r : sync_folder(root);
}

/* The key of a file's name; false for what is none of ours. */
static bool key_of(const char *name, char ret_key[3 * MAC_LENGTH])
{
	size_t length = strlen(name), tail = strlen(TAIL);
	char text[3 * MAC_LENGTH];
	uint8_t mac[MAC_LENGTH];

	if (length != sizeof(text) - 1 + tail || strcmp(name + length - tail, TAIL) != 0)
		return false;
	memcpy(text, name, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	if (scalar_mac(text, mac) < 0)
		return false;
	scalar_format_mac(mac, ':', ret_key);
	return true;
}

bool once_file_is_none(const char *root)
{
	CLEANUP_FREE char *path = NULL;
	struct dirent *entry;
	bool is_none;
	DIR *folder;

	if (asprintf(&path, "%s/once", root) < 0)
		return false;
	folder = opendir(path);
	if (folder == NULL)
		return errno == ENOENT;
	do {
		errno = 0;
		entry = readdir(folder);
	} while (entry != NULL && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	is_none = entry == NULL && errno == 0;
	closedir(folder);
	return is_none;
}

int once_file_each(const char *root, int (*visit)(void *context, const char *key), void *context)
{
	CLEANUP_FREE char *path = NULL;
	struct dirent *entry;
	DIR *folder;
	int r = 0;

	if (asprintf(&path, "%s/once", root) < 0)
		return -ENOMEM;
	folder = opendir(path);
	if (folder == NULL)
		return errno == ENOENT ? 0 : -errno;
	while (r == 0 && (errno = 0, entry = readdir(folder)) != NULL) {
		char key[3 * MAC_LENGTH];

		if (key_of(entry->d_name, key))
			r = visit(context, key);
	}
	if (r == 0 && errno != 0)
		r = -errno;
	closedir(folder);
	return r;
}

static int token_path(const char *root, const char *token, char **ret_path)
{
	if (token[0] == '\0' || token[strspn(token, "0123456789abcdef")] != '\0')
		return -EINVAL;
	return asprintf(ret_path, "%s/done/%s", root, token) < 0 ? -ENOMEM : 0;
}

/* Some TFTP clients take an empty file for none. */
int once_file_add_token(const char *root, const char *token)
{
	CLEANUP_FREE char *path = NULL;
	int r = token_path(root, token, &path);

	if (r == 0)
		r = file_make_parents(path);
	if (r == 0)
		r = file_write(path, "done\n", 5, 0644);
	return r < 0 ? r : 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	return remove(path) < 0 && errno != ENOENT ? -errno : 0;
}

int once_file_remove_answers(const char *root, const char *token)
{
	CLEANUP_FREE char *path = NULL;
	int r;

	if (asprintf(&path, "%s/answers/%s", root, token) < 0)
		return -ENOMEM;
	r = nftw(path, remove_entry, 4, FTW_DEPTH | FTW_PHYS);
	return r == -1 ? errno == ENOENT ? 0 : -errno : r;
}

int once_file_remove_token(const char *root, const char *token)
{
	CLEANUP_FREE char *path = NULL;
	int r = token_path(root, token, &path);

	if (r == 0)
		r = take_away(path);
	return r < 0 ? r : once_file_remove_answers(root, token);
}
