/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads as dnsmasq 2.90 does: the command line from left to right, where a conf-dir is read at once and the first
 * conf-file at the very end; without one, /etc/dnsmasq.conf.
 */
#include "settings.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "dnsmasq/model_words.h"
#include "doctor.h"

#define CONF_FILE "/etc/dnsmasq.conf"
#define FILE_MAX (1 << 24)
#define FILES_MAX 1000
#define SETTINGS_MAX 200000
#define DEPTH_MAX 8

/* One-letter options that take a value; those that nobody here asks for have no name. */
static const struct {
	char letter;
	const char *name;
} letters[] = {
	{ 'C', "conf-file" }, { '7', "conf-dir" }, { '6', "dhcp-script" }, { 'F', "dhcp-range" }, { 'i', "interface" },
	{ 'u', "user" }, { 'M', "dhcp-boot" }, { 'p', "port" }, { 'a', "listen-address" }, { 'I', "except-interface" },
	{ 'G', "dhcp-host" }, { 'r', NULL }, { 'm', NULL }, { 'c', NULL }, { 'l', NULL }, { 's', NULL }, { 't', NULL },
	{ 'g', NULL }, { 'x', NULL }, { 'S', NULL }, { 'A', NULL }, { 'T', NULL }, { 'H', NULL }, { 'Q', NULL },
	{ 'B', NULL }, { 'O', NULL }, { 'X', NULL }, { 'V', NULL }, { 'U', NULL }, { 'j', NULL }, { 'P', NULL },
	{ 'J', NULL }, { 'W', NULL }, { 'Y', NULL }, { '2', NULL }, { '4', NULL }, { '8', NULL }, { '0', NULL },
	{ '3', NULL },
};

struct reader {
	struct doctor *doctor;
	struct settings *settings;
	const char *first_file;		/* of the command line, read last */
	unsigned depth;
};

static void read_file(struct reader *reader, const char *path, const struct setting *from);
static void read_directory(struct reader *reader, const char *value, const struct setting *from);

/* ---- Lines ---- */

bool settings_parse_line(char *line, char **ret_name, char **ret_value)
{
	char *name, *value;

	if (words_prepare(line, &name) != NULL || *name == '\0')
		return false;
	value = words_split_at(name, '=');
	if (value == NULL)
		value = name + strlen(name);
	words_reveal(name);
	words_reveal(value);
	*ret_name = name;
	*ret_value = value;
	return true;
}

/* ---- Settings ---- */

static struct setting *add(struct settings *settings, const char *name, const char *value)
{
	struct setting *list, *setting;

	if (settings->count == SETTINGS_MAX)
		return NULL;
	list = reallocarray(settings->list, settings->count + 1, sizeof(*list));
	if (list == NULL)
		return NULL;
	settings->list = list;
	setting = &list[settings->count];
	*setting = (struct setting){ .name = strdup(name), .value = strdup(value) };
	if (setting->name == NULL || setting->value == NULL) {
		free(setting->name);
		free(setting->value);
		return NULL;
	}
	settings->count++;
	return setting;
}

static void take(struct reader *reader, const char *name, const char *value, const char *file, unsigned line)
{
	struct setting *setting = add(reader->settings, name, value), from;

	if (setting == NULL)
		return;
	setting->file = file;
	setting->line = line;
	from = *setting;	/* the list moves while files are read */
	if (strcmp(name, "conf-dir") == 0)
		read_directory(reader, from.value, &from);
	else if (strcmp(name, "conf-file") == 0 && (file != NULL || reader->first_file != NULL))
		read_file(reader, from.value, &from);
	else if (strcmp(name, "conf-file") == 0)
		reader->first_file = from.value;
}

/* ---- Files ---- */

static void tell(struct reader *reader, const struct setting *from, const char *path, const char *problem)
{
	struct doctor *doctor = reader->doctor;

	diagnostics_add(doctor->findings, PXEBOOT_WARNING, "system.conf-file",
			(struct location){ from->file, from->line }, "dnsmasq: it reads '%s', %s",
			doctor_shown(doctor, path), problem);
}

static bool remember(struct settings *settings, const char *path)
{
	char **files = reallocarray(settings->files, settings->n_files + 1, sizeof(*files));

	if (files == NULL)
		return false;
	settings->files = files;
	files[settings->n_files] = strdup(path);
	return files[settings->n_files] != NULL && ++settings->n_files != 0;
}

static void parse(struct reader *reader, char *bytes, const char *file)
{
	unsigned number = 0;
	char *name, *value;

	for (char *line = bytes, *next; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		number++;
		if (settings_parse_line(line, &name, &value))
			take(reader, name, value, file, number);
	}
}

static void read_file(struct reader *reader, const char *path, const struct setting *from)
{
	CLEANUP_FREE char *bytes = NULL;
	struct settings *settings = reader->settings;
	int r;

	if (strcmp(path, "/dev/null") == 0)
		return;			/* how NetworkManager says "no file" */
	if (path[0] != '/') {
		tell(reader, from, path, "whose place depends on where it was started; not looked at");
		return;
	}
	if (reader->depth == DEPTH_MAX || settings->n_files == FILES_MAX) {
		tell(reader, from, path, "the last of too many files; not looked at");
		return;
	}
	for (size_t i = 0; i < settings->n_files; i++)
		if (strcmp(settings->files[i], path) == 0)
			return;		/* dnsmasq reads none twice */
	r = doctor_read(reader->doctor, path, FILE_MAX, &bytes);
	if (r < 0) {
		tell(reader, from, path, r == -EACCES ? "which only root may read; not looked at" : strerror(-r));
		return;
	}
	if (!remember(settings, path))
		return;
	reader->depth++;
	parse(reader, bytes, doctor_shown(reader->doctor, path));
	reader->depth--;
}

