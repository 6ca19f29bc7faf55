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

#include "once_file.h"

/* What can't be read is left alone. */
static bool is_over(struct life *life, const char *key, const char *token)
{
	struct pxeboot_record *record;
	int r = life_read(life, key, &record);
	bool over;

	if (r < 0)
		return r == -ENOENT;
	over = !pxeboot_once_is_on(record) || !record->once.token || strcmp(record->once.token, token) != 0;
	pxeboot_record_free(record);
	return over;
}

static int sweep(struct life *life, DIR *folder)
{
	char key[PXEBOOT_KEY_SIZE];
	struct dirent *entry;
	int count = 0, r = 0;

	while (r == 0 && (entry = readdir(folder))) {
		if (life_token_key(entry->d_name, key) < 0 || !is_over(life, key, entry->d_name))
			continue;
		r = once_file_remove_answers(life_conf(life)->root, entry->d_name);
		count++;
	}
	return r < 0 ? r : count;
}

int sweep_answers(struct life *life)
{
	CLEANUP_FREE char *path = NULL;
	DIR *folder;
	int r;

	if (asprintf(&path, "%s/answers", life_conf(life)->root) < 0)
		return -ENOMEM;
	folder = opendir(path);
	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	r = sweep(life, folder);
	closedir(folder);
	return r;
}
