/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The own build of iPXE: how it names itself, what is known of it, which architectures have it; and what is to become
 * of other builds.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/load.h"

/* A BIOS has no Secure Boot. */
static void build_shims(struct load *load)
{
	const struct setting *bios = load_setting(load, "ipxe.shim.bios");

	if (bios)
		load_fault(load, &(struct fault) { .id = "policy.value", .at = bios->at,
			   .problem = "a BIOS has no Secure Boot", .expected = "an architecture of UEFI" });
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		char path[64];

		snprintf(path, sizeof(path), "ipxe.shim.%s", pxeboot_arch_get(arch)->name);
		const struct scalar *shim = load_scalar(load, path);

		if (shim)
			load->policy->shims[arch] = (struct kernel_shim) { shim->value, shim->where };
	}
}

/* Absent where it was marked bad. */
static void build_replace(struct load *load)
{
	const char *replace = load_value(load, "ipxe.replace");

	load->policy->replaces = replace && !strcmp(replace, "text-only");
	load->policy->replace_where = load_place(load, load->policy->replaces ? "ipxe.replace" : "ipxe");
}

static void build_embed(struct load *load)
{
	struct pxeboot_policy *policy = load->policy;
	const struct setting *vlan = load_setting(load, "ipxe.embed.vlan");

	policy->embed_next = load_value(load, "ipxe.embed.next");
	policy->embed_next_where = load_place(load, policy->embed_next ? "ipxe.embed.next" : "ipxe");
	policy->embed_vlan = vlan && !load_is_bad(vlan->at) ? (unsigned)load_integer(vlan->at) : 0;
}

/* ---- The own build ---------------------------------------------------------------------------------------------- */

/* It names itself in one place, or in both alike. */
static void build_user_class(struct load *load)
{
	const struct setting *build = load_setting(load, "ipxe.build");
	const struct setting *own = load_setting(load, "ipxe.user_class");
	const struct setting *built = load_setting(load, "ipxe.build.user_class");
	const char *class = load_value(load, "ipxe.user_class"), *other = load_value(load, "ipxe.build.user_class");
	struct pxeboot_policy *policy = load->policy;

	policy->user_class = class;
	policy->user_class_where = load_place(load, !class ? "ipxe" :
						    own ? "ipxe.user_class" : "ipxe.build.user_class");
	if (build && !own && !built && !load_may_be_unread(load, "user_class"))
		load_fault(load, &(struct fault) { .id = "policy.missing", .at = build->at, .key = "user_class",
			   .problem = "missing", .expected = value_expected(VALUE_USER_CLASS) });
	if (class && other && strcmp(class, other))
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = built->at,
			   .problem = "the own build names itself in one way only",
			   .expected = "the same as ipxe.user_class", .got = other, .also = load_location(own->at) });
}

static unsigned features_of(const struct setting *setting)
{
	unsigned features = 0;

	for (unsigned i = 0; setting && i < load_count(setting->at); i++) {
		const char *name = load_string(load_element(setting->at, i));

		features |= name ? 1u << build_feature_by_name(name) : 0;
	}
	return features;
}

static int fill_sum(struct load *load, const config_setting_t *node, struct pxeboot_build_file *file)
{
	const char *digits = load_member_string(node, "sha256");
	char *sum = arena_string(load->arena, digits ? digits : "");

	if (!sum)
		return -ENOMEM;
	for (char *at = sum; *at; at++)
		*at |= 0x20;	/* 'A' to 'a'; digits have the bit */
	file->sha256 = digits ? sum : NULL;
	return 0;
}

static int fill_file(struct load *load, const config_setting_t *node, struct pxeboot_build_file *file)
{
	const config_setting_t *size = load_member(node, "size");
	struct location where = load_location(node);
	const char *arch = load_member_string(node, "arch"), *path = load_member_string(node, "file");

	file->file = where.file;
	file->line = where.line;
	file->arch = arch ? pxeboot_arch_by_name(arch) : PXEBOOT_ARCH_NONE;
	file->path = arena_string(load->arena, path ? path : "");
	file->size = size && !load_is_bad(size) ? (uint64_t)config_setting_get_int64(size) : 0;
	file->is_signed = load_flag(load_member(node, "signed"));
	return file->path ? fill_sum(load, node, file) : -ENOMEM;
}

/* Is one of the same architecture or name there?  It is told, once. */
static bool is_there(struct load *load, const config_setting_t *node, const struct pxeboot_build_file *file)
{
	const struct own_build *build = &load->policy->build;

	for (size_t i = 0; i < build->n_files; i++) {
		const struct pxeboot_build_file *other = &build->files[i];
		bool arch = other->arch == file->arch;
		struct fault fault = { .id = "policy.duplicate", .at = node, .expected = "each once",
				       .also = { other->file, other->line } };

		if (!arch && strcmp(other->path, file->path) != 0)
			continue;
		fault.key = arch ? "arch" : "file";
		fault.problem = arch ? "architecture has two binaries" : "one binary for two architectures";
		fault.got = arch ? pxeboot_arch_get(file->arch)->name : file->path;
		load_fault(load, &fault);
		return true;
	}
	return false;
}

/* What failed its check has no architecture, and was told; it is left out, as what is there twice: so there are never more files
 * than architectures, however long the list. */
static int build_files(struct load *load)
{
	const struct node_list *list = &load->nodes[NODES_BUILT];
	struct own_build *build = &load->policy->build;

	build->files = list->n ? arena_alloc(load->arena, PXEBOOT_ARCH_COUNT, sizeof(*build->files)) : NULL;
	if (list->n && !build->files)
		return -ENOMEM;
	for (size_t i = 0; i < list->n; i++) {
		struct pxeboot_build_file file;

		if (fill_file(load, list->nodes[i], &file))
			return -ENOMEM;
		if (file.arch != PXEBOOT_ARCH_NONE && !is_there(load, list->nodes[i], &file))
			build->files[build->n_files++] = file;
	}
	return 0;
}

/* Whose they are follows from the binaries, where those are named. */
static void build_build_archs(struct load *load)
{
	const struct setting *arch = load_setting(load, "ipxe.build.arch");
	struct own_build *build = &load->policy->build;

	build->archs = load->policy->user_class ? ARCH_ALL : 0;
	if (arch && build->n_files)
		load_fault(load, &(struct fault) { .id = "policy.conflict", .at = arch->at,
			   .problem = "the files say which architectures have a build",
			   .expected = "either arch or files", .also = { build->files[0].file, build->files[0].line } });
	if (arch)
		build->archs = build_archs(arch->at->parent);
	if (build->n_files)
		build->archs = 0;
	for (size_t i = 0; i < build->n_files; i++)
		build->archs |= ARCH_BIT(build->files[i].arch);
}

int build_ipxe(struct load *load)
{
	const struct setting *features = load_setting(load, "ipxe.build.features");
	struct own_build *build = &load->policy->build;

	build_replace(load);
	build_embed(load);
	build_shims(load);
	build_user_class(load);
	build->version = load_value(load, "ipxe.build.version");
	build->source = load_value(load, "ipxe.build.source");
	build->features = features_of(features);
	build->features_known = features != NULL;
	int r = build_files(load);

	if (!r)
		build_build_archs(load);
	return r;
}