/* ---- Directories ---- */

static bool ends_with(const char *name, const char *suffix, size_t length)
{
	size_t n = strlen(name);

	return n > length && strncmp(name + n - length, suffix, length) == 0;
}

bool settings_wants_file(const char *name, const char *filters)
{
	size_t length = strlen(name);
	bool must_match = false, matches = false;

	if (length == 0 || name[0] == '.' || name[length - 1] == '~' || (name[0] == '#' && name[length - 1] == '#'))
		return false;
	for (const char *at = filters, *end; *at != '\0'; at = *end != '\0' ? end + 1 : end) {
		end = at + strcspn(at, ",");
		if (at[0] == '*' && end - at > 1) {
			must_match = true;
			matches |= ends_with(name, at + 1, (size_t)(end - at - 1));
		} else if (at[0] != '*' && end > at && ends_with(name, at, (size_t)(end - at))) {
			return false;
		}
	}
	return matches || !must_match;
}

/* Not alphasort(), which asks the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_entries(struct reader *reader, const char *directory, const char *filters, const struct setting *from)
{
	struct dirent **entries;
	int n = scandir(doctor_path(reader->doctor, directory), &entries, NULL, by_name);

	if (n < 0) {
		tell(reader, from, directory, strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		const char *path = doctor_format(reader->doctor, "%s/%s", directory, entries[i]->d_name);
		struct stat status;

		if (settings_wants_file(entries[i]->d_name, filters) &&
		    (stat(doctor_path(reader->doctor, path), &status) < 0 || S_ISREG(status.st_mode)))
			read_file(reader, path, from);
		free(entries[i]);
	}
	free(entries);
}

static void read_directory(struct reader *reader, const char *value, const struct setting *from)
{
	size_t length = strcspn(value, ",");
	const char *directory = doctor_format(reader->doctor, "%.*s", (int)length, value);

	read_entries(reader, directory, value[length] != '\0' ? value + length + 1 : "", from);
}

/* ---- The command line ---- */

static const char *name_of(char letter, bool *ret_has_value)
{
	for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
		if (letters[i].letter == letter) {
			*ret_has_value = true;
			return letters[i].name;
		}
	*ret_has_value = false;
	return NULL;
}

/* "-kd", "-C FILE", "-CFILE": returns how many words it took beyond its own. */
static int take_letters(struct reader *reader, const char *word, const char *next)
{
	for (; *word != '\0'; word++) {
		bool has_value;
		const char *name = name_of(*word, &has_value);
		const char *value = word[1] != '\0' ? word + 1 : next;

		if (!has_value)
			continue;
		if (name != NULL && value != NULL)
			take(reader, name, value, NULL, 0);
		return word[1] == '\0' && next != NULL;
	}
	return 0;
}

/* "--name=value", "--name value", "--name". */
static int take_long(struct reader *reader, const char *word, const char *next)
{
	size_t length = strcspn(word, "=");
	const char *name = doctor_format(reader->doctor, "%.*s", (int)length, word);

	if (word[length] == '=') {
		take(reader, name, word + length + 1, NULL, 0);
		return 0;
	}
	if (next != NULL && next[0] != '-') {
		take(reader, name, next, NULL, 0);
		return 1;
	}
	take(reader, name, "", NULL, 0);
	return 0;
}

void settings_read(struct doctor *doctor, char *const *argv, struct settings *settings)
{
	struct reader reader = { .doctor = doctor, .settings = settings };
	const struct setting from = { .file = NULL, .line = 0 };

	for (int i = 1; argv[0] != NULL && argv[i] != NULL; i++) {
		if (strncmp(argv[i], "--", 2) == 0)
			i += take_long(&reader, argv[i] + 2, argv[i + 1]);
		else if (argv[i][0] == '-')
			i += take_letters(&reader, argv[i] + 1, argv[i + 1]);
	}
	if (reader.first_file != NULL)
		read_file(&reader, reader.first_file, &from);
	else if (doctor_exists(doctor, CONF_FILE))
		read_file(&reader, CONF_FILE, &from);
}

void settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		free(settings->list[i].name);
		free(settings->list[i].value);
	}
	for (size_t i = 0; i < settings->n_files; i++)
		free(settings->files[i]);
	free(settings->list);
	free(settings->files);
	*settings = (struct settings){ NULL, 0, NULL, 0 };
}

const struct setting *settings_next(const struct settings *settings, const char *name, size_t *index)
{
	while (*index < settings->count) {
		const struct setting *setting = &settings->list[(*index)++];

		if (strcmp(setting->name, name) == 0)
			return setting;
	}
	return NULL;
}

const struct setting *settings_get(const struct settings *settings, const char *name)
{
	const struct setting *last = NULL, *next;

	for (size_t at = 0; (next = settings_next(settings, name, &at)) != NULL;)
		last = next;
	return last;
}
