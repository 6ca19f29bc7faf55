/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as a file: whatever they are, nothing past their end is read, and what is said of them fits together.
 */
#include <string.h>

#include "fuzz.h"
#include "pxeboot.h"

struct memory {
	const uint8_t *bytes;
	size_t length;
};

static int read_memory(void *context, uint64_t offset, void *buffer, size_t length)
{
	const struct memory *memory = context;

	fuzz_require(offset <= memory->length && length <= memory->length - offset);
	memcpy(buffer, memory->bytes + offset, length);
	return 0;
}

static void require_image(const struct pxeboot_image *image, size_t length)
{
	fuzz_require(image->size == length && image->label && *image->label);
	fuzz_require((unsigned)image->kind <= PXEBOOT_IMAGE_OTHER);
	fuzz_require((image->kind == PXEBOOT_IMAGE_EMPTY) == (length == 0));
	fuzz_require(image->archs < 1u << PXEBOOT_ARCH_COUNT);
	fuzz_require(!image->is_application || image->is_efi);
	fuzz_require(!image->is_signed || image->kind == PXEBOOT_IMAGE_EFI || image->kind == PXEBOOT_IMAGE_LINUX ||
		     image->kind == PXEBOOT_IMAGE_OTHER);
	fuzz_require(!image->has_efi_stub || image->kind == PXEBOOT_IMAGE_LINUX);
	fuzz_require(image->kind != PXEBOOT_IMAGE_UNKNOWN || (image->archs != 0) == (length <= PXEBOOT_IMAGE_BIOS_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct memory memory = { bytes, length };
	struct pxeboot_image_source source = { length, read_memory, &memory };
	struct pxeboot_program program;
	struct pxeboot_image image;

	fuzz_require(pxeboot_image_read(&source, &image) == 0);
	require_image(&image, length);
	fuzz_require(pxeboot_program_by_bytes("snponly.efi", &source, "iPXE-own", &program) == 0);
	fuzz_require(program.looked && program.is_signed == image.is_signed);
	fuzz_require(program.arch >= PXEBOOT_ARCH_NONE && program.arch < PXEBOOT_ARCH_COUNT);
	fuzz_require(!(program.bios && program.uefi));
	return 0;
}
