/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PE/COFF, the format of EFI programs (Microsoft's "PE Format", UEFI 2.1): machine, subsystem, signature and whether
 * all of its sections are there.
 */
#include "proof/image.h"

#define SUBSYSTEM_APPLICATION 10
#define SUBSYSTEM_ROM 13		/* 11 and 12 are drivers */
#define MAX_SECTIONS 96
#define CERTIFICATES 4			/* of the data directories */

/* Offsets from the "PE\0\0". */
enum { MACHINE = 4, N_SECTIONS = 6, OPTIONAL_SIZE = 20, OPTIONAL = 24 };
/* Offsets into the optional header; the directories' depend on its magic. */
enum { MAGIC = 0, SUBSYSTEM = 68, DIRECTORIES_32 = 92, DIRECTORIES_64 = 108 };

struct pe {
	uint64_t optional, sections;	/* offsets in the file */
	uint16_t machine, n_sections, magic, subsystem;
};

/* The table lies at the end of the file; its "address" is an offset there. */
static void read_signature(struct image_job *job, const struct pe *pe)
{
	uint64_t directories = pe->optional + (pe->magic == 0x20b ? DIRECTORIES_64 : DIRECTORIES_32);
	uint32_t count, offset, size;

	if (!image_le32(job, directories, &count) || count <= CERTIFICATES ||
	    !image_le32(job, directories + 4 + UINT64_C(8) * CERTIFICATES, &offset) ||
	    !image_le32(job, directories + 8 + UINT64_C(8) * CERTIFICATES, &size) || !offset || !size)
		return;
	if (image_lacks(job, offset, size))
		job->image->is_cut = true;
	else
		image_read_signatures(job, offset, size);
}

static void read_sections(struct image_job *job, const struct pe *pe)
{
	for (unsigned i = 0; i < pe->n_sections; i++) {
		uint32_t size, offset;

		if (!image_le32(job, pe->sections + UINT64_C(40) * i + 16, &size) ||
		    !image_le32(job, pe->sections + UINT64_C(40) * i + 20, &offset) || (size && image_lacks(job, offset, size))) {
			job->image->is_cut = true;
			return;
		}
	}
}

static bool read_header(struct image_job *job, struct pe *pe)
{
	uint16_t optional_size;
	uint32_t at;

	if (!image_has(job, 0, "MZ", 2) || !image_le32(job, 0x3c, &at) || !image_has(job, at, "PE\0", 4) ||
	    !image_le16(job, at + (uint64_t)MACHINE, &pe->machine) ||
	    !image_le16(job, at + (uint64_t)N_SECTIONS, &pe->n_sections) ||
	    !image_le16(job, at + (uint64_t)OPTIONAL_SIZE, &optional_size))
		return false;
	pe->optional = at + (uint64_t)OPTIONAL;
	pe->sections = pe->optional + optional_size;
	if (pe->n_sections > MAX_SECTIONS)
		pe->n_sections = MAX_SECTIONS;
	return image_le16(job, pe->optional + MAGIC, &pe->magic) &&
	       image_le16(job, pe->optional + SUBSYSTEM, &pe->subsystem);
}

bool image_section(struct image_job *job, unsigned index, uint8_t ret_name[8])
{
	struct pe pe;

	return read_header(job, &pe) && index < pe.n_sections && image_read(job, pe.sections + UINT64_C(40) * index, ret_name, 8);
}

unsigned image_pe_archs(const struct pxeboot_image *image)
{
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT && image->is_application; arch++)
		if (pxeboot_arch_get(arch)->uefi && pxeboot_arch_get(arch)->pe_machine == image->pe_machine)
			return IMAGE_BIT(arch);
	return 0;
}

bool image_read_pe(struct image_job *job)
{
	struct pxeboot_image *image = job->image;
	struct pe pe;

	if (!read_header(job, &pe))
		return false;
	image->pe_machine = pe.machine;
	image->is_efi = pe.subsystem >= SUBSYSTEM_APPLICATION && pe.subsystem <= SUBSYSTEM_ROM;
	image->is_application = pe.subsystem == SUBSYSTEM_APPLICATION;
	read_sections(job, &pe);
	read_signature(job, &pe);
	return true;
}

static bool probe(struct image_job *job)
{
	struct pxeboot_image *image = job->image;

	if (!image_read_pe(job))
		return false;
	if (!image->is_efi) {
		image->kind = PXEBOOT_IMAGE_OTHER;
		image->label = "Windows program";
	} else if (!image->is_application) {
		image->label = "EFI driver";
	}
	image->archs = image_pe_archs(image);
	return true;
}

const struct image_format image_efi = { PXEBOOT_IMAGE_EFI, "EFI program", probe };
