/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the probes of image*.c share: checked reads of the file's bytes, and one constant descriptor a format.  A probe
 * believes no number that it reads: whatever lies past the end is simply not there.
 */
#ifndef PROOF_IMAGE_H
#define PROOF_IMAGE_H

#include "base/macro.h"
#include "pxeboot.h"

#define IMAGE_HEAD 4096
#define IMAGE_BIT(arch) (1u << (arch))
#define IMAGE_UEFI (((1u << PXEBOOT_ARCH_COUNT) - 1) & ~IMAGE_BIT(PXEBOOT_ARCH_BIOS))

struct image_job {
	const struct pxeboot_image_source *source;
	struct pxeboot_image *image;
	uint8_t head[IMAGE_HEAD];
	size_t length;			/* of the head */
	int error;			/* of the source, the first; then nothing more is read */
};

/* A format: the probe says whether the bytes are of it, and fills the image. */
struct image_format {
	enum pxeboot_image_kind kind;
	const char *label;
	bool (*probe)(struct image_job *job);
};

extern const struct image_format image_linux_x86, image_linux_flat, image_linux_zboot, image_efi, image_iso,
	image_script, image_html, image_text;

/* Signatures at fixed places: true with kind and label set. */
bool image_by_magic(struct image_job *job);

/* Are there @length bytes at @offset?  Reads them. */
bool image_read(struct image_job *job, uint64_t offset, void *buffer, size_t length) MUST_USE;
bool image_le16(struct image_job *job, uint64_t offset, uint16_t *ret) MUST_USE;
bool image_le32(struct image_job *job, uint64_t offset, uint32_t *ret) MUST_USE;
/* Do these bytes stand there? */
bool image_has(struct image_job *job, uint64_t offset, const void *bytes, size_t length) MUST_USE;
/* Is any of the @length bytes at @offset past the end? */
bool image_lacks(const struct image_job *job, uint64_t offset, uint64_t length);

/* Sets PE/COFF's own facts (machine, application, signature, whether all of it is there); false where the file is
 * none. */
bool image_read_pe(struct image_job *job);
/* What the certificate table, which lies in the file, says: that the image is signed, and who vouches. */
void image_read_signatures(struct image_job *job, uint64_t offset, uint32_t size);
/* The name of a section, with NULs after it where it is short; false past the last. */
bool image_section(struct image_job *job, unsigned index, uint8_t ret_name[8]);
/* Whose firmware starts such a program. */
unsigned image_pe_archs(const struct pxeboot_image *image);

#endif
