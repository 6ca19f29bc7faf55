/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files that a policy names (see pxeboot.h).  Names without variables are the same for everybody and looked at
 * once; the others are resolved for the default, each group, and each host that comes to them.
 */
#include "render/named.h"

#include <errno.h>
#include <string.h>

struct named {
	size_t path;			/* where it begins in the paths */
	struct pxeboot_named_file file;
	size_t order;
};

struct pxeboot_named_files {
	const struct pxeboot_policy *policy;
	struct slots slots;
	struct slot next;		/* ipxe.embed.next, which is no profile's */
	struct text paths;		/* each ends in a NUL */
	struct named *named;
	size_t n_named, capacity;
	int error;
};

const char *pxeboot_role_name(enum pxeboot_role role)
{
	static const char *const names[] = {
		[PXEBOOT_ROLE_LOADER] = "loader", [PXEBOOT_ROLE_HOST_LOADER] = "loader",
		[PXEBOOT_ROLE_GROUP_LOADER] = "loader", [PXEBOOT_ROLE_SECOND_STAGE] = "what shim starts",
		[PXEBOOT_ROLE_SHIM] = "shim for kernels",
		[PXEBOOT_ROLE_KERNEL] = "kernel", [PXEBOOT_ROLE_INITRD] = "initial RAM disk",
		[PXEBOOT_ROLE_ISO] = "image of a disc", [PXEBOOT_ROLE_WIM] = "Windows image",
		[PXEBOOT_ROLE_BCD] = "boot configuration", [PXEBOOT_ROLE_SDI] = "RAM disk",
		[PXEBOOT_ROLE_WIMBOOT] = "boot program for Windows", [PXEBOOT_ROLE_EFI] = "EFI program",
		[PXEBOOT_ROLE_CHAIN] = "script", [PXEBOOT_ROLE_PICTURE] = "picture",
		[PXEBOOT_ROLE_MODULE] = "module of PXELINUX", [PXEBOOT_ROLE_MEMDISK] = "boot program for images",
	};

	return (unsigned)role < ARRAY_SIZE(names) ? names[role] : NULL;
}

/* ---- The list ---------------------------------------------------------------------------------------------------- */

static void add(struct pxeboot_named_files *files, const char *path, const struct pxeboot_named_file *file)
{
	if (files->n_named == files->capacity) {
		size_t capacity = files->capacity ? 2 * files->capacity : 64;
		struct named *named = reallocarray(files->named, capacity, sizeof(*named));

		if (!named) {
			files->error = -ENOMEM;
			return;
		}
		files->named = named;
		files->capacity = capacity;
	}
	files->named[files->n_named] = (struct named){ files->paths.length, *file, files->n_named };
	text_add_bytes(&files->paths, path, strlen(path) + 1);
	files->n_named++;
}

/* Two architectures with one loader stay two: each has a line of its own. */
static int by_path(const void *a, const void *b)
{
	const struct named *left = a, *right = b;
	int order = strcmp(left->file.path, right->file.path);

	if (order == 0)
		order = (left->file.role > right->file.role) - (left->file.role < right->file.role);
	if (order == 0 && left->file.role == PXEBOOT_ROLE_LOADER)
		order = (left->file.archs > right->file.archs) - (left->file.archs < right->file.archs);
	return order;
}

static int by_path_and_order(const void *a, const void *b)
{
	const struct named *left = a, *right = b;
	int order = by_path(a, b);

	return order ? order : (left->order > right->order) - (left->order < right->order);
}

/* The first that named a file stands for all of them. */
static void merge(struct pxeboot_named_files *files)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->n_named; i++)
		files->named[i].file.path = files->paths.bytes + files->named[i].path;
	if (files->n_named)
		qsort(files->named, files->n_named, sizeof(*files->named), by_path_and_order);
	for (size_t i = 0; i < files->n_named; i++) {
		struct named *last = kept ? &files->named[kept - 1] : NULL;

		if (!last || by_path(last, &files->named[i]) != 0) {
			files->named[kept++] = files->named[i];
			continue;
		}
		last->file.archs |= files->named[i].file.archs;
		last->file.anybody |= files->named[i].file.anybody;
		last->file.meant |= files->named[i].file.meant;
		last->file.secure |= files->named[i].file.secure;
	}
	files->n_named = kept;
}

/* ---- Loaders and what comes with them ---------------------------------------------------------------------------- */

