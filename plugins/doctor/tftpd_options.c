/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads command lines as in.tftpd 5.2 does, with getopt's own rules; Debian's start script puts one together from
 * /etc/default/tftpd-hpa, and units of systemd may use the same variables.
 */
#include "tftpd_options.h"

#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "lines.h"

#define CONF_FILE "/etc/default/tftpd-hpa"
#define CONF_MAX 65536
#define WORDS_MAX 200
#define BLANKS " \t\r\n"
#define DEBIAN_LINE "in.tftpd --listen --user $TFTP_USERNAME --address $TFTP_ADDRESS $TFTP_OPTIONS $TFTP_DIRECTORY"

struct words {
	char *list[WORDS_MAX + 1];	/* NULL-terminated */
	size_t count;
};

/* ---- Command lines ---- */

static const struct option options_table[] = {
	{ "ipv4", no_argument, NULL, '4' }, { "ipv6", no_argument, NULL, '6' }, { "create", no_argument, NULL, 'c' },
	{ "secure", no_argument, NULL, 's' }, { "permissive", no_argument, NULL, 'p' },
	{ "verbose", no_argument, NULL, 'v' }, { "verbosity", required_argument, NULL, 'x' },
	{ "version", no_argument, NULL, 'V' }, { "listen", no_argument, NULL, 'l' },
	{ "foreground", no_argument, NULL, 'L' }, { "address", required_argument, NULL, 'a' },
	{ "blocksize", required_argument, NULL, 'B' }, { "user", required_argument, NULL, 'u' },
	{ "umask", required_argument, NULL, 'U' }, { "refuse", required_argument, NULL, 'r' },
	{ "timeout", required_argument, NULL, 't' }, { "retransmit", required_argument, NULL, 'T' },
	{ "port-range", required_argument, NULL, 'R' }, { "map-file", required_argument, NULL, 'm' },
	{ "pidfile", required_argument, NULL, 'P' }, { NULL, 0, NULL, 0 },
};

static void take(struct doctor *doctor, int option, struct tftpd_options *options)
{
	const char *value = optarg != NULL ? doctor_format(doctor, "%s", optarg) : NULL;

	switch (option) {
	case 's': options->secure = true; break;
	case 'c': options->create = true; break;
	case 'a': options->address = value; break;
	case 'm': options->map = value; break;
	case 'u': options->user = value; break;
	}
}

void tftpd_parse(struct doctor *doctor, char *const *argv, struct tftpd_options *options)
{
	struct words words = { .count = 0 };
	int option;

	while (words.count < WORDS_MAX && argv[words.count] != NULL) {
		words.list[words.count] = argv[words.count];
		words.count++;
	}
	opterr = 0;
	optind = 0;		/* getopt starts anew */
	while ((option = getopt_long((int)words.count, words.list, "46cspvVlLa:B:u:U:r:t:T:R:m:P:", options_table,
				     NULL)) != -1)
		take(doctor, option, options);
	options->n_directories = words.count > (size_t)optind ? words.count - (size_t)optind : 0;
	if (options->n_directories > 0)
		options->directory = doctor_format(doctor, "%s", words.list[optind]);
}

/* ---- Variables ---- */

const char *tftpd_variable(struct doctor *doctor, const char *bytes, const char *name)
{
	size_t length = strlen(name);
	const char *found = NULL;

	for (const char *line = bytes; line != NULL; line = next_line(line)) {
		const char *value = line + strspn(line, " \t"), *ends = " \t\r\n#;";

		if (strncmp(value, name, length) != 0 || value[length] != '=')
			continue;
		value += length + 1;
		if (*value == '"' || *value == '\'')
			ends = *value++ == '"' ? "\"\n" : "'\n";
		found = doctor_format(doctor, "%.*s", (int)strcspn(value, ends), value);
	}
	return found;
}

static void add(struct doctor *doctor, struct words *words, const char *bytes, size_t length)
{
	if (words->count < WORDS_MAX)
		words->list[words->count++] = (char *)doctor_format(doctor, "%.*s", (int)length, bytes);
}

/* Splits @line; a word $NAME or ${NAME} becomes the words of that variable of the defaults. */
static void split(struct doctor *doctor, const char *line, const char *defaults, struct words *words)
{
	for (const char *at = line + strspn(line, BLANKS), *end; *at != '\0'; at = end + strspn(end, BLANKS)) {
		bool braces = strncmp(at, "${", 2) == 0;
		const char *value;

		end = at + strcspn(at, BLANKS);
		if (*at != '$' || defaults == NULL) {
			add(doctor, words, at, (size_t)(end - at));
			continue;
		}
		value = tftpd_variable(
			doctor, defaults,
			doctor_format(doctor, "%.*s", (int)(end - at) - (braces ? 3 : 1), at + (braces ? 2 : 1)));
		if (value != NULL)
			split(doctor, value, NULL, words);
	}
}

/* ---- Units ---- */

/* What the file sets ExecStart to, if that is in.tftpd; kept by the doctor. */
static const char *unit_line(struct doctor *doctor, const char *path)
{
	static const char key[] = "\nExecStart=";
	CLEANUP_FREE char *bytes = NULL;
	const char *line = NULL;

	if (doctor_read(doctor, path, CONF_MAX, &bytes) < 0)
		return NULL;
	for (const char *at = bytes; (at = strstr(at, key)) != NULL;) {
		at += strlen(key);
		line = doctor_format(doctor, "%.*s", (int)strcspn(at, "\n"), at);
	}
	return line != NULL && strstr(line, "in.tftpd") != NULL ? line : NULL;
}

static bool find_unit(struct doctor *doctor, const char **ret_file, const char **ret_line)
{
	static const char *const places[] = { "/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system" };
	static const char *const names[] = { "tftpd-hpa.service.d/override.conf", "tftpd-hpa.service",
					     "tftp.service.d/override.conf", "tftp.service" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (size_t j = 0; j < ARRAY_SIZE(places); j++) {
			const char *file = doctor_format(doctor, "%s/%s", places[j], names[i]);
			const char *line = unit_line(doctor, file);

			if (line == NULL)
				continue;
			*ret_file = file;
			*ret_line = line;
			return true;
		}
	return false;
}

bool tftpd_configured(struct doctor *doctor, struct tftpd_options *options)
{
	CLEANUP_FREE char *defaults = NULL;
	bool has_defaults = doctor_read(doctor, CONF_FILE, CONF_MAX, &defaults) == 0;
	const char *file = CONF_FILE, *line = DEBIAN_LINE;
	struct words words = { .count = 0 };

	if (!find_unit(doctor, &file, &line) && !has_defaults)
		return false;
	split(doctor, line, has_defaults ? defaults : "", &words);
	tftpd_parse(doctor, words.list, options);
	options->file = file;
	return true;
}
