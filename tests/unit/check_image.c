/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * proof/, what bytes are: broken and lying headers first, then one crafted file of each format, and the files of this
 * machine's packages, as far as they are there.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/macro.h"
#include "craft_image.h"
#include "testing.h"

#define BIT(arch) (1u << PXEBOOT_ARCH_##arch)
#define UEFI (((1u << PXEBOOT_ARCH_COUNT) - 1) & ~BIT(BIOS))
#define X64 "\x64\x86"
#define ARM64 "\x64\xaa"

/* What an image says beside its kind and architectures. */
enum {
	CUT = 1, EFI = 2, APPLICATION = 4, SIGNED = 8, STUB = 16, BIG = 32, BITS64 = 64, HANDOVER32 = 128, HANDOVER64 = 256,
};
#define PROGRAM (EFI | APPLICATION)
#define BZ (BIG | BITS64 | HANDOVER32 | HANDOVER64)

static const struct row {
	const char *name;
	struct craft_piece pieces[CRAFT_PIECES];
	uint32_t size;
	enum pxeboot_image_kind kind;
	const char *label;
	unsigned archs, flags;
	uint16_t protocol, machine;
	const char *system;
} rows[] = {
	/* Nothing, and what is not what it begins like. */
	{ .name = "empty", { { 0 } }, 0, PXEBOOT_IMAGE_EMPTY, "empty file" },
	{ .name = "one byte", { AT(0, "\1") }, 1, PXEBOOT_IMAGE_UNKNOWN, "data of no known kind", BIT(BIOS) },
	{ .name = "MZ alone", { AT(0, "MZ") }, 2, PXEBOOT_IMAGE_TEXT, "text" },
	{ .name = "PE header past the end", { AT(0, "MZ"), AT(0x3c, "\xff\xff\xff\xff") }, 512, PXEBOOT_IMAGE_UNKNOWN,
	  NULL, BIT(BIOS) },
	{ .name = "PE header without optional header", { PE_HEAD, PE_MACHINE(X64) }, 0x98, PXEBOOT_IMAGE_UNKNOWN,
	  NULL, BIT(BIOS) },
	{ .name = "PE section past the end", { PE(X64), PE_SECTION(".text", "\0\4", "\0\3") }, 0x400,
	  PXEBOOT_IMAGE_EFI, "EFI program", BIT(X64_UEFI), PROGRAM | CUT, 0, 0x8664 },
	{ .name = "PE section that wraps around", { PE(X64), PE_SECTION(".text", "\xff\xff\xff\xff",
	  "\xff\xff\xff\xff") }, 0x400, PXEBOOT_IMAGE_EFI, NULL, BIT(X64_UEFI), PROGRAM | CUT, 0, 0x8664 },
	{ .name = "PE section table past the end", { PE(X64), AT(0x94, "\xff\xff") }, 0x400, PXEBOOT_IMAGE_EFI, NULL,
	  BIT(X64_UEFI), PROGRAM | CUT, 0, 0x8664 },
	{ .name = "PE of Windows", { PE_HEAD, PE_MACHINE(X64), PE_REST("\3") }, 0x400, PXEBOOT_IMAGE_OTHER,
	  "Windows program", 0, 0, 0, 0x8664 },
	{ .name = "EFI driver", { PE_HEAD, PE_MACHINE(X64), PE_REST("\x0b") }, 0x400, PXEBOOT_IMAGE_EFI, "EFI driver",
	  0, EFI, 0, 0x8664 },
	{ .name = "EFI byte code", { PE("\xbc\x0e") }, 0x400, PXEBOOT_IMAGE_EFI, "EFI program", 0, PROGRAM, 0, 0x0ebc },
	{ .name = "signature past the end", { PE(X64), PE_SIGNATURE }, 0x410, PXEBOOT_IMAGE_EFI, NULL, BIT(X64_UEFI),
	  PROGRAM | CUT, 0, 0x8664 },
	{ .name = "signature that is longer than its table", { PE(X64), PE_SIGNATURE, AT(0x400, "\x40") }, 0x440,
	  PXEBOOT_IMAGE_EFI, NULL, BIT(X64_UEFI), PROGRAM, 0, 0x8664 },
	{ .name = "signature of length 0", { PE(X64), PE_SIGNATURE, AT(0x400, "\0") }, 0x440, PXEBOOT_IMAGE_EFI, NULL,
	  BIT(X64_UEFI), PROGRAM, 0, 0x8664 },
	{ .name = "signature of another type", { PE(X64), PE_SIGNATURE, AT(0x406, "\1") }, 0x440, PXEBOOT_IMAGE_EFI,
	  NULL, BIT(X64_UEFI), PROGRAM, 0, 0x8664 },
	{ .name = "signature that is no DER", { PE(X64), PE_SIGNATURE, AT(0x408, "\0") }, 0x440, PXEBOOT_IMAGE_EFI,
	  NULL, BIT(X64_UEFI), PROGRAM, 0, 0x8664 },
	{ .name = "fewer directories", { PE(X64), PE_SIGNATURE, AT(0x104, "\4") }, 0x440, PXEBOOT_IMAGE_EFI, NULL,
	  BIT(X64_UEFI), PROGRAM, 0, 0x8664 },
	{ .name = "HdrS without boot flag", { BZIMAGE, AT(0x1fe, "\0\0") }, 0x800, PXEBOOT_IMAGE_UNKNOWN, NULL,
	  BIT(BIOS) },
	{ .name = "kernel cut short", { BZIMAGE }, 0x5f0, PXEBOOT_IMAGE_LINUX, "x86 Linux kernel", BIT(BIOS),
	  BZ | CUT, 0x20f },
	{ .name = "kernel cut in its flags", { BZIMAGE }, 0x236, PXEBOOT_IMAGE_LINUX, NULL, BIT(BIOS), BIG | CUT,
	  0x20f },
	{ .name = "ISO cut short", { ISO_TORITO }, 0x9800, PXEBOOT_IMAGE_ISO, NULL, 0, CUT },
	{ .name = "ISO whose catalogue is elsewhere", { ISO_TORITO, AT(0x8847, "\xff\xff\xff\xff") }, 0xa000,
	  PXEBOOT_IMAGE_ISO, NULL },
	{ .name = "ISO whose folder is elsewhere", { ISO_ROOT("\xff\xff\xff\xff", "\xff\xff\xff\xff"), ISO_FOLDER(0x9822, "\x06", "CASPER") },
	  0xa000, PXEBOOT_IMAGE_ISO },
	{ .name = "ISO whose folder goes on past the end", { ISO_ROOT("\x13", "\xff\xff\xff\xff"), AT(0x9800, "\xff") },
	  0xa000, PXEBOOT_IMAGE_ISO },
	{ .name = "ISO, a name that is longer than its entry", { ISO_ROOT("\x13", "\0\x08"), ISO_FOLDER(0x9800, "\xff", "CASPER") },
	  0xa000, PXEBOOT_IMAGE_ISO },
	{ .name = "ISO, an entry too short for a name", { ISO_ROOT("\x13", "\0\x08"), AT(0x9800, "\x21"),
	  ISO_FOLDER(0x9821, "\x06", "CASPER") }, 0xa000, PXEBOOT_IMAGE_ISO },
	{ .name = "ISO, a name behind the folder's end", { ISO_ROOT("\x13", "\x22"), AT(0x9800, "\x22"),
	  ISO_FOLDER(0x9822, "\x06", "CASPER") }, 0xa000, PXEBOOT_IMAGE_ISO },
	{ .name = "iPXE script of six bytes", { AT(0, "#!ipxe") }, 6, PXEBOOT_IMAGE_TEXT, "text" },
	{ .name = "iPXE script of another word", { AT(0, "#!ipxecho\n") }, 10, PXEBOOT_IMAGE_TEXT, "text" },
	{ .name = "iPXE script with a mark before it", { AT(0, "\xef\xbb\xbf#!ipxe\n") }, 10, PXEBOOT_IMAGE_TEXT,
	  "text" },
	{ .name = "iPXE script with a NUL", { AT(0, "#!ipxe") }, 7, PXEBOOT_IMAGE_UNKNOWN, NULL, BIT(BIOS) },
	{ .name = "text with a NUL", { AT(0, "hello\n") }, 7, PXEBOOT_IMAGE_UNKNOWN, NULL, BIT(BIOS) },
	/* EFI programs. */
	{ .name = "x64", { PE(X64), PE_SECTION(".text", "\0\1", "\0\3") }, 0x400, PXEBOOT_IMAGE_EFI, "EFI program",
	  BIT(X64_UEFI), PROGRAM, 0, 0x8664 },
	{ .name = "ia32", { PE("\x4c\x01") }, 0x400, PXEBOOT_IMAGE_EFI, NULL, BIT(IA32_UEFI), PROGRAM, 0, 0x014c },
	{ .name = "arm32", { PE("\xc2\x01") }, 0x400, PXEBOOT_IMAGE_EFI, NULL, BIT(ARM32_UEFI), PROGRAM, 0, 0x01c2 },
	{ .name = "arm64", { PE(ARM64) }, 0x400, PXEBOOT_IMAGE_EFI, NULL, BIT(ARM64_UEFI), PROGRAM, 0, 0xaa64 },
	{ .name = "riscv64", { PE("\x64\x50") }, 0x400, PXEBOOT_IMAGE_EFI, NULL, BIT(RISCV64_UEFI), PROGRAM, 0,
	  0x5064 },
	{ .name = "riscv32", { PE("\x32\x50") }, 0x400, PXEBOOT_IMAGE_EFI, NULL, BIT(RISCV32_UEFI), PROGRAM, 0,
	  0x5032 },
	{ .name = "loong64", { PE("\x64\x62") }, 0x400, PXEBOOT_IMAGE_EFI, NULL, BIT(LOONG64_UEFI), PROGRAM, 0,
	  0x6264 },
	{ .name = "signed", { PE(X64), PE_SIGNATURE }, 0x420, PXEBOOT_IMAGE_EFI, NULL, BIT(X64_UEFI),
	  PROGRAM | SIGNED, 0, 0x8664 },
	{ .name = "signed, of 32 bits", { PE("\x4c\x01"), AT(0x98, "\x0b\x01"), AT(0xf4, "\x10"), AT(0x118,
	  "\0\x04\0\0\x20"), AT(0x400, "\x20\0\0\0\0\x02\2\0\x30") }, 0x420, PXEBOOT_IMAGE_EFI, NULL, BIT(IA32_UEFI),
	  PROGRAM | SIGNED, 0, 0x014c },
	/* Kernels. */
	{ .name = "bzImage", { BZIMAGE }, 0x600, PXEBOOT_IMAGE_LINUX, "x86 Linux kernel", BIT(BIOS), BZ, 0x20f },
	{ .name = "bzImage, last paragraph begun", { BZIMAGE }, 0x5f1, PXEBOOT_IMAGE_LINUX, NULL, BIT(BIOS), BZ,
	  0x20f },
	{ .name = "bzImage of protocol 2.11", { BZIMAGE, AT(0x206, "\x0b\x02") }, 0x600, PXEBOOT_IMAGE_LINUX, NULL,
	  BIT(BIOS), BIG, 0x20b },
	{ .name = "zImage of protocol 2.00", { BZIMAGE, AT(0x206, "\0\x02"), AT(0x211, "\0") }, 0x600,
	  PXEBOOT_IMAGE_LINUX, NULL, BIT(BIOS), 0, 0x200 },
	{ .name = "arm64 kernel", { PE(ARM64), AT(56, "ARM\x64") }, 0x400, PXEBOOT_IMAGE_LINUX, "arm64 Linux kernel",
	  BIT(ARM64_UEFI), PROGRAM | STUB, 0, 0xaa64 },
	{ .name = "arm64 kernel without stub", { AT(56, "ARM\x64") }, 64, PXEBOOT_IMAGE_LINUX, "arm64 Linux kernel" },
	{ .name = "riscv64 kernel", { PE("\x64\x50"), AT(56, "RSC\x05") }, 0x400, PXEBOOT_IMAGE_LINUX,
	  "riscv Linux kernel", BIT(RISCV64_UEFI), PROGRAM | STUB, 0, 0x5064 },
	{ .name = "loong64 kernel", { PE("\x64\x62"), AT(56, "\xcd\x23\x82\x81") }, 0x400, PXEBOOT_IMAGE_LINUX,
	  "loongarch Linux kernel", BIT(LOONG64_UEFI), PROGRAM | STUB, 0, 0x6264 },
	{ .name = "packed EFI kernel", { PE(ARM64), AT(2, "\0\0zimg\0\2\0\0\0\1"), AT(56, "\xcd\x23\x82\x81") },
	  0x400, PXEBOOT_IMAGE_LINUX, "compressed EFI Linux kernel", BIT(ARM64_UEFI), PROGRAM | STUB, 0, 0xaa64 },
	{ .name = "packed EFI kernel cut short", { PE(ARM64), AT(2, "\0\0zimg\0\2\0\0\0\x0f") }, 0x400,
	  PXEBOOT_IMAGE_LINUX, NULL, BIT(ARM64_UEFI), PROGRAM | STUB | CUT, 0, 0xaa64 },
	/* Discs. */
	{ .name = "ISO", { ISO_PRIMARY }, 0xa000, PXEBOOT_IMAGE_ISO, "ISO 9660 image" },
	{ .name = "ISO for BIOS", { ISO_TORITO, AT(0x9800, "\1\0"), AT(0x9820, "\x88") }, 0xa000, PXEBOOT_IMAGE_ISO,
	  NULL, BIT(BIOS) },
	{ .name = "ISO for UEFI", { ISO_TORITO, AT(0x9800, "\1\xef"), AT(0x9820, "\x88") }, 0xa000, PXEBOOT_IMAGE_ISO,
	  NULL, UEFI },
	{ .name = "ISO for both", { ISO_TORITO, AT(0x9800, "\1\0"), AT(0x9820, "\x88"), AT(0x9840, "\x91\xef\1"),
	  AT(0x9860, "\x88") }, 0xa000, PXEBOOT_IMAGE_ISO, NULL, UEFI | BIT(BIOS) },
	{ .name = "ISO for a Mac", { ISO_TORITO, AT(0x9800, "\1\2"), AT(0x9820, "\x88") }, 0xa000, PXEBOOT_IMAGE_ISO,
	  NULL },
	{ .name = "ISO with a floppy for BIOS", { ISO_TORITO, AT(0x9800, "\1\0"), AT(0x9820, "\x88\2"), AT(0x9840, "\x91\xef\1"),
	  AT(0x9860, "\x88") }, 0xa000, PXEBOOT_IMAGE_ISO, NULL, UEFI },
	{ .name = "ISO that starts nothing", { ISO_TORITO, AT(0x9800, "\1\0"), AT(0x9820, "\0") }, 0xa000,
	  PXEBOOT_IMAGE_ISO, NULL },
	{ .name = "ISO of Ubuntu", { ISO_ROOT("\x13", "\0\x08"), ISO_FOLDER(0x9800, "\x04", "pool"),
	  ISO_FOLDER(0x9828, "\x06", "CASPER") }, 0xa000, PXEBOOT_IMAGE_ISO, .system = "Ubuntu" },
	{ .name = "ISO of Debian Live, in the folder's second block", { ISO_ROOT("\x12", "\0\x10"), ISO_FOLDER(0x9000, "\1", "x"),
	  ISO_FOLDER(0x9800, "\x04", "LIVE") }, 0xa000, PXEBOOT_IMAGE_ISO, .system = "Debian Live" },
	{ .name = "ISO of an installer", { ISO_ROOT("\x13", "\0\x08"), ISO_FOLDER(0x9800, "\x04", "POOL") }, 0xa000,
	  PXEBOOT_IMAGE_ISO, .system = "Debian's installer" },
	{ .name = "ISO of nobody", { ISO_ROOT("\x13", "\0\x08"), ISO_FOLDER(0x9800, "\x04", "POOR") }, 0xa000,
	  PXEBOOT_IMAGE_ISO },
	/* By signature. */
	{ .name = "gzip", { AT(0, "\x1f\x8b\x08") }, 32, PXEBOOT_IMAGE_ARCHIVE, "gzip data" },
	{ .name = "xz", { AT(0, "\xfd" "7zXZ\0") }, 32, PXEBOOT_IMAGE_ARCHIVE, "xz data" },
	{ .name = "lzma", { AT(0, "\x5d\0\0") }, 32, PXEBOOT_IMAGE_ARCHIVE, "lzma data" },
	{ .name = "zstd", { AT(0, "\x28\xb5\x2f\xfd") }, 32, PXEBOOT_IMAGE_ARCHIVE, "zstd data" },
	{ .name = "bzip2", { AT(0, "BZh9") }, 32, PXEBOOT_IMAGE_ARCHIVE, "bzip2 data" },
	{ .name = "lz4 as the kernel has it", { AT(0, "\x02\x21\x4c\x18") }, 32, PXEBOOT_IMAGE_ARCHIVE, "lz4 data" },
	{ .name = "lz4 frame", { AT(0, "\x04\x22\x4d\x18") }, 32, PXEBOOT_IMAGE_OTHER, NULL },
	{ .name = "cpio", { AT(0, "070701") }, 512, PXEBOOT_IMAGE_ARCHIVE, "cpio archive" },
	{ .name = "old cpio", { AT(0, "070707") }, 512, PXEBOOT_IMAGE_OTHER, NULL },
	{ .name = "PNG", { AT(0, "\x89PNG\r\n\x1a\n") }, 64, PXEBOOT_IMAGE_PNG, "PNG picture" },
	{ .name = "WIM", { AT(0, "MSWIM\0\0\0") }, 208, PXEBOOT_IMAGE_WIM, "Windows image" },
	{ .name = "BCD", { AT(0, "regf") }, 512, PXEBOOT_IMAGE_BCD, NULL },
	{ .name = "SDI", { AT(0, "$SDI0001") }, 512, PXEBOOT_IMAGE_SDI, NULL },
	{ .name = "ELF", { AT(0, "\x7f" "ELF\2") }, 64, PXEBOOT_IMAGE_OTHER, "ELF program" },
	{ .name = "ROM", { AT(0, "\x55\xaa") }, 512, PXEBOOT_IMAGE_OTHER, NULL },
	/* Text. */
	{ .name = "iPXE script", { AT(0, "#!ipxe\necho\n") }, 12, PXEBOOT_IMAGE_SCRIPT, "iPXE script" },
	{ .name = "web page", { AT(0, "\r\n<!DOCTYPE html>\n") }, 18, PXEBOOT_IMAGE_TEXT, "web page (HTML)" },
	{ .name = "XHTML", { AT(0, "\xef\xbb\xbf<HTML>\n") }, 10, PXEBOOT_IMAGE_TEXT, "web page (HTML)" },
	{ .name = "text", { AT(0, "default menu\n") }, 13, PXEBOOT_IMAGE_TEXT, "text" },
	/* Raw code. */
	{ .name = "raw code", { AT(0, "\xea\5\0\xc0\7") }, 4096, PXEBOOT_IMAGE_UNKNOWN, NULL, BIT(BIOS) },
	{ .name = "raw code as long as it may be", { AT(0, "\xea\5") }, 623616, PXEBOOT_IMAGE_UNKNOWN, NULL,
	  BIT(BIOS) },
	{ .name = "raw code a byte longer", { AT(0, "\xea\5") }, 623617, PXEBOOT_IMAGE_UNKNOWN, NULL, 0 },
};

