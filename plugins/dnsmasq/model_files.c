/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files that a configuration brings in: conf-file and conf-dir where they stand, dhcp-hostsfile and its like after
 * everything else.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "model_read.h"

#define FILE_LIMIT (16u << 20)
#define MAX_DEPTH 32

/* dnsmasq reads a configuration file once, however often it is named. */
static bool was_read(struct model_reader *reader, const char *path)
{
	struct model_seen *seen;
	struct stat status;

	if (stat(path, &status) < 0)
		return false;
	for (seen = reader->model->seen; seen != NULL; seen = seen->next)
		if (seen->device == status.st_dev && seen->inode == status.st_ino)
			return true;
	seen = MODEL_NEW(reader->model, model_seen);
	if (seen != NULL) {
		*seen = (struct model_seen){ reader->model->seen, status.st_dev, status.st_ino };
		reader->model->seen = seen;
	}
	return false;
}

static int read_bytes(struct model_reader *reader, const char *path,
		      const char *(*line)(struct model_reader *reader, char *line))
{
	struct location outside = reader->where;
	CLEANUP_FREE char *bytes = NULL;
	CLEANUP_TEXT struct text shown = TEXT_INIT;
	size_t length;
	int r = file_read(path, FILE_LIMIT, &bytes, &length);

	if (r < 0)
		return r;
	/* Where a finding is stands on a terminal, too. */
	text_add_escaped(&shown, path);
	if (shown.error < 0)
		return shown.error;
	reader->where = (struct location){ model_copy(reader->model, shown.bytes, shown.length), 0 };
	model_read_lines(reader, bytes, length, line);
	reader->where = outside;
	return 0;
}

int model_read_file(struct model_reader *reader, const char *path)
{
	int r;

	if (was_read(reader, path))
		return 0;
	if (reader->depth == MAX_DEPTH)
		return -ELOOP;
	reader->depth++;
	r = read_bytes(reader, path, model_read_line);
	reader->depth--;
	return r;
}

static void tell_unreadable(struct model_reader *reader, const char *path, int error)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	text_add(&text, "can't read '");
	text_add_escaped(&text, path);
	text_addf(&text, "': %s", strerror(-error));
	if (reader->error == 0 && text.bytes != NULL)
		model_refuse(reader, text.bytes);
}

const char *model_parse_conf_file(struct model_reader *reader, char *argument)
{
	const char *path = model_word(reader, argument);
	int r;

	/* OpenWrt and NetworkManager write "no file" so. */
	if (path == NULL || strcmp(path, "/dev/null") == 0)
		return NULL;
	if (reader->from_memory) {
		model_skip(reader, "other files are not read");
		return NULL;
	}
	r = model_read_file(reader, path);
	if (r < 0)
		tell_unreadable(reader, path, r);
	return NULL;
}

/* ---- Folders ---- */

struct folder {
	const char *suffixes[16], *other[16];	/* "*.conf" and ".bak" */
	size_t n_suffixes, n_other;
};

static bool ends(const char *name, const char *const *suffixes, size_t count)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(suffixes[i]);

		if (length > n && strcmp(name + length - n, suffixes[i]) == 0)
			return true;
	}
	return false;
}

/* Editors' leavings and hidden files are never read. */
static bool is_left_over(const char *name)
{
	size_t length = strlen(name);

	return length == 0 || name[length - 1] == '~' || name[0] == '.' || (name[0] == '#' && name[length - 1] == '#');
}

static bool is_regular(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Not alphasort(), which asks the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Reads the regular files of a folder by name. */
static int read_folder(struct model_reader *reader, const char *path, const struct folder *folder,
		       int (*read)(struct model_reader *reader, const char *path))
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, by_name), r = 0;

	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		CLEANUP_TEXT struct text file = TEXT_INIT;

		text_addf(&file, "%s/%s", path, name);
		if (file.error == 0 && r == 0 && !is_left_over(name) && is_regular(file.bytes) &&
		    (folder->n_suffixes == 0 || ends(name, folder->suffixes, folder->n_suffixes)) &&
		    !ends(name, folder->other, folder->n_other))
			r = read(reader, file.bytes);
		free(entries[i]);
	}
	free(entries);
	return r;
}

