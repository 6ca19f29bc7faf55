/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Strict scalars: the whole string is the value or the answer is -EINVAL (-ERANGE where it is a number out of range).
 * No locale, no leading or trailing blanks, no signs.  Out-parameters are untouched on failure.
 */
#ifndef BASE_SCALAR_H
#define BASE_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

#define MAC_LENGTH 6
#define UUID_LENGTH 16
#define IP6_LENGTH 16

struct ip4_prefix {
	uint32_t address;	/* host byte order, bits below the prefix are zero */
	unsigned length;	/* 0-32 */
};

/* Decimal, or hexadecimal after 0x. */
int scalar_u32(const char *string, uint32_t min, uint32_t max, uint32_t *ret) MUST_USE;
/* Writes it in decimal; returns how many digits there are before the NUL. */
#define SCALAR_U64_SIZE 21
size_t scalar_format_u64(uint64_t number, char ret[SCALAR_U64_SIZE]);

/* Six hexadecimal pairs, in any case: aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff, aabbccddeeff; one separator throughout. */
int scalar_mac(const char *string, uint8_t ret[MAC_LENGTH]) MUST_USE;
/* One to six pairs, "52:54:00": the first bytes of a MAC. */
int scalar_mac_prefix(const char *string, uint8_t ret[MAC_LENGTH], size_t *ret_length) MUST_USE;
/* Writes "aa:bb:cc:dd:ee:ff" with the separator given. */
void scalar_format_mac(const uint8_t mac[MAC_LENGTH], char separator, char ret[3 * MAC_LENGTH]);

/* 8-4-4-4-12 hexadecimal digits, in any case; the bytes come in the order of the text. */
int scalar_uuid(const char *string, uint8_t ret[UUID_LENGTH]) MUST_USE;
/* Lower case, as iPXE prints it. */
void scalar_format_uuid(const uint8_t uuid[UUID_LENGTH], char ret[37]);

int scalar_ip4(const char *string, uint32_t *ret) MUST_USE;			/* host byte order */
void scalar_format_ip4(uint32_t address, char ret[16]);
int scalar_ip4_prefix(const char *string, struct ip4_prefix *ret) MUST_USE;	/* A.B.C.D/N, host bits zero */
bool ip4_prefix_has(const struct ip4_prefix *prefix, uint32_t address);

/* An IPv6 address without zone, in network order. */
int scalar_ip6(const char *string, uint8_t ret[IP6_LENGTH]) MUST_USE;
/* Do both begin with the same @bits? */
bool ip6_same_prefix(const uint8_t a[IP6_LENGTH], const uint8_t b[IP6_LENGTH], unsigned bits);

/* A name of the policy: a letter, then letters, digits, '-', '_'; at most 64. */
bool scalar_is_name(const char *string);
/* One component of a file name that every target can carry unquoted: letters, digits, '.', '_', '-', '+', ','; not
 * "." or "..", not empty, at most 255. */
bool scalar_is_file_component(const char *string, size_t length);
/* A relative path of such components, '/' between them; no "..", at most 1,023 bytes. */
bool scalar_is_file_path(const char *string);

#endif