/* ---- Reading ------------------------------------------------------------------------------------------------------ */

struct memory {
	const uint8_t *bytes;
	size_t size;
	unsigned reads, fail_at;	/* 0: never */
};

static int read_memory(void *context, uint64_t offset, void *buffer, size_t length)
{
	struct memory *memory = context;

	ck_assert_msg(offset <= memory->size && length <= memory->size - offset, "%zu bytes at %llu of %zu", length,
		      (unsigned long long)offset, memory->size);
	if (++memory->reads == memory->fail_at)
		return -EIO;
	memcpy(buffer, memory->bytes + offset, length);
	return 0;
}

static int read_image(struct memory *memory, struct pxeboot_image *image)
{
	struct pxeboot_image_source source = { memory->size, read_memory, memory };

	return pxeboot_image_read(&source, image);
}

static unsigned flags_of(const struct pxeboot_image *image)
{
	return (image->is_cut ? CUT : 0u) | (image->is_efi ? EFI : 0u) | (image->is_application ? APPLICATION : 0u) |
	       (image->is_signed ? SIGNED : 0u) | (image->has_efi_stub ? STUB : 0u) | (image->is_big ? BIG : 0u) |
	       (image->linux_64 ? BITS64 : 0u) | (image->has_handover_32 ? HANDOVER32 : 0u) |
	       (image->has_handover_64 ? HANDOVER64 : 0u);
}

