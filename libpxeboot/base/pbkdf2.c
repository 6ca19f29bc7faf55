/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PBKDF2 with HMAC-SHA-512 (see pbkdf2.h).  Messages here are short: everything is whole blocks in memory.
 */
#include "base/pbkdf2.h"

#include <string.h>

#define BLOCK 128
#define ROUNDS 80

struct hash {
	uint64_t state[8];
};

/* The first 64 bits of the fractional parts of the cube roots of the first eighty primes. */
static const uint64_t constants[ROUNDS] = {
	0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
	0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
	0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
	0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
	0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
	0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
	0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
	0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
	0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
	0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
	0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
	0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
	0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
	0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
	0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
	0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
	0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
	0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
	0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
	0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/* Likewise of the square roots of the first eight. */
static const struct hash initial = { {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
} };

static uint64_t rotate(uint64_t word, unsigned bits)
{
	return word >> bits | word << (64 - bits);
}

static void schedule(const uint8_t block[BLOCK], uint64_t words[ROUNDS])
{
	memset(words, 0, 16 * sizeof(*words));
	for (size_t i = 0; i < BLOCK; i++)
		words[i / 8] = words[i / 8] << 8 | block[i];
	for (size_t i = 16; i < ROUNDS; i++) {
		uint64_t a = words[i - 15], b = words[i - 2];

		words[i] = words[i - 16] + (rotate(a, 1) ^ rotate(a, 8) ^ a >> 7) + words[i - 7] +
			   (rotate(b, 19) ^ rotate(b, 61) ^ b >> 6);
	}
}

static void compress(struct hash *hash, const uint8_t block[BLOCK])
{
	uint64_t words[ROUNDS], s[8];

	schedule(block, words);
	memcpy(s, hash->state, sizeof(s));
	for (size_t i = 0; i < ROUNDS; i++) {
		uint64_t one = s[7] + (rotate(s[4], 14) ^ rotate(s[4], 18) ^ rotate(s[4], 41)) +
			       ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + words[i];
		uint64_t two = (rotate(s[0], 28) ^ rotate(s[0], 34) ^ rotate(s[0], 39)) +
			       ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += one;
		s[0] = one + two;
	}
	for (size_t i = 0; i < 8; i++)
		hash->state[i] += s[i];
}

static void put(uint8_t *to, uint64_t word)
{
	for (size_t i = 8; i-- > 0; word >>= 8)
		to[i] = (uint8_t)word;
}

/* The rest of a message, of which @before bytes went through compress() already. */
static void finish(struct hash hash, const uint8_t *rest, size_t length, size_t before, uint8_t ret[PBKDF2_LENGTH])
{
	uint8_t block[BLOCK];

	for (; length >= BLOCK; length -= BLOCK, rest += BLOCK, before += BLOCK)
		compress(&hash, rest);
	memset(block, 0, sizeof(block));
	memcpy(block, rest, length);
	block[length] = 0x80;
	if (length >= BLOCK - 16) {
		compress(&hash, block);
		memset(block, 0, sizeof(block));
	}
	put(block + BLOCK - 8, 8 * ((uint64_t)before + length));
	compress(&hash, block);
	for (size_t i = 0; i < 8; i++)
		put(ret + 8 * i, hash.state[i]);
}

/* ---- HMAC --------------------------------------------------------------------------------------------------------- */

struct key {
	struct hash inner, outer;	/* with the padded key in them */
};

static void key_init(struct key *key, const char *password)
{
	uint8_t block[BLOCK] = { 0 };
	size_t length = strlen(password);

	if (length > BLOCK)
		finish(initial, (const uint8_t *)password, length, 0, block);
	else
		memcpy(block, password, length);
	key->inner = key->outer = initial;
	for (size_t i = 0; i < BLOCK; i++)
		block[i] ^= 0x36;
	compress(&key->inner, block);
	for (size_t i = 0; i < BLOCK; i++)
		block[i] ^= 0x36 ^ 0x5c;
	compress(&key->outer, block);
}

static void hmac(const struct key *key, const uint8_t *message, size_t length, uint8_t ret[PBKDF2_LENGTH])
{
	uint8_t inner[PBKDF2_LENGTH];

	finish(key->inner, message, length, BLOCK, inner);
	finish(key->outer, inner, sizeof(inner), BLOCK, ret);
}

void pbkdf2_sha512(const char *password, const void *salt, size_t salt_length, unsigned iterations,
		   uint8_t ret[PBKDF2_LENGTH])
{
	uint8_t first[PBKDF2_MAX_SALT + 4] = { 0 }, chain[PBKDF2_LENGTH];
	struct key key;

	if (salt_length > PBKDF2_MAX_SALT)
		salt_length = PBKDF2_MAX_SALT;
	memcpy(first, salt, salt_length);
	first[salt_length + 3] = 1;		/* the number of the block, big-endian */
	key_init(&key, password);
	hmac(&key, first, salt_length + 4, chain);
	memcpy(ret, chain, sizeof(chain));
	while (--iterations > 0) {
		hmac(&key, chain, sizeof(chain), chain);
		for (size_t i = 0; i < PBKDF2_LENGTH; i++)
			ret[i] ^= chain[i];
	}
}
