/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PBKDF2 with HMAC-SHA-512 (RFC 8018, RFC 2104, FIPS 180-4): the form in which GRUB takes passwords.
 */
#ifndef BASE_PBKDF2_H
#define BASE_PBKDF2_H

#include <stddef.h>
#include <stdint.h>

#define PBKDF2_LENGTH 64
#define PBKDF2_MAX_SALT 128

/* The first block of the derived key.  @iterations from 1; @salt_length at most PBKDF2_MAX_SALT, the rest is ignored. */
void pbkdf2_sha512(const char *password, const void *salt, size_t salt_length, unsigned iterations,
		   uint8_t ret[PBKDF2_LENGTH]);

#endif
