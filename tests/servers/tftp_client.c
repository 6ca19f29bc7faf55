/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tftp_client.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { RRQ = 1, DATA = 3, ACK = 4, ERROR = 5, BLOCK = 512, PATIENCE = 5 };

static size_t put_request(uint8_t *bytes, size_t size, const char *name)
{
	size_t length = strlen(name);

	if (length + 9 > size)
		abort();	/* a mistake of the test */
	bytes[0] = 0;
	bytes[1] = RRQ;
	memcpy(bytes + 2, name, length + 1);
	memcpy(bytes + 3 + length, "octet", 6);
	return length + 9;
}

static int open_socket(uint32_t from)
{
	struct sockaddr_in local = { .sin_family = AF_INET };
	struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	local.sin_addr.s_addr = htonl(from);
	if (fd < 0 || bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		abort();
	return fd;
}

static void take_text(struct tftp_answer *answer, const uint8_t *bytes, size_t length)
{
	size_t n = length < sizeof(answer->bytes) - 1 ? length : sizeof(answer->bytes) - 1;

	memcpy(answer->bytes, bytes, n);
	answer->bytes[n] = '\0';
}

/* Takes one packet; true when the transfer goes on. */
static bool take(struct tftp_answer *answer, const uint8_t *packet, size_t length)
{
	if (packet[1] == ERROR) {
		answer->error = packet[2] << 8 | packet[3];
		take_text(answer, packet + 4, length - 4);
		return false;
	}
	if (packet[1] != DATA)
		return true;
	if (answer->length == 0)
		take_text(answer, packet + 4, length - 4);
	answer->length += length - 4;
	answer->error = length - 4 < BLOCK ? -1 : -2;
	return length - 4 == BLOCK;
}

void tftp_get(uint32_t server, uint32_t from, const char *name, struct tftp_answer *ret_answer)
{
	struct sockaddr_in peer = { .sin_family = AF_INET, .sin_port = htons(69) };
	socklen_t peer_length = sizeof(peer);
	uint8_t packet[BLOCK + 64];
	ssize_t length = (ssize_t)put_request(packet, sizeof(packet), name);
	int fd = open_socket(from);
	bool more = true;

	memset(ret_answer, 0, sizeof(*ret_answer));
	ret_answer->error = -2;
	peer.sin_addr.s_addr = htonl(server);
	sendto(fd, packet, (size_t)length, 0, (struct sockaddr *)&peer, sizeof(peer));
	while (more) {
		length = recvfrom(fd, packet, sizeof(packet), 0, (struct sockaddr *)&peer, &peer_length);
		if (length < 4)
			break;
		more = take(ret_answer, packet, (size_t)length);
		if (packet[1] == DATA) {
			packet[1] = ACK;
			sendto(fd, packet, 4, 0, (struct sockaddr *)&peer, sizeof(peer));
		}
	}
	close(fd);
}
