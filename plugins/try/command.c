/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Other programs (see command.h).
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

static const char *const system_places[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin" };

static void take_word(struct command *command, char *word)
{
	if (!word || command->count >= COMMAND_WORDS) {
		command->error = command->error ? command->error : word ? -E2BIG : -ENOMEM;
		free(word);
		return;
	}
	command->words[command->count++] = word;
}

void command_add(struct command *command, const char *word)
{
	take_word(command, strdup(word));
}

void command_add_all(struct command *command, const char *const *words)
{
	for (; *words; words++)
		command_add(command, *words);
}

void command_addf(struct command *command, const char *format, ...)
{
	struct text CLEANUP_TEXT word = TEXT_INIT;
	char *bytes = NULL;
	va_list arguments;

	va_start(arguments, format);
	text_addv(&word, format, arguments);
	va_end(arguments);
	take_word(command, text_take(&word, &bytes, NULL) < 0 ? NULL : bytes);
}

void command_free(struct command *command)
{
	for (size_t i = 0; i < command->count; i++)
		free(command->words[i]);
	*command = (struct command){ 0 };
}

/* Writes DIRECTORY/PROGRAM and says whether it can be run. */
static bool is_in(const char *directory, size_t length, const char *program, char *ret, size_t room)
{
	int n = snprintf(ret, room, "%.*s/%s", (int)length, directory, program);

	return n > 0 && (size_t)n < room && access(ret, X_OK) == 0;
}

/* A path is one already. */
static bool find_program(const char *program, char *ret, size_t room)
{
	const char *path = getenv("PATH");

	if (program[0] == '/')
		return is_in("", 0, program + 1, ret, room);
	for (size_t length; path && *path; path += length + (path[length] == ':')) {
		length = strcspn(path, ":");
		if (length && is_in(path, length, program, ret, room))
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(system_places); i++)
		if (is_in(system_places[i], strlen(system_places[i]), program, ret, room))
			return true;
	return false;
}

bool command_is_there(const char *program)
{
	char found[4096];

	return find_program(program, found, sizeof(found));
}

static void redirect(const char *log)
{
	int null = open("/dev/null", O_RDONLY), out;

	dup2(null, STDIN_FILENO);
	if (!log)
		return;
	out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
}

/* dup2() to the same number would leave it to be closed. */
static void pass_on(int descriptor)
{
	if (descriptor == COMMAND_PASSED)
		(void)fcntl(descriptor, F_SETFD, 0);
	else
		dup2(descriptor, COMMAND_PASSED);
}

static _Noreturn void become(const struct command *command, const char *log)
{
	char program[4096];
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	redirect(log);
	if (command->pass)
		pass_on(command->pass);
	close_range(COMMAND_PASSED + (command->pass != 0), ~0u, 0);
	if (find_program(command->words[0], program, sizeof(program)))
		execv(program, command->words);
	fprintf(stderr, "%s: %s\n", command->words[0], strerror(errno));
	_exit(127);
}

int command_start(const struct command *command, const char *log, pid_t *ret_pid)
{
	pid_t pid;

	if (command->error)
		return command->error;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(command, log);
	*ret_pid = pid;
	return 0;
}

int command_run(const struct command *command, const char *log)
{
	int status = 0, r;
	pid_t pid = -1;

	r = command_start(command, log, &pid);
	if (r < 0)
		return r;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}