START_TEST(test_rows)
{
	const struct row *row = &rows[_i];
	uint8_t *bytes = malloc(row->size + 1);
	struct memory memory = { bytes, row->size, 0, 0 };
	struct pxeboot_image image;

	craft_image(row->pieces, bytes, row->size);
	ck_assert_int_eq(read_image(&memory, &image), 0);
	ck_assert_msg(image.kind == row->kind, "%s: kind %d, %s", row->name, image.kind, image.label);
	if (row->label)
		ck_assert_str_eq(image.label, row->label);
	ck_assert_msg(image.archs == row->archs, "%s: archs %x", row->name, image.archs);
	ck_assert_msg(flags_of(&image) == row->flags, "%s: flags %x", row->name, flags_of(&image));
	ck_assert_uint_eq(image.linux_protocol, row->protocol);
	ck_assert_uint_eq(image.pe_machine, row->machine);
	ck_assert_uint_eq(image.size, row->size);
	ck_assert_pstr_eq(image.disc_system, row->system);
	free(bytes);
}
END_TEST

/* Cut at any length, it is read within its bounds, and is never signed without its signature. */
START_TEST(test_cut_anywhere)
{
	const struct row *row = &rows[_i];
	size_t size = row->size < 0xa000 ? row->size : 0xa000;
	uint8_t *bytes = malloc(size + 1);
	struct pxeboot_image image;

	craft_image(row->pieces, bytes, size);
	for (size_t length = 0; length < size; length += length < 0x500 || length > 0x9000 ? 1 : 97) {
		uint8_t *exact = malloc(length + 1);
		struct memory memory = { exact, length, 0, 0 };

		memcpy(exact, bytes, length);
		ck_assert_int_eq(read_image(&memory, &image), 0);
		ck_assert(!image.is_signed || length >= 0x420);
		free(exact);
	}
	free(bytes);
}
END_TEST

