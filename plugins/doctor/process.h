/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The programs that run, from /proc.
 */
#ifndef DOCTOR_PROCESS_H
#define DOCTOR_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct doctor;

struct process {
	pid_t pid, parent;
	char name[32];			/* as the kernel has it: the program's, 15 bytes of it */
	bool elsewhere;			/* it lives in another network namespace: a container's, a laboratory's */
	uint64_t started;		/* clock ticks after the machine's start */
	char **argv;			/* NULL-terminated; empty where there is none */
	char *bytes;			/* of the words */
};

struct processes {
	struct process *list;
	size_t count;
};

/* All of them; a list that can't be read is empty. */
void processes_read(struct doctor *doctor);
void processes_free(struct processes *processes);
/* The next one called @name that is no child of another of the name; start with *@index = 0.  NULL: no more. */
const struct process *processes_find(const struct processes *processes, const char *name, size_t *index);

/* "PID (NAME) S PARENT …": what /proc/PID/stat says.  False when it says something else. */
bool process_parse_stat(const char *line, struct process *process);
/* When it started, in seconds since 1970; 0: unknown. */
uint64_t process_time(struct doctor *doctor, const struct process *process);

#endif
