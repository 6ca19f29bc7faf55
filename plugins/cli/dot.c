/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Labels for dot(1), and running it: it reads from one temporary file and writes to another, so that neither side waits
 * for the other.
 */
#include "dot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_PROGRAM 127

/* What Graphviz makes something else of: the quote ends a label, a backslash begins an escape, '&' an HTML entity. */
static const char *stands_for(char c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '&':
		return "&amp;";
	case '\n':
		return "\\n";
	}
	return NULL;
}

void dot_add_quoted(struct text *out, const char *string)
{
	text_add_char(out, '"');
	while (*string) {
		const char *other = stands_for(*string);
		size_t length = text_printable_length(string);

		if (other)
			text_add(out, other);
		else if (length)
			text_add_bytes(out, string, length);
		else
			text_addf(out, "\\\\x%02x", (unsigned char)*string);
		string += length ? length : 1;
	}
	text_add_char(out, '"');
}

/* ---- The program --------------------------------------------------------------------------------------------------- */

static void run_dot(int in, int out)
{
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execlp("dot", "dot", "-Tsvg", (char *)NULL);
	_exit(NO_PROGRAM);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_PROGRAM)
		return -ENOENT;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

static int convert(FILE *in, FILE *out)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0)
		run_dot(fileno(in), fileno(out));
	return wait_for(pid);
}

static int read_back(FILE *file, char **ret_bytes, size_t *ret_length)
{
	struct stat status;
	char *bytes;

	if (fstat(fileno(file), &status) < 0)
		return -errno;
	bytes = malloc((size_t)status.st_size + 1);
	if (!bytes)
		return -ENOMEM;
	rewind(file);
	if (fread(bytes, 1, (size_t)status.st_size, file) != (size_t)status.st_size) {
		free(bytes);
		return -EIO;
	}
	bytes[status.st_size] = '\0';
	*ret_bytes = bytes;
	*ret_length = (size_t)status.st_size;
	return 0;
}

int dot_draw(const char *dot, size_t length, char **ret_svg, size_t *ret_length)
{
	FILE *in = tmpfile(), *out = tmpfile();
	int r = in && out ? 0 : -errno;

	if (r == 0 && (fwrite(dot, 1, length, in) != length || fflush(in) != 0 || fseek(in, 0, SEEK_SET) != 0))
		r = -EIO;
	if (r == 0)
		r = convert(in, out);
	if (r == 0)
		r = read_back(out, ret_svg, ret_length);
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	return r;
}