/* Whichever read fails, its error comes back and nothing else. */
START_TEST(test_source_fails)
{
	static uint8_t bytes[0xa000];
	struct pxeboot_image image = { .size = 12345 };
	struct memory memory = { bytes, sizeof(bytes), 0, 1 };
	int r = -EIO;

	craft_image((struct craft_piece[CRAFT_PIECES]){ ISO_TORITO, AT(0x9800, "\1\0"), AT(0x9820, "\x88") }, bytes,
		    sizeof(bytes));
	for (; memory.fail_at < 100 && r < 0; memory.fail_at++, memory.reads = 0) {
		r = read_image(&memory, &image);
		if (r < 0) {
			ck_assert_int_eq(r, -EIO);
			ck_assert_uint_eq(image.size, 12345);
		}
	}
	ck_assert_int_eq(r, 0);
	ck_assert_uint_gt(memory.fail_at, 5);
}
END_TEST

/* ---- Programs ----------------------------------------------------------------------------------------------------- */

static const struct {
	const char *file;
	struct craft_piece pieces[CRAFT_PIECES];
	enum pxeboot_program_kind kind;
	bool bios, uefi, is_signed, is_stock;
	int arch;
	bool has_script, autoexec, coloured;
} programs[] = {
	{ "ipxe.efi", { PE(X64), AT(0x500, "#!ipxe\0iPXE 2.0"), AT(0x600, "#!ipxe\ndhcp\n") }, PXEBOOT_PROGRAM_IPXE, false, true,
	  false, true, PXEBOOT_ARCH_X64_UEFI, true, false, false },
	{ "ipxe.efi", { PE(X64), AT(0x500, "#!ipxe\0iPXE 2.0") }, PXEBOOT_PROGRAM_IPXE, false, true, false, true,
	  PXEBOOT_ARCH_X64_UEFI, false, false, false },
	{ "ipxe.efi", { PE(X64), AT(0x500, "#!ipxe\0iPXE 2.0"), AT(0x600, "file:autoexec.ipxe") }, PXEBOOT_PROGRAM_IPXE, false,
	  true, false, true, PXEBOOT_ARCH_X64_UEFI, false, true, false },
	{ "ipxe.efi", { PE(X64), AT(0x500, "#!ipxe\0iPXE 2.0"), AT(0x600, "\0cpair") }, PXEBOOT_PROGRAM_IPXE, false, true,
	  false, true, PXEBOOT_ARCH_X64_UEFI, false, false, true },
	{ "boot.efi", { PE(X64), AT(0x500, "UEFI SHIM\n"), AT(0x600, "autoexec.ipxe") }, PXEBOOT_PROGRAM_SHIM, false, true,
	  false, false, PXEBOOT_ARCH_X64_UEFI, false, false, false },
	{ "ipxe-shimx64.efi", { PE(X64), PE_SIGNATURE, AT(0x500, "UEFI SHIM\n") }, PXEBOOT_PROGRAM_IPXE, false, true,
	  true, true, PXEBOOT_ARCH_X64_UEFI, false, true, true },
	{ "any", { PE(X64), AT(0x500, "#!ipxe\0iPXE"), AT(0x600, "set user-class iPXE-own") }, PXEBOOT_PROGRAM_IPXE,
	  false, true, false, false, PXEBOOT_ARCH_X64_UEFI, false, false, false },
	/* Words across two windows of reading. */
	{ "any", { PE(X64), AT(0x3ffd, "#!ipxe"), AT(0x4100, "iPXE") }, PXEBOOT_PROGRAM_IPXE, false, true, false, true,
	  PXEBOOT_ARCH_X64_UEFI, false, false, false },
	{ "ipxe.efi", { PE(X64), AT(0x500, "iPXE") }, PXEBOOT_PROGRAM_UNKNOWN, false, true, false, false,
	  PXEBOOT_ARCH_X64_UEFI, false, false, false },
	{ "ipxe.efi", { PE(ARM64), PE_SECTION("mods\0\0\0\0", "\0", "\0"), AT(0x500, "#!ipxe iPXE") },
	  PXEBOOT_PROGRAM_GRUB, false, true, false, false, PXEBOOT_ARCH_ARM64_UEFI, false, false, false },
	{ "shim.efi", { PE(X64), PE_SIGNATURE, AT(0x500, "UEFI SHIM\n$Version: 16 $") }, PXEBOOT_PROGRAM_SHIM, false,
	  true, true, false, PXEBOOT_ARCH_X64_UEFI, false, false, false },
	{ "undionly.kpxe", { AT(0, "\xea\5") }, PXEBOOT_PROGRAM_IPXE, true, false, false, false, PXEBOOT_ARCH_BIOS, false, false, false },
	{ "pxeboot.0", { AT(0, "\xea\5"), AT(0x500, "PXELINUX 6.04") }, PXEBOOT_PROGRAM_PXELINUX, true, false, false,
	  false, PXEBOOT_ARCH_BIOS, false, false, false },
	{ "boot.bin", { AT(0, "#!ipxe\n") }, PXEBOOT_PROGRAM_SCRIPT, false, false, false, false, PXEBOOT_ARCH_NONE, false, false, false },
	{ "undionly.kpxe", { AT(0, "\x1f\x8b\x08") }, PXEBOOT_PROGRAM_UNKNOWN, false, false, false, false,
	  PXEBOOT_ARCH_NONE, false, false, false },
};

