/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What comes is taken as epoll(7) tells, by its edges; the questions of one round go to the clerk together.
 */
#include "loop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

#define EVENTS 64
#define READ_MAX 65536
#define TICK 100			/* milliseconds between two looks at who takes too long */
#define KEPT_MAX 8192			/* of a buffer, between two uses */
#define OUT_MAX ((size_t)1 << 20)	/* bytes that a web server may leave lying besides one answer */

static const char *const names[] = { "REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR" };

struct connection {
	int fd;				/* -1: free */
	bool waits_to_write;		/* epoll tells when there is room */
	bool is_gone;			/* closed as soon as its question is answered */
	int64_t since;			/* milliseconds: when it last began something, or became idle */
	struct wire wire;
	struct text params;
	const char *list[ARRAY_SIZE(names) + 1];
	struct answer *answer;		/* that waits for its question; or NULL */
	struct question *question;
	struct text out;
	size_t written;			/* of @out */
};

struct loop {
	const struct service *service;
	struct clerk *clerk;
	struct clerk_desk desk;
	int socket, end, epoll;
	bool ends;
	bool is_quiet;			/* all connections idle */
	bool is_full;			/* all are busy, and nobody is accepted */
	unsigned n_connections;
	int64_t now, ticked;		/* milliseconds */
	struct clerk_job *questions;	/* of this round */
	struct text reply;		/* at hand */
	uint8_t buffer[READ_MAX];
	unsigned room;
	struct connection connections[];
};

