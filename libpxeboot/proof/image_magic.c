/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Formats that a few bytes at a fixed place give away, and text, which has none.
 */
#include <string.h>
#include <strings.h>

#include "proof/image.h"

static const struct magic {
	enum pxeboot_image_kind kind;
	const char *label, *bytes;
	uint32_t offset, length;
} magics[] = {
	/* What the kernel unpacks as an initial RAM disk (its lib/decompress.c and init/initramfs.c). */
	{ PXEBOOT_IMAGE_ARCHIVE, "gzip data", "\x1f\x8b\x08", 0, 3 },
	{ PXEBOOT_IMAGE_ARCHIVE, "xz data", "\xfd" "7zXZ\0", 0, 6 },
	{ PXEBOOT_IMAGE_ARCHIVE, "lzma data", "\x5d\0\0", 0, 3 },
	{ PXEBOOT_IMAGE_ARCHIVE, "zstd data", "\x28\xb5\x2f\xfd", 0, 4 },
	{ PXEBOOT_IMAGE_ARCHIVE, "bzip2 data", "BZh", 0, 3 },
	{ PXEBOOT_IMAGE_ARCHIVE, "lz4 data", "\x02\x21\x4c\x18", 0, 4 },
	{ PXEBOOT_IMAGE_ARCHIVE, "lzop data", "\x89LZO\0\r\n\x1a\n", 0, 9 },
	{ PXEBOOT_IMAGE_ARCHIVE, "cpio archive", "070701", 0, 6 },
	{ PXEBOOT_IMAGE_ARCHIVE, "cpio archive", "070702", 0, 6 },
	{ PXEBOOT_IMAGE_PNG, "PNG picture", "\x89PNG\r\n\x1a\n", 0, 8 },
	{ PXEBOOT_IMAGE_WIM, "Windows image", "MSWIM\0\0\0", 0, 8 },
	{ PXEBOOT_IMAGE_BCD, "registry hive", "regf", 0, 4 },
	{ PXEBOOT_IMAGE_SDI, "System Deployment Image", "$SDI", 0, 4 },
	/* What people put in the place of something else. */
	{ PXEBOOT_IMAGE_OTHER, "lz4 frame, which the kernel does not unpack", "\x04\x22\x4d\x18", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "old cpio archive, which the kernel does not unpack", "070707", 0, 6 },
	{ PXEBOOT_IMAGE_OTHER, "old cpio archive, which the kernel does not unpack", "\xc7\x71", 0, 2 },
	{ PXEBOOT_IMAGE_TEXT, "text in UTF-16", "\xff\xfe", 0, 2 },
	{ PXEBOOT_IMAGE_OTHER, "ROM of a network card, which is no boot file", "\x55\xaa", 0, 2 },
	{ PXEBOOT_IMAGE_OTHER, "ELF program", "\x7f" "ELF", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "legacy U-Boot image", "\x27\x05\x19\x56", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "device tree", "\xd0\x0d\xfe\xed", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "JPEG picture", "\xff\xd8\xff", 0, 3 },
	{ PXEBOOT_IMAGE_OTHER, "GIF picture", "GIF8", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "WebP picture", "WEBP", 8, 4 },
	{ PXEBOOT_IMAGE_OTHER, "ZIP archive", "PK\x03\x04", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "7-Zip archive", "7z\xbc\xaf\x27\x1c", 0, 6 },
	{ PXEBOOT_IMAGE_OTHER, "RAR archive", "Rar!\x1a\x07", 0, 6 },
	{ PXEBOOT_IMAGE_OTHER, "Debian package", "!<arch>\n", 0, 8 },
	{ PXEBOOT_IMAGE_OTHER, "RPM package", "\xed\xab\xee\xdb", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "squashfs", "hsqs", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "tar archive", "ustar", 257, 5 },
	{ PXEBOOT_IMAGE_OTHER, "qcow2 disk", "QFI\xfb", 0, 4 },
	{ PXEBOOT_IMAGE_OTHER, "ext file system", "\x53\xef", 1080, 2 },
};

bool image_by_magic(struct image_job *job)
{
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++) {
		if (!image_has(job, magics[i].offset, magics[i].bytes, magics[i].length))
			continue;
		job->image->kind = magics[i].kind;
		job->image->label = magics[i].label;
		return true;
	}
	return false;
}

/* ---- Text -------------------------------------------------------------------------------------------------------- */

/* iPXE wants the first line to be the word alone, or with a blank after it, and seven bytes at least. */
static bool probe_script(struct image_job *job)
{
	uint8_t after;

	return (image_has(job, 0, "#!ipxe", 6) || image_has(job, 0, "#!gpxe", 6)) && image_read(job, 6, &after, 1) &&
	       after && strchr(" \t\r\n\v\f", after);
}

static size_t text_start(struct image_job *job)
{
	size_t at = image_has(job, 0, "\xef\xbb\xbf", 3) ? 3 : 0;

	while (at < job->length && strchr(" \t\r\n", job->head[at]) && job->head[at])
		at++;
	return at;
}

/* What a web server says in the place of a file. */
static bool probe_html(struct image_job *job)
{
	static const char *const beginnings[] = { "<!doctype", "<html", "<head", "<?xml", "<body" };
	size_t at = text_start(job);

	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++) {
		size_t length = strlen(beginnings[i]);

		if (length <= job->length - at && strncasecmp((const char *)job->head + at, beginnings[i], length) == 0)
			return true;
	}
	return false;
}

/* No control character in the first bytes; any encoding. */
static bool probe_text(struct image_job *job)
{
	for (size_t i = 0; i < job->length; i++) {
		uint8_t byte = job->head[i];

		if (!byte || byte == 0x7f || (byte < 0x20 && !strchr("\t\n\v\f\r\033", byte)))
			return false;
	}
	return true;
}

const struct image_format image_script = { PXEBOOT_IMAGE_SCRIPT, "iPXE script", probe_script };
const struct image_format image_html = { PXEBOOT_IMAGE_TEXT, "web page (HTML)", probe_html };
const struct image_format image_text = { PXEBOOT_IMAGE_TEXT, "text", probe_text };