START_TEST(test_programs)
{
	static uint8_t bytes[0x5000];
	struct memory memory = { bytes, sizeof(bytes), 0, 0 };
	struct pxeboot_image_source source = { sizeof(bytes), read_memory, &memory };
	struct pxeboot_program program;

	craft_image(programs[_i].pieces, bytes, sizeof(bytes));
	ck_assert_int_eq(pxeboot_program_by_bytes(programs[_i].file, &source, "iPXE-own", &program), 0);
	ck_assert_int_eq(program.kind, programs[_i].kind);
	ck_assert_int_eq(program.bios, programs[_i].bios);
	ck_assert_int_eq(program.uefi, programs[_i].uefi);
	ck_assert_int_eq(program.is_signed, programs[_i].is_signed);
	ck_assert_int_eq(program.is_stock, programs[_i].is_stock);
	ck_assert_int_eq(program.has_script, programs[_i].has_script);
	ck_assert_int_eq(program.looks_for_autoexec, programs[_i].autoexec);
	ck_assert_int_eq(program.text_only,
			 program.kind == PXEBOOT_PROGRAM_IPXE && program.uefi && !programs[_i].coloured);
	ck_assert_int_eq(program.arch, programs[_i].arch);
	ck_assert(program.looked);
}
END_TEST

