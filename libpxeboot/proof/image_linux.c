/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Linux kernels, by the kernel's own documents: "The Linux/x86 Boot Protocol", "Booting AArch64 Linux", "Boot image
 * header in RISC-V Linux", and the header that the kernel puts before its compressed EFI images.
 */
#include "proof/image.h"

/* Where a kernel is an EFI program too, its machine says for whom. */
static unsigned stub_archs(struct image_job *job)
{
	unsigned archs = image_read_pe(job) ? image_pe_archs(job->image) : 0;

	job->image->has_efi_stub = archs != 0;
	return archs;
}

/* ---- x86 --------------------------------------------------------------------------------------------------------- */

enum {
	SETUP_SECTORS = 0x1f1, PARAGRAPHS = 0x1f4, HEADER = 0x202, PROTOCOL = 0x206, LOAD_FLAGS = 0x211, X_FLAGS = 0x236,
};
enum { KERNEL_64 = 1, HANDOVER_32 = 4, HANDOVER_64 = 8 };	/* of the X_FLAGS, since protocol 2.12 */

static void read_flags(struct image_job *job)
{
	struct pxeboot_image *image = job->image;
	uint16_t flags = 0;

	if (image->linux_protocol < 0x020c || !image_le16(job, X_FLAGS, &flags))
		return;
	image->linux_64 = flags & KERNEL_64;
	image->has_handover_32 = flags & HANDOVER_32;
	image->has_handover_64 = flags & HANDOVER_64;
}

/* The length in paragraphs, the last of which may be begun only, became one of 32 bits with protocol 2.04. */
static void read_length(struct image_job *job)
{
	uint32_t paragraphs;
	uint8_t sectors;

	if (job->image->linux_protocol < 0x0204 || !image_read(job, SETUP_SECTORS, &sectors, 1) ||
	    !image_le32(job, PARAGRAPHS, &paragraphs) || !paragraphs)
		return;
	job->image->is_cut |= image_lacks(job, UINT64_C(512) * ((sectors ? sectors : 4) + 1u),
					  16 * (uint64_t)(paragraphs - 1) + 1);
}

static bool probe_x86(struct image_job *job)
{
	struct pxeboot_image *image = job->image;
	uint8_t flags;

	if (!image_has(job, 0x1fe, "\x55\xaa", 2) || !image_has(job, HEADER, "HdrS", 4) ||
	    !image_le16(job, PROTOCOL, &image->linux_protocol) || !image_read(job, LOAD_FLAGS, &flags, 1))
		return false;
	image->is_big = flags & 1;
	image->archs = stub_archs(job) | IMAGE_BIT(PXEBOOT_ARCH_BIOS);
	read_flags(job);
	read_length(job);
	return true;
}

/* ---- Others ------------------------------------------------------------------------------------------------------ */

/* At one place all of them have a word of their own; the same place of an EFI image says "here is the PE header". */
static bool probe_flat(struct image_job *job)
{
	static const struct { const char *magic, *label; } rows[] = {
		{ "ARM\x64", "arm64 Linux kernel" }, { "RSC\x05", "riscv Linux kernel" },
		{ "\xcd\x23\x82\x81", "loongarch Linux kernel" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!image_has(job, 56, rows[i].magic, 4))
			continue;
		job->image->label = rows[i].label;
		job->image->archs = stub_archs(job);
		return true;
	}
	return false;
}

static bool probe_zboot(struct image_job *job)
{
	uint32_t offset, size;

	if (!image_has(job, 0, "MZ\0\0zimg", 8) || !image_le32(job, 8, &offset) || !image_le32(job, 12, &size))
		return false;
	job->image->archs = stub_archs(job);
	job->image->is_cut |= image_lacks(job, offset, size);
	return true;
}

const struct image_format image_linux_x86 = { PXEBOOT_IMAGE_LINUX, "x86 Linux kernel", probe_x86 };
const struct image_format image_linux_flat = { PXEBOOT_IMAGE_LINUX, "Linux kernel", probe_flat };
const struct image_format image_linux_zboot = { PXEBOOT_IMAGE_LINUX, "compressed EFI Linux kernel", probe_zboot };
