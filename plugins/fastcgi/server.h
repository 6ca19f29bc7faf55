/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests as FastCGI brings them: a pool of threads at one listening socket.
 */
#ifndef FASTCGI_SERVER_H
#define FASTCGI_SERVER_H

#include "answer.h"

#define SERVER_THREADS 1
#define SERVER_THREADS_MAX 64
#define SERVER_CONNECTIONS 512		/* of all threads together */

struct server;

/* Makes a Unix socket at @path: who may connect is for the umask and the directory to say.  A socket that nobody
 * listens at any more is replaced; -EADDRINUSE when somebody does, or something else stands there. */
int server_listen(const char *path, int *ret_socket) MUST_USE;

/* Answers at @socket with that many threads until server_stop(). */
int server_start(int socket, unsigned threads, const struct service *service, struct server **ret_server) MUST_USE;

/* Lets the threads end what they are at, for a few seconds.  -ETIMEDOUT when one is still busy: the server and the
 * service are then left to it. */
int server_stop(struct server *server);

#endif
