/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dhcp_client.h"

#include "pxeboot.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	AT_HOPS = 3, AT_FLAGS = 10, AT_YIADDR = 16, AT_SIADDR = 20, AT_GIADDR = 24, AT_CHADDR = 28, AT_SNAME = 44,
	SNAME_LENGTH = 64, AT_FILE = 108, FILE_LENGTH = 128,
	AT_COOKIE = 236, AT_OPTIONS = 240, MIN_LENGTH = 300,
};
static const uint8_t cookie[4] = { 99, 130, 83, 99 };

static uint32_t read_be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write_be32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

void dhcp_packet_start(struct dhcp_packet *packet, enum dhcp_type type, const uint8_t mac[6], uint32_t xid)
{
	uint8_t byte = (uint8_t)type;

	memset(packet, 0, sizeof(*packet));
	packet->bytes[0] = 1;		/* request */
	packet->bytes[1] = 1;		/* Ethernet */
	packet->bytes[2] = 6;
	write_be32(packet->bytes + 4, xid);
	packet->bytes[AT_FLAGS] = 0x80;	/* answer by broadcast */
	memcpy(packet->bytes + AT_CHADDR, mac, 6);
	memcpy(packet->bytes + AT_COOKIE, cookie, sizeof(cookie));
	packet->length = AT_OPTIONS;
	dhcp_packet_option(packet, 53, &byte, 1);
}

void dhcp_packet_option(struct dhcp_packet *packet, uint8_t code, const void *bytes, size_t length)
{
	if (length > 255 || length + 2 > sizeof(packet->bytes) - packet->length)
		abort();	/* a mistake of the test */
	packet->bytes[packet->length++] = code;
	packet->bytes[packet->length++] = (uint8_t)length;
	if (length > 0)
		memcpy(packet->bytes + packet->length, bytes, length);
	packet->length += length;
}

void dhcp_packet_append(struct dhcp_packet *packet, const void *options, size_t length)
{
	if (length > sizeof(packet->bytes) - packet->length)
		abort();
	memcpy(packet->bytes + packet->length, options, length);
	packet->length += length;
}

void dhcp_packet_relay(struct dhcp_packet *packet, uint32_t address)
{
	packet->bytes[AT_HOPS] = 1;
	write_be32(packet->bytes + AT_GIADDR, address);
}

void dhcp_packet_end(struct dhcp_packet *packet)
{
	if (packet->length == sizeof(packet->bytes))
		abort();
	packet->bytes[packet->length++] = 255;
	if (packet->length < MIN_LENGTH)
		packet->length = MIN_LENGTH;
}

static int open_socket(const char *interface, uint16_t port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	int one = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)) == 0 &&
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) == 0)
		return fd;
	close(fd);
	return -1;
}

int dhcp_socket(const char *interface)
{
	return open_socket(interface, 68);
}

int dhcp_relay_socket(const char *interface)
{
	return open_socket(interface, 67);
}

static int send_to(int fd, const struct dhcp_packet *packet, uint32_t address, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };

	to.sin_addr.s_addr = htonl(address);
	return sendto(fd, packet->bytes, packet->length, 0, (struct sockaddr *)&to, sizeof(to)) < 0 ? -1 : 0;
}

int dhcp_send(int fd, const struct dhcp_packet *packet)
{
	return send_to(fd, packet, INADDR_BROADCAST, 67);
}

int dhcp_send_relayed(int fd, const struct dhcp_packet *packet, uint32_t server)
{
	return send_to(fd, packet, server, 67);
}

int dhcp_send_4011(int fd, const struct dhcp_packet *packet, uint32_t server)
{
	return send_to(fd, packet, server, 4011);
}

static void take_text(const uint8_t *bytes, size_t length, char *ret, size_t size)
{
	size_t n = length < size - 1 ? length : size - 1;

	memcpy(ret, bytes, n);
	ret[n] = '\0';
}

static void take_value(const uint8_t *bytes, size_t length, struct dhcp_value *ret)
{
	ret->there = true;
	ret->length = (uint8_t)length;
	memcpy(ret->bytes, bytes, length);
}

