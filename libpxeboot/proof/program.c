/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a boot file is, by its name alone: distributions and makers keep to a few habits.
 */
#include <ctype.h>
#include <string.h>

#include "base/macro.h"
#include "pxeboot.h"

#define NAME_MAX_LENGTH 256

/* A file name in lower case that begins, ends or goes on so.  The first row that fits counts. */
enum place { BEGINS, ENDS, HOLDS };

static const struct name_habit {
	enum place place;
	const char *word;
	enum pxeboot_program_kind kind;
	bool bios, uefi;
} habits[] = {
	{ ENDS, ".ipxe", PXEBOOT_PROGRAM_SCRIPT, false, false },
	{ ENDS, ".kpxe", PXEBOOT_PROGRAM_IPXE, true, false },
	{ ENDS, ".kkpxe", PXEBOOT_PROGRAM_IPXE, true, false },
	{ ENDS, ".kkkpxe", PXEBOOT_PROGRAM_IPXE, true, false },
	{ ENDS, ".pxe", PXEBOOT_PROGRAM_IPXE, true, false },
	{ ENDS, "pxelinux.0", PXEBOOT_PROGRAM_PXELINUX, true, false },
	{ ENDS, "syslinux.efi", PXEBOOT_PROGRAM_PXELINUX, false, true },
	{ ENDS, "core.0", PXEBOOT_PROGRAM_GRUB, true, false },
	{ BEGINS, "undionly", PXEBOOT_PROGRAM_IPXE, true, false },
	{ BEGINS, "shim", PXEBOOT_PROGRAM_SHIM, false, true },
	{ BEGINS, "snp", PXEBOOT_PROGRAM_IPXE, false, true },
	{ BEGINS, "netboot.xyz", PXEBOOT_PROGRAM_IPXE, false, true },
	{ HOLDS, "ipxe", PXEBOOT_PROGRAM_IPXE, false, true },
	{ HOLDS, "grub", PXEBOOT_PROGRAM_GRUB, false, true },
};

static const struct {
	const char *ending;
	bool bios, uefi;
} endings[] = {
	{ ".efi", false, true },
	{ ".0", true, false },
	{ ".n12", true, false },
	{ ".com", true, false },
	{ ".bin", true, false },
};

/* Words for machine code, longer ones before those that they hold. */
static const struct {
	const char *word;
	int arch;
} arch_words[] = {
	{ "x86_64", PXEBOOT_ARCH_X64_UEFI }, { "x86-64", PXEBOOT_ARCH_X64_UEFI }, { "amd64", PXEBOOT_ARCH_X64_UEFI },
	{ "x64", PXEBOOT_ARCH_X64_UEFI },
	{ "aarch64", PXEBOOT_ARCH_ARM64_UEFI }, { "arm64", PXEBOOT_ARCH_ARM64_UEFI }, { "aa64", PXEBOOT_ARCH_ARM64_UEFI },
	{ "arm32", PXEBOOT_ARCH_ARM32_UEFI }, { "armhf", PXEBOOT_ARCH_ARM32_UEFI },
	{ "riscv64", PXEBOOT_ARCH_RISCV64_UEFI }, { "riscv32", PXEBOOT_ARCH_RISCV32_UEFI },
	{ "loongarch64", PXEBOOT_ARCH_LOONG64_UEFI }, { "loong64", PXEBOOT_ARCH_LOONG64_UEFI },
	{ "i386", PXEBOOT_ARCH_IA32_UEFI }, { "ia32", PXEBOOT_ARCH_IA32_UEFI }, { "i686", PXEBOOT_ARCH_IA32_UEFI },
};

static bool ends_with(const char *text, const char *ending)
{
	size_t length = strlen(text), wanted = strlen(ending);

	return length >= wanted && !strcmp(text + length - wanted, ending);
}

static bool fits(const struct name_habit *habit, const char *name)
{
	switch (habit->place) {
	case BEGINS:
		return !strncmp(name, habit->word, strlen(habit->word));
	case ENDS:
		return ends_with(name, habit->word);
	case HOLDS:
		return strstr(name, habit->word) != NULL;
	}
	return false;
}

/* The path below the server, in lower case, without what a web server is asked beside it. */
static void take_path(const char *file, char ret[NAME_MAX_LENGTH])
{
	const char *scheme = strstr(file, "://"), *slash;
	size_t i;

	if (scheme) {
		slash = strchr(scheme + 3, '/');
		file = slash ? slash + 1 : "";
	}
	for (i = 0; i < NAME_MAX_LENGTH - 1 && file[i] && !strchr("?#", file[i]); i++)
		ret[i] = (char)tolower((unsigned char)file[i]);
	ret[i] = '\0';
}

static void take_habit(const char *name, struct pxeboot_program *program)
{
	for (size_t i = 0; i < ARRAY_SIZE(habits); i++) {
		if (!fits(&habits[i], name))
			continue;
		program->kind = habits[i].kind;
		program->bios = habits[i].bios;
		program->uefi = habits[i].uefi;
		return;
	}
}

/* The ending is what firmware is told by; a name such as grubnet.0 is for BIOS whatever it holds. */
static void take_ending(const char *name, struct pxeboot_program *program)
{
	for (size_t i = 0; i < ARRAY_SIZE(endings); i++)
		if (ends_with(name, endings[i].ending)) {
			program->bios = endings[i].bios;
			program->uefi = endings[i].uefi;
		}
}

static void take_arch(const char *path, struct pxeboot_program *program)
{
	if (program->bios)
		program->arch = PXEBOOT_ARCH_BIOS;
	for (size_t i = 0; program->uefi && i < ARRAY_SIZE(arch_words); i++)
		if (strstr(path, arch_words[i].word)) {
			program->arch = arch_words[i].arch;
			return;
		}
}

void pxeboot_program_by_name(const char *file, struct pxeboot_program *ret_program)
{
	struct pxeboot_program program = { .arch = PXEBOOT_ARCH_NONE };
	char path[NAME_MAX_LENGTH];
	const char *slash, *name;

	take_path(file, path);
	slash = strrchr(path, '/');
	name = slash ? slash + 1 : path;
	take_habit(name, &program);
	take_ending(name, &program);
	take_arch(path, &program);
	*ret_program = program;
}

const char *pxeboot_program_kind_name(enum pxeboot_program_kind kind)
{
	static const char *const names[] = {
		[PXEBOOT_PROGRAM_UNKNOWN] = "program", [PXEBOOT_PROGRAM_IPXE] = "iPXE", [PXEBOOT_PROGRAM_GRUB] = "GRUB",
		[PXEBOOT_PROGRAM_SHIM] = "shim", [PXEBOOT_PROGRAM_PXELINUX] = "PXELINUX",
		[PXEBOOT_PROGRAM_SCRIPT] = "iPXE script",
	};

	return (unsigned)kind < ARRAY_SIZE(names) ? names[kind] : NULL;
}
