/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Passwords as GRUB's signed images take them: PBKDF2 with SHA-512, by nettle.
 */
#include <errno.h>
#include <string.h>

#include "render/grub.h"

#ifdef HAVE_NETTLE
#include <nettle/pbkdf2.h>

#define KEY_LENGTH 64
#define ITERATIONS 1000		/* the password itself stands in iPXE's script of the menu */

static void add_hex(struct text *out, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		text_addf(out, "%02X", bytes[i]);
}

int grub_add_password(struct text *out, const char *salt, const char *password)
{
	uint8_t key[KEY_LENGTH];

	pbkdf2_hmac_sha512(strlen(password), (const uint8_t *)password, ITERATIONS, strlen(salt), (const uint8_t *)salt,
			   sizeof(key), key);
	text_addf(out, "grub.pbkdf2.sha512.%d.", ITERATIONS);
	add_hex(out, (const uint8_t *)salt, strlen(salt));
	text_add_char(out, '.');
	add_hex(out, key, sizeof(key));
	return out->error;
}

#else

int grub_add_password(struct text *out, const char *salt, const char *password)
{
	return -ENOTSUP;
}

#endif
