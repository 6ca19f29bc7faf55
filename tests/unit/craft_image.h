/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Small files with true headers, put together from a few bytes at their places; all else is zero.
 */
#ifndef CRAFT_IMAGE_H
#define CRAFT_IMAGE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CRAFT_PIECES 18

struct craft_piece {
	uint32_t at;
	const char *bytes;
	uint32_t length;
};

/* A string's bytes without its NUL. */
#define AT(place, string) { (place), (string), sizeof(string) - 1 }

/* PE/COFF: header at 0x80, one section whose table entry stands at 0x188. */
#define PE_HEAD AT(0, "MZ"), AT(0x3c, "\x80\0\0"), AT(0x80, "PE\0\0")
#define PE_MACHINE(two) AT(0x84, two)
#define PE_REST(subsystem) AT(0x86, "\1\0"), AT(0x94, "\xf0\0"), AT(0x98, "\x0b\x02"), AT(0xdc, subsystem), AT(0x104, "\x10")
#define PE_SECTION(name, size, offset) AT(0x188, name), AT(0x198, size), AT(0x19c, offset)
/* The certificate table's place and size, then the certificate. */
#define PE_SIGNATURE AT(0x128, "\0\x04\0\0\x20\0\0"), AT(0x400, "\x20\0\0\0\0\x02\2\0\x30\x82")
#define PE(machine) PE_HEAD, PE_MACHINE(machine), PE_REST("\x0a")

/* An x86 kernel: protocol 2.15, loaded high, 64 bits and both handovers; 0x20 paragraphs behind one sector of setup. */
#define BZIMAGE AT(0x1f1, "\1"), AT(0x1f4, "\x20"), AT(0x1fe, "\x55\xaa"), AT(0x202, "HdrS"), AT(0x206, "\x0f\x02"), \
		AT(0x211, "\1"), AT(0x236, "\x0f")

/* The descriptors of a disc of 20 blocks; its catalogue is block 19. */
#define ISO_PRIMARY AT(0x8000, "\1" "CD001"), AT(0x8050, "\x14"), AT(0x8800, "\377" "CD001")
#define ISO_TORITO AT(0x8000, "\1" "CD001"), AT(0x8050, "\x14"), AT(0x8800, "\0" "CD001\1EL TORITO SPECIFICATION"), \
		   AT(0x8847, "\x13"), AT(0x9000, "\377" "CD001")
/* Where its root folder lies, and an entry of 40 bytes in there. */
#define ISO_ROOT(block, size) ISO_PRIMARY, AT(0x809e, block), AT(0x80a6, size)
#define ISO_FOLDER(place, length, name) AT(place, "\x28"), AT((place) + 32, length), AT((place) + 33, name)

static inline void craft_image(const struct craft_piece pieces[CRAFT_PIECES], uint8_t *bytes, size_t size)
{
	memset(bytes, 0, size);
	for (size_t i = 0; i < CRAFT_PIECES; i++)
		for (size_t k = 0; k < pieces[i].length && pieces[i].at + k < size; k++)
			bytes[pieces[i].at + k] = (uint8_t)pieces[i].bytes[k];
}

#endif
