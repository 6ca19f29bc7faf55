/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's tables of sockets give an inode to each; a process that has it open links to it from its fd folder.
 */
#include "sockets.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TABLE_MAX (1 << 24)

static void read_table(struct doctor *doctor, const char *path, uint16_t port, bool tcp, struct holders *holders)
{
	CLEANUP_FREE char *bytes = NULL;
	struct listener listener;
	char *save = NULL;

	if (doctor_read_stream(doctor, path, TABLE_MAX, &bytes, NULL) < 0)
		return;
	for (char *line = strtok_r(bytes, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
		if (holders->count < HOLDERS_MAX && listener_parse(line, tcp, &listener) && listener.port == port)
			holders->list[holders->count++] = (struct holder){ .listener = listener };
}

/* Does the process have the socket open? */
static bool has_open(const char *directory, unsigned long long inode)
{
	DIR *fds = opendir(directory);
	struct dirent *entry;
	char wanted[40], target[64];
	bool found = false;

	if (fds == NULL)
		return false;
	snprintf(wanted, sizeof(wanted), "socket:[%llu]", inode);
	while (!found && (entry = readdir(fds)) != NULL) {
		ssize_t length = readlinkat(dirfd(fds), entry->d_name, target, sizeof(target) - 1);

		if (length > 0)
			target[length] = '\0';
		found = length > 0 && strcmp(target, wanted) == 0;
	}
	closedir(fds);
	return found;
}

static void find_process(struct doctor *doctor, struct holder *holder)
{
	for (size_t i = 0; i < doctor->processes.count && holder->process == NULL; i++) {
		const struct process *process = &doctor->processes.list[i];
		char path[4200];

		if (process->elsewhere || process->argv[0] == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/proc/%d/fd", doctor->machine->root, process->pid);
		if (has_open(path, holder->listener.inode))
			holder->process = process;
	}
}

void holders_find(struct doctor *doctor, uint16_t port, bool tcp, struct holders *holders)
{
	holders->count = 0;
	read_table(doctor, tcp ? "/proc/net/tcp" : "/proc/net/udp", port, tcp, holders);
	read_table(doctor, tcp ? "/proc/net/tcp6" : "/proc/net/udp6", port, tcp, holders);
	for (size_t i = 0; i < holders->count; i++)
		find_process(doctor, &holders->list[i]);
}

static const char *shown(struct doctor *doctor, const struct holder *holder)
{
	if (holder->process == NULL)
		return doctor_format(doctor, "a program of user %s (only root sees which) on %s",
				     doctor_user_name(doctor, holder->listener.uid), holder->listener.address);
	return doctor_format(doctor, "%s (pid %d) on %s", doctor_shown(doctor, holder->process->name),
			     holder->process->pid, holder->listener.address);
}

/* IPv4 and IPv6 of the same program are said once. */
const char *holders_shown(struct doctor *doctor, const struct holders *holders)
{
	CLEANUP_TEXT struct text text = TEXT_INIT;

	for (size_t i = 0; i < holders->count; i++) {
		const char *words = shown(doctor, &holders->list[i]);

		if (text.bytes == NULL || strstr(text.bytes, words) == NULL)
			text_addf(&text, "%s%s", i > 0 ? ", " : "", words);
	}
	return doctor_format(doctor, "%s", text.bytes != NULL ? text.bytes : "nobody");
}

bool holders_have(const struct holders *holders, const char *name)
{
	for (size_t i = 0; i < holders->count; i++)
		if (holders->list[i].process != NULL && strcmp(holders->list[i].process->name, name) == 0)
			return true;
	return false;
}
