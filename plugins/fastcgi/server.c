/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The listening socket, and as many threads at it as are wanted, each with a loop of its own. */
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"

#define BACKLOG 256
#define STOP_SECONDS 5

struct server {
	const struct service *service;
	int socket, end;		/* @end can be read from when it is time */
	unsigned n_threads;
	pthread_t threads[SERVER_THREADS_MAX];
	struct loop *loops[SERVER_THREADS_MAX];
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

static int start_one(struct server *server, unsigned room)
{
	struct loop **loop = &server->loops[server->n_threads];
	int r = loop_new(server->socket, server->end, room, server->service, loop);

	if (r)
		return r;
	r = -pthread_create(&server->threads[server->n_threads], NULL, loop_run, *loop);
	if (r)
		loop_free(*loop);
	else
		server->n_threads++;
	return r;
}

int server_start(int socket, unsigned threads, const struct service *service, struct server **ret_server)
{
	struct server *server = calloc(1, sizeof(*server));
	int flags = fcntl(socket, F_GETFL), r = 0;

	if (!server)
		return -ENOMEM;
	*server = (struct server){ .service = service, .socket = socket, .end = eventfd(0, EFD_CLOEXEC) };
	if (server->end < 0 || flags < 0 || fcntl(socket, F_SETFL, flags | O_NONBLOCK))
		r = errno ? -errno : -EIO;
	while (!r && server->n_threads < threads)
		r = start_one(server, SERVER_CONNECTIONS / threads);
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
	for (unsigned i = 0; i < server->n_threads; i++)
		loop_free(server->loops[i]);
	close(server->end);
	free(server);
	return 0;
}