/* For the next use. */
static void empty(struct text *text)
{
	if (text->capacity > KEPT_MAX)
		text_free(text);
	text_clear(text);
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- Connections ------------------------------------------------------------------------------------------------ */

static bool is_idle(const struct connection *connection)
{
	return connection->wire.stage == WIRE_IDLE && !connection->wire.head_length && !connection->out.length;
}

/* A question that is under way keeps its place until it is answered, which takes no longer than a second. */
static void close_connection(struct loop *loop, struct connection *connection)
{
	if (connection->question) {
		connection->is_gone = true;
		return;
	}
	close(connection->fd);
	wire_free(&connection->wire);
	text_free(&connection->params);
	text_free(&connection->out);
	*connection = (struct connection){ .fd = -1 };
	loop->n_connections--;
}

static int watch(const struct loop *loop, int operation, int fd, uint32_t events, void *what)
{
	struct epoll_event event = { .events = events, .data.ptr = what };

	return epoll_ctl(loop->epoll, operation, fd, &event) ? -errno : 0;
}

/* ---- Writing ---------------------------------------------------------------------------------------------------- */

/* Whoever does not keep the connection has what he wanted. */
static void end_writing(struct loop *loop, struct connection *connection)
{
	bool stays = connection->wire.stage != WIRE_IDLE || (connection->wire.keeps && !loop->ends);

	empty(&connection->out);
	connection->written = 0;
	if (connection->waits_to_write && watch(loop, EPOLL_CTL_MOD, connection->fd, EPOLLIN | EPOLLET, connection))
		stays = false;
	connection->waits_to_write = false;
	if (!stays)
		close_connection(loop, connection);
}

static void wait_to_write(struct loop *loop, struct connection *connection)
{
	if (connection->waits_to_write)
		return;
	connection->waits_to_write = true;
	if (watch(loop, EPOLL_CTL_MOD, connection->fd, EPOLLIN | EPOLLOUT | EPOLLET, connection))
		close_connection(loop, connection);
}

static void write_out(struct loop *loop, struct connection *connection)
{
	struct text *out = &connection->out;
	ssize_t n = 0;

	while (connection->written < out->length && n >= 0) {
		n = send(connection->fd, out->bytes + connection->written, out->length - connection->written, MSG_NOSIGNAL);
		connection->written += n > 0 ? (size_t)n : 0;
	}
	if (n >= 0)
		end_writing(loop, connection);
	else if (errno == EAGAIN)
		wait_to_write(loop, connection);
	else
		close_connection(loop, connection);
}

/* What stands in the loop's reply; or an error. */
static void reply(struct loop *loop, struct connection *connection, int error)
{
	static const char failed[] = "Status: 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

	if (error)
		error = wire_reply(&connection->wire, failed, sizeof(failed) - 1, &connection->out);
	else
		error = wire_reply(&connection->wire, loop->reply.bytes, loop->reply.length, &connection->out);
	empty(&loop->reply);
	connection->since = loop->now;
	if (error || connection->is_gone)
		close_connection(loop, connection);
	else
		write_out(loop, connection);
}

/* ---- Requests --------------------------------------------------------------------------------------------------- */

static void add_question(struct loop *loop, struct connection *connection)
{
	struct clerk_job *job = &connection->question->job;

	job->asker = connection;
	job->next = loop->questions;
	loop->questions = job;
}

static void begin(struct loop *loop, struct connection *connection)
{
	int r;

	empty(&connection->params);
	r = wire_params(&connection->wire, names, ARRAY_SIZE(names), &connection->params, connection->list);
	connection->since = loop->now;
	if (!r)
		r = answer_begin(loop->service, connection->list, time(NULL), &connection->answer, &connection->question,
				 &loop->reply);
	if (r == 1)
		add_question(loop, connection);
	else
		reply(loop, connection, r);
}

/* The rest of an answer.  @question: NULL, or the loop's again. */
static void end(struct loop *loop, struct connection *connection, struct question *question)
{
	struct answer *answer = connection->answer;

	connection->answer = NULL;
	connection->question = NULL;
	reply(loop, connection, answer_end(answer, question, &loop->reply));
}

static void refuse(struct loop *loop, struct connection *connection, int error)
{
	log_client(loop->service->log, time(NULL), LOG_WARNING, "a web server's connection was closed: %s",
		   error == -EBADMSG ? "that is not FastCGI" : strerror(-error));
	close_connection(loop, connection);
}

/* True when there may be more. */
static bool take(struct loop *loop, struct connection *connection, size_t length)
{
	bool was_idle = is_idle(connection);
	int r = wire_take(&connection->wire, loop->buffer, length, &connection->out);

	if (was_idle)
		connection->since = loop->now;
	if (r >= 0 && connection->out.length > OUT_MAX)
		r = -E2BIG;
	if (r < 0)
		refuse(loop, connection, r);
	else if (r)
		begin(loop, connection);
	else if (connection->out.length)
		write_out(loop, connection);
	return connection->fd >= 0 && !connection->is_gone && length == READ_MAX;
}

static void receive(struct loop *loop, struct connection *connection)
{
	ssize_t n;

	if (connection->fd < 0 || connection->is_gone)
		return;
	do {
		n = recv(connection->fd, loop->buffer, READ_MAX, 0);
	} while (n > 0 && take(loop, connection, (size_t)n));
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_connection(loop, connection);
}

/* ---- Newcomers -------------------------------------------------------------------------------------------------- */

/* The one that has idled longest; NULL when all are busy. */
static struct connection *find_idle(struct loop *loop)
{
	struct connection *found = NULL;

	for (size_t i = 0; i < loop->room; i++) {
		struct connection *connection = &loop->connections[i];

		if (connection->fd >= 0 && is_idle(connection) && (!found || connection->since < found->since))
			found = connection;
	}
	return found;
}

/* The same, and nothing of a request lies there unread.  Looking for that may close it. */
static struct connection *find_silent(struct loop *loop)
{
	struct connection *idle = find_idle(loop);

	for (size_t i = 0; idle && i < loop->room; i++, idle = find_idle(loop)) {
		receive(loop, idle);
		if (idle->fd < 0 || is_idle(idle))
			return idle;
	}
	return NULL;
}

/* A free one, or one that may be closed for it; NULL when all are busy. */
static struct connection *find_place(struct loop *loop)
{
	for (size_t i = 0; loop->n_connections < loop->room && i < loop->room; i++)
		if (loop->connections[i].fd < 0)
			return &loop->connections[i];
	return find_silent(loop);
}

static void add_connection(struct loop *loop, struct connection *place, int fd)
{
	if (place->fd >= 0)
		close_connection(loop, place);
	if (watch(loop, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET, place)) {
		log_client(loop->service->log, time(NULL), LOG_WARNING, "a connection can't be watched: %s", strerror(errno));
		close(fd);
		return;
	}
	*place = (struct connection){ .fd = fd, .since = loop->now, .wire = { .keeps = true } };
	loop->n_connections++;
}

/* Where there are too many files one that idles makes room; else whoever waits in the socket's queue is looked at again after a
 * while. */
static void cannot_accept(struct loop *loop, int error)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	struct connection *idle = error == EMFILE || error == ENFILE ? find_silent(loop) : NULL;

	if (idle && idle->fd >= 0)
		close_connection(loop, idle);
	if (idle)
		return;
	log_client(loop->service->log, time(NULL), LOG_WARNING, "no connection could be accepted: %s", strerror(error));
	nanosleep(&pause, NULL);
}

/* Whoever comes while all are busy waits in the socket's queue, where another thread may find him. */
static void accept_one(struct loop *loop)
{
	struct connection *place = find_place(loop);
	int fd;

	if (!place) {
		loop->is_full = !epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->socket, NULL);
		return;
	}
	fd = accept4(loop->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0)
		add_connection(loop, place, fd);
	else if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
		cannot_accept(loop, errno);
}

static void look_at_queue(struct loop *loop)
{
	if (loop->is_full && !loop->ends && (loop->n_connections < loop->room || find_idle(loop)))
		loop->is_full = watch(loop, EPOLL_CTL_ADD, loop->socket, EPOLLIN, &loop->socket) != 0;
}

