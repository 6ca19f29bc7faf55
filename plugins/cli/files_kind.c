/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is a file what its role wants, and for the machines that come to it?
 */
#include "base/text.h"
#include "files.h"

#define BIT(value) (1u << (value))
#define KIND(name) BIT(PXEBOOT_IMAGE_##name)
#define ANY_KIND (~0u)
#define UEFI (BIT(PXEBOOT_ARCH_COUNT) - 1 - BIT(PXEBOOT_ARCH_BIOS))

/* What each role takes.  What is in neither column is an error; of odd ones nobody knows enough. */
static const struct role_rule {
	unsigned fine, odd;
	bool by_machine;		/* only some machines can start it */
	const char *expected;
} rules[] = {
	[PXEBOOT_ROLE_LOADER] = { KIND(EFI) | KIND(UNKNOWN) | KIND(LINUX), 0, true, "a loader" },
	[PXEBOOT_ROLE_HOST_LOADER] = { KIND(EFI) | KIND(UNKNOWN) | KIND(LINUX), 0, true, "a loader" },
	[PXEBOOT_ROLE_GROUP_LOADER] = { KIND(EFI) | KIND(UNKNOWN) | KIND(LINUX), 0, true, "a loader" },
	[PXEBOOT_ROLE_SECOND_STAGE] = { KIND(EFI), 0, true, "an EFI program" },
	[PXEBOOT_ROLE_SHIM] = { KIND(EFI), 0, true, "shim" },
	[PXEBOOT_ROLE_KERNEL] = { KIND(LINUX) | KIND(EFI), KIND(UNKNOWN) | KIND(OTHER), true, "a Linux kernel" },
	[PXEBOOT_ROLE_INITRD] = { KIND(ARCHIVE) | KIND(ISO),
				  ANY_KIND & ~(KIND(EMPTY) | KIND(LINUX) | KIND(EFI) | KIND(TEXT)), false,
				  "a cpio archive, packed or not" },
	[PXEBOOT_ROLE_ISO] = { KIND(ISO), KIND(UNKNOWN), true, "an ISO 9660 image" },
	[PXEBOOT_ROLE_WIM] = { KIND(WIM), 0, false, "a Windows image" },
	[PXEBOOT_ROLE_BCD] = { KIND(BCD), KIND(UNKNOWN), false, "Windows' boot configuration" },
	[PXEBOOT_ROLE_SDI] = { KIND(SDI), KIND(UNKNOWN), false, "Windows' boot.sdi" },
	[PXEBOOT_ROLE_WIMBOOT] = { KIND(LINUX) | KIND(EFI), 0, true, "wimboot" },
	[PXEBOOT_ROLE_EFI] = { KIND(EFI) | KIND(LINUX), 0, true, "an EFI program" },
	[PXEBOOT_ROLE_CHAIN] = { KIND(SCRIPT) | KIND(EFI) | KIND(LINUX) | KIND(UNKNOWN), KIND(OTHER), true,
				 "an iPXE script, whose first line is #!ipxe" },
	[PXEBOOT_ROLE_PICTURE] = { ANY_KIND, 0, false, "" },	/* loading the policy has looked at it */
	[PXEBOOT_ROLE_MODULE] = { KIND(OTHER), KIND(UNKNOWN), false, "a module of PXELINUX" },
	[PXEBOOT_ROLE_MEMDISK] = { KIND(LINUX), 0, false, "memdisk" },
};

bool files_is_loader(const struct pxeboot_named_file *named)
{
	return named->role == PXEBOOT_ROLE_LOADER || named->role == PXEBOOT_ROLE_HOST_LOADER ||
	       named->role == PXEBOOT_ROLE_GROUP_LOADER;
}

/* GRUB of 32-bit UEFI starts what BIOS could, as it puts the processor into that mode itself. */
static unsigned with_grub(const struct files_job *job, unsigned archs)
{
	const char *loader = pxeboot_policy_loader(job->policy, PXEBOOT_ARCH_IA32_UEFI);
	struct pxeboot_program program;

	if (!loader || !(archs & BIT(PXEBOOT_ARCH_BIOS)))
		return archs;
	pxeboot_program_by_name(loader, &program);
	return program.kind == PXEBOOT_PROGRAM_GRUB ? archs | BIT(PXEBOOT_ARCH_IA32_UEFI) : archs;
}