const char *model_parse_conf_dir(struct model_reader *reader, char *argument)
{
	char *rest = words_split(argument), *next;
	const char *path = model_word(reader, argument);
	struct folder folder = { .n_suffixes = 0 };
	int r;

	for (; rest != NULL; rest = next) {
		next = words_split(rest);
		if (*rest == '\0' || strcmp(rest, "*") == 0)
			continue;
		if (folder.n_suffixes == ARRAY_SIZE(folder.suffixes) || folder.n_other == ARRAY_SIZE(folder.other))
			return "more than 16 suffixes";
		if (*rest == '*')
			folder.suffixes[folder.n_suffixes++] = model_word(reader, rest + 1);
		else
			folder.other[folder.n_other++] = model_word(reader, rest);
	}
	if (path == NULL || reader->model->error < 0)
		return NULL;
	if (reader->from_memory) {
		model_skip(reader, "other files are not read");
		return NULL;
	}
	r = read_folder(reader, path, &folder, model_read_file);
	if (r < 0)
		tell_unreadable(reader, path, r);
	return NULL;
}

/* ---- What is read in the end ---- */

static const char *add_include(struct model_reader *reader, const char *argument, bool is_options, bool is_folder)
{
	struct model_include *include = MODEL_NEW(reader->model, model_include);

	if (include == NULL)
		return NULL;
	*include = (struct model_include){
		.next = reader->model->includes, .where = reader->where, .path = model_word(reader, argument),
		.is_options = is_options, .is_folder = is_folder,
	};
	if (include->path != NULL)
		reader->model->includes = include;
	return NULL;
}

const char *model_parse_hosts_file(struct model_reader *reader, char *argument)
{
	return add_include(reader, argument, false, false);
}

const char *model_parse_options_file(struct model_reader *reader, char *argument)
{
	return add_include(reader, argument, true, false);
}

const char *model_parse_hosts_dir(struct model_reader *reader, char *argument)
{
	return add_include(reader, argument, false, true);
}

const char *model_parse_options_dir(struct model_reader *reader, char *argument)
{
	return add_include(reader, argument, true, true);
}

static const char *host_line(struct model_reader *reader, char *line)
{
	reader->keyword = "dhcp-host";
	return model_parse_host(reader, line);
}

static const char *option_line(struct model_reader *reader, char *line)
{
	reader->keyword = "dhcp-option";
	return model_parse_option(reader, line);
}

static int read_hosts(struct model_reader *reader, const char *path)
{
	return read_bytes(reader, path, host_line);
}

static int read_options(struct model_reader *reader, const char *path)
{
	return read_bytes(reader, path, option_line);
}

static void read_include(struct model_reader *reader, const struct model_include *include)
{
	static const struct folder everything = { .n_suffixes = 0 };
	int (*read)(struct model_reader *, const char *) = include->is_options ? read_options : read_hosts;
	struct stat status;
	int r;

	reader->where = include->where;
	reader->keyword = include->is_options ? "dhcp-optsfile" : "dhcp-hostsfile";
	if (reader->from_memory)
		r = -ENOENT;
	else if (stat(include->path, &status) == 0 && S_ISDIR(status.st_mode))
		r = read_folder(reader, include->path, &everything, read);
	else
		r = include->is_folder ? -ENOTDIR : read(reader, include->path);
	reader->where = include->where;
	reader->keyword = include->is_options ? "dhcp-optsfile" : "dhcp-hostsfile";
	if (r < 0)
		model_skip(reader, "its files can't be read");
}

void model_read_includes(struct model_reader *reader)
{
	reader->bank = true;
	/* All hosts, then all options; files before folders that are watched. */
	for (int pass = 0; pass < 4; pass++)
		for (const struct model_include *i = reader->model->includes; i != NULL; i = i->next)
			if (i->is_options == (pass % 2 == 1) && i->is_folder == (pass >= 2))
				read_include(reader, i);
	reader->bank = false;
}
