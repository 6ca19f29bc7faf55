/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http_client.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "lab.h"

static bool open_connection(struct http *http)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(HTTP_PORT),
				       .sin_addr.s_addr = htonl(LAB_SERVER_IP) };
	const struct timeval limit = { .tv_sec = HTTP_SECONDS };

	http->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (http->fd < 0)
		return false;
	setsockopt(http->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(http->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(http->fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return true;
	http_close(http);
	return false;
}

void http_close(struct http *http)
{
	if (http->fd >= 0)
		close(http->fd);
	http->fd = -1;
}

bool http_send(struct http *http, const char *bytes)
{
	size_t length = strlen(bytes);

	if (http->fd < 0 && !open_connection(http))
		return false;
	return send(http->fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* Reads until @end is there, or @length bytes are (@end NULL). */
static bool read_on(const struct http *http, struct text *text, const char *end, size_t length)
{
	char bytes[4096];

	while (end ? !text->length || !strstr(text->bytes, end) : text->length < length) {
		size_t most = end ? 1 : length - text->length;
		ssize_t n = recv(http->fd, bytes, most < sizeof(bytes) ? most : sizeof(bytes), 0);

		if (n <= 0)
			return false;
		text_add_bytes(text, bytes, (size_t)n);
	}
	return !text->error;
}

static const char *header(const char *head, const char *name)
{
	const char *at = strcasestr(head, name);

	return at ? at + strlen(name) : NULL;
}

/* A body in chunks stays as it comes: what is looked for in it fits into one. */
static bool read_body(const struct http *http, struct text *text)
{
	const char *length = header(text->bytes, "\r\ncontent-length: ");

	if (header(text->bytes, "\r\ntransfer-encoding: chunked"))
		return read_on(http, text, "\r\n0\r\n\r\n", 0);
	return read_on(http, text, NULL, text->length + (length ? strtoul(length, NULL, 10) : 0));
}

bool http_receive(struct http *http, bool has_body, struct http_reply *ret_reply)
{
	struct text text = TEXT_INIT;
	size_t head;
	char *bytes;

	if (!read_on(http, &text, "\r\n\r\n", 0)) {
		text_free(&text);
		return false;
	}
	head = text.length;
	if ((has_body && !read_body(http, &text)) || text_take(&text, &bytes, NULL) < 0) {
		text_free(&text);
		return false;
	}
	*ret_reply = (struct http_reply){ .status = atoi(bytes + strlen("HTTP/1.1 ")), .head = bytes, .body = bytes + head };
	if (header(bytes, "\r\nconnection: close"))
		http_close(http);
	return true;
}

bool http_ask(struct http *http, const char *method, const char *target, struct http_reply *ret_reply)
{
	CLEANUP_TEXT struct text request = TEXT_INIT;
	bool again = http->fd >= 0;

	text_addf(&request, "%s %s HTTP/1.1\r\nHost: lab\r\n%s\r\n", method, target,
		  strcmp(method, "POST") ? "" : "Content-Length: 0\r\n");
	if (http_send(http, request.bytes) && http_receive(http, strcmp(method, "HEAD"), ret_reply))
		return true;
	http_close(http);
	if (again && http_send(http, request.bytes) && http_receive(http, strcmp(method, "HEAD"), ret_reply))
		return true;
	http_close(http);
	return false;
}