/* Firmware of BIOS starts raw code alone: a kernel or iPXE's .lkrn it can't. */
static unsigned archs_of(const struct files_job *job, const struct pxeboot_named_file *named,
			 const struct pxeboot_image *image)
{
	unsigned bios = BIT(PXEBOOT_ARCH_BIOS);

	if (image->kind == PXEBOOT_IMAGE_SCRIPT)
		return named->archs;
	if (files_is_loader(named) && image->kind == PXEBOOT_IMAGE_LINUX)
		return image->archs & ~bios;
	if (named->role == PXEBOOT_ROLE_KERNEL)
		return with_grub(job, image->archs);
	return named->role == PXEBOOT_ROLE_EFI ? image->archs & ~bios : image->archs;
}

static void add_archs(struct text *text, unsigned archs)
{
	const char *before = "";

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		if (!(archs & BIT(arch)))
			continue;
		text_addf(text, "%s%s", before, pxeboot_arch_get(arch)->name);
		before = ", ";
	}
	if (!*before)
		text_add(text, "none");
}

/* An EFI program that no table knows still has a number. */
static void add_what(struct text *text, const struct pxeboot_image *image)
{
	text_add(text, image->label);
	if (image->archs) {
		text_add(text, " for ");
		add_archs(text, image->archs);
	} else if (image->pe_machine) {
		text_addf(text, " for PE machine 0x%04x", image->pe_machine);
	}
}

/* A loader of a host is for a machine of whatever kind: to list all kinds says nothing. */
static void add_who(struct text *text, const struct pxeboot_named_file *named, unsigned wrong)
{
	if (named->role == PXEBOOT_ROLE_HOST_LOADER) {
		text_add(text, "no machine can");
		return;
	}
	add_archs(text, wrong);
	text_add(text, wrong & (wrong - 1) ? " machines can't" : " can't");
}

static void tell_machine(struct files_job *job, const struct pxeboot_named_file *named,
			 const struct pxeboot_image *image, enum pxeboot_severity severity, unsigned wrong,
			 const char *advice)
{
	CLEANUP_TEXT struct text what = TEXT_INIT, who = TEXT_INIT;

	add_what(&what, image);
	add_who(&who, named, wrong);
	if (what.error || who.error)
		return;
	files_tell(job, named, severity, "file.machine", "wrong machine: %s start it, got %s%s", who.bytes, what.bytes,
		   advice);
}

/* Who comes by a host is one machine, of which nobody knows more: only a file that fits none is surely wrong. */
static void check_machine(struct files_job *job, const struct pxeboot_named_file *named,
			   const struct pxeboot_image *image)
{
	static const char advice[] = "; say in the profile's arch for whom it is";
	unsigned fits = archs_of(job, named, image), wrong = named->archs & ~fits;

	if (!wrong)
		return;
	if (!(named->archs & fits))
		tell_machine(job, named, image, PXEBOOT_ERROR, wrong, "");
	else if (wrong & named->meant)
		tell_machine(job, named, image, PXEBOOT_ERROR, wrong & named->meant, "");
	else if (wrong & named->anybody & job->named)
		tell_machine(job, named, image, PXEBOOT_WARNING, wrong & named->anybody & job->named, advice);
	else if (wrong & named->anybody)
		tell_machine(job, named, image, PXEBOOT_NOTE, wrong & named->anybody, advice);
}

static void check_size(struct files_job *job, const struct pxeboot_named_file *named, const struct pxeboot_image *image)
{
	files_tell(job, named, PXEBOOT_ERROR, "file.size",
		   "too big for a BIOS: put at 0x7c00 it ends above 640 KiB, expected at most %d bytes, got %llu",
		   PXEBOOT_IMAGE_BIOS_MAX, (unsigned long long)image->size);
}

