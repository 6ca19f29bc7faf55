/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which boot program a file is, by its bytes: GRUB has a section of its own; shim, iPXE for EFI and PXELINUX say who
 * they are.  iPXE for BIOS is compressed: there its name must do.
 */
#include <string.h>

#include "proof/image.h"

#define SEARCHED_MAX (8u << 20)		/* loaders are smaller */
#define WINDOW 16384u
#define WORD_MAX 256u

/* What is looked for in the whole file, all at once. */
enum word { WORD_MAGIC, WORD_IPXE, WORD_SHIM, WORD_PXELINUX, WORD_SCRIPT, WORD_AUTOEXEC, WORD_COLOURS,
	WORD_USER_CLASS, WORD_COUNT };

struct search {
	const char *words[WORD_COUNT];
	bool found[WORD_COUNT];
};

static void search_window(struct search *search, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (search->words[i] && !search->found[i])
			search->found[i] = memmem(bytes, length, search->words[i], strlen(search->words[i])) != NULL;
}

/* Windows overlap, so that no word is cut in two. */
static int search_file(const struct pxeboot_image_source *source, struct search *search)
{
	uint64_t end = source->size < SEARCHED_MAX ? source->size : SEARCHED_MAX;
	uint8_t window[WINDOW + WORD_MAX];

	for (uint64_t at = 0; at < end; at += WINDOW) {
		size_t length = end - at < sizeof(window) ? (size_t)(end - at) : sizeof(window);
		int r = source->read(source->context, at, window, length);

		if (r < 0)
			return r;
		search_window(search, window, length);
	}
	return 0;
}

/* Where GRUB for EFI keeps its modules. */
static bool has_modules(const struct pxeboot_image_source *source)
{
	struct pxeboot_image image = { 0 };
	struct image_job job = { .source = source, .image = &image };
	uint8_t name[8];

	for (unsigned i = 0; image_section(&job, i, name); i++)
		if (memcmp(name, "mods\0\0\0", sizeof(name)) == 0)
			return true;
	return false;
}

static enum pxeboot_program_kind efi_kind(const struct pxeboot_image_source *source, const struct search *search,
					  enum pxeboot_program_kind by_name)
{
	if (has_modules(source))
		return PXEBOOT_PROGRAM_GRUB;
	/* iPXE's shim starts iPXE. */
	if (search->found[WORD_SHIM])
		return by_name == PXEBOOT_PROGRAM_IPXE ? PXEBOOT_PROGRAM_IPXE : PXEBOOT_PROGRAM_SHIM;
	return search->found[WORD_IPXE] && search->found[WORD_MAGIC] ? PXEBOOT_PROGRAM_IPXE : PXEBOOT_PROGRAM_UNKNOWN;
}

static void take_image(const struct pxeboot_image *image, struct pxeboot_program *program)
{
	program->looked = true;
	program->is_signed = image->is_signed;
	program->authorities = image->authorities;
	memcpy(program->signer, image->signer, sizeof(program->signer));
	program->bios = image->kind == PXEBOOT_IMAGE_UNKNOWN && image->archs;
	program->uefi = image->is_application;
	program->arch = program->bios ? PXEBOOT_ARCH_BIOS : PXEBOOT_ARCH_NONE;
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT && program->uefi; arch++)
		if (image->archs & IMAGE_UEFI & IMAGE_BIT(arch))
			program->arch = arch;
}

/* Every iPXE knows how scripts begin; only one that has a script has a whole first line of one.  iPXE's shim tells nothing of
 * the build that it starts, but those that are signed are stock ones of 2.0.0 and later. */
static void take_words(const struct search *search, const char *user_class, struct pxeboot_program *program)
{
	bool ipxe = program->uefi && program->kind == PXEBOOT_PROGRAM_IPXE, shim = search->found[WORD_SHIM];

	program->has_script = ipxe && search->found[WORD_SCRIPT];
	program->looks_for_autoexec = ipxe && (shim || search->found[WORD_AUTOEXEC]);
	program->text_only = ipxe && !shim && !search->found[WORD_COLOURS];
	program->is_stock = ipxe && user_class && !search->found[WORD_USER_CLASS];
}

int pxeboot_program_by_bytes(const char *file, const struct pxeboot_image_source *source, const char *user_class,
			     struct pxeboot_program *ret_program)
{
	struct search search = { .words = { "#!ipxe", "iPXE", "UEFI SHIM\n", "PXELINUX", "#!ipxe\n", "autoexec.ipxe", "cpair" } };
	struct pxeboot_program program;
	struct pxeboot_image image;
	int r = pxeboot_image_read(source, &image);

	if (user_class && strlen(user_class) <= WORD_MAX)
		search.words[WORD_USER_CLASS] = user_class;
	if (r == 0)
		r = search_file(source, &search);
	if (r < 0)
		return r;
	pxeboot_program_by_name(file, &program);
	take_image(&image, &program);
	if (image.kind == PXEBOOT_IMAGE_SCRIPT)
		program.kind = PXEBOOT_PROGRAM_SCRIPT;
	else if (!program.bios)
		program.kind = program.uefi ? efi_kind(source, &search, program.kind) : PXEBOOT_PROGRAM_UNKNOWN;
	else if (search.found[WORD_PXELINUX])
		program.kind = PXEBOOT_PROGRAM_PXELINUX;
	take_words(&search, user_class, &program);
	*ret_program = program;
	return 0;
}