/* ---- Questions -------------------------------------------------------------------------------------------------- */

static void hand_over(struct loop *loop)
{
	struct clerk_job *jobs = loop->questions, *next;

	loop->questions = NULL;
	if (!jobs || !clerk_add(loop->clerk, &loop->desk, jobs))
		return;
	for (; jobs; jobs = next) {
		next = jobs->next;
		end(loop, jobs->asker, NULL);
		jobs->free(jobs);
	}
}

static void take_back(struct loop *loop)
{
	struct clerk_job *next;

	for (struct clerk_job *job = clerk_take(loop->clerk, &loop->desk); job; job = next) {
		next = job->next;
		end(loop, job->asker, (struct question *)job);
	}
}

/* ---- Who takes too long ----------------------------------------------------------------------------------------- */

static void look_at(struct loop *loop, struct connection *connection)
{
	int64_t taken = loop->now - connection->since;

	if (connection->question && taken >= CLERK_MILLISECONDS) {
		if (clerk_abandon(loop->clerk, &connection->question->job))
			end(loop, connection, NULL);
	} else if (!connection->question && !is_idle(connection) && taken >= LOOP_SECONDS * 1000) {
		close_connection(loop, connection);
	}
}

static void look_at_all(struct loop *loop)
{
	loop->ticked = loop->now;
	loop->is_quiet = true;
	for (size_t i = 0; i < loop->room; i++) {
		struct connection *connection = &loop->connections[i];

		if (connection->fd < 0 || is_idle(connection))
			continue;
		loop->is_quiet = false;
		look_at(loop, connection);
	}
}

/* ---- The thread ------------------------------------------------------------------------------------------------- */

/* Who has sent something by now is answered. */
static void begin_to_end(struct loop *loop)
{
	loop->ends = true;
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->socket, NULL);
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->end, NULL);
	for (size_t i = 0; i < loop->room; i++) {
		struct connection *connection = &loop->connections[i];

		receive(loop, connection);
		if (connection->fd >= 0 && is_idle(connection))
			close_connection(loop, connection);
	}
}

static void handle(struct loop *loop, const struct epoll_event *event)
{
	struct connection *connection = event->data.ptr;

	if (event->data.ptr == &loop->socket) {
		accept_one(loop);
	} else if (event->data.ptr == &loop->desk) {
		take_back(loop);
	} else if (event->data.ptr == &loop->end) {
		begin_to_end(loop);
	} else {
		if (event->events & EPOLLOUT && connection->waits_to_write && !connection->is_gone)
			write_out(loop, connection);
		if (event->events & ~(uint32_t)EPOLLOUT)
			receive(loop, connection);
	}
}

void *loop_run(void *context)
{
	struct loop *loop = context;
	struct epoll_event events[EVENTS];

	while (!loop->ends || loop->n_connections) {
		int n = epoll_wait(loop->epoll, events, EVENTS, loop->is_quiet ? -1 : TICK);

		loop->now = milliseconds();
		loop->is_quiet = loop->is_quiet && n <= 0;
		for (int i = 0; i < n; i++)
			handle(loop, &events[i]);
		hand_over(loop);
		look_at_queue(loop);
		if (loop->now - loop->ticked >= TICK)
			look_at_all(loop);
	}
	return NULL;
}

static int open_all(struct loop *loop)
{
	int r = clerk_desk_open(&loop->desk);

	if (r)
		return r;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		return -errno;
	r = watch(loop, EPOLL_CTL_ADD, loop->socket, EPOLLIN, &loop->socket);
	if (!r)
		r = watch(loop, EPOLL_CTL_ADD, loop->end, EPOLLIN, &loop->end);
	return r ? r : watch(loop, EPOLL_CTL_ADD, loop->desk.ready, EPOLLIN, &loop->desk);
}

int loop_new(int socket, int end, unsigned room, const struct service *service, struct loop **ret_loop)
{
	struct loop *loop = calloc(1, sizeof(*loop) + room * sizeof(loop->connections[0]));
	int r;

	if (!loop)
		return -ENOMEM;
	loop->service = service;
	loop->clerk = machines_clerk(service->machines);
	loop->socket = socket;
	loop->room = room;
	loop->end = end;
	loop->epoll = -1;
	loop->desk.ready = -1;
	loop->is_quiet = true;
	for (size_t i = 0; i < loop->room; i++)
		loop->connections[i].fd = -1;
	r = open_all(loop);
	if (r)
		loop_free(loop);
	else
		*ret_loop = loop;
	return r;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	if (loop->epoll >= 0)
		close(loop->epoll);
	text_free(&loop->reply);
	if (loop->desk.ready >= 0)
		clerk_desk_close(&loop->desk);
	free(loop);
}
