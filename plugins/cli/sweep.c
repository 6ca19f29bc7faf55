/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * See sweep.h.  Whoever arms a one-shot boot writes its record before its answers, so that a folder whose token no record has
 * is nobody's.
 */
#include "sweep.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scalar.h"
#include "once_file.h"

#define HEX "0123456789abcdef"

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

static int sweep(const char *root, DIR *folder, struct pxeboot_state *state)
{
	char key[3 * MAC_LENGTH];
	struct dirent *entry;
	int count = 0, r = 0;

	while (r == 0 && (entry = readdir(folder))) {
		if (!key_of(entry->d_name, key) || !is_over(state, key, entry->d_name))
			continue;
		r = once_file_remove_answers(root, entry->d_name);
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
	folder = opendir(path);
	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	r = sweep(life_conf(life)->root, folder, state);
	closedir(folder);
	return r;
}