/* Before 2.02 a kernel finds its command line elsewhere; without "big" it fits below 640 KiB, as it must. */
static void check_protocol(struct files_job *job, const struct pxeboot_named_file *named,
			   const struct pxeboot_image *image)
{
	if (image->linux_protocol >= 0x0202 && image->is_big)
		return;
	files_tell(job, named, PXEBOOT_WARNING, "file.protocol",
		   "kernel of a kind that loaders have given up, expected a bzImage of boot protocol 2.02 or later, got "
		   "protocol %u.%02u%s", image->linux_protocol >> 8,
		   image->linux_protocol & 0xff, image->is_big ? "" : ", a zImage");
}

/* The firmware, or shim on its behalf, asks for a signature of whatever is started; the proof tells of loaders. */
static void check_signature(struct files_job *job, const struct pxeboot_named_file *named,
			    const struct pxeboot_image *image)
{
	bool starts = rules[named->role].by_machine && image->is_application && image->archs & UEFI;

	if (!starts || files_is_loader(named) || image->is_signed)
		return;
	if (named->secure)
		files_tell(job, named, PXEBOOT_ERROR, "file.unsigned",
			   "not signed: machines with Secure Boot don't start it, unless its hash is enrolled in them");
	else if (named->role == PXEBOOT_ROLE_SECOND_STAGE)
		files_tell(job, named, PXEBOOT_WARNING, "file.unsigned",
			   "not signed: shim starts it only where Secure Boot is off");
}

/* iPXE's disc and memdisk's are the firmware's, which a system's own drivers know nothing of. */
static void check_disc(struct files_job *job, const struct pxeboot_named_file *named, const struct pxeboot_image *image)
{
	if (named->role == PXEBOOT_ROLE_ISO && image->disc_system)
		files_tell(job, named, PXEBOOT_WARNING, "file.disc",
			   "this disc of %s starts, then looks for itself by drivers of its own and finds nothing, expected "
			   "its kernel and initrd in a profile instead", image->disc_system);
}

/* iPXE for these unpacks gzip by itself, since 2021; what is inside is not looked at. */
static bool is_packed_kernel(const struct pxeboot_named_file *named, const struct pxeboot_image *image)
{
	return named->role == PXEBOOT_ROLE_KERNEL && image->kind == PXEBOOT_IMAGE_ARCHIVE &&
	       !(named->archs & (BIT(PXEBOOT_ARCH_BIOS) | BIT(PXEBOOT_ARCH_X64_UEFI) | BIT(PXEBOOT_ARCH_IA32_UEFI)));
}

static void tell_kind(struct files_job *job, const struct pxeboot_named_file *named, const struct pxeboot_image *image,
		      enum pxeboot_severity severity)
{
	files_tell(job, named, severity, "file.kind", "wrong kind of file, expected %s, got %s",
		   rules[named->role].expected, image->label);
}

static bool is_right_kind(struct files_job *job, const struct pxeboot_named_file *named,
			  const struct pxeboot_image *image)
{
	const struct role_rule *rule = &rules[named->role];

	if (rule->fine & BIT(image->kind) && !(image->pe_machine && !image->is_application))
		return true;
	if (rule->odd & BIT(image->kind) || is_packed_kernel(named, image))
		tell_kind(job, named, image, PXEBOOT_WARNING);
	else
		tell_kind(job, named, image, files_severity(job, named));
	return false;
}

void files_judge(struct files_job *job, const struct pxeboot_named_file *named, const struct pxeboot_image *image)
{
	bool raw = image->kind == PXEBOOT_IMAGE_UNKNOWN;

	if (!is_right_kind(job, named, image))
		return;
	if (image->is_cut)
		files_tell(job, named, image->kind == PXEBOOT_IMAGE_ISO ? PXEBOOT_WARNING : files_severity(job, named),
			   "file.cut", "%s that was cut short: its header tells of more than its %llu bytes",
			   image->label, (unsigned long long)image->size);
	if (files_is_loader(named) && raw && !image->archs && named->archs & BIT(PXEBOOT_ARCH_BIOS))
		check_size(job, named, image);
	else if (rules[named->role].by_machine && !(raw && named->role == PXEBOOT_ROLE_CHAIN))
		check_machine(job, named, image);
	check_signature(job, named, image);
	check_disc(job, named, image);
	if (named->role == PXEBOOT_ROLE_KERNEL && image->linux_protocol)
		check_protocol(job, named, image);
}
