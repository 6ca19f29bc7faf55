/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The settings of one dnsmasq in the order in which it reads them: its command line and every file that this includes.
 * Only as much as the doctor asks for: names, values, places; values are not looked into.
 */
#ifndef DOCTOR_SETTINGS_H
#define DOCTOR_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct doctor;

struct setting {
	char *name, *value;		/* of the long option; the value may be "" */
	const char *file;		/* as it is shown, lent by the doctor; NULL: the command line */
	unsigned line;
};

struct settings {
	struct setting *list;
	size_t count;
	char **files;			/* that were read, in order; those that can't be are findings */
	size_t n_files;
};

/* Reads them, of a command line (NULL-terminated, the program's name first) and the files; faults of these are
 * findings. */
void settings_read(struct doctor *doctor, char *const *argv, struct settings *settings);
void settings_free(struct settings *settings);
/* The last one of the name, or NULL. */
const struct setting *settings_get(const struct settings *settings, const char *name);
/* The next one of the name; start with *@index = 0.  NULL: no more. */
const struct setting *settings_next(const struct settings *settings, const char *name, size_t *index);

/* Cuts one line of a configuration into its name and value, both in place.  False: it says nothing. */
bool settings_parse_line(char *line, char **ret_name, char **ret_value);
/* Does dnsmasq read a file of this name in a conf-dir with these words behind the directory ("*.conf,.bak", or "")? */
bool settings_wants_file(const char *name, const char *filters);

#endif