/* As it was sent. */
static void keep_option(struct dhcp_reply *reply, uint8_t code, const uint8_t *bytes, size_t length)
{
	if (code == 60)
		take_value(bytes, length, &reply->class);
	else if (code == 66 && !reply->tftp_server.there)
		take_value(bytes, length, &reply->tftp_server);
	else if (code == 150)
		take_value(bytes, length, &reply->tftp_address);
	else if (code == 67 && reply->n_named < 2)
		take_value(bytes, length, &reply->named[reply->n_named++]);
	else if (code == 52 && length == 1 && (bytes[0] & 1) != 0)
		reply->field[0] = '\0';
	if (code == 52 && length == 1 && (bytes[0] & 2) != 0)
		reply->server_name[0] = '\0';
}

static void take_option(struct dhcp_reply *reply, uint8_t code, const uint8_t *bytes, size_t length)
{
	keep_option(reply, code, bytes, length);
	if (code == 53 && length == 1)
		reply->type = bytes[0];
	else if (code == 54 && length == 4)
		reply->server = read_be32(bytes);
	else if (code == 60)
		take_text(bytes, length, reply->vendor_class, sizeof(reply->vendor_class));
	else if (code == 43) {
		reply->vendor_options = length;
		reply->raspberry_pi = memmem(bytes, length, PXEBOOT_RASPBERRY_PI, strlen(PXEBOOT_RASPBERRY_PI)) != NULL;
	} else if (code == 67) {
		take_text(bytes, length, reply->file, sizeof(reply->file));
		reply->file_in_option = true;
	}
}

static void parse_reply(const uint8_t *bytes, size_t length, struct dhcp_reply *reply)
{
	size_t at = AT_OPTIONS;

	memset(reply, 0, sizeof(*reply));
	reply->there = true;
	reply->yiaddr = read_be32(bytes + AT_YIADDR);
	reply->siaddr = read_be32(bytes + AT_SIADDR);
	take_text(bytes + AT_FILE, FILE_LENGTH, reply->file, sizeof(reply->file));
	take_text(bytes + AT_FILE, FILE_LENGTH, reply->field, sizeof(reply->field));
	take_text(bytes + AT_SNAME, SNAME_LENGTH, reply->server_name, sizeof(reply->server_name));
	while (at < length && bytes[at] != 255) {
		if (bytes[at] == 0) {
			at++;
			continue;
		}
		if (length - at < 2 || length - at - 2 < bytes[at + 1])
			return;
		take_option(reply, bytes[at], bytes + at + 2, bytes[at + 1]);
		at += 2u + bytes[at + 1];
	}
}

static int milliseconds_left(const struct timespec *until)
{
	struct timespec now;
	long long left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = (until->tv_sec - now.tv_sec) * 1000LL + (until->tv_nsec - now.tv_nsec) / 1000000;
	return left > 0 ? (int)left : 0;
}

bool dhcp_receive(int fd, uint32_t xid, uint32_t sentinel, int milliseconds, struct dhcp_reply *ret_reply)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	uint8_t bytes[1600];
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000L;
	memset(ret_reply, 0, sizeof(*ret_reply));
	while (poll(&wait, 1, milliseconds_left(&until)) > 0) {
		ssize_t length = recv(fd, bytes, sizeof(bytes), 0);

		if (length < AT_OPTIONS || bytes[0] != 2)
			continue;
		if (read_be32(bytes + 4) == xid) {
			parse_reply(bytes, (size_t)length, ret_reply);
			return true;
		}
		if (sentinel != 0 && read_be32(bytes + 4) == sentinel)
			return true;
	}
	return false;
}

int dhcp_take(int fd, uint32_t *ret_xid, struct dhcp_reply *ret_reply)
{
	uint8_t bytes[1600];
	ssize_t length = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (length < 0)
		return -1;
	if (length < AT_OPTIONS || bytes[0] != 2)
		return 0;
	*ret_xid = read_be32(bytes + 4);
	parse_reply(bytes, (size_t)length, ret_reply);
	return 1;
}
