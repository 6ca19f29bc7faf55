/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libfcgi speaks the protocol.  Its accept would block for good, and a signal to wake it can come too early; so the
 * listening socket does not block, and each thread waits for it or for the end, whatever comes first.
 *
 * A connection carries one request: a web server that keeps connections open would keep the threads.
 */
#include "server.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG 256
#define STOP_SECONDS 5

struct server {
	const struct service *service;
	int socket, end;		/* @end can be read from when it is time */
	unsigned n_threads;
	pthread_t threads[SERVER_THREADS_MAX];
};

/* ---- The socket ------------------------------------------------------------------------------------------------- */

/* Removes what a killed program left. */
static int make_room(const struct sockaddr_un *address)
{
	struct stat status;
	int probe, r;

	if (lstat(address->sun_path, &status))
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(status.st_mode))
		return -EADDRINUSE;
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (probe < 0)
		return -errno;
	r = connect(probe, (const struct sockaddr *)address, sizeof(*address)) == 0 ? -EADDRINUSE : -errno;
	close(probe);
	if (r != -ECONNREFUSED)
		return r;
	return unlink(address->sun_path) ? -errno : 0;
}

int server_listen(const char *path, int *ret_socket)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int made, r;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	r = make_room(&address);
	if (r)
		return r;
	made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (made < 0)
		return -errno;
	if (bind(made, (struct sockaddr *)&address, sizeof(address)) || listen(made, BACKLOG)) {
		r = -errno;
		close(made);
		return r;
	}
	*ret_socket = made;
	return 0;
}

/* ---- The threads ------------------------------------------------------------------------------------------------ */

static void serve(const struct server *server, FCGX_Request *request)
{
	CLEANUP_TEXT struct text out = TEXT_INIT;

	if (answer(server->service, (const char *const *)request->envp, time(NULL), &out) || out.length > INT32_MAX)
		FCGX_PutS("Status: 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", request->out);
	else
		FCGX_PutStr(out.bytes, (int)out.length, request->out);
}

/* Waits for a connection; false when it is time to end. */
static bool wait_for_one(const struct server *server)
{
	struct pollfd fds[] = { { .fd = server->end, .events = POLLIN }, { .fd = server->socket, .events = POLLIN } };

	while (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno == EINTR)
		;
	return !fds[0].revents;
}

static void *work(void *context)
{
	const struct server *server = context;
	const struct timespec pause = { .tv_nsec = 100000000 };
	FCGX_Request request;

	if (FCGX_InitRequest(&request, server->socket, 0))
		return NULL;
	while (wait_for_one(server)) {
		int r = FCGX_Accept_r(&request);

		if (r == 0) {
			serve(server, &request);
			FCGX_Finish_r(&request);
		} else if (r != -EAGAIN && r != -ECONNABORTED) {
			log_client(server->service->log, time(NULL), LOG_WARNING, "no connection could be accepted: error %d", r);
			nanosleep(&pause, NULL);
		}
		FCGX_Free(&request, 1);
	}
	return NULL;
}

int server_start(int socket, unsigned threads, const struct service *service, struct server **ret_server)
{
	struct server *server = calloc(1, sizeof(*server));
	int flags = fcntl(socket, F_GETFL), r = 0;

	if (!server)
		return -ENOMEM;
	*server = (struct server){ .service = service, .socket = socket, .end = eventfd(0, EFD_CLOEXEC) };
	if (server->end < 0 || flags < 0 || fcntl(socket, F_SETFL, flags | O_NONBLOCK) || FCGX_Init())
		r = errno ? -errno : -EIO;
	while (!r && server->n_threads < threads) {
		r = -pthread_create(&server->threads[server->n_threads], NULL, work, server);
		server->n_threads += !r;
	}
	if (r && server_stop(server) == -ETIMEDOUT)
		return r;
	if (!r)
		*ret_server = server;
	return r;
}

int server_stop(struct server *server)
{
	struct timespec until;
	int r = eventfd_write(server->end, 1);

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_SECONDS;
	for (unsigned i = 0; i < server->n_threads && !r; i++)
		r = -pthread_timedjoin_np(server->threads[i], NULL, &until);
	if (r)
		return -ETIMEDOUT;
	close(server->end);
	free(server);
	return 0;
}