/* A loader, and with a shim what that fetches. */
static void add_loader(struct pxeboot_named_files *files, const char *path, const struct pxeboot_named_file *file)
{
	struct pxeboot_named_file second = *file;
	CLEANUP_TEXT struct text beside = TEXT_INIT;

	add(files, path, file);
	if (!shim_second_stage(path, file->archs, &beside))
		return;
	second.role = PXEBOOT_ROLE_SECOND_STAGE;
	if (beside.error)
		files->error = beside.error;
	else
		add(files, beside.bytes, &second);
}

static void add_loaders(struct pxeboot_named_files *files)
{
	const struct pxeboot_policy *policy = files->policy;

	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const struct served *served = &policy->served[arch];
		struct pxeboot_named_file file = {
			.role = PXEBOOT_ROLE_LOADER, .archs = ARCH_BIT(arch), .anybody = ARCH_BIT(arch),
			.subject = "loaders.", .name = pxeboot_arch_get(arch)->name, .file = served->where.file,
			.line = served->where.line,
		};

		if (!served->loader)
			continue;
		file.meant = served->where.line ? file.archs : 0;
		if (!served->where.line) {	/* built in */
			file.file = policy->server_where.file;
			file.line = policy->server_where.line;
		}
		add_loader(files, served->loader, &file);
	}
}

static void add_host_loaders(struct pxeboot_named_files *files)
{
	const struct pxeboot_policy *policy = files->policy;

	for (size_t i = 0; i < policy->n_hosts; i++) {
		const struct host *host = &policy->hosts[i];

		if (host->loader)
			add_loader(files, host->loader->path, &(struct pxeboot_named_file){
				.role = PXEBOOT_ROLE_HOST_LOADER, .archs = ARCH_ALL, .secure = host->secure,
				.subject = "hosts.", .name = host->name,
				.file = host->where.file, .line = host->where.line });
	}
}

/* Architectures that the group's terms leave. */
static unsigned archs_of_group(const struct group *group)
{
	unsigned archs = ARCH_ALL;

	for (size_t i = 0; i < group->n_terms; i++) {
		unsigned values = 0;

		for (size_t k = 0; k < group->terms[i].n_values; k++)
			values |= group->terms[i].values[k].archs;
		if (group->terms[i].kind == TERM_ARCH || group->terms[i].kind == TERM_FIRMWARE)
			archs &= values;
	}
	return archs;
}

/* Who comes is of the architectures that the group names; where it names none, the loader itself says whom it is for. */
static void add_group_loaders(struct pxeboot_named_files *files)
{
	const struct pxeboot_policy *policy = files->policy;

	for (size_t i = 0; i < policy->n_groups; i++) {
		const struct group *group = &policy->groups[i];
		unsigned archs = archs_of_group(group);

		if (group->loader && archs)
			add_loader(files, group->loader, &(struct pxeboot_named_file){
				.role = PXEBOOT_ROLE_GROUP_LOADER, .archs = archs, .anybody = archs,
				.meant = archs == ARCH_ALL ? 0 : archs, .secure = group->secure,
				.subject = "groups.", .name = group->name,
				.file = group->loader_where.file, .line = group->loader_where.line });
	}
}

static void add_shims(struct pxeboot_named_files *files)
{
	for (int arch = 0; arch < PXEBOOT_ARCH_COUNT; arch++) {
		const struct kernel_shim *shim = &files->policy->shims[arch];

		if (shim->path)
			add(files, shim->path, &(struct pxeboot_named_file){
				.role = PXEBOOT_ROLE_SHIM, .archs = ARCH_BIT(arch), .anybody = ARCH_BIT(arch),
				.meant = ARCH_BIT(arch), .secure = true, .subject = "ipxe.shim.",
				.name = pxeboot_arch_get(arch)->name, .file = shim->where.file, .line = shim->where.line });
	}
}

static void add_modules(struct pxeboot_named_files *files)
{
	static const char *const modules[] = {
		"ldlinux.c32", "libcom32.c32", "libutil.c32", "menu.c32", "vesamenu.c32",	/* the last for themes */
	};
	const struct served *served = &files->policy->served[PXEBOOT_ARCH_BIOS];
	size_t n = ARRAY_SIZE(modules) - (files->policy->n_themes ? 0 : 1);

	for (size_t i = 0; named_runs_pxelinux(files->policy) && i < n; i++)
		add(files, modules[i], &(struct pxeboot_named_file){
			.role = PXEBOOT_ROLE_MODULE, .archs = ARCH_BIT(PXEBOOT_ARCH_BIOS),
			.anybody = ARCH_BIT(PXEBOOT_ARCH_BIOS), .meant = ARCH_BIT(PXEBOOT_ARCH_BIOS),
			.subject = "loaders.", .name = "bios",
			.file = served->where.file, .line = served->where.line });
}