/* ---- This machine's own files ------------------------------------------------------------------------------------- */

static const struct {
	const char *path;		/* below /, or with "lab/" or "lab-old/" the lab's boot roots */
	enum pxeboot_image_kind kind;
	enum pxeboot_program_kind program;
	unsigned archs;
	bool is_signed;
} real[] = {
	{ "lab/undionly.kpxe", PXEBOOT_IMAGE_UNKNOWN, PXEBOOT_PROGRAM_IPXE, BIT(BIOS), false },
	{ "lab/ipxe.pxe", PXEBOOT_IMAGE_UNKNOWN, PXEBOOT_PROGRAM_IPXE, BIT(BIOS), false },
	{ "lab/snponly.efi", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_IPXE, BIT(X64_UEFI), false },
	{ "lab-old/ipxe.efi", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_IPXE, BIT(X64_UEFI), false },
	{ "lab/ipxe-amd64.efi", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_IPXE, BIT(X64_UEFI), false },
	{ "lab/ipxe-arm64.efi", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_IPXE, BIT(ARM64_UEFI), false },
	{ "lab/ipxe-riscv64.efi", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_IPXE, BIT(RISCV64_UEFI), false },
	{ "lab/ipxe-loong64.efi", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_IPXE, BIT(LOONG64_UEFI), false },
	{ "lab/linux/vmlinuz", PXEBOOT_IMAGE_LINUX, PXEBOOT_PROGRAM_UNKNOWN, BIT(BIOS) | BIT(X64_UEFI), true },
	{ "lab/linux/initrd", PXEBOOT_IMAGE_ARCHIVE, PXEBOOT_PROGRAM_UNKNOWN, 0, false },
	{ "lab/themes/night.png", PXEBOOT_IMAGE_PNG, PXEBOOT_PROGRAM_UNKNOWN, 0, false },
	{ "usr/lib/ipxe/ipxe.lkrn", PXEBOOT_IMAGE_LINUX, PXEBOOT_PROGRAM_UNKNOWN, BIT(BIOS), false },
	{ "usr/lib/ipxe/ipxe.iso", PXEBOOT_IMAGE_ISO, PXEBOOT_PROGRAM_UNKNOWN, BIT(BIOS) | UEFI, false },
	{ "usr/lib/PXELINUX/pxelinux.0", PXEBOOT_IMAGE_UNKNOWN, PXEBOOT_PROGRAM_PXELINUX, BIT(BIOS), false },
	{ "usr/lib/PXELINUX/lpxelinux.0", PXEBOOT_IMAGE_UNKNOWN, PXEBOOT_PROGRAM_PXELINUX, BIT(BIOS), false },
	{ "usr/lib/syslinux/memdisk", PXEBOOT_IMAGE_LINUX, PXEBOOT_PROGRAM_UNKNOWN, BIT(BIOS), false },
	{ "usr/lib/syslinux/modules/bios/menu.c32", PXEBOOT_IMAGE_OTHER, PXEBOOT_PROGRAM_UNKNOWN, 0, false },
	{ "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_GRUB,
	  BIT(X64_UEFI), true },
	{ "usr/lib/shim/shimx64.efi.signed", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_SHIM, BIT(X64_UEFI), true },
	{ "usr/lib/shim/shimx64.efi", PXEBOOT_IMAGE_EFI, PXEBOOT_PROGRAM_SHIM, BIT(X64_UEFI), false },
};

