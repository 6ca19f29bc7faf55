/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Known hosts (see known.h).  The file is numbers of 64 bits as this machine has them: another kind of machine knows nobody.
 */
#include "known.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mark.h"
#include "manifest.h"

#define KNOWN_FILE ".pxeboot-known"
#define LIMIT ((size_t)1 << 30)

/* The file: this, then a mark of each host. */
struct head {
	char magic[8];
	uint64_t sum;			/* of all that follows */
	uint64_t names, list;
	uint64_t folders[KNOWN_FOLDERS];
};
static const char magic[8] = { 'p', 'x', 'e', 'k', 'n', 'o', 'w', '1' };

/* ---- What is there now --------------------------------------------------------------------------------------------- */

static uint64_t mark_times(uint64_t mark, const struct stat *status)
{
	mark = mark_number(mark_number(mark, (uint64_t)status->st_mtim.tv_sec), (uint64_t)status->st_mtim.tv_nsec);
	return mark_number(mark_number(mark, (uint64_t)status->st_ctim.tv_sec), (uint64_t)status->st_ctim.tv_nsec);
}

static uint64_t mark_folder(const char *root, const char *name, bool times)
{
	CLEANUP_FREE char *path = NULL;
	struct stat status;

	if (asprintf(&path, "%s/%s", root, name) < 0) {
		path = NULL;
		return 0;
	}
	if (stat(path, &status) < 0)
		return 1;
	uint64_t mark = mark_number(mark_number(MARK_INIT, (uint64_t)status.st_dev), (uint64_t)status.st_ino);

	return times ? mark_times(mark, &status) : mark;
}

/* Folders of one-shot boots come and go in answers/. */
static void mark_folders(const char *root, uint64_t marks[KNOWN_FOLDERS])
{
	static const struct {
		const char *name;
		bool times;
	} folders[KNOWN_FOLDERS] = { { "hosts/", true }, { "grub/", true }, { "pxelinux.cfg/", true }, { "answers/", false } };

	for (size_t i = 0; i < KNOWN_FOLDERS; i++)
		marks[i] = mark_folder(root, folders[i].name, folders[i].times);
}

static uint64_t mark_list(const char *root)
{
	CLEANUP_FREE char *path = NULL;
	CLEANUP_FREE char *bytes = NULL;
	size_t length;

	if (asprintf(&path, "%s/" MANIFEST_FILES, root) < 0) {
		path = NULL;
		return 0;
	}
	return file_read(path, LIMIT, &bytes, &length) < 0 ? 0 : mark_bytes(MARK_INIT, bytes, length);
}

/* ---- Who is known -------------------------------------------------------------------------------------------------- */

/* A set of marks; no slot has the mark 0, which nobody is known by. */
static size_t slot_of(const uint64_t *slots, size_t mask, uint64_t mark)
{
	size_t slot = (size_t)mark & mask;

	while (slots[slot] && slots[slot] != mark)
		slot = (slot + 1) & mask;
	return slot;
}

static int find_known(struct known *known, const uint64_t *marks, size_t n)
{
	size_t size = 16;

	while (size / 2 < n)
		size *= 2;
	CLEANUP_FREE uint64_t *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (marks[i])
			slots[slot_of(slots, size - 1, marks[i])] = marks[i];
	for (size_t i = 0; i < known->marks->n_hosts; i++)
		known->hosts[i] = slots[slot_of(slots, size - 1, known->marks->hosts[i])] != 0;
	return 0;
}

static bool is_whole(const char *bytes, size_t length, const struct head *head)
{
	size_t begin = offsetof(struct head, names);

	return memcmp(head->magic, magic, sizeof(magic)) == 0 && (length - sizeof(*head)) % sizeof(uint64_t) == 0 &&
	       mark_bytes(MARK_INIT, bytes + begin, length - begin) == head->sum;
}

/* The text buffer that a file is read into begins where any type may. */
static int believe(struct known *known, const char *bytes, size_t length)
{
	uint64_t folders[KNOWN_FOLDERS];
	struct head head;

	if (length < sizeof(head))
		return 0;
	memcpy(&head, bytes, sizeof(head));
	mark_folders(known->root, folders);
	if (!is_whole(bytes, length, &head) || memcmp(folders, head.folders, sizeof(folders)) != 0)
		return 0;
	known->names = head.names;
	known->list = head.list;
	return find_known(known, (const uint64_t *)(const void *)(bytes + sizeof(head)),
			  (length - sizeof(head)) / sizeof(uint64_t));
}

int known_load(struct known *known, const struct pxeboot_policy *policy, const char *root, bool full)
{
	CLEANUP_FREE char *bytes = NULL;
	size_t length;
	int r;

	*known = (struct known){ .root = root };
	if (asprintf(&known->path, "%s/" KNOWN_FILE, root) < 0) {
		known->path = NULL;
		return -ENOMEM;
	}
	r = pxeboot_marks_new(policy, &known->marks);
	if (r < 0)
		return r;
	known->hosts = calloc(known->marks->n_hosts + 1, sizeof(*known->hosts));
	known->quiet = calloc(known->marks->n_hosts + 1, sizeof(*known->quiet));
	if (!known->hosts || !known->quiet)
		return -ENOMEM;
	if (full || file_read(known->path, LIMIT, &bytes, &length) < 0)
		return 0;
	return believe(known, bytes, length);
}

bool known_has_list(const struct known *known, uint64_t shared)
{
	return known->list && known->names == known->marks->names + shared && known->list == mark_list(known->root);
}

/* ---- Remembering --------------------------------------------------------------------------------------------------- */

/* What is no file is not believed either. */
int known_forget(const struct known *known)
{
	return unlink(known->path) < 0 && errno != ENOENT && errno != ENOTDIR && errno != EISDIR ? -errno : 0;
}

int known_save(const struct known *known, uint64_t shared)
{
	size_t n = known->marks->n_hosts, length = sizeof(struct head) + n * sizeof(uint64_t);
	struct head head = { .names = known->marks->names + shared, .list = mark_list(known->root) };
	CLEANUP_FREE char *bytes = malloc(length);
	int r;

	if (!bytes)
		return -ENOMEM;
	memcpy(head.magic, magic, sizeof(magic));
	mark_folders(known->root, head.folders);
	for (size_t i = 0; i < n; i++)
		memcpy(bytes + sizeof(head) + i * sizeof(uint64_t), known->quiet[i] ? &known->marks->hosts[i] : &(uint64_t){ 0 },
		       sizeof(uint64_t));
	memcpy(bytes, &head, sizeof(head));
	head.sum = mark_bytes(MARK_INIT, bytes + offsetof(struct head, names), length - offsetof(struct head, names));
	memcpy(bytes, &head, sizeof(head));
	r = file_write(known->path, bytes, length, 0644);
	return r < 0 ? r : 0;
}

void known_free(struct known *known)
{
	pxeboot_marks_free(known->marks);
	free(known->hosts);
	free(known->quiet);
	free(known->path);
	*known = (struct known){ .root = NULL };
}
