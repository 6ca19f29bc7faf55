/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a file is, told by its bytes: each format is asked in turn, the most particular first.
 */
#include "proof/image.h"

#include <errno.h>
#include <string.h>

/* A kernel is a PE program too; everything with a signature goes before text, which has none. */
static const struct image_format *const formats[] = {
	&image_linux_x86, &image_linux_zboot, &image_linux_flat, &image_efi, &image_iso, &image_script, &image_html,
};

bool image_lacks(const struct image_job *job, uint64_t offset, uint64_t length)
{
	uint64_t size = job->source->size;

	return offset > size || length > size - offset;
}

bool image_read(struct image_job *job, uint64_t offset, void *buffer, size_t length)
{
	if (job->error || image_lacks(job, offset, length))
		return false;
	if (offset <= job->length && length <= job->length - offset) {
		memcpy(buffer, job->head + offset, length);
		return true;
	}
	job->error = job->source->read(job->source->context, offset, buffer, length);
	return job->error == 0;
}

bool image_le16(struct image_job *job, uint64_t offset, uint16_t *ret)
{
	uint8_t bytes[2];

	if (!image_read(job, offset, bytes, sizeof(bytes)))
		return false;
	*ret = (uint16_t)(bytes[0] | bytes[1] << 8);
	return true;
}

bool image_le32(struct image_job *job, uint64_t offset, uint32_t *ret)
{
	uint8_t bytes[4];

	if (!image_read(job, offset, bytes, sizeof(bytes)))
		return false;
	*ret = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	return true;
}

bool image_has(struct image_job *job, uint64_t offset, const void *bytes, size_t length)
{
	uint8_t there[32];

	return length <= sizeof(there) && image_read(job, offset, there, length) && memcmp(there, bytes, length) == 0;
}

static bool is_of(struct image_job *job, const struct image_format *format)
{
	struct pxeboot_image before = *job->image;

	job->image->kind = format->kind;
	job->image->label = format->label;
	if (format->probe(job))
		return true;
	*job->image = before;
	return false;
}

/* Whatever has no signature and is no text may be the raw code of a loader for BIOS, as far as it fits. */
static void find_kind(struct image_job *job)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (is_of(job, formats[i]))
			return;
	if (image_by_magic(job) || is_of(job, &image_text))
		return;
	if (job->image->size <= PXEBOOT_IMAGE_BIOS_MAX)
		job->image->archs = IMAGE_BIT(PXEBOOT_ARCH_BIOS);
}

int pxeboot_image_read(const struct pxeboot_image_source *source, struct pxeboot_image *ret_image)
{
	struct pxeboot_image image = { .kind = PXEBOOT_IMAGE_UNKNOWN, .label = "data of no known kind" };
	struct image_job job = { .source = source, .image = &image };
	size_t length = source->size < IMAGE_HEAD ? (size_t)source->size : IMAGE_HEAD;

	image.size = source->size;
	if (source->size == 0) {
		image.kind = PXEBOOT_IMAGE_EMPTY;
		image.label = "empty file";
	} else if (image_read(&job, 0, job.head, length)) {
		job.length = length;
		find_kind(&job);
	}
	if (job.error)
		return job.error;
	*ret_image = image;
	return 0;
}