static char *load_real(const char *path, size_t *ret_length)
{
	char whole[512], *bytes = NULL;
	const char *tests = getenv("PXEBOOT_TESTS");

	if (strncmp(path, "lab", 3) == 0)
		snprintf(whole, sizeof(whole), "%s/../build/%s", tests ? tests : ".", path);
	else
		snprintf(whole, sizeof(whole), "/%s", path);
	return file_read(whole, 64u << 20, &bytes, ret_length) == 0 ? bytes : NULL;
}

START_TEST(test_real)
{
	size_t length = 0;
	char *bytes = load_real(real[_i].path, &length);
	struct memory memory = { (const uint8_t *)bytes, length, 0, 0 };
	struct pxeboot_image_source source = { length, read_memory, &memory };
	struct pxeboot_program program;
	struct pxeboot_image image;

	if (!bytes)
		return;
	ck_assert_int_eq(read_image(&memory, &image), 0);
	ck_assert_msg(image.kind == real[_i].kind, "%s: %s", real[_i].path, image.label);
	ck_assert_uint_eq(image.archs, real[_i].archs);
	ck_assert_int_eq(image.is_signed, real[_i].is_signed);
	ck_assert(!image.is_cut);
	ck_assert_uint_lt(memory.reads, 100);
	ck_assert_int_eq(pxeboot_program_by_bytes(real[_i].path, &source, NULL, &program), 0);
	ck_assert_int_eq(program.text_only, strncmp(real[_i].path, "lab-old/", 8) == 0);
	ck_assert_int_eq(program.kind, real[_i].program);
	/* Half of it is cut short, but for memdisk, whose header does not count its second half. */
	memory.size = length / 2;
	if ((image.kind == PXEBOOT_IMAGE_EFI || image.kind == PXEBOOT_IMAGE_LINUX || image.kind == PXEBOOT_IMAGE_ISO) &&
	    !strstr(real[_i].path, "memdisk")) {
		ck_assert_int_eq(read_image(&memory, &image), 0);
		ck_assert(image.is_cut && !image.is_signed);
	}
	free(bytes);
}
END_TEST