static void add_pictures(struct pxeboot_named_files *files)
{
	const struct pxeboot_policy *policy = files->policy;

	for (size_t i = 0; i < policy->n_themes; i++) {
		const struct theme *theme = &policy->themes[i];
		CLEANUP_TEXT struct text path = TEXT_INIT;

		if (!theme->look.picture || theme->look.picture_is_ours)
			continue;
		text_addf(&path, "themes/%s", theme->look.picture);
		if (path.error)
			files->error = path.error;
		else
			add(files, path.bytes, &(struct pxeboot_named_file){
				.role = PXEBOOT_ROLE_PICTURE, .archs = ARCH_ALL, .anybody = ARCH_ALL,
				.subject = "themes.", .name = theme->look.name,
				.file = theme->where.file, .line = theme->where.line });
	}
}

/* What the embedded script runs when it finds nothing of ours: no rule has spoken then, so that it is the same for all. */
static void add_next(struct pxeboot_named_files *files)
{
	const struct pxeboot_policy *policy = files->policy;
	unsigned archs = named_served(policy) & (policy->build.archs ? policy->build.archs : ARCH_ALL);
	const struct reader nobody = { .who = &(struct who){ 0 } };
	CLEANUP_TEXT struct text path = TEXT_INIT;
	struct slot *next = &files->next;
	int r;

	if (!policy->embed_next || !archs)
		return;
	*next = (struct slot){ .role = PXEBOOT_ROLE_CHAIN, .text = policy->embed_next };
	named_look_at_variables(next);
	r = next->by_arch ? -ENODATA : named_path(policy, next, &nobody, &path);
	next->elsewhere = r == -ENOENT;
	next->unknown = r == -ENODATA;
	if (r == -ENOMEM)
		files->error = r;
	if (r == 0)
		add(files, path.bytes, &(struct pxeboot_named_file){
			.role = next->role, .archs = archs, .anybody = archs, .subject = "ipxe.embed.", .name = "next",
			.file = policy->embed_next_where.file, .line = policy->embed_next_where.line });
}

/* ---- For everybody who comes ------------------------------------------------------------------------------------- */

static void add_resolved(struct pxeboot_named_files *files, struct slot *slot, const struct reader *reader,
			 struct visit visit)
{
	CLEANUP_TEXT struct text path = TEXT_INIT;
	int r = named_path(files->policy, slot, reader, &path);

	slot->elsewhere |= r == -ENOENT;
	slot->unknown |= r == -ENODATA;
	if (r == -ENOMEM)
		files->error = r;
	if (r < 0)
		return;
	add(files, path.bytes, &(struct pxeboot_named_file){
		.role = slot->role, .archs = visit.archs, .meant = visit.meant, .secure = reader->who->secure,
		.anybody = reader->who->host || reader->who->some_host ? 0 : visit.archs,
		.subject = "profiles.", .name = slot->item->name, .file = slot->where.file, .line = slot->where.line });
}

static void add_each_arch(struct pxeboot_named_files *files, struct slot *slot, struct reader reader,
			  struct visit visit)
{
	if (!slot->by_arch) {
		add_resolved(files, slot, &reader, visit);
		return;
	}
	for (reader.arch = 0; reader.arch < PXEBOOT_ARCH_COUNT; reader.arch++)
		if (visit.archs & ARCH_BIT(reader.arch))	/* the name itself says whose it is */
			add_resolved(files, slot, &reader,
				     (struct visit){ ARCH_BIT(reader.arch), ARCH_BIT(reader.arch) & visit.meant });
}

static void add_for(struct pxeboot_named_files *files, struct slot *slot, const struct who *who,
		    const struct visit *visits)
{
	struct visit visit = visits[slot->item - files->policy->items];
	struct reader reader = { .who = who };

	visit.archs &= slot->archs;
	visit.meant &= slot->archs;
	if (!visit.archs)
		return;
	do {
		add_each_arch(files, slot, reader, visit);
		reader.mac++;
	} while (slot->by_mac && who->host && reader.mac < who->host->n_macs);
}

/* Everything that machines under one rule come to; @by_host: names that differ from host to host, or the others. */
static void add_rule(struct pxeboot_named_files *files, const struct who *who, int item, bool by_host,
		     struct visit *visits)
{
	const struct pxeboot_policy *policy = files->policy;

