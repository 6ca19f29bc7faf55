/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines of the kernel's own tables, in which the names of programs are anybody's text.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "process.h"
#include "sockets.h"

#define UDP_UNCONNECTED 0x07
#define TCP_LISTENING 0x0a

bool process_parse_stat(const char *line, struct process *process)
{
	const char *name = strchr(line, '('), *end = strrchr(line, ')');
	unsigned long long started;
	int pid, parent;

	if (name == NULL || end == NULL || end <= name || (size_t)(end - name) > sizeof(process->name))
		return false;
	if (sscanf(line, "%d", &pid) != 1 ||
	    sscanf(end + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &parent,
		   &started) != 2)
		return false;
	memcpy(process->name, name + 1, (size_t)(end - name - 1));
	process->name[end - name - 1] = '\0';
	process->pid = pid;
	process->parent = parent;
	process->started = started;
	return true;
}

/* Eight hexadecimal digits are an address as the machine keeps it in memory, 32 are four such words. */
static bool format_address(const char *digits, char *ret, size_t size)
{
	uint32_t words[4] = { 0, 0, 0, 0 };
	size_t n = strlen(digits) / 8;

	if (strlen(digits) != 8 && strlen(digits) != 32)
		return false;
	for (size_t i = 0; i < n; i++)
		if (sscanf(digits + 8 * i, "%8x", &words[i]) != 1)
			return false;
	if ((words[0] | words[1] | words[2] | words[3]) == 0) {
		snprintf(ret, size, "*");
	} else if (n == 1) {
		inet_ntop(AF_INET, words, ret, (socklen_t)size);
	} else {
		ret[0] = '[';
		inet_ntop(AF_INET6, words, ret + 1, (socklen_t)size - 2);
		strcat(ret, "]");
	}
	return true;
}

bool listener_parse(const char *line, bool tcp, struct listener *ret_listener)
{
	struct listener listener;
	char address[33];
	unsigned port, state;

	if (sscanf(line, " %*u: %32[0-9A-F]:%4x %*32[0-9A-F]:%*x %2x %*x:%*x %*x:%*x %*x %u %*u %llu", address, &port,
		   &state, &listener.uid, &listener.inode) != 5 ||
	    state != (tcp ? TCP_LISTENING : UDP_UNCONNECTED) ||
	    !format_address(address, listener.address, sizeof(listener.address)))
		return false;
	listener.port = (uint16_t)port;
	*ret_listener = listener;
	return true;
}
