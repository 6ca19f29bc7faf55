/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fastcgi_ask SOCKET METHOD PATH [QUERY]: asks a FastCGI program as a web server does and prints what it answers.  Linked
 * statically, for a machine that has no web server.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BEGIN 1
#define END 3
#define PARAMS 4
#define STDIN 5
#define STDOUT 6

struct request {
	uint8_t bytes[4096];
	size_t length;
};

static void add_head(struct request *request, uint8_t type, uint16_t length)
{
	const uint8_t head[8] = { 1, type, 0, 1, (uint8_t)(length >> 8), (uint8_t)length, 0, 0 };

	memcpy(request->bytes + request->length, head, sizeof(head));
	request->length += sizeof(head);
}

static void add_begin(struct request *request)
{
	static const uint8_t responder[8] = { 0, 1 };

	add_head(request, BEGIN, sizeof(responder));
	memcpy(request->bytes + request->length, responder, sizeof(responder));
	request->length += sizeof(responder);
}

/* Both are shorter than 128 bytes, whose length takes one byte, or the value has four. */
static void add_param(struct request *request, const char *name, const char *value)
{
	size_t n = strlen(name), m = strlen(value);
	const uint8_t lengths[5] = { (uint8_t)n, 0x80, 0, (uint8_t)(m >> 8), (uint8_t)m };

	add_head(request, PARAMS, (uint16_t)(sizeof(lengths) + n + m));
	memcpy(request->bytes + request->length, lengths, sizeof(lengths));
	memcpy(request->bytes + request->length + sizeof(lengths), name, n);
	memcpy(request->bytes + request->length + sizeof(lengths) + n, value, m);
	request->length += sizeof(lengths) + n + m;
}

static int read_bytes(int fd, void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t n = read(fd, (uint8_t *)bytes + done, length - done);

		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

static int print_answer(int fd)
{
	uint8_t head[8], content[65536 + 256];

	while (read_bytes(fd, head, sizeof(head)) == 0) {
		size_t length = (size_t)head[4] << 8 | head[5];

		if (read_bytes(fd, content, length + head[6]) < 0)
			return 1;
		if (head[1] == STDOUT)
			fwrite(content, 1, length, stdout);
		if (head[1] == END)
			return 0;
	}
	return 1;
}

static int ask(const char *path, const struct request *request)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    write(fd, request->bytes, request->length) != (ssize_t)request->length) {
		perror(path);
		return 1;
	}
	return print_answer(fd);
}

int main(int argc, char **argv)
{
	struct request request = { .length = 0 };

	if (argc < 4 || strlen(argv[3]) > 1000 || (argc > 4 && strlen(argv[4]) > 1000))
		return 2;
	add_begin(&request);
	add_param(&request, "REQUEST_METHOD", argv[2]);
	add_param(&request, "PATH_INFO", argv[3]);
	add_param(&request, "QUERY_STRING", argc > 4 ? argv[4] : "");
	add_param(&request, "REMOTE_ADDR", "10.77.0.100");
	add_head(&request, PARAMS, 0);
	add_head(&request, STDIN, 0);
	return ask(argv[1], &request);
}