	memset(visits, 0, policy->n_items * sizeof(*visits));
	named_walk(policy, who, item, visits);
	for (size_t i = 0; i < files->slots.count; i++)
		if (files->slots.slots[i].by_host == by_host)
			add_for(files, &files->slots.slots[i], who, visits);
}

static void add_what_they_boot(struct pxeboot_named_files *files, const struct who *some, int item, struct visit *visits,
			       bool *asks)
{
	add_rule(files, some, item, false, visits);
	for (size_t k = 0; k < files->slots.count; k++) {
		const struct slot *slot = &files->slots.slots[k];

		asks[item] |= slot->by_host && visits[slot->item - files->policy->items].archs;
	}
}

/* What hosts boot, once for all that boot it; true in @asks where one of its names differs from host to host. */
static void add_what_hosts_boot(struct pxeboot_named_files *files, struct visit *visits, bool *asks)
{
	const struct pxeboot_policy *policy = files->policy;
	CLEANUP_FREE bool *seen = calloc(policy->n_items, 2 * sizeof(*seen));

	if (!seen) {
		files->error = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < policy->n_hosts; i++) {
		struct who some = { .some_host = true, .secure = policy->hosts[i].secure };

		for (size_t way = 0; way < HOST_BOOTS; way++) {
			int item = host_boots(&policy->hosts[i], way);

			if (item < 0 || seen[2 * item + some.secure])
				continue;
			seen[2 * item + some.secure] = true;
			add_what_they_boot(files, &some, item, visits, asks);
		}
	}
}

static void add_host(struct pxeboot_named_files *files, const struct host *host, struct visit *visits, const bool *asks)
{
	for (size_t way = 0; way < HOST_BOOTS; way++) {
		int item = host_boots(host, way);

		if (item >= 0 && asks[item])
			add_rule(files, &(struct who){ .host = host, .secure = host->secure }, item, true, visits);
	}
}

static int add_all(struct pxeboot_named_files *files)
{
	const struct pxeboot_policy *policy = files->policy;
	CLEANUP_FREE struct visit *visits = calloc(policy->n_items, sizeof(*visits));
	CLEANUP_FREE bool *asks = calloc(policy->n_items, sizeof(*asks));

	if (!visits || !asks)
		return -ENOMEM;
	for (int by_host = 0; by_host < 2; by_host++) {
		add_rule(files, &(struct who){ 0 }, policy->unknown, by_host, visits);
		for (size_t i = 0; i < policy->n_groups; i++) {
			const struct group *group = &policy->groups[i];

			add_rule(files, &(struct who){ .group = group, .secure = group->secure }, group->boot, by_host,
				 visits);
		}
	}
	add_what_hosts_boot(files, visits, asks);
	for (size_t i = 0; i < policy->n_hosts && !files->error; i++)
		add_host(files, &policy->hosts[i], visits, asks);
	return files->error;
}

/* ---- Public ------------------------------------------------------------------------------------------------------ */

int pxeboot_named_files_new(const struct pxeboot_policy *policy, struct pxeboot_named_files **ret_files)
{
	struct pxeboot_named_files *files = calloc(1, sizeof(*files));
	int r;

	if (!files)
		return -ENOMEM;
	files->policy = policy;
	add_loaders(files);
	add_host_loaders(files);
	add_group_loaders(files);
	add_shims(files);
	add_modules(files);
	add_pictures(files);
	add_next(files);
	r = named_slots(policy, &files->slots);
	if (r == 0)
		r = add_all(files);
	if (r == 0)
		r = files->error ? files->error : files->paths.error;
	if (r < 0) {
		pxeboot_named_files_free(files);
		return r;
	}
	merge(files);
	*ret_files = files;
	return 0;
}

void pxeboot_named_files_free(struct pxeboot_named_files *files)
{
	if (!files)
		return;
	named_slots_free(&files->slots);
	free(files->named);
	text_free(&files->paths);
	free(files);
}

int pxeboot_named_files_get(const struct pxeboot_named_files *files, size_t index, struct pxeboot_named_file *ret_file)
{
	if (index >= files->n_named)
		return -ENOENT;
	*ret_file = files->named[index].file;
	return 0;
}

void pxeboot_named_files_others(const struct pxeboot_named_files *files, size_t *ret_elsewhere, size_t *ret_unknown)
{
	size_t elsewhere = files->next.elsewhere, unknown = files->next.unknown;

	for (size_t i = 0; i < files->slots.count; i++) {
		elsewhere += files->slots.slots[i].elsewhere;
		unknown += files->slots.slots[i].unknown;
	}
	*ret_elsewhere = elsewhere;
	*ret_unknown = unknown;
}
