/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bench_constant PATH: a FastCGI program that answers every request with the same script, and does nothing else: what a
 * web server and the kernel take for themselves.  It believes all that it is told, so it is for benches only.
 *
 * Connections are kept; a request is what one read brings, as small ones come in one piece.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 256
#define EVENTS 64
#define BODY 1000			/* bytes, as a script of one machine has */

static uint8_t reply[1200];
static size_t reply_length;

static void add_record(uint8_t type, const char *text, size_t length)
{
	const uint8_t head[8] = { 1, type, 0, 1, (uint8_t)(length >> 8), (uint8_t)length, 0, 0 };

	memcpy(reply + reply_length, head, sizeof(head));
	memcpy(reply + reply_length + sizeof(head), text, length);
	reply_length += sizeof(head) + length;
}

static void make_reply(void)
{
	char text[BODY + 100];
	int head = snprintf(text, sizeof(text), "Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
			    "Content-Length: %d\r\n\r\n", BODY);

	memset(text + head, '#', BODY);
	add_record(6, text, (size_t)head + BODY);	/* FCGI_STDOUT, and its end */
	add_record(6, "", 0);
	add_record(3, "\0\0\0\0\0\0\0", 8);		/* FCGI_END_REQUEST */
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (made < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	return bind(made, (struct sockaddr *)&address, sizeof(address)) || listen(made, BACKLOG) ? -1 : made;
}

static void serve(int fd)
{
	static uint8_t request[65536];

	if (read(fd, request, sizeof(request)) <= 0 || write(fd, reply, reply_length) < 0)
		close(fd);
}

int main(int argc, char **argv)
{
	int listener = argc == 2 ? listen_at(argv[1]) : -1, epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event events[EVENTS], event = { .events = EPOLLIN, .data.fd = listener };

	make_reply();
	if (listener < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event))
		return 1;
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd != listener) {
				serve(events[i].data.fd);
				continue;
			}
			event.data.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
			if (event.data.fd >= 0)
				epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
		}
	}
}
