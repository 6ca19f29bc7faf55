/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's monitor (see monitor.h).  QMP answers each command with a line that has "return" or "error" and puts events
 * between them; that is all that is looked at.
 */
#include "monitor.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 3000			/* milliseconds for one answer */
#define ANSWER_MAX 4096

static const struct {
	const char *reason;
	enum power power;
} ends[] = {
	{ "\"guest-shutdown\"", POWER_OFF },
	{ "\"guest-reset\"", POWER_RESET },
};

static void note_event(struct monitor *monitor, const char *line)
{
	if (!strstr(line, "\"SHUTDOWN\""))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (strstr(line, ends[i].reason))
			monitor->said = ends[i].power;
}

/* Reads lines until one is the answer. */
static int await(struct monitor *monitor)
{
	struct pollfd ready = { .fd = monitor->socket, .events = POLLIN };
	char line[ANSWER_MAX];
	size_t length = 0;

	while (poll(&ready, 1, PATIENCE) > 0) {
		if (read(monitor->socket, line + length, 1) != 1)
			return -EIO;
		if (line[length] != '\n' && length < sizeof(line) - 2) {
			length++;
			continue;
		}
		line[length] = '\0';
		length = 0;
		if (strncmp(line, "{\"return\"", 9) == 0)
			return 0;
		if (strncmp(line, "{\"error\"", 8) == 0 || strstr(line, "\"error\": {"))
			return -EIO;
		note_event(monitor, line);
	}
	return -ETIMEDOUT;
}

static int request(struct monitor *monitor, const char *command)
{
	size_t length = strlen(command);

	if (send(monitor->socket, command, length, MSG_NOSIGNAL) != (ssize_t)length)
		return -EIO;
	return await(monitor);
}

int monitor_connect(const char *path, struct monitor *ret_monitor)
{
	struct monitor monitor = { .socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int r;

	if (monitor.socket < 0)
		return -errno;
	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	for (int i = 0; connect(monitor.socket, (const struct sockaddr *)&address, sizeof(address)) < 0; i++) {
		if (i == PATIENCE / 50) {
			close(monitor.socket);
			return -ETIMEDOUT;
		}
		poll(NULL, 0, 50);
	}
	r = request(&monitor, "{\"execute\": \"qmp_capabilities\"}\n");
	if (r < 0) {
		close(monitor.socket);
		return r;
	}
	*ret_monitor = monitor;
	return 0;
}

int monitor_screenshot(struct monitor *monitor, const char *file)
{
	char command[512];

	snprintf(command, sizeof(command),
		 "{\"execute\": \"screendump\", \"arguments\": {\"filename\": \"%s\", \"format\": \"png\"}}\n", file);
	return request(monitor, command);
}

int monitor_save_memory(struct monitor *monitor, unsigned long address, unsigned long size, const char *file)
{
	char command[512];

	snprintf(command, sizeof(command),
		 "{\"execute\": \"pmemsave\", \"arguments\": {\"val\": %lu, \"size\": %lu, \"filename\": \"%s\"}}\n",
		 address, size, file);
	return request(monitor, command);
}

int monitor_press(struct monitor *monitor, const char *key)
{
	char command[256];

	if (!monitor_is_key(key))
		return -EINVAL;
	snprintf(command, sizeof(command),
		 "{\"execute\": \"send-key\", \"arguments\": {\"keys\": [{\"type\": \"qcode\", \"data\": \"%s\"}]}}\n",
		 key);
	return request(monitor, command);
}

bool monitor_is_key(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return length > 0 && length <= 20 && name[length] == '\0';
}

/* What QEMU wrote before it ended is still there to be read; no answer comes any more: the socket ends. */
enum power monitor_how_it_ended(struct monitor *monitor)
{
	(void)!await(monitor);
	return monitor->said == POWER_ON ? POWER_LOST : monitor->said;
}
