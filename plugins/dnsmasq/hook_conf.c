/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads hook.conf: lines `key = "value";`, each key once.
 */
#include "hook_conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "pxeboot.h"

#define CONF_MAX 65536
#define CLASS_MAX 64			/* as in the policy */
#define BLANKS " \t\r"

static const char any_key[] = "root, state, user_class, own, served or next, then = \"VALUE\";";

char *hook_conf_path(void)
{
	const char *directory = getenv("PXEBOOT_CONFIG");
	char *path;

	if (directory == NULL || directory[0] == '\0')
		directory = PXEBOOT_SYSCONFDIR;
	return asprintf(&path, "%s/hook.conf", directory) < 0 ? NULL : path;
}

/* ---- Values ---- */

static bool is_printable(const char *value)
{
	for (; *value != '\0'; value++)
		if ((unsigned char)*value < 0x20 || *value == 0x7f)
			return false;
	return true;
}

static bool is_path(const char *value)
{
	return value[0] == '/' && is_printable(value);
}

static bool is_user_class(const char *value)
{
	return strncmp(value, "iPXE", 4) == 0 && strlen(value) <= CLASS_MAX && is_printable(value);
}

/* The bits of all names between the commas; 0 when one is no architecture. */
static unsigned archs_of(const char *names)
{
	char name[32];
	unsigned archs = 0;

	for (;; names++) {
		size_t length = strcspn(names, ",");

		if (length >= sizeof(name))
			return 0;
		memcpy(name, names, length);
		name[length] = '\0';
		if (pxeboot_arch_by_name(name) == PXEBOOT_ARCH_NONE)
			return 0;
		archs |= 1u << pxeboot_arch_by_name(name);
		names += length;
		if (*names == '\0')
			return archs;
	}
}

static bool is_archs(const char *value)
{
	return archs_of(value) != 0;
}

static bool is_served(const char *value)
{
	return strcmp(value, "dhcp") == 0 || strcmp(value, "tftp") == 0;
}

static const struct key {
	const char *name;
	size_t place;			/* of its char * in struct hook_conf */
	bool (*fits)(const char *value);
	const char *expected;
} keys[] = {
	{ "root", offsetof(struct hook_conf, root), is_path, "root = \"/PATH\"; once" },
	{ "state", offsetof(struct hook_conf, state), is_path, "state = \"/PATH\"; once" },
	{ "user_class", offsetof(struct hook_conf, user_class), is_user_class, "user_class = \"iPXE…\"; once" },
	{ "own", offsetof(struct hook_conf, own), is_archs, "own = \"ARCHITECTURE,…\"; once" },
	{ "served", offsetof(struct hook_conf, served), is_served, "served = \"dhcp\"; or served = \"tftp\"; once" },
	{ "next", offsetof(struct hook_conf, next), is_path, "next = \"/PATH\"; once" },
};

static char **value_of(struct hook_conf *conf, const struct key *key)
{
	return (char **)((char *)conf + key->place);
}

/* ---- Lines ---- */

static char *skip_blanks(char *at)
{
	return at + strspn(at, BLANKS);
}

/* Moves past @word; NULL when it does not stand there. */
static char *skip_word(char *at, const char *word)
{
	size_t length = strlen(word);

	return strncmp(at, word, length) == 0 ? skip_blanks(at + length) : NULL;
}

/* What stands in the quotes; the rest of the line may hold a semicolon and a comment.  NULL: anything else. */
static char *cut_value(char *at)
{
	char *end = at[0] == '"' ? strchr(at + 1, '"') : NULL;
	char *rest;

	if (end == NULL)
		return NULL;
	rest = skip_blanks(end + 1);
	if (*rest == ';')
		rest = skip_blanks(rest + 1);
	*end = '\0';
	return *rest == '\0' || *rest == '#' ? at + 1 : NULL;
}

static int take_value(const struct key *key, char *at, struct hook_conf *conf)
{
	char **value = value_of(conf, key);
	const char *given = cut_value(at);

	conf->expected = key->expected;
	if (given == NULL || *value != NULL || !key->fits(given))
		return -EBADMSG;
	*value = strdup(given);
	return *value == NULL ? -ENOMEM : 0;
}

static int take_line(char *line, struct hook_conf *conf)
{
	char *at = skip_blanks(line);

	if (*at == '\0' || *at == '#')
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		char *after = skip_word(at, keys[i].name);

		if (after != NULL)
			after = skip_word(after, "=");
		if (after != NULL)
			return take_value(&keys[i], after, conf);
	}
	conf->expected = any_key;
	return -EBADMSG;
}

static int take_lines(char *bytes, size_t length, struct hook_conf *conf)
{
	int r = 0;

	for (char *line = bytes, *next; r == 0 && line != NULL; line = next) {
		char *end = memchr(line, '\n', length - (size_t)(line - bytes));

		next = end != NULL ? end + 1 : NULL;
		end = end != NULL ? end : bytes + length;
		*end = '\0';
		conf->bad_line++;
		conf->expected = any_key;
		r = memchr(line, '\0', (size_t)(end - line)) != NULL ? -EBADMSG : take_line(line, conf);
	}
	return r;
}

/* ---- Whose it is ---- */

/* In a folder as /tmp nobody takes another's file away. */
static bool is_open(const struct stat *status)
{
	return ((status->st_mode & S_IWOTH) && !(status->st_mode & S_ISVTX)) || (geteuid() == 0 && status->st_uid != 0);
}

bool hook_conf_is_open(const char *path)
{
	const char *slash = strrchr(path, '/');
	CLEANUP_FREE char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
	struct stat status;

	if (stat(path, &status) < 0)
		return false;
	return (status.st_mode & S_IWOTH) || is_open(&status) || folder == NULL || stat(folder, &status) < 0 || is_open(&status);
}

const char *hook_conf_why(int error)
{
	return error == -EPERM ? "others may write it or its folder: chown root, chmod o-w" : strerror(-error);
}

/* ---- The whole ---- */

int hook_conf_read(const char *path, struct hook_conf *ret_conf)
{
	CLEANUP_FREE char *bytes = NULL;
	struct hook_conf conf = HOOK_CONF_NONE;
	size_t length;
	int r = hook_conf_is_open(path) ? -EPERM : file_read(path, CONF_MAX, &bytes, &length);

	if (r < 0)
		return r;
	r = take_lines(bytes, length, &conf);
	if (r < 0) {
		const struct hook_conf bad = { .bad_line = conf.bad_line, .expected = conf.expected };

		hook_conf_free(&conf);
		if (r == -EBADMSG)
			*ret_conf = bad;
		return r;
	}
	conf.bad_line = 0;
	conf.expected = NULL;
	*ret_conf = conf;
	return 0;
}

void hook_conf_free(struct hook_conf *conf)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		free(*value_of(conf, &keys[i]));
	*conf = HOOK_CONF_NONE;
}

unsigned hook_conf_own(const struct hook_conf *conf)
{
	return conf->own == NULL ? PXEBOOT_ARCHS_ALL : archs_of(conf->own);
}

bool hook_conf_served_by_dhcp(const struct hook_conf *conf)
{
	return conf->served == NULL || strcmp(conf->served, "dhcp") == 0;
}
