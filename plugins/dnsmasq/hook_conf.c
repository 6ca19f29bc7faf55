/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads hook.conf: `key = "value";` lines, both values absolute paths.
 */
#include "hook_conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#define CONF_MAX 65536
#define BLANKS " \t\r"

char *hook_conf_path(void)
{
	const char *directory = getenv("PXEBOOT_CONFIG");
	char *path;

	if (directory == NULL || directory[0] == '\0')
		directory = PXEBOOT_SYSCONFDIR;
	return asprintf(&path, "%s/hook.conf", directory) < 0 ? NULL : path;
}

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

/* What stands in the quotes, an absolute path; the rest of the line may hold a semicolon and a comment. */
static int take_value(char *at, char **value)
{
	char *end = at[0] == '"' ? strchr(at + 1, '"') : NULL;
	char *rest, *copy;

	if (end == NULL || at[1] != '/' || *value != NULL)
		return -EBADMSG;
	rest = skip_blanks(end + 1);
	if (*rest == ';')
		rest = skip_blanks(rest + 1);
	if (*rest != '\0' && *rest != '#')
		return -EBADMSG;
	copy = strndup(at + 1, (size_t)(end - at - 1));
	if (copy == NULL)
		return -ENOMEM;
	*value = copy;
	return 0;
}

static int take_line(char *line, struct hook_conf *conf)
{
	const struct {
		const char *key;
		char **value;
	} keys[] = { { "root", &conf->root }, { "next", &conf->next } };
	char *at = skip_blanks(line);

	if (*at == '\0' || *at == '#')
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		char *after = skip_word(at, keys[i].key);

		if (after != NULL)
			after = skip_word(after, "=");
		if (after != NULL)
			return take_value(after, keys[i].value);
	}
	return -EBADMSG;
}

int hook_conf_read(const char *path, struct hook_conf *ret_conf)
{
	CLEANUP_FREE char *bytes = NULL;
	struct hook_conf conf = { NULL, NULL, 0 };
	unsigned number = 0;
	int r = file_read(path, CONF_MAX, &bytes, NULL);

	for (char *line = bytes, *next; r == 0 && line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		number++;
		r = take_line(line, &conf);
	}
	if (r < 0) {
		hook_conf_free(&conf);
		ret_conf->bad_line = number;
		return r;
	}
	*ret_conf = conf;
	return 0;
}

void hook_conf_free(struct hook_conf *conf)
{
	free(conf->root);
	free(conf->next);
	*conf = (struct hook_conf){ NULL, NULL, 0 };
}
