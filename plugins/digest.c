/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Digests by nettle (see digest.h).
 */
#include "digest.h"

#include <errno.h>

#ifdef HAVE_NETTLE
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <unistd.h>

#define CHUNK 65536

static void finish(struct sha256_ctx *context, char ret[DIGEST_SIZE])
{
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_digest(context, sizeof(digest), digest);
	base16_encode_update(ret, sizeof(digest), digest);
	ret[DIGEST_SIZE - 1] = '\0';
}

int digest_of_bytes(const void *bytes, size_t length, char ret[DIGEST_SIZE])
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, length, bytes);
	finish(&context, ret);
	return 0;
}

int digest_of_file(int fd, char ret[DIGEST_SIZE])
{
	struct sha256_ctx context;
	uint8_t chunk[CHUNK];
	off_t at = 0;
	ssize_t n;

	sha256_init(&context);
	while ((n = pread(fd, chunk, sizeof(chunk), at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		sha256_update(&context, (size_t)n, chunk);
		at += n;
	}
	finish(&context, ret);
	return 0;
}
#else
int digest_of_bytes(const void *bytes, size_t length, char ret[DIGEST_SIZE])
{
	return -ENOTSUP;
}

int digest_of_file(int fd, char ret[DIGEST_SIZE])
{
	return -ENOTSUP;
}
#endif
