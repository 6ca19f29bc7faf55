/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Programs come and go while they are read: what vanishes half-way was not there.
 */
#include "process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scalar.h"
#include "doctor.h"

#define STAT_MAX 4096
#define WORDS_MAX (1 << 17)
#define PROCESSES_MAX 100000

/* Splits the words, which NULs part. */
static char **split(char *bytes, size_t length)
{
	size_t n = 0, i = 0;
	char **argv;

	for (size_t at = 0; at < length; at += strlen(bytes + at) + 1)
		n++;
	argv = calloc(n + 1, sizeof(*argv));
	for (size_t at = 0; argv != NULL && at < length; at += strlen(bytes + at) + 1)
		argv[i++] = bytes + at;
	return argv;
}

/* Two processes see the same network when these links are the same; what we may not read counts as ours. */
static bool lives_elsewhere(struct doctor *doctor, const char *directory, const char *own)
{
	char theirs[64];
	ssize_t length;
	const char *path = doctor_format(doctor, "%s%s/ns/net", doctor->machine->root, directory);

	length = readlink(path, theirs, sizeof(theirs) - 1);
	if (length < 0 || own[0] == '\0')
		return false;
	theirs[length] = '\0';
	return strcmp(theirs, own) != 0;
}

static bool read_one(struct doctor *doctor, const char *directory, const char *own, struct process *process)
{
	CLEANUP_FREE char *line = NULL;
	size_t length = 0;

	memset(process, 0, sizeof(*process));
	if (doctor_read_stream(doctor, doctor_format(doctor, "%s/stat", directory), STAT_MAX, &line, NULL) < 0 ||
	    !process_parse_stat(line, process))
		return false;
	if (doctor_read_stream(doctor, doctor_format(doctor, "%s/cmdline", directory), WORDS_MAX, &process->bytes,
			       &length) < 0)
		return false;
	process->argv = split(process->bytes, length);
	if (process->argv == NULL) {
		free(process->bytes);
		return false;
	}
	process->elsewhere = lives_elsewhere(doctor, directory, own);
	return true;
}

static bool add(struct processes *processes, const struct process *process)
{
	struct process *list = processes->list;

	if ((processes->count & (processes->count - 1)) == 0)	/* a power of two: full */
		list = reallocarray(list, processes->count != 0 ? 2 * processes->count : 1, sizeof(*list));
	if (list == NULL)
		return false;
	processes->list = list;
	list[processes->count++] = *process;
	return true;
}

static void own_network(struct doctor *doctor, char *own, size_t size)
{
	ssize_t length = readlink(doctor_path(doctor, "/proc/self/ns/net"), own, size - 1);

	own[length > 0 ? length : 0] = '\0';
}

void processes_read(struct doctor *doctor)
{
	DIR *directory = opendir(doctor_path(doctor, "/proc"));
	struct dirent *entry;
	char own[64];
	uint32_t pid;

	own_network(doctor, own, sizeof(own));
	while (directory != NULL && doctor->processes.count < PROCESSES_MAX && (entry = readdir(directory)) != NULL) {
		struct process process;

		if (scalar_u32(entry->d_name, 1, INT32_MAX, &pid) < 0 ||
		    !read_one(doctor, doctor_format(doctor, "/proc/%s", entry->d_name), own, &process))
			continue;
		if (!add(&doctor->processes, &process)) {
			free(process.argv);
			free(process.bytes);
		}
	}
	if (directory != NULL)
		closedir(directory);
}

void processes_free(struct processes *processes)
{
	for (size_t i = 0; i < processes->count; i++) {
		free(processes->list[i].argv);
		free(processes->list[i].bytes);
	}
	free(processes->list);
}

static const struct process *by_pid(const struct processes *processes, pid_t pid)
{
	for (size_t i = 0; i < processes->count; i++)
		if (processes->list[i].pid == pid)
			return &processes->list[i];
	return NULL;
}

const struct process *processes_find(const struct processes *processes, const char *name, size_t *index)
{
	while (*index < processes->count) {
		const struct process *process = &processes->list[(*index)++], *parent;

		if (strcmp(process->name, name) != 0 || process->argv[0] == NULL)
			continue;
		parent = by_pid(processes, process->parent);
		if (parent == NULL || strcmp(parent->name, name) != 0)
			return process;
	}
	return NULL;
}

uint64_t process_time(struct doctor *doctor, const struct process *process)
{
	CLEANUP_FREE char *bytes = NULL;
	long ticks = sysconf(_SC_CLK_TCK);
	unsigned long long boot;
	char *line;

	if (ticks <= 0 || doctor_read_stream(doctor, "/proc/stat", 1 << 20, &bytes, NULL) < 0)
		return 0;
	line = strstr(bytes, "\nbtime ");
	if (line == NULL || sscanf(line, "\nbtime %llu", &boot) != 1)
		return 0;
	return boot + process->started / (uint64_t)ticks;
}