/* ---- Who vouches -------------------------------------------------------------------------------------------------- */

/* A table with one certificate at 0x400, of 8 + 84 bytes: SignedData whose signer's certificate was issued by a country and a
 * common name of 22 bytes, which stands at 0x443. */
#define TABLE AT(0x128, "\0\x04\0\0\xc0\0\0"), AT(0x400, "\x5c\0\0\0\0\x02\2\0")
#define SIGNED_DATA AT(0x408, "\x30\x52\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x45\x30\x43\x02\x01\x01\x31\x00\x30\x00"), \
		    AT(0x420, "\x31\x3a\x30\x38\x02\x01\x01\x30\x33\x30\x2e\x31\x0b\x30\x09\x06\x03\x55\x04\x06\x13\x02US"), \
		    AT(0x438, "\x31\x1f\x30\x1d\x06\x03\x55\x04\x03\x0c\x16"), AT(0x459, "\2\1\5")
#define ISSUER(name) PE(X64), TABLE, SIGNED_DATA, AT(0x443, name)
#define SOMEBODY ISSUER("Somebody at the works.")
#define OTHER PXEBOOT_AUTHORITY_OTHER

static const struct {
	const char *what;
	struct craft_piece pieces[CRAFT_PIECES];
	unsigned authorities;
	const char *signer;
} signers[] = {
	{ "a length that goes past the end", { SOMEBODY, AT(0x409, "\x7f") }, OTHER, "" },
	{ "a length without an end", { SOMEBODY, AT(0x409, "\x80") }, OTHER, "" },
	{ "a length of nine bytes", { SOMEBODY, AT(0x409, "\x89") }, OTHER, "" },
	{ "a name that is longer than its set", { SOMEBODY, AT(0x442, "\x17") }, OTHER, "" },
	{ "nobody has signed", { SOMEBODY, AT(0x420, "\x30") }, OTHER, "" },
	{ "a name of another kind", { SOMEBODY, AT(0x440, "\x0a") }, OTHER, "" },
	{ "what would move the cursor", { ISSUER("Somebody\x1b[2J the w\xf6rks") }, OTHER, "Somebody?[2J the w?rks" },
	{ "somebody", { SOMEBODY }, OTHER, "Somebody at the works." },
	{ "Microsoft", { ISSUER("Microsoft UEFI CA 2023") }, PXEBOOT_AUTHORITY_MICROSOFT_2023, "" },
	{ "nearly", { ISSUER("Microsoft UEFI CA 2024") }, OTHER, "Microsoft UEFI CA 2024" },
	{ "two, the other behind a gap", { ISSUER("Microsoft UEFI CA 2023"), AT(0x460, "\x20\0\0\0\0\x02\2\0\x30\0") },
	  PXEBOOT_AUTHORITY_MICROSOFT_2023 | OTHER, "" },
};

START_TEST(test_signer)
{
	uint8_t bytes[0x4c0];
	struct memory memory = { .bytes = bytes, .size = sizeof(bytes) };
	struct pxeboot_image image;

	craft_image(signers[_i].pieces, bytes, sizeof(bytes));
	ck_assert_int_eq(read_image(&memory, &image), 0);
	ck_assert(image.is_signed);
	ck_assert_msg(image.authorities == signers[_i].authorities, "%s: %x", signers[_i].what, image.authorities);
	ck_assert_str_eq(image.signer, signers[_i].signer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("image");
	TCase *crafted = tcase_create("crafted"), *programs_case = tcase_create("programs");
	TCase *real_case = tcase_create("real");

	tcase_set_timeout(crafted, 60);
	tcase_add_loop_test(crafted, test_rows, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(crafted, test_cut_anywhere, 0, ARRAY_SIZE(rows));
	tcase_add_test(crafted, test_source_fails);
	tcase_add_loop_test(crafted, test_signer, 0, ARRAY_SIZE(signers));
	suite_add_tcase(suite, crafted);
	tcase_add_loop_test(programs_case, test_programs, 0, ARRAY_SIZE(programs));
	suite_add_tcase(suite, programs_case);
	tcase_add_loop_test(real_case, test_real, 0, ARRAY_SIZE(real));
	suite_add_tcase(suite, real_case);
	return run_suite(suite);
}
