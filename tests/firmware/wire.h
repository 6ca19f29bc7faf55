/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Crafts frames for tests: UDP and TCP between a server and a machine, and DHCP messages to put into them.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SERVER 0x0a4d0001u
#define MACHINE 0x0a4d0064u
#define FRAME_ROOM 2048
#define HEADERS (14 + 20)
#define HEADERS6 (14 + 40)

/* What an iPXE for BIOS sends. */
#define IPXE_OPTIONS "\x35\1\1\x5d\2\0\0\x3c\x20PXEClient:Arch:00000:UNDI:002001\x4d\4iPXE\xaf\3\xb1\1\1\xff"

struct wire {
	uint8_t bytes[FRAME_ROOM];
	size_t length;
};

static inline void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static inline void begin_ip(struct wire *wire, unsigned protocol, uint32_t source, uint32_t destination, size_t payload)
{
	memset(wire->bytes, 0, sizeof(wire->bytes));
	put16(wire->bytes + 12, 0x0800);
	wire->bytes[14] = 0x45;
	put16(wire->bytes + 16, (unsigned)(20 + payload));
	wire->bytes[14 + 9] = (uint8_t)protocol;
	put32(wire->bytes + 14 + 12, source);
	put32(wire->bytes + 14 + 16, destination);
	wire->length = HEADERS + payload;
}

/* @up: from the machine to the server. */
static inline void make_udp(struct wire *wire, bool up, unsigned source, unsigned destination, const void *bytes,
		     size_t length)
{
	begin_ip(wire, 17, up ? MACHINE : SERVER, up ? SERVER : MACHINE, 8 + length);
	put16(wire->bytes + HEADERS, source);
	put16(wire->bytes + HEADERS + 2, destination);
	put16(wire->bytes + HEADERS + 4, (unsigned)(8 + length));
	memcpy(wire->bytes + HEADERS + 8, bytes, length);
}

/* The same over IPv6; all addresses are zeros, and the machine's MAC address is 52:54:00:77:00:01. */
static inline void make_udp6(struct wire *wire, bool up, unsigned source, unsigned destination, const void *bytes,
		      size_t length)
{
	memset(wire->bytes, 0, sizeof(wire->bytes));
	memcpy(wire->bytes + (up ? 6 : 0), "\x52\x54\x00\x77\x00\x01", 6);
	put16(wire->bytes + 12, 0x86dd);
	wire->bytes[14] = 0x60;
	put16(wire->bytes + 18, (unsigned)(8 + length));
	wire->bytes[20] = 17;
	put16(wire->bytes + HEADERS6, source);
	put16(wire->bytes + HEADERS6 + 2, destination);
	put16(wire->bytes + HEADERS6 + 4, (unsigned)(8 + length));
	memcpy(wire->bytes + HEADERS6 + 8, bytes, length);
	wire->length = HEADERS6 + 8 + length;
}

static inline void make_tcp(struct wire *wire, bool up, unsigned source, unsigned destination, uint32_t sequence,
		     const void *bytes, size_t length)
{
	begin_ip(wire, 6, up ? MACHINE : SERVER, up ? SERVER : MACHINE, 20 + length);
	put16(wire->bytes + HEADERS, source);
	put16(wire->bytes + HEADERS + 2, destination);
	put32(wire->bytes + HEADERS + 4, sequence);
	wire->bytes[HEADERS + 12] = 0x50;
	memcpy(wire->bytes + HEADERS + 20, bytes, length);
}

/* A message with @file in the BOOTP field and the options given; returns its length. */
static inline size_t make_dhcp(uint8_t *message, unsigned op, const char *file, const void *options, size_t length)
{
	memset(message, 0, 240);
	message[0] = (uint8_t)op;
	message[1] = 1;
	message[2] = 6;
	put32(message + 4, 0xabcdef01);
	memcpy(message + 28, "\x52\x54\x00\x77\x00\x01", 6);
	strcpy((char *)message + 108, file);
	put32(message + 236, 0x63825363);
	memcpy(message + 240, options, length);
	return 240 + length;
}

#endif
